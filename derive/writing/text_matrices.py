"""Text of functions of matrices: ``L_exp(A, E)``, ``A⁺``, masks and polygamma functions."""

from __future__ import annotations

from collections.abc import Sequence

from derive.writing.notation import Notation
from derive.writing.pieces import Level, Piece

RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class TextMatrices(Notation):
    """What ``TextNotation`` writes of functions of matrices."""

    unicode: bool

    def derivative(self, letter: str, function: str, arguments: Sequence[Piece]) -> Piece:
        name = self.spelling(function).unicode
        return Piece(f"{letter}_{name}({', '.join(map(self.signed, arguments))})", spaced=True)

    def pseudo_inverse(self, base: Piece, is_transposed: bool) -> Piece:
        if not self.unicode:
            mark = "'" if is_transposed else ""
            return Piece(f"pinv({self.signed(base)}{mark})", spaced=True)
        body = self.at_least(base, Level.ATOM)
        return Piece(body + ("⁺ᵀ" if is_transposed else "⁺"), Level.POWER, spaced=True)

    def places(self, sign: str) -> Piece:
        return Piece(f"1[i {self.relation_sign(sign)} j]", spaced=True)

    def polygamma(self, order: int, argument: Piece) -> Piece:
        row = self.spelling("polygamma")
        if not self.unicode or row.unicode == row.plain:
            return Piece(f"{row.plain}({order}, {self.signed(argument)})", spaced=True)
        raised = str(order).translate(RAISED)
        return Piece(f"{row.unicode}⁽{raised}⁾({self.signed(argument)})", spaced=True)

    def bessel(self, order: Piece, is_number: bool, argument: Piece) -> Piece:
        row, number, inside = self.spelling("besseli"), self.signed(order), self.signed(argument)
        if not self.unicode or row.unicode == row.plain:
            return Piece(f"{row.plain}({number}, {inside})", spaced=True)
        if is_number and number.isdigit():
            return Piece(f"{row.unicode}{number.translate(LOWERED)}({inside})", spaced=True)
        index = number if number.isalnum() else f"({number})"
        return Piece(f"{row.unicode}_{index}({inside})", spaced=True)

    def zeta(self, times: int, argument: Piece) -> Piece:
        row, inside = self.spelling("zeta"), self.signed(argument)
        if not self.unicode or row.unicode == row.plain:
            written = f"zetaderiv({times}, {inside})" if times else f"{row.plain}({inside})"
            return Piece(written, spaced=True)
        mark = ("", "′", "″")[times] if times < 3 else f"⁽{str(times).translate(RAISED)}⁾"
        return Piece(f"{row.unicode}{mark}({inside})", spaced=True)
