"""Forms: one row per operator that decides how a node is put together.

A row takes a node, the written parts below it, and a notation that spells.  What is the
same in every notation is here: which minus sign belongs to a term, which factors go into
one fraction, what is a root, a squared norm or an inverse transpose.

To add an operator, write its row and enter it in ``FORMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.blocks import grid_of
from derive.language.combined import held_scalar, held_scalars
from derive.language.expression import Node, split_product
from derive.writing.derivative_forms import DERIVATIVE_FORMS
from derive.writing.indexed import (
    as_base,
    matrix_raised,
    sum_over_form,
    symbolic_power_form,
    unit_form,
    written_chain,
)
from derive.writing.matrix_forms import MATRIX_FORMS
from derive.writing.pieces import Level, Piece

if TYPE_CHECKING:
    from derive.writing.notation import Notation

Parts = Mapping[Node, Piece]
Form = Callable[[Node, Parts, "Notation"], Piece]

HALF = Fraction(1, 2)
SIMPLE_ARGUMENTS = frozenset(
    {
        *("symbol", "number", "constant", "size", "index", "array"),
        *("inverse", "transpose", "pow", "mpow", "matpow"),
    }
)


# --- sums and products ----------------------------------------------------------------


def sum_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Terms in the author's order; each carries its own sign."""
    terms = [parts[term] for term in node.args]
    piece = notation.sum(terms)
    shows_shape = any(term.symbols and not _is_filled(term) for term in node.args)
    inside = [
        parts[term].inside_elementwise() if shows_shape or not _is_filled(term) else parts[term]
        for term in node.args
    ]
    return piece if inside == terms else replace(piece, entrywise=notation.sum(inside))


def product_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Number, scalars and chain; reciprocals among the scalars become one fraction."""
    chain = factors_of(node)[2]
    piece = _product(node, parts, notation)
    if _is_filled(node):
        return replace(piece, entrywise=notation.rational(factors_of(node)[0]))
    if len(chain) != 1 or chain[0].op == "ones" or parts[chain[0]].entrywise is None:
        return piece
    inside = {f: parts[f] for f in factors_of(node)[1]}
    inside[chain[0]] = parts[chain[0]].inside_elementwise()
    return replace(piece, entrywise=_product(node, inside, notation))


def _product(node: Node, parts: Parts, notation: Notation) -> Piece:
    coefficient, scalars, chain = factors_of(node)
    magnitude = abs(coefficient)
    count = _fraction_length(magnitude, scalars, parts)
    head = [parts[s] for s in scalars[:count]]
    tail = [*(parts[s] for s in scalars[count:]), *written_chain(chain, parts, notation)]
    # only a scalar goes below: the reciprocal of an array is a factor of its own
    above = [p for p in head if not p.below]
    below = [p.below for p in head if p.below]
    if below and len(tail) == 1 and _belongs_above(scalars, chain):
        above, tail = [*above, *tail], []
    if magnitude.numerator != 1:
        above.insert(0, notation.whole(magnitude.numerator))
    if magnitude.denominator != 1:
        below.insert(0, notation.whole(magnitude.denominator))
    factors = [notation.fraction(above, below)] if below else above
    piece = notation.juxtapose([*factors, *tail])
    if coefficient < 0 and piece.level == Level.SUM:
        piece = replace(piece, body=notation.enclosed(piece), level=Level.ATOM, negative=False)
    is_negative = piece.negative != (coefficient < 0)
    return replace(piece, negative=is_negative, below=None, entrywise=None)


def factors_of(node: Node) -> tuple[Fraction, tuple[Node, ...], tuple[Node, ...]]:
    """Number, scalars and chain of a product, the chain of a 1 x 1 product included."""
    if not node.args[0].is_scalar:
        return Fraction(1), (), node.args
    return split_product(node)


def _fraction_length(magnitude: Fraction, scalars: Sequence[Node], parts: Parts) -> int:
    """How many scalars belong into the leading fraction.

    All up to the last reciprocal; without one, the names right behind a broken number:
    ``lam/2 |w|^2``, but ``1/2 |w|^2``.
    """
    last = max((k for k, s in enumerate(scalars) if parts[s].below), default=-1)
    if last >= 0:
        return last + 1
    if magnitude.denominator == 1:
        return 0
    count = 0
    while count < len(scalars) and _is_name(scalars[count]):
        count += 1
    return count


def _is_name(node: Node) -> bool:
    if node.op == "pow" and node.args[1].is_number:
        node = node.args[0]
    return node.op in {"symbol", "size", "constant", "number"}


def _is_root_of_number(node: Node) -> bool:
    if node.op != "pow" or node.args[0].op != "number" or node.args[1].op != "number":
        return False
    return bool(node.args[1].data.denominator != 1)


def _belongs_above(scalars: Sequence[Node], chain: Sequence[Node]) -> bool:
    """Whether a single matrix factor is written over the denominator: ``w/|w|``."""
    others = [s for s in scalars if not _is_name(s) or _is_root_of_number(s)]
    return len(chain) == 1 and bool(others) and all(s.op == "pow" for s in others)


def hadamard_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Factors in the author's order; ones inside them are written 1."""
    return notation.elementwise_product([_inside(f, parts) for f in node.args])


