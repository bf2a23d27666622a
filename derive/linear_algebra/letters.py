"""The letters of a page: those a textbook uses, or others where the matrix has taken them."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase

from derive.language.expression import Node, symbol
from derive.writing.names import split_name

CHOICES = {
    "matrix": ("A", "M", "S", "B"),
    "root": ("lam", "mu", "kappa", "rho"),
    "unknown": ("x", "z", "t", "y"),
    "vector": ("v", "p", "h", "g"),
    "orthogonal": ("u", "r", "w", "k"),
    "unit": ("q", "e", "n", "m"),
    "basis": ("Q", "P", "U", "V"),
}
SPARE = {"matrix": ascii_uppercase, "basis": ascii_uppercase}  # else small letters


def spelled(name: str) -> str:
    """The letter that a name shows, spelled out: ``lam_1``, ``lambda`` and ``λ`` are one.

    Examples
    --------
    >>> spelled("lam_1"), spelled("λ"), spelled("x2")
    ('lambda', 'lambda', 'x')
    """
    return split_name(name).base


def free_letter(part: str, taken: Iterable[str]) -> str:
    """The first letter of a part of the page that none of the names shows.

    Examples
    --------
    >>> free_letter("root", ["lambda1", "μ"])
    'kappa'
    """
    shown = {spelled(name) for name in taken}
    letters = (*CHOICES[part], *SPARE.get(part, ascii_lowercase))
    free = (letter for letter in letters if spelled(letter) not in shown)
    return next(free, f"{CHOICES[part][0]}_star")


class Letters:
    """Symbols for the parts of a page, numbered where there are several."""

    def __init__(self, taken: Iterable[str], size: int) -> None:
        self.size = size
        self.names: dict[str, str] = {}
        shown = {*taken, "I"}  # the identity is on every page
        for part in CHOICES:
            self.names[part] = free_letter(part, shown)
            shown.add(self.names[part])

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
