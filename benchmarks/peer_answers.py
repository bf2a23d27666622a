"""What derive, SymPy and tensorgrad answer to a question of ``peer_questions``.

``ask_...`` puts the question with a mark behind every name, so that a system asked with a new
mark cannot answer from memory; ``value_of_...`` evaluates the answer at a point.  The tensors of
tensorgrad, whose own evaluation needs the named tensors of PyTorch, are evaluated here in NumPy.
"""

from __future__ import annotations

import re
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import sympy as sp
from peer_questions import SIZES, Question, is_square

import derive as dv

ELEMENTWISE = {"exp": np.exp, "log": np.log, "tanh": np.tanh}


# --- derive -------------------------------------------------------------------------------


def ask_derive(question: Question, mark: str) -> dv.Derivation:
    """The derivation, in which every name ends with `mark`."""
    names = "|".join(question.declared)
    text = re.sub(rf"\b({names})\b", rf"\1{mark}", question.text)
    shapes = ", ".join(f"{name}{mark}: {' '.join(w)}" for name, w in question.declared.items())
    verb = dv.hessian if question.order == 2 else dv.gradient
    return verb(text, question.wrt + mark, shapes=shapes)


def value_of_derive(question: Question, values: SimpleNamespace) -> np.ndarray:
    function = ask_derive(question, "").function()
    return np.asarray(function(**{name: vars(values)[name] for name in function.arguments}))


# --- SymPy --------------------------------------------------------------------------------


def ask_sympy(question: Question, mark: str) -> Any:
    """The derivative in matrices of symbolic sizes."""
    sizes = {size: sp.Symbol(size + mark, integer=True, positive=True) for size in SIZES}
    return _derivative_of_sympy(question, _sympy_names(question, mark, sizes))


def _sympy_names(question: Question, mark: str, sizes: dict[str, Any]) -> SimpleNamespace:
    names = {}
    for name, own in question.sizes.items():
        shape = [*(sizes[size] for size in own), 1, 1][:2]
        names[name] = sp.MatrixSymbol(name + mark, *shape) if own else sp.Symbol(name + mark)
    return SimpleNamespace(**names, **sizes)


def _derivative_of_sympy(question: Question, names: SimpleNamespace) -> Any:
    found = question.sympy(names)
    for _ in range(question.order):
        found = sp.diff(found, vars(names)[question.wrt])
    if found.has(sp.Derivative):
        raise NotImplementedError("SymPy leaves the derivative as it is")
    return found


def value_of_sympy(question: Question, values: SimpleNamespace) -> np.ndarray:
    """The value of the derivative in matrices of whole sizes."""
    names = _sympy_names(question, "", SIZES)
    arrays = {
        vars(names)[name]: sp.ImmutableMatrix(value) if value.ndim else value.item()
        for name, value in vars(values).items()
    }
    found = _derivative_of_sympy(question, names).xreplace(arrays).doit()
    explicit = found.as_explicit() if hasattr(found, "as_explicit") else found
    return np.array(explicit.tolist(), dtype=float)


# --- tensorgrad ---------------------------------------------------------------------------


def ask_tensorgrad(question: Question, mark: str, form: str = "full_simplify") -> Any:
    """The derivative; its edges are those of the variable, each with its number behind.

    `form` is ``full_simplify``, or ``simplify`` for one pass, which is all that deriving needs.
    """
    tensorgrad = import_module("tensorgrad")
    sizes = {size: sp.Symbol(size + mark) for size in SIZES}
    names = {
        name: tensorgrad.Variable(name + mark, **{e: sizes[s] for e, s in _edges(own).items()})
        for name, own in question.sizes.items()
    }
    found, x = question.tensorgrad(SimpleNamespace(**names)), names[question.wrt]
    for number in range(question.order):
        found = tensorgrad.Derivative(found, x, {edge: f"{edge}_{number}" for edge in x.edges})
    return getattr(found, form)()


def _edges(sizes: list[str]) -> dict[str, str]:
    """The size of each edge, by its name."""
    return dict(zip("de" if is_square(sizes) else sizes, sizes, strict=True))


def value_of_tensorgrad(
    question: Question, values: SimpleNamespace, form: str = "full_simplify"
) -> np.ndarray:
    found = ask_tensorgrad(question, "", form)
    edges = _edges(question.sizes[question.wrt])
    order = [f"{edge}_{number}" for number in range(question.order) for edge in edges]
    return _aligned(found, vars(values), order)


def _aligned(tensor: Any, values: dict[str, np.ndarray], edges: Any) -> np.ndarray:
    """The array of a tensor with its axes in the order of `edges`."""
    here = list(tensor.edges)
    return np.transpose(_array(tensor, values), [here.index(edge) for edge in edges])


def _array(tensor: Any, values: dict[str, np.ndarray]) -> np.ndarray:
    """The array of a tensor of tensorgrad, its axes in the order of ``tensor.edges``."""
    sizes = [SIZES[size.name] for size in tensor.shape.values()]
    match type(tensor).__name__:
        case "Variable":
            return values[tensor.name]
        case "Rename":
            return _array(tensor.tensor, values)
        case "Zero":
            return np.zeros(sizes)
        case "Delta" if not sizes:
            return np.array(SIZES[tensor.size.name])
        case "Delta":
            places = np.indices(sizes)
            return np.all(places == places[0], axis=0).astype(float)
        case "Sum":
            terms = (_aligned(term, values, tensor.edges) for term in tensor.terms)
            return sum(float(w) * term for w, term in zip(tensor.weights, terms, strict=True))
        case "Product":
            return _contracted(tensor, values)
        case "Function":
            return _applied(tensor, values)
    raise TypeError(f"no value is known for {tensor!r} of tensorgrad")


def _contracted(tensor: Any, values: dict[str, np.ndarray]) -> np.ndarray:
    """The array of a product, which sums over every edge that two factors share."""
    edges = dict.fromkeys(edge for factor in tensor.factors for edge in factor.edges)
    number = dict(zip(edges, range(len(edges)), strict=True))
    operands: list[Any] = [1.0, []]
    for factor in tensor.factors:
        operands += [_array(factor, values), [number[edge] for edge in factor.edges]]
    return np.einsum(*operands, [number[edge] for edge in tensor.edges])


def _applied(tensor: Any, values: dict[str, np.ndarray]) -> np.ndarray:
    """The array of a function, which keeps the edges of its input that it does not take."""
    (inner,), signature = tensor.inputs, tensor.signature
    taken = sorted(signature.inputs[0])
    edges = [edge for edge in inner.edges if edge not in taken]
    argument = _aligned(inner, values, [*edges, *taken])
    if type(signature).__name__ == "_MatrixInverseFunction":
        # edges of one name cancel, so the rows of the inverse are called as the columns were
        edges += taken
        value = np.linalg.inv(argument).swapaxes(-1, -2)
    elif type(signature).__name__ == "_DeterminantFunction":
        value = np.linalg.det(argument)
    elif type(signature).__name__ == "_PowerFunction":
        value = argument ** float(signature.k)
    else:
        value = ELEMENTWISE[signature.name](argument)
    return np.transpose(value, [edges.index(edge) for edge in tensor.edges])
