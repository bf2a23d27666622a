"""Plain text that can be typed in again: the reader reads it back to the same node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

from derive.language.expression import Node
from derive.language.indices import last_value
from derive.language.sizes import Dim, Shape, Size
from derive.writing.forms import FORMS, Form
from derive.writing.indexed import chain_pieces
from derive.writing.matrix_forms import PLAIN_MATRIX_FORMS
from derive.writing.notation import Notation
from derive.writing.pieces import Level, Parts, Piece
from derive.writing.power_forms import HALF
from derive.writing.product_forms import factors_of
from derive.writing.special_forms import PLAIN_SPECIAL_FORMS
from derive.writing.text import TextNotation


def _product(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Factors in their order; a reciprocal is divided by at its place."""
    coefficient, scalars, chain = factors_of(node)
    magnitude = notation.rational(abs(coefficient))
    text = magnitude.body if abs(coefficient) != 1 else ""
    factors = [*scalars, *chain]
    if coefficient == -1 and len(factors) == 1 and factors[0].op == "add":
        # the reader takes a minus sign into the terms of the sum behind it
        return Piece(f"(-1)*{notation.enclosed(parts[factors[0]])}", Level.PRODUCT)
    pieces = [*(parts[s] for s in scalars), *chain_pieces(chain, parts, notation)]
    if len(pieces) == 1 and coefficient == 1:
        return pieces[0]
    for k, piece in enumerate(pieces):
        if piece.below and k < len(scalars):
            text = f"{text or '1'}/{notation.at_least(piece.below, Level.POWER)}"
        else:
            is_last_chain = piece.level == Level.PRODUCT and k == len(pieces) - 1
            least = Level.PRODUCT if is_last_chain else Level.POWER
            text += ("*" if text else "") + notation.at_least(piece, least)
    return Piece(text, Level.PRODUCT, negative=coefficient < 0)


def _hadamard(node: Node, parts: Parts, notation: Notation) -> Piece:
    text = notation.at_least(parts[node.args[0]], Level.POWER)
    for factor in node.args[1:]:
        piece = parts[factor]
        sign, written = ("./", piece.below) if piece.below else (".*", piece)
        text += sign + notation.at_least(written, Level.POWER)
    return Piece(text, Level.ELEMENTWISE)


def _power(node: Node, parts: Parts, notation: Notation) -> Piece:
    base, exponent = node.args
    value = exponent.data if exponent.is_number else None
    if value == HALF:
        return Piece(f"sqrt({notation.signed(parts[base])})")
    sign = "^" if node.is_scalar else ".^"
    body = notation.at_least(parts[base], Level.ATOM)
    script = notation.at_least(parts[exponent], Level.ATOM)
    written = Piece(f"{body}{sign}{script}", Level.POWER)
    # 1/x^k is read as x^-k for whole k, unless x is itself a reciprocal
    is_power_of_power = base.op == "pow" and value != -1
    if value is None or value > 0 or value.denominator != 1 or is_power_of_power:
        return written
    below = parts[base] if value == -1 else Piece(f"{body}{sign}{-value}", Level.POWER)
    if node.is_scalar:
        return Piece(f"1/{notation.at_least(below, Level.POWER)}", Level.QUOTIENT, below=below)
    return replace(written, below=below)


def _inverse(node: Node, parts: Parts, notation: Notation) -> Piece:
    return Piece(f"inv({notation.signed(parts[node.args[0]])})")


def _matrix_power(node: Node, parts: Parts, notation: Notation) -> Piece:
    return notation.power(parts[node.args[0]], notation.rational(Fraction(node.data)))


def _named(node: Node, parts: Parts, notation: Notation) -> Piece:
    name = node.op if node.op in {"norm1", "norm2", "norminf"} else None
    name = name or notation.spelling(node.data if node.op == "map" else node.op).plain
    return Piece(f"{name}({notation.signed(parts[node.args[0]])})")


