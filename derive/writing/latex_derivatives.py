"""LaTeX of derivatives by name: an upright d, nablas, fractions of partial derivatives."""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.expression import Node
from derive.writing.latex_scripts import raised, script_of
from derive.writing.latex_style import Style
from derive.writing.notation import Notation
from derive.writing.pieces import Level, Piece


class LatexDerivatives(Notation):
    """What ``LatexNotation`` writes of derivatives."""

    style: Style

    def differential(self, argument: Piece, of: Node) -> Piece:
        is_bare = of.op == "nabla" or (
            not argument.negative
            and (
                argument.level >= Level.PREFIX and (argument.level != Level.POWER or of.op == "pow")
            )
        )
        if of.op == "pow" and of.args[0].op != "norm2":
            is_bare = False
        if not is_bare or self.hides_a_name(rf"\mathrm{{d{argument.body}}}"):
            body = self.enclosed(argument)
            return Piece(rf"\mathrm{{d}}{body}", Level.DIFFERENTIAL, tall=argument.tall)
        is_call = argument.level == Level.PREFIX or argument.body.endswith(")")
        level = Level.PREFIX if is_call else Level.DIFFERENTIAL
        return Piece(rf"\mathrm{{d}}{argument.body}", level, tall=argument.tall)

    def nabla(self, function: Piece, variable: Piece, is_one_of_several: bool, mark: str) -> Piece:
        body = self.at_least(function, Level.ATOM)
        above = rf"^{{\mathrm{{{mark}}}}}" if mark else ""
        return Piece(rf"\nabla{above}_{{{variable.body}}} {body}", Level.DIFFERENTIAL)

    def jacobian(self, function: Piece, variable: Piece, is_by_scalar: bool) -> Piece:
        lying = self.at_least(variable, Level.ATOM)
        below = rf"\partial {lying if is_by_scalar else raised(lying, self.style.transpose)}"
        body = rf"\frac{{\partial {self.at_least(function, Level.ATOM)}}}{{{below}}}"
        return Piece(body, Level.DIFFERENTIAL, tall=True)

    def directional(self, function: Piece, direction: Piece, order: int) -> Piece:
        power = f"^{script_of(str(order))}" if order > 1 else ""
        body = f"{power} {self.at_least(function, Level.DIFFERENTIAL)}"
        return Piece(rf"D_{{{self.signed(direction)}}}{body}", Level.DIFFERENTIAL)

    def hessian(self, function: Piece, variables: Sequence[Piece], is_by_scalar: bool) -> Piece:
        body = self.at_least(function, Level.ATOM)
        if len(variables) == 1:
            return Piece(rf"\nabla^2_{{{variables[0].body}}} {body}", Level.DIFFERENTIAL)
        row, column = (self.at_least(variable, Level.ATOM) for variable in variables)
        turned = column if is_by_scalar else raised(column, self.style.transpose)
        below = rf"\partial {row}\, \partial {turned}"
        if is_by_scalar and row == column:
            below = rf"\partial {raised(row, '2')}"
        return Piece(rf"\frac{{\partial^2 {body}}}{{{below}}}", Level.DIFFERENTIAL, tall=True)
