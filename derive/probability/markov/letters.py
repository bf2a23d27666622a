"""The letters of a page about a chain, away from those that its matrix has taken."""

from __future__ import annotations

from derive.language.expression import Node, symbol
from derive.linear_algebra.letters import spelled
from derive.probability.markov.transitions import Transitions

CHOICES = {
    "transition": ("P", "M", "T", "W"),
    "generator": ("Q", "G", "A", "L"),
    "law": ("pi", "mu", "rho", "w"),
    "time": ("h", "k", "m", "g"),
    "root": ("lam", "kappa", "nu", "z"),
    "part": ("Z", "E", "G", "F"),
    "within": ("Q", "S", "V", "U"),
    "out": ("R", "D", "Y", "X"),
    "ends": ("B", "C", "K", "H"),
    "entropy": ("H", "S", "L", "J"),
    "flow": ("F", "D", "G", "J"),
    "estimate": ("p", "q", "w", "r"),
    "likelihood": ("ell", "L", "f", "g"),
    "count": ("N", "M", "K", "C"),
    "filter": ("alpha", "phi", "psi", "f"),
    "forecast": ("beta", "chi", "eta", "g"),
    "chance": ("c", "q", "d", "l"),
}


class Letters:
    """Symbols for the parts of one page."""

    def __init__(self, chain: Transitions, *parts: str, taken: tuple[str, ...] = ()) -> None:
        self.chain = chain
        shown = {spelled(s.name) for s in chain.symbols} | set(map(spelled, taken)) | {"I", "e"}
        self.names: dict[str, str] = {}
        for part in parts:
            free = [letter for letter in CHOICES[part] if spelled(letter) not in shown]
            self.names[part] = free[0] if free else f"{CHOICES[part][0]}_star"
            shown.add(spelled(self.names[part]))

    def matrix(self, part: str, rows: int | None = None, columns: int | None = None) -> Node:
        """A matrix; square in the number of states unless said otherwise."""
        height = self.chain.size if rows is None else rows
        return symbol(self.names[part], (height, height if columns is None else columns))

    def of_state(self, part: str, k: int, mark: str = "") -> Node:
        """A scalar that belongs to a state."""
        return symbol(f"{self.names[part]}_{self.chain.label(k)}{mark}")

    def vector(self, part: str, mark: str = "", rows: int | None = None) -> Node:
        """A column over the states."""
        return symbol(self.names[part] + mark, (self.chain.size if rows is None else rows, 1))

    def scalar(self, part: str, mark: str = "") -> Node:
        """A scalar."""
        return symbol(self.names[part] + mark)
