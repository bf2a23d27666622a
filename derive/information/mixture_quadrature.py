"""The Jensen-Shannon divergence of two laws of numbers, by quadrature or summation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from scipy import integrate

from derive.errors import NoClosedFormError
from derive.language.expression import symbol
from derive.language.law import Law
from derive.language.sympy_out import to_sympy
from derive.numeric import compile_function
from derive.progress import doing

DECIMALS = 10
MOST_TERMS = 200_000
NOTHING = -700.0
GRID = 4001
PIECE = 80  # places of the grid between two cuts


@dataclass(frozen=True)
class Rounded:
    """A value and how far the truth may lie from it."""

    value: Fraction
    gap: Fraction


def mixture_divergence(p: Law, q: Law, weight: Fraction, base: Fraction | None) -> Rounded:
    """``w KL(p || m) + (1 - w) KL(q || m)`` with an estimate of its error.

    Raises
    ------
    NoClosedFormError
        The sum or the integral does not settle.
    """
    densities = (_log_density(p), _log_density(q))
    w = float(weight)

    def integrand(x: float) -> float:
        a, b = densities[0](x), densities[1](x)
        mixed = np.logaddexp(math.log(w) + a, math.log1p(-w) + b)
        first = w * math.exp(a) * (a - mixed) if a > NOTHING else 0.0
        second = (1 - w) * math.exp(b) * (b - mixed) if b > NOTHING else 0.0
        return float(first + second)

    with doing("the {} over the mixture", "sum" if p.support.is_whole else "integral"):
        total, error = (_sum if p.support.is_whole else _integral)(p, densities, integrand)
    unit = 1.0 if base is None else math.log(float(base))
    gap = max(abs(error / unit), 10.0**-DECIMALS)
    if not gap < 1e-6:
        raise NoClosedFormError(
            f"the Jensen-Shannon divergence of {p!r} and {q!r} did not settle by quadrature"
        )
    scale = 10**DECIMALS
    return Rounded(Fraction(round(total / unit * scale), scale), Fraction(gap))


def _log_density(law: Law) -> Callable[[float], float]:
    """The log density as a function of a float; far below zero where it has no value."""
    x = symbol("x", facts=law.support.facts)
    compiled = compile_function([("log_density", law.log_density(x))], (x,))

    def value(at: float) -> float:
        with np.errstate(all="ignore"):
            found = float(compiled(at))
        return found if math.isfinite(found) else -math.inf

    return value


def _sum(
    law: Law, densities: tuple[Callable[[float], float], ...], term: Callable[[float], float]
) -> tuple[float, float]:
    """The sum over whole numbers, until both masses are nothing and fall."""
    start = int(law.support.lower.data) if law.support.lower is not None else 0
    stop = None if law.support.upper is None else int(law.support.upper.data)
    parts = []
    for k in range(start, start + MOST_TERMS, law.support.step):
        if stop is not None and k > stop:
            break
        parts.append(term(float(k)))
        here = [d(float(k)) for d in densities]
        if k > start + 10 and all(v < -45 for v in here):
            later = [d(float(2 * k + 2)) for d in densities]
            if all(b < a for a, b in zip(here, later, strict=True)):
                break
    else:
        return math.nan, math.inf
    return math.fsum(parts), 1e-12


def _integral(
    law: Law, densities: tuple[Callable[[float], float], ...], value: Callable[[float], float]
) -> tuple[float, float]:
    """The integral over the support, cut where the densities have their bulk."""
    low = -math.inf if law.support.lower is None else float(to_sympy(law.support.lower))
    high = math.inf if law.support.upper is None else float(to_sympy(law.support.upper))
    grid = np.sinh(np.linspace(-30, 30, GRID))
    if math.isfinite(low) and math.isfinite(high):
        grid = low + (high - low) * np.linspace(0, 1, GRID)[1:-1]
    elif math.isfinite(low):
        grid = low + np.exp(np.linspace(-30, 30, GRID))
    cuts = set()
    for density in densities:
        heights = np.array([density(float(x)) for x in grid])
        bulk = grid[heights > heights.max() - 40]
        cuts |= {float(bulk[0]), float(bulk[-1]), float(grid[np.argmax(heights)])}
        near = grid[heights > heights.max() - 2]
        cuts |= {float(near[0]), float(near[-1]), *map(float, bulk[::PIECE])}
    ends = [low, *sorted(cuts), high]
    parts = [_piece(value, a, b) for a, b in pairwise(ends) if b > a]
    return math.fsum(part[0] for part in parts), math.fsum(part[1] for part in parts)


def _piece(value: Callable[[float], float], a: float, b: float) -> tuple[float, float]:
    """An integral between two cuts, a tail on the scale of its end."""
    integrand, low, high = value, a, b
    if not (math.isfinite(a) and math.isfinite(b)):
        end, sign = (a, 1) if math.isfinite(a) else (b, -1)
        scale = max(abs(end), 1.0)
        low, high = 0.0, math.inf

        def integrand(u: float) -> float:
            return value(end + sign * scale * u) * scale

    found = integrate.quad(
        integrand, low, high, epsabs=1e-14, epsrel=1e-12, limit=200, full_output=1
    )
    return float(found[0]), float(found[1])
