"""Forms: one row per operator that decides how a node is put together.

A row takes a node, the written parts below it, and a notation that spells.  What is the
same in every notation is here and in the files of forms beside it: which minus sign belongs
to a term, which factors go into one fraction, what is a root, a squared norm or an inverse
transpose.

To add an operator, write its row and enter it in ``FORMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.language.blocks import grid_of
from derive.language.combined import held_scalar, held_scalars
from derive.language.expression import Node
from derive.writing.derivative_forms import DERIVATIVE_FORMS
from derive.writing.gamma_forms import gamma_powers
from derive.writing.indexed import sum_over_form, symbolic_power_form, unit_form
from derive.writing.matrix_forms import MATRIX_FORMS
from derive.writing.numbers import number_form
from derive.writing.pieces import Level, Parts, Piece
from derive.writing.power_forms import inverse_form, matrix_power_form, power_form
from derive.writing.product_forms import among_entries, hadamard_form, product_form, sum_form
from derive.writing.special_forms import SPECIAL_FORMS

if TYPE_CHECKING:
    from derive.writing.notation import Notation

Form = Callable[[Node, Parts, "Notation"], Piece]

SIMPLE_ARGUMENTS = frozenset(
    {
        *("symbol", "number", "constant", "size", "index", "array"),
        *("inverse", "transpose", "pow", "mpow", "matpow"),
    }
)


def transpose_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """The transpose; an explicit matrix is written transposed."""
    (base,) = node.args
    if base.op == "array":
        rows = _rows(base, parts)
        return notation.array([list(column) for column in zip(*rows, strict=True)])
    is_differential = (
        base.op in {"differential", "nabla", "derivative"} and base.args[0].op == "symbol"
    )
    return notation.transpose(parts[base], is_differential)


# --- functions ------------------------------------------------------------------------


def map_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Elementwise functions; |x| only of scalars, where it cannot be a determinant."""
    (base,) = node.args
    argument = among_entries(base, parts)
    if node.data == "abs" and node.is_scalar:
        return notation.absolute(argument)
    if node.data in {"step", "closed_step"}:
        return _indicator_form(node, parts, notation)
    if node.data == "exp" and node.is_scalar and (gammas := gamma_powers(base)):
        return _gammas_form(gammas, parts, notation)
    return notation.call(node.data, argument, _is_simple(base) and node.is_scalar)


def _gammas_form(gammas: Sequence[tuple[Node, int]], parts: Parts, notation: Notation) -> Piece:
    """Gamma functions and their powers, as one fraction."""
    above: list[Piece] = []
    below: list[Piece] = []
    for argument, exponent in gammas:
        piece = notation.call("gamma", parts[argument], False)
        if abs(exponent) != 1:
            piece = notation.power(piece, notation.whole(abs(exponent)))
        (above if exponent > 0 else below).append(piece)
    if not below:
        return notation.juxtapose(above)
    inner = below[0] if len(below) == 1 else notation.juxtapose(below)
    outer = notation.juxtapose(above) if above else None
    return replace(notation.fraction(above, below), below=inner, above=outer)


def _indicator_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """1[x > 0]; of a difference 1[a > b], what is the same in every entry on the right."""
    (base,) = node.args
    sign, turned = (">", "<") if node.data == "step" else (">=", "<=")
    terms = base.args if base.op == "add" else ()
    less = [term for term in terms if parts[term].negative]
    more = [term for term in terms if term not in less]
    if not (less and more):
        return notation.indicator(among_entries(base, parts), sign, notation.whole(0))
    left = notation.sum([_beside(term, parts, notation) for term in more])
    right = notation.sum([_beside(term, parts, notation).negated() for term in less])
    is_level = all(not term.symbols or (not base.is_scalar and held_scalar(term)) for term in more)
    sides = (right, turned, left) if is_level else (left, sign, right)
    return notation.indicator(*sides)


def _beside(term: Node, parts: Parts, notation: Notation) -> Piece:
    """A term beside others that show the shape: a scalar in every entry as a scalar."""
    scalar = held_scalar(term)
    return parts[term].inside_elementwise() if scalar is None else notation.write(scalar)


def call_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Operators written as a function of their one argument."""
    return notation.call(node.op, parts[node.args[0]], _is_simple(node.args[0]))


def total_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """The sum of all entries, written of one entry: sum(sqrt(x) - 1)."""
    (base,) = node.args
    return notation.call(node.op, among_entries(base, parts), _is_simple(base))


def extreme_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """The largest or smallest of an array, or of scalars: max(a, b)."""
    (base,) = node.args
    if base.op == "array" and base.shape[1] == 1:
        return notation.listed(node.op, [parts[entry] for entry in base.args])
    return call_form(node, parts, notation)


def listed_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Operators written as a function of several arguments."""
    return notation.listed(node.op, [parts[arg] for arg in node.args])


