"""Fresh names: multipliers and split variables that clash with nothing in the problem.

Letters follow the textbooks: nu, eta, ... for equalities, lam, mu, ... for inequalities,
u, v, ... for what a split introduces; capitals where it is a matrix.
"""

from __future__ import annotations

from collections.abc import Iterable

from derive.language.expression import Node, symbol
from derive.language.facts import close_facts
from derive.language.sizes import Shape

EQUALITY = ("nu", "eta", "kappa", "rho")
INEQUALITY = ("lam", "mu", "alpha", "beta", "gamma", "tau")
SPLIT = ("u", "v", "r", "s", "p")
FITTED = ("z", "v", "t", "s", "p")
RANGE = ("z", "v", "t", "s", "p")
MATRIX = {
    EQUALITY: ("Lambda", "Gamma", "Omega", "Theta"),
    INEQUALITY: ("Lambda", "Gamma", "Omega", "Theta"),
    SPLIT: ("U", "V", "R", "S"),
    FITTED: ("Z", "V", "T", "S"),
    RANGE: ("Z", "V", "T", "S"),
}
LAGRANGIAN = ("L", "Lag")
DUAL = ("g", "G", "dualfn")

PRINTED_ALIKE = {"lambda": "lam", "ell": "l"}


class Names:
    """Hands out names that are not taken, the first of a list that is free."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {_printed(name) for name in taken}

    @property
    def taken(self) -> frozenset[str]:
        """The names in use so far."""
        return frozenset(self._taken)

    def fresh(self, letters: tuple[str, ...], shape: Shape, *facts: str) -> Node:
        """A new symbol with the first free letter, then ``letter_2``, ``letter_3``, ..."""
        letters = MATRIX[letters] if shape[1] != 1 and letters in MATRIX else letters
        name = next((one for one in letters if _printed(one) not in self._taken), "")
        count = 2
        while not name:
            candidate = f"{letters[0]}_{count}"
            name = candidate if candidate not in self._taken else ""
            count += 1
        self._taken.add(_printed(name))
        return symbol(name, shape, close_facts(facts, name, shape))


def _printed(name: str) -> str:
    return PRINTED_ALIKE.get(name, name)
