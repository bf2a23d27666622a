"""The texts of operations on each entry: operands that broadcast, signs, functions."""

from __future__ import annotations

import textwrap
from abc import ABC, abstractmethod

from derive.numeric.forms import ANY, ATOM, COMBINED, FUNCTIONS, MATMUL, POWER, PRODUCT, SIGN, SUM
from derive.numeric.literals import number_text
from derive.numeric.series import SeriesAtZero
from derive.numeric.terms import Term

LONGEST_LINE_OF_SERIES = 80


class ElementwiseTexts(ABC):
    """The part of the writer of functions that lines up the axes of operands."""

    is_stack: bool
    texts: dict[Term, tuple[str, int]]

    @abstractmethod
    def at(self, term: Term, level: int) -> str:
        """The text of a term, in parentheses if it binds less tightly than `level`."""

    def operand(self, arg: Term, rank: int, level: int) -> str:
        """An argument of an elementwise operation, indexed so that it broadcasts."""
        if arg.op == "spread":
            return self.indexed(arg.args[0], arg.kept, rank, level)
        return self.indexed(arg, None, rank, level)

    def indexed(self, source: Term, kept: object, rank: int, level: int) -> str:
        """A term indexed so that its axes are the `kept` ones of `rank` axes."""
        if kept == (0,):
            return self.at(source, ATOM) + ("[..., :, None]" if self.is_stack else "[:, None]")
        if kept == (1,):
            return (
                self.at(source, ATOM) + "[..., None, :]" if self.is_stack
                else self.at(source, level)
            )  # fmt: skip
        missing = rank - source.rank
        if not self.is_stack or source.is_constant or not missing:
            return self.at(source, level)
        return f"{self.at(source, ATOM)}[..., {', '.join(['None'] * missing)}]"

    def factor(self, arg: Term, rank: int) -> str:
        """The left operand of a product: ``@`` binds like ``*``, so it is set apart."""
        text = self.operand(arg, rank, PRODUCT)
        is_matmul = arg in self.texts and self.texts[arg] == (text, MATMUL)
        return f"({text})" if is_matmul else text

    def _sum(self, term: Term) -> tuple[str, int]:
        text = self.operand(term.args[0], term.rank, SUM)
        for arg in term.args[1:]:
            source, kept = (arg.args[0], arg.kept) if arg.op == "spread" else (arg, None)
            sign, source = ("-", source.args[0]) if source.op == "negative" else ("+", source)
            if source.op == "number" and source.data < 0:
                text += f" - {number_text(-source.data)[0]}"
            else:
                text += f" {sign} {self.indexed(source, kept, term.rank, PRODUCT)}"
        return text, SUM

    def _negative(self, term: Term) -> tuple[str, int]:
        return f"-{self.factor(term.args[0], term.rank)}", SUM

    def _times(self, term: Term) -> tuple[str, int]:
        left, right = term.args
        return f"{self.factor(left, term.rank)} * {self.operand(right, term.rank, SIGN)}", PRODUCT

    def _over(self, term: Term) -> tuple[str, int]:
        left, right = term.args
        return f"{self.factor(left, term.rank)} / {self.operand(right, term.rank, SIGN)}", PRODUCT

    def _square(self, term: Term) -> tuple[str, int]:
        return f"{self.operand(term.args[0], term.rank, ATOM)} ** 2", POWER

    def _power(self, term: Term) -> tuple[str, int]:
        base, exponent = term.args
        if term.rank == 0:
            stack_power = "np.float_power" if term.is_constant else "np.power"
            name = stack_power if self.is_stack else "math.pow"
            return f"{name}({self.at(base, ANY)}, {self.at(exponent, ANY)})", ATOM
        left = self.operand(base, term.rank, ATOM)
        return f"{left} ** {self.operand(exponent, term.rank, ATOM)}", POWER

    def _apply(self, term: Term) -> tuple[str, int]:
        function = FUNCTIONS[str(term.data)]
        # ``math`` refuses what NumPy answers by inf or nan, which is the part of a stack
        is_refusing = self.is_stack and function.scalar.startswith("math.")
        is_float = term.rank == 0 and (not self.is_stack or term.is_constant)
        text = function.scalar if is_float and not is_refusing else function.array
        return text.format(self.at(term.args[0], ANY)), ATOM

    def _combine(self, term: Term) -> tuple[str, int]:
        if isinstance(term.data, SeriesAtZero):
            return self._near_zero(term)
        operands = [self.operand(arg, term.rank, ANY) for arg in term.args]
        return COMBINED[str(term.data)].format(*operands), ATOM

    def _near_zero(self, term: Term) -> tuple[str, int]:
        operands = ", ".join(self.operand(arg, term.rank, ANY) for arg in term.args)
        written = term.data
        series = ", ".join(number_text(c)[0].replace(" / ", "/") for c in written.known) + ","
        lines = textwrap.indent("\n".join(textwrap.wrap(series, LONGEST_LINE_OF_SERIES)), " " * 4)
        head = f"near_zero({operands}, {written.first}, {written.step}, {written.radius},"
        return f"{head} (\n{lines}\n))", ATOM

    def _lost(self, term: Term) -> tuple[str, int]:
        operands = [self.operand(arg, term.rank, ANY) for arg in term.args]
        if term.rank or self.is_stack:
            return f"lost_digits({', '.join(operands)})", ATOM
        sizes = ", ".join(f"abs({operand})" for operand in operands[1:])
        return f"abs({operands[0]}) < 1e-15 * max({sizes})", SUM