def combined_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A function of several arrays; a scalar in every entry is written as a scalar."""
    pieces = [
        among_entries(arg, parts) if scalar is None else notation.write(scalar)
        for arg, scalar in zip(node.args, held_scalars(node), strict=True)
    ]
    return notation.listed(node.data, pieces)


def kronecker_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A Kronecker product; one of several factors needs no parentheses from the left."""
    left, right = node.args
    return notation.kronecker(parts[left], parts[right], is_chain=left.op == "kron")


def diagonal_matrix_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """diag(u): ones inside are written 1, as in diag(1 - tanh(z)^2)."""
    return notation.call("diag", among_entries(node.args[0], parts), is_simple=False)


def norm_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Euclidean, Frobenius, 1-norm or largest absolute entry."""
    (base,) = node.args
    named = {"norm1": "1", "norminf": "inf"}
    index = named.get(node.op) or ("2" if 1 in base.shape else "F")
    return notation.norm(parts[base], index)


def spectral_norm_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """The largest, or the sum, of the singular values."""
    return notation.norm(parts[node.args[0]], "*" if node.op == "nucnorm" else "spectral")


def resolvent_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """(lambda_max(A) I - A)^+."""
    (base,) = node.args
    value = notation.call(node.op.replace("resolvent", "lambda"), parts[base], is_simple=False)
    shifted = notation.juxtapose([value, notation.eye(node.shape[0])])
    taken = parts[base] if parts[base].level > Level.SUM else Piece(notation.enclosed(parts[base]))
    return notation.pseudoinverse(notation.sum([shifted, taken.negated()]))


def _is_simple(node: Node) -> bool:
    return node.op in SIMPLE_ARGUMENTS


def array_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """An explicit matrix."""
    return notation.array(_rows(node, parts))


def _rows(node: Node, parts: Parts) -> list[list[Piece]]:
    height, width = node.shape
    assert isinstance(height, int)
    assert isinstance(width, int)
    return [[parts[e] for e in node.args[i * width : (i + 1) * width]] for i in range(height)]


# --- the table ------------------------------------------------------------------------

FORMS: dict[str, Form] = {
    "symbol": lambda node, parts, notation: notation.symbol(node),
    "number": lambda node, parts, notation: number_form(node.data, notation),
    "constant": lambda node, parts, notation: notation.constant(node.data),
    "size": lambda node, parts, notation: notation.size(node.data),
    "eye": lambda node, parts, notation: notation.eye(node.shape[0]),
    "ones": lambda node, parts, notation: replace(
        notation.ones(node.shape), entrywise=notation.whole(1)
    ),
    "zero": lambda node, parts, notation: notation.zero(node.shape),
    "add": sum_form,
    "mul": product_form,
    "had": hadamard_form,
    "pow": power_form,
    "mpow": matrix_power_form,
    "matpow": symbolic_power_form,
    "index": lambda node, parts, notation: notation.symbol(node),
    "unit": unit_form,
    "sum_over": sum_over_form,
    "transpose": transpose_form,
    "inverse": inverse_form,
    "map": map_form,
    "trace": call_form,
    "det": call_form,
    "logdet": call_form,
    "total": total_form,
    "norm2": norm_form,
    "norm1": norm_form,
    "logsumexp": call_form,
    "diag": diagonal_matrix_form,
    "diagonal": call_form,
    "softmax": call_form,
    "rowsoftmax": call_form,
    "rowlogsumexp": call_form,
    "array": array_form,
    "max": extreme_form,
    "min": extreme_form,
    "norminf": norm_form,
    "combine": combined_form,
    "peak": lambda node, parts, notation: notation.place_of(
        parts[node.args[0]], notation.call(node.data, parts[node.args[0]], is_simple=False)
    ),
    "block": lambda node, parts, notation: notation.block(
        [[parts[entry] for entry in row] for row in grid_of(node)]
    ),
    "part": lambda node, parts, notation: notation.part(
        parts[node.args[0]], node.args[0].shape, node.data, node.shape
    ),
    "kron": kronecker_form,
    "vec": call_form,
    "unvec": lambda node, parts, notation: notation.unvec(parts[node.args[0]], node.shape),
    "commutation": lambda node, parts, notation: notation.commutation(*node.data),
    "toeplitz": call_form,
    "block_inner": listed_form,
    "block_sum": listed_form,
    **dict.fromkeys(
        (
            *("eigvals", "eigvecs", "lambda_max", "lambda_min", "eigvec_max", "eigvec_min"),
            *("gaps", "svdvals", "leftvecs", "rightvecs", "leftvec_max", "rightvec_max", "polar"),
        ),
        call_form,
    ),
    "resolvent_max": resolvent_form,
    "resolvent_min": resolvent_form,
    "specnorm": spectral_norm_form,
    "nucnorm": spectral_norm_form,
    **DERIVATIVE_FORMS,
    "expectation": lambda node, parts, notation: notation.expectation(
        parts[node.args[0]], node.data[0]
    ),
    **MATRIX_FORMS,
    **SPECIAL_FORMS,
}
