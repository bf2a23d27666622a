"""Derivatives that derive, SymPy and tensorgrad can all be asked, as data.

A row of ``QUESTIONS`` spells one scalar four times: for derive, for NumPy, for SymPy's matrix
expressions and for tensorgrad, whose edges have the names of the sizes (a square matrix has the
edges ``d`` and ``e``).  SymPy takes a sum of traces, and a function of a trace, for a constant:
the spellings avoid them where they can.  To add a question, append a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any, TypeAlias

import numpy as np
import sympy as sp
from scipy.special import logsumexp

Spelling: TypeAlias = Callable[[Any], Any]
F = import_module("tensorgrad.functions") if find_spec("tensorgrad") else None
SIZES = {"n": 5, "d": 3, "k": 2}
STEPS = {1: 1e-5, 2: 1e-4}  # of central differences, by order


@dataclass(frozen=True)
class Question:
    """A scalar, to be differentiated `order` times in `wrt`.

    Attributes
    ----------
    name, text, wrt, shapes : str
        The question as derive reads it.
    plain, sympy, tensorgrad : callable
        The same scalar of arrays, matrix symbols and tensors: attributes of the one argument.
    order : int
        1 for the gradient, 2 for the Hessian.
    """

    name: str
    text: str
    wrt: str
    shapes: str
    plain: Spelling
    sympy: Spelling
    tensorgrad: Spelling
    order: int = 1

    @property
    def declared(self) -> dict[str, list[str]]:
        """The words after each name: sizes, then facts."""
        parts = (part.split(":") for part in self.shapes.split(","))
        return {name.strip(): words.split() for name, words in parts}

    @property
    def sizes(self) -> dict[str, list[str]]:
        """The names of the sizes of each name."""
        return {name: [w for w in words if w in SIZES] for name, words in self.declared.items()}


def is_square(sizes: list[Any]) -> bool:
    return len(sizes) == 2 and len({*sizes}) == 1


# --- what the spellings share -------------------------------------------------------------


def squared(r: Any) -> Any:
    return r.T * r


def normed(x: Any) -> Any:
    return F.sqrt(F.sum(x * x))


def elementwise(function: Callable[[Any], Any], matrix: Any) -> Any:
    z = sp.Dummy("z")
    return matrix.applyfunc(sp.Lambda(z, function(z)))


def softplus(z: Any) -> Any:
    return sp.log(1 + sp.exp(z))


# --- the questions ------------------------------------------------------------------------

RIDGE = (
    "norm2(X*w - y)^2/2 + lam/2*norm2(w)^2", "w", "X: n x d, w: d, y: n, lam: positive",
    lambda v: ((v.X @ v.w - v.y) ** 2).sum() / 2 + v.lam * (v.w @ v.w) / 2,
    lambda s: squared(s.X * s.w - s.y) / 2 + s.lam * squared(s.w) / 2,
    lambda t: F.sum((t.X @ t.w - t.y) ** 2) / 2 + t.lam * F.sum(t.w**2) / 2,
)  # fmt: skip
LOGISTIC = (
    "sum(softplus(X*w)) - y'*X*w", "w", "X: n x d, w: d, y: n",
    lambda v: np.logaddexp(0, v.X @ v.w).sum() - v.y @ v.X @ v.w,
    lambda s: sp.OneMatrix(1, s.n) * elementwise(softplus, s.X * s.w) - s.y.T * s.X * s.w,
    lambda t: F.sum(F.log(1 + F.exp(t.X @ t.w))) - t.y @ t.X @ t.w,
)  # fmt: skip

QUESTIONS = (
    Question("ridge", *RIDGE),
    Question(
        "matrix factorisation", "norm2(X - U*V')^2/2", "U", "X: n x d, U: n x k, V: d x k",
        lambda v: ((v.X - v.U @ v.V.T) ** 2).sum() / 2,
        lambda s: sp.Trace(squared(s.X - s.U * s.V.T)) / 2,
        lambda t: F.sum((t.X - t.U @ t.V) ** 2) / 2,
    ),
    Question(
        "quadratic form", "x'*A*x", "x", "A: d x d, x: d",
        lambda v: v.x @ v.A @ v.x,
        lambda s: s.x.T * s.A * s.x,
        lambda t: t.x @ t.A @ t.x.rename(d="e"),
    ),
    Question(
        "tr(X'AX)", "tr(X'*A*X)", "X", "A: d x d, X: d x k",
        lambda v: np.trace(v.X.T @ v.A @ v.X),
        lambda s: sp.Trace(s.X.T * s.A * s.X),
        lambda t: t.X @ t.A @ t.X.rename(d="e"),
    ),
    Question(
        "tr(X^3)", "tr(X^3)", "X", "X: d x d",
        lambda v: np.trace(v.X @ v.X @ v.X),
        lambda s: sp.Trace(s.X**3),
        lambda t: t.X.rename(e="f") @ t.X.rename(d="f", e="g") @ t.X.rename(d="g", e="d"),
    ),
    Question(
        "tr(A inv(X) B)", "tr(A*inv(X)*B)", "X", "A: n x d, X: d x d, B: d x n",
        lambda v: np.trace(v.A @ np.linalg.inv(v.X) @ v.B),
        lambda s: sp.Trace(s.A * s.X.I * s.B),
        # an inverse contracts with its matrix over edges of one name
        lambda t: t.A.rename(d="e") @ F.inverse(t.X) @ t.B,
    ),
    Question(
        "log det X", "log(det(X))", "X", "X: d x d",
        lambda v: np.log(np.linalg.det(v.X)),
        lambda s: sp.log(sp.Determinant(s.X)),
        lambda t: F.log(F.det(t.X)),
    ),
    Question("logistic regression", *LOGISTIC),
    Question(
        "softmax cross entropy", "sum(logsumexp_rows(X*W)) - tr(Y'*X*W)", "W",
        "X: n x d, W: d x k, Y: n x k",
        lambda v: logsumexp(v.X @ v.W, axis=1).sum() - (v.Y * (v.X @ v.W)).sum(),
        lambda s: sp.Trace(
            elementwise(sp.log, elementwise(sp.exp, s.X * s.W) * sp.OneMatrix(s.k, 1))
            * sp.OneMatrix(1, s.n)
            - s.X * s.W * s.Y.T
        ),
        lambda t: F.sum(F.log(F.sum(F.exp(t.X @ t.W), ["k"]))) - t.Y @ t.X @ t.W,
    ),
    Question(
        "tanh layer", "norm2(tanh(W*x + b) - t)^2/2", "W", "W: k x d, x: d, b: k, t: k",
        lambda v: ((np.tanh(v.W @ v.x + v.b) - v.t) ** 2).sum() / 2,
        lambda s: squared(elementwise(sp.tanh, s.W * s.x + s.b) - s.t) / 2,
        lambda t: F.sum((F.tanh(t.W @ t.x + t.b) - t.t) ** 2) / 2,
    ),
    Question(
        "Gaussian covariance", "-logdet(S)/2 - (x - m)'*inv(S)*(x - m)/2", "S",
        "S: d x d spd, x: d, m: d",
        lambda v: -np.log(np.linalg.det(v.S)) / 2
        - (v.x - v.m) @ np.linalg.inv(v.S) @ (v.x - v.m) / 2,
        lambda s: -sp.log(sp.Determinant(s.S)) / 2
        - sp.Trace((s.x - s.m).T * s.S.I * (s.x - s.m)) / 2,
        lambda t: -F.log(F.det(t.S)) / 2
        - (t.x - t.m) @ F.inverse(t.S) @ (t.x - t.m).rename(d="e") / 2,
    ),
    Question(
        "cosine similarity", "a'*w/(norm2(a)*norm2(w))", "w", "a: d, w: d",
        lambda v: v.a @ v.w / (np.linalg.norm(v.a) * np.linalg.norm(v.w)),
        lambda s: s.a.T * s.w / sp.sqrt(sp.Trace(squared(s.a)) * sp.Trace(squared(s.w))),
        lambda t: t.a @ t.w / (normed(t.a) * normed(t.w)),
    ),
    Question("Hessian of ridge", *RIDGE, order=2),
    Question("Hessian of logistic regression", *LOGISTIC, order=2),
    Question(
        "Hessian of log-sum-exp", "log(sum(exp(X*w)))", "w", "X: n x d, w: d",
        lambda v: logsumexp(v.X @ v.w),
        lambda s: sp.log(sp.Trace(sp.OneMatrix(1, s.n) * elementwise(sp.exp, s.X * s.w))),
        lambda t: F.log(F.sum(F.exp(t.X @ t.w))),
        order=2,
    ),
)  # fmt: skip


# --- a point, and the derivative by differences -------------------------------------------


def point(question: Question) -> SimpleNamespace:
    """Random arrays by name; square ones have positive determinants."""
    rng = np.random.default_rng(0)
    values = {}
    for name, words in question.declared.items():
        shape = [SIZES[size] for size in question.sizes[name]]
        value = rng.normal(size=shape)
        if "spd" in words:
            value = value @ value.T
        values[name] = value + 2 * np.eye(*shape) if is_square(shape) else value
        if "positive" in words:
            values[name] = np.exp(value)
    return SimpleNamespace(**values)


def by_differences(question: Question, values: SimpleNamespace) -> np.ndarray:
    """The gradient or the Hessian of the plain function by central differences."""

    def plain(x: np.ndarray) -> Any:
        return question.plain(SimpleNamespace(**{**vars(values), question.wrt: x}))

    function, step = plain, STEPS[question.order]
    for _ in range(question.order):
        function = _slopes(function, step)
    return function(vars(values)[question.wrt])


def _slopes(function: Callable[[Any], Any], step: float) -> Callable[[Any], Any]:
    def slopes(x: np.ndarray) -> np.ndarray:
        moves = step * np.eye(x.size).reshape(-1, *x.shape)
        parts = [(function(x + h) - function(x - h)) / (2 * step) for h in moves]
        return np.stack(parts, axis=-1).reshape(*np.shape(parts[0]), *x.shape)

    return slopes
