"""First derivatives of any shape and second derivatives against differences of plain values.

The values are those of ``random_expressions``; the formulas are the textbook's difference
quotients.  Nothing of the library's own checks is used.
"""

from __future__ import annotations

import flint
import numpy as np
from random_expressions import BITS, KinkError, _mid, random_point, value

from derive.language.expression import symbol

FINE = flint.arb(2) ** -90  # of a first difference
COARSE = flint.arb(2) ** -60  # of a second difference
LARGEST = flint.arb(10) ** 25  # what is larger is no admissible point
TRIES = 6


def random_direction(shape, rng):
    draw = np.frompyfunc(lambda _: flint.arb(rng.randint(-9, 9)) / 7, 1, 1)
    return draw(np.empty(shape, dtype=object))


def is_wrong_differential(function, variable, claimed, sizes, rng):
    """Whether ``claimed``, which holds a symbol ``dX``, differs from a first difference.

    None if no admissible point was found.
    """
    return _at_points(function, variable, sizes, rng, _first(function, variable, claimed, sizes))


def is_wrong_second(function, variable, claimed, sizes, rng):
    """Whether ``claimed``, the differential of the gradient, differs from a second difference."""
    return _at_points(
        function, variable, sizes, rng, _second(function, variable, claimed, sizes, rng)
    )


def is_wrong_matrix(function, variable, matrix, sizes, rng):
    """Whether a Hessian matrix differs from second differences."""
    claimed = matrix @ direction_of(variable)
    return is_wrong_second(function, variable, claimed, sizes, rng)


def _at_points(function, variable, sizes, rng, gap_at):
    saved, flint.ctx.prec = flint.ctx.prec, BITS
    has_pole = False
    try:
        for _ in range(TRIES):
            point = random_point(function, sizes, rng)
            D = random_direction(point[variable].shape, rng)
            try:
                gap, scale, tolerance = gap_at(point, D)
            except (KinkError, ZeroDivisionError):
                continue
            if not scale < LARGEST:
                continue
            if not gap.is_finite():
                has_pole = True
                continue
            return not gap < scale * tolerance
        return True if has_pole else None
    finally:
        flint.ctx.prec = saved


def _first(function, variable, claimed, sizes):
    def gap_at(point, D):
        ahead, back = (
            value(function, {**point, variable: _mid(point[variable] + step * D)}, sizes)
            for step in (FINE, -FINE)
        )
        slope = (ahead - back) / (2 * FINE)
        found = value(claimed, _with_direction(point, variable, D), sizes)
        scale = 1 + _largest(slope) + _largest(ahead)
        return _largest(slope - found), scale, flint.arb(10) ** -30

    return gap_at


def _second(function, variable, claimed, sizes, rng):
    def gap_at(point, D):
        E = random_direction(D.shape, rng)

        def at(s, t):
            moved = _mid(point[variable] + COARSE * (s * E + t * D))
            return value(function, {**point, variable: moved}, sizes)[0, 0]

        corners = [at(1, 1), at(1, -1), at(-1, 1), at(-1, -1)]
        bend = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * COARSE**2)
        found = value(claimed, _with_direction(point, variable, D), sizes)
        product = (found * E).sum()
        scale = 1 + abs(bend) + abs(corners[0]) + _largest(found)
        return abs(bend - product), scale, flint.arb(10) ** -20

    return gap_at


def _with_direction(point, variable, D):
    return {**point, direction_of(variable): D}


def direction_of(variable):
    """The symbol that stands for the differential of a variable."""
    return symbol(f"d{variable.name}", variable.shape)


def _largest(matrix):
    return max((abs(x).upper() for x in np.asarray(matrix).flat), default=flint.arb(0))
