"""An order by letters among terms that nothing else tells apart."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr

KEPT = 5000  # the same terms are sorted again in each form that is tried


class Spelled:
    """A term as a key for sorting: written as a text only where it meets an equal."""

    __slots__ = ("expr",)

    def __init__(self, expr: Expr) -> None:
        self.expr = expr

    def __lt__(self, other: Spelled) -> bool:
        return _text(self.expr) < _text(other.expr)


@lru_cache(maxsize=KEPT)
def _text(expr: Expr) -> str:
    return str(expr)
