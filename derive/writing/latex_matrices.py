r"""LaTeX of functions of matrices: ``L_{\exp}(A, E)``, ``A^+``, masks, polygamma functions."""

from __future__ import annotations

from collections.abc import Sequence

from derive.writing.latex_style import Style, delimited
from derive.writing.notation import Notation
from derive.writing.pieces import Piece


class LatexMatrices(Notation):
    """What ``LatexNotation`` writes of functions of matrices."""

    style: Style

    def derivative(self, letter: str, function: str, arguments: Sequence[Piece]) -> Piece:
        name = self.spelling(function).latex.replace(r"\log", self.style.logarithm)
        letter = letter if len(letter) == 1 else rf"\operatorname{{{letter}}}"
        inside = ", ".join(map(self.signed, arguments))
        is_tall = any(argument.tall for argument in arguments)
        return Piece(f"{letter}_{{{name}}}{delimited('(', inside, ')', is_tall)}", tall=is_tall)

    def pseudo_inverse(self, base: Piece, is_transposed: bool) -> Piece:
        return self.power(base, Piece(f"+{self.style.transpose}" if is_transposed else "+"))

    def places(self, sign: str) -> Piece:
        return Piece(rf"\mathbf{{1}}_{{i {self.relation_sign(sign)} j}}")

    def polygamma(self, order: int, argument: Piece) -> Piece:
        row = self.spelling("polygamma")
        if row.unicode == row.plain:
            inside = f"{order}, {self.signed(argument)}"
            return Piece(row.latex + delimited("(", inside, ")", argument.tall))
        body = rf"{row.latex}^{{({order})}}{self.enclosed(argument)}"
        return Piece(body, tall=argument.tall)

    def bessel(self, order: Piece, is_number: bool, argument: Piece) -> Piece:
        row = self.spelling("besseli")
        if row.unicode == row.plain:
            inside = f"{self.signed(order)}, {self.signed(argument)}"
            return Piece(row.latex + delimited("(", inside, ")", argument.tall))
        body = rf"{row.latex}_{{{self.signed(order)}}}{self.enclosed(argument)}"
        return Piece(body, tall=argument.tall)

    def zeta(self, times: int, argument: Piece) -> Piece:
        mark = "'" * times if times < 3 else rf"^{{({times})}}"
        return Piece(
            rf"{self.spelling('zeta').latex}{mark}{self.enclosed(argument)}", tall=argument.tall
        )
