"""LeastPlace: the least point of a lattice at which a growing function reaches a value.

The function is asked at doubling distances from the lowest point, then by halves; where it is
not seen to reach the value, the answer is infinity.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, NoReturn

import numpy as np

from derive.errors import ArgumentError, NoRuleError
from derive.numeric.guarded import GuardedFunction
from derive.numeric.names import Names

MOST_DOUBLINGS = 52  # whole numbers beyond are no longer told apart
ROUNDING = 2.0**-50  # of the smaller of a share and what is left

_NO_SOURCE = (
    "this quantile is found by a search and has no source\n"
    "  to fix   : the distribution function that is searched has one, cdf(law).function()"
)


class LeastPlace:
    """The least whole number at which a distribution function reaches a share, by search.

    Arguments broadcast against each other; a share outside [0, 1] gives nan, 0 and
    1 the ends of the lattice.

    Parameters
    ----------
    function : GuardedFunction
        Growing from 0 to 1 in its variable, constant between points of the lattice.
    share : str
        The name of the value to be reached.

    Attributes
    ----------
    name : str
    arguments : tuple of str
        The share, then what the function takes beside its variable.
    """

    def __init__(self, function: GuardedFunction, share: str) -> None:
        self.function = function
        self.others = tuple(a for a in function.arguments if a != function.variable)
        self.arguments = (share, *self.others)
        self.name = Names(self.arguments).take("f")

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Search; arguments by position or by name."""
        checks = importlib.import_module("derive.numeric.arguments")
        bound = checks.bind(self.name, self.arguments, args, kwargs)
        given = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in bound))
        shape = given[0].shape
        rows = zip(*(value.ravel() for value in given), strict=True)
        return np.array([self._one(*row) for row in rows]).reshape(shape)[()]

    @property
    def source(self) -> NoReturn:
        """No text stands for a search.

        Raises
        ------
        NoRuleError
            Always; it says what can be read instead.
        """
        raise NoRuleError(_NO_SOURCE)

    short_source = source

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> NoReturn:
        """Refuse, as `source` does; pages in the other formats are written without it."""
        raise ArgumentError(f"{os.fspath(path)!r} is not written: {_NO_SOURCE}")

    def __repr__(self) -> str:
        return f"<{self.name}({', '.join(self.arguments)})>"

    def _one(self, share: float, *values: float) -> float:
        if not 0 <= share <= 1:
            return float("nan")
        named = {a: np.float64(v) for a, v in zip(self.others, values, strict=True)}
        step = self.function.guard.support.step
        low, high = (float(self.function.end(name, named)) for name in ("low", "high"))

        if share in (0, 1):  # all of the mass is between the ends
            return high if share else low
        slack = ROUNDING * min(share, 1 - share)  # a mass is the share but for rounding

        def reaches(count: int) -> bool:
            place = np.float64(low + step * count)
            mass = float(self.function(**named, **{self.function.variable: place}))
            if np.isnan(mass):
                raise ValueError
            return mass >= share - slack

        try:
            if reaches(0):
                return low
            above = 1
            while not reaches(above):
                above *= 2
                if above > 2**MOST_DOUBLINGS:
                    return float("inf")
            below = above // 2
            while above - below > 1:
                middle = (below + above) // 2
                below, above = (below, middle) if reaches(middle) else (middle, above)
        except ValueError:
            return float("nan")
        return min(low + step * above, high)