def _inside(node: Node, parts: Parts) -> Piece:
    """A node inside an elementwise operation; ones alone keep the size that nothing else shows."""
    return parts[node] if _is_filled(node) else parts[node].inside_elementwise()


def _is_filled(node: Node) -> bool:
    """Whether a node is ones, or a number times ones."""
    if node.op != "mul":
        return node.op == "ones"
    _, scalars, chain = factors_of(node)
    return not scalars and len(chain) == 1 and chain[0].op == "ones"


# --- powers ---------------------------------------------------------------------------


def power_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Roots, reciprocals and squares of scalars; marked powers of arrays."""
    base, exponent = node.args
    value = exponent.data if exponent.is_number else None
    if value is None and node.is_scalar:
        return notation.power(as_base(base, parts[base]), parts[exponent])
    if value is None:
        return notation.elementwise_power(_inside(base, parts), parts[exponent])
    if value >= 0:
        piece = _positive_power(base, value, parts, notation)
        return replace(piece, entrywise=_unmarked_power(base, value, parts, notation))
    if node.is_scalar:
        inner = _positive_power(base, -value, parts, notation)
        return replace(notation.fraction([], [inner]), below=inner)
    written = notation.elementwise_power(_inside(base, parts), notation.rational(value))
    inner = _positive_power(base, -value, parts, notation)
    return replace(written, below=_unmarked_power(base, -value, parts, notation) or inner)


def _positive_power(base: Node, value: Fraction, parts: Parts, notation: Notation) -> Piece:
    if value == 1:
        return _inside(base, parts)
    if value == HALF:
        return notation.root(_inside(base, parts))
    exponent = notation.rational(value)
    if base.is_scalar:
        return notation.power(as_base(base, parts[base]), exponent)
    return notation.elementwise_power(_inside(base, parts), exponent)


def _unmarked_power(base: Node, value: Fraction, parts: Parts, notation: Notation) -> Piece | None:
    """1 - tanh(z)^2 for a vector: among entries, a power of one has no second meaning."""
    if base.op != "map" or base.is_scalar or 1 not in base.shape or value in {1, HALF}:
        return None
    return notation.power(as_base(base, _inside(base, parts)), notation.rational(value))


def matrix_power_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A^3, A^-2 for a power of the inverse, and (A^3)' for a power of the transpose."""
    (base,), sign = node.args, 1
    if base.op == "inverse":
        (base,), sign = base.args, -1
    return matrix_raised(base, notation.rational(Fraction(sign * node.data)), parts, notation)


def inverse_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A^-1, and A^-T for the inverse of the transpose."""
    (base,) = node.args
    if base.op == "transpose":
        return notation.inverse(parts[base.args[0]], is_transposed=True)
    if base.op == "matrixmap" and base.data == "sqrtm":
        return matrix_raised(base.args[0], notation.rational(-HALF), parts, notation)
    return notation.inverse(parts[base], is_transposed=False)


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
    argument = _inside(base, parts)
    if node.data == "abs" and node.is_scalar:
        return notation.absolute(argument)
    if node.data in {"step", "closed_step"}:
        return _indicator_form(node, parts, notation)
    return notation.call(node.data, argument, _is_simple(base) and node.is_scalar)


def _indicator_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """1[x > 0]; of a difference 1[a > b], what is the same in every entry on the right."""
    (base,) = node.args
    sign, turned = (">", "<") if node.data == "step" else (">=", "<=")
    terms = base.args if base.op == "add" else ()
    less = [term for term in terms if parts[term].negative]
    more = [term for term in terms if term not in less]
    if not (less and more):
        return notation.indicator(_inside(base, parts), sign, notation.whole(0))
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
    return notation.call(node.op, _inside(base, parts), _is_simple(base))


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
        _inside(arg, parts) if scalar is None else notation.write(scalar)
        for arg, scalar in zip(node.args, held_scalars(node), strict=True)
    ]
    return notation.listed(node.data, pieces)


def kronecker_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A Kronecker product; one of several factors needs no parentheses from the left."""
    left, right = node.args
    return notation.kronecker(parts[left], parts[right], is_chain=left.op == "kron")


def diagonal_matrix_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """diag(u): ones inside are written 1, as in diag(1 - tanh(z)^2)."""
    return notation.call("diag", _inside(node.args[0], parts), is_simple=False)


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
    "number": lambda node, parts, notation: notation.rational(node.data),
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
}
