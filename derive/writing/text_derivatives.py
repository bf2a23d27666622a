"""Text of derivatives by name: ``dX``, ``∇f``, ``∂f/∂x``, ``D_h³ f``."""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.expression import Node
from derive.writing.alphabets import Glyphs
from derive.writing.names import split_name, unicode_name
from derive.writing.notation import Notation
from derive.writing.pieces import Level, Piece
from derive.writing.text_matrices import RAISED


class TextDerivatives(Notation):
    """What ``TextNotation`` writes of derivatives."""

    unicode: bool
    glyphs: Glyphs
    is_beside_d: bool

    def differential(self, argument: Piece, of: Node) -> Piece:
        if of.op == "symbol":
            base = split_name(of.name).base
            gap = " " if len(base) > 1 and base == of.name and _is_plain_word(base) else ""
            if self.hides_a_name(f"d{argument.body}"):
                return Piece(f"d({argument.body})", Level.DIFFERENTIAL, spaced=True)
            return Piece(f"d{gap}{argument.body}", Level.DIFFERENTIAL, spaced=True)
        if of.op == "nabla":
            return Piece(f"d{argument.body}", Level.DIFFERENTIAL, spaced=True)
        if self.is_beside_d or argument.negative or argument.level < Level.PREFIX:
            return Piece(f"d{self.enclosed(argument)}", Level.DIFFERENTIAL, spaced=True)
        if argument.body.startswith((self.glyphs.bar, "|")):
            return Piece(f"d{argument.body}", Level.DIFFERENTIAL, spaced=True)
        if argument.level == Level.PREFIX or argument.body[-1] == ")":
            return Piece(f"d {argument.body}", Level.PREFIX, spaced=True)
        return Piece(f"d({argument.body})", Level.DIFFERENTIAL, spaced=True)

    def nabla(self, function: Piece, variable: Piece, is_one_of_several: bool, mark: str) -> Piece:
        sign = self.glyphs.nabla
        subscripts = [variable.body] * is_one_of_several + [mark] * bool(mark)
        if subscripts:
            sign = f"{sign.strip()}_{','.join(subscripts)} "
        body = f"{sign}{self.at_least(function, Level.ATOM)}"
        return Piece(body, Level.DIFFERENTIAL, spaced=True)

    def jacobian(self, function: Piece, variable: Piece, is_by_scalar: bool) -> Piece:
        d = self.glyphs.partial
        above, below = (self.at_least(piece, Level.ATOM) for piece in (function, variable))
        return Piece(f"{d}{above}/{d}{below}", Level.DIFFERENTIAL, spaced=True)

    def directional(self, function: Piece, direction: Piece, order: int) -> Piece:
        subscript = self.at_least(direction, Level.ATOM)
        power = self.order(order) if order > 1 else ""
        body = f"D_{subscript}{power} {self.at_least(function, Level.DIFFERENTIAL)}"
        return Piece(body, Level.DIFFERENTIAL, spaced=True)

    def hessian(self, function: Piece, variables: Sequence[Piece], is_by_scalar: bool) -> Piece:
        body = self.at_least(function, Level.ATOM)
        if len(variables) == 1:
            return Piece(f"{self.glyphs.hessian}{body}", Level.DIFFERENTIAL, spaced=True)
        d, square = self.glyphs.partial, self.order(2)
        row, column = (f"{d}{self.at_least(v, Level.ATOM)}" for v in variables)
        below = f"{row}{square}" if row == column else f"({row} {column})"
        return Piece(f"{d}{square}{body}/{below}", Level.DIFFERENTIAL, spaced=True)

    def order(self, count: int) -> str:
        """How often is differentiated, as a raised number."""
        return str(count).translate(RAISED) if self.unicode else f"^{count}"


def _is_plain_word(base: str) -> bool:
    """Whether a base name is a word rather than the name of a letter."""
    return unicode_name(base) == base
