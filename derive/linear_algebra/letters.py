"""The letters of a page: those a textbook uses, or others where the matrix has taken them."""

from __future__ import annotations

from collections.abc import Iterable

from derive.language.expression import Node, symbol

CHOICES = {
    "matrix": ("A", "M", "S", "B"),
    "root": ("lam", "mu", "kappa", "rho"),
    "unknown": ("x", "z", "t", "y"),
    "vector": ("v", "p", "h", "g"),
    "orthogonal": ("u", "r", "w", "k"),
    "unit": ("q", "e", "n", "m"),
    "basis": ("Q", "P", "U", "V"),
}


class Letters:
    """Symbols for the parts of a page, numbered where there are several."""

    def __init__(self, taken: Iterable[str], size: int) -> None:
        first_letters = {name.split("_")[0].rstrip("0123456789") for name in taken}
        self.size = size
        self.names = {
            part: next((c for c in choices if c not in first_letters), f"{choices[0]}_star")
            for part, choices in CHOICES.items()
        }

    def matrix(self, part: str) -> Node:
        """A square matrix."""
        return symbol(self.names[part], (self.size, self.size))

    def scalar(self, part: str, index: int = 0) -> Node:
        """A scalar, numbered from 1."""
        return symbol(self._numbered(part, index))

    def vector(self, part: str, index: int = 0) -> Node:
        """A column, numbered from 1."""
        return symbol(self._numbered(part, index), (self.size, 1))

    def _numbered(self, part: str, index: int) -> str:
        return f"{self.names[part]}_{index}" if index else self.names[part]