def _with_shape(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A call that ends with the sizes of its result."""
    sizes = [notation.size(size) for size in node.shape]
    return notation.listed(node.op, [*(parts[arg] for arg in node.args), *sizes])


def _part(node: Node, parts: Parts, notation: Notation) -> Piece:
    """The matrix, its first row and column in the part, how many of each."""
    sizes = [notation.size(size) for size in (*(1 + first for first in node.data), *node.shape)]
    return notation.listed("part", [parts[node.args[0]], *sizes])


def _transpose(node: Node, parts: Parts, notation: Notation) -> Piece:
    return notation.transpose(parts[node.args[0]], is_differential=False)


PLAIN_FORMS: dict[str, Form] = {
    **FORMS,
    "mul": _product,
    "had": _hadamard,
    "pow": _power,
    "inverse": _inverse,
    "mpow": _matrix_power,
    "matpow": lambda node, parts, notation: notation.power(*(parts[arg] for arg in node.args)),
    "transpose": _transpose,
    "unvec": _with_shape,
    "part": _part,
    "norminf": _named,
    "peak": lambda node, parts, notation: Piece(
        f"is_{node.data}({notation.signed(parts[node.args[0]])})"
    ),
    "block_inner": _with_shape,
    "block_sum": _with_shape,
    "map": _named,
    **dict.fromkeys(
        (
            *("trace", "det", "logdet", "total", "norm1", "norm2", "logsumexp", "diag"),
            *("eigvals", "eigvecs", "lambda_max", "lambda_min", "eigvec_max", "eigvec_min"),
            *("resolvent_max", "resolvent_min", "gaps", "svdvals", "leftvecs", "rightvecs"),
            *("specnorm", "leftvec_max", "rightvec_max", "nucnorm", "polar"),
            *("vec", "toeplitz", "diagonal", "softmax", "rowsoftmax", "rowlogsumexp"),
        ),
        _named,
    ),
    **PLAIN_MATRIX_FORMS,
    **PLAIN_SPECIAL_FORMS,
}


class PlainNotation(TextNotation):
    """The grammar of the plain-text reader."""

    forms: ClassVar[Mapping[str, Form]] = PLAIN_FORMS

    def __init__(self) -> None:
        super().__init__((), unicode=False)

    def symbol(self, node: Node) -> Piece:
        return Piece(node.name)

    def row(self, base: Node, i: Node) -> Piece | None:
        return Piece(f"row({base.name}, {i.name})") if base.op == "symbol" else None

    def indexed(self, base: Node, piece: Piece, indices: Sequence[Node]) -> Piece:
        names = ", ".join(i.name for i in indices)
        body = piece.body if base.op == "symbol" else f"({self.signed(piece)})"
        return Piece(f"{body}[{names}]")

    def delta(self, i: Node, j: Node) -> Piece | None:
        return None

    def with_index(self, piece: Piece, indices: Sequence[str]) -> Piece:
        return Piece(f"({self.signed(piece)})[{', '.join(indices)}]")

    def name_with_index(self, name: str, indices: Sequence[str], is_vector: bool) -> Piece:
        return Piece(f"unit({indices[0]})")

    def sum_over(self, term: Piece, i: Node, is_plain: bool) -> Piece:
        last = self.signed(self.write(last_value(i)))
        return Piece(f"sum_{i.name}({self.signed(term)}, {i.data.first}, {last})")

    def constant(self, name: str) -> Piece:
        return Piece(name)

    def size(self, size: Dim) -> Piece:
        is_name = isinstance(size, Size) and size.name is not None
        return Piece(str(size), Level.ATOM if is_name else Level.SUM)

    def eye(self, size: Dim) -> Piece:
        return Piece(f"eye({size})")

    def ones(self, shape: Shape) -> Piece:
        return _filled("ones", shape)

    def zero(self, shape: Shape) -> Piece:
        return _filled("zeros", shape)

    def commutation(self, rows: Dim, columns: Dim) -> Piece:
        return Piece(f"commutation({rows}, {columns})")

    def block(self, rows: Sequence[Sequence[Piece]]) -> Piece:
        return self.array(rows)

    def array(self, rows: Sequence[Sequence[Piece]]) -> Piece:
        lines = (", ".join(map(self.signed, row)) for row in rows)
        return Piece("[" + ", ".join(f"[{line}]" for line in lines) + "]")

    def differential(self, argument: Piece, of: Node) -> Piece:
        return Piece(f"d({self.signed(argument)})")

    def nabla(self, function: Piece, variable: Piece, is_one_of_several: bool, mark: str) -> Piece:
        name = f"nabla_{mark}" if mark else "nabla"
        return Piece(f"{name}({self.signed(function)}, {variable.body})")

    def jacobian(self, function: Piece, variable: Piece, is_by_scalar: bool) -> Piece:
        return Piece(f"jacobian({self.signed(function)}, {variable.body})")

    def directional(self, function: Piece, direction: Piece, order: int) -> Piece:
        body = self.signed(function)
        for _ in range(order):
            body = f"directional({body}, {self.signed(direction)})"
        return Piece(body)

    def hessian(self, function: Piece, variables: Sequence[Piece], is_by_scalar: bool) -> Piece:
        names = ", ".join(variable.body for variable in variables)
        return Piece(f"hessian({self.signed(function)}, {names})")


def _filled(name: str, shape: Shape) -> Piece:
    """ones or zeros of a shape: of one size for a column."""
    rows, columns = shape
    if rows == 1:
        return Piece(f"{name}({columns})'", Level.POWER)
    return Piece(f"{name}({rows})" if columns == 1 else f"{name}({rows}, {columns})")


def plain(node: Node) -> str:
    """A node in the plain text that ``parse`` reads.

    Parameters
    ----------
    node : Node
        Any shape.

    Returns
    -------
    str
        ASCII, as long as the declared names are.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> X, w, y = symbol("X", (3, 2)), symbol("w", (2, 1)), symbol("y", (3, 1))
    >>> print(plain(X.T @ (X @ w - y) + symbol("lam") * w))
    X'*(X*w - y) + lam*w
    """
    notation = PlainNotation()
    return notation.signed(notation.write(node))
