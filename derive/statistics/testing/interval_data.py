"""Data of confidence intervals: read, refused, and with the laws that their quantiles are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

import numpy as np

from derive.errors import DomainError
from derive.statistics.sample.averages import mean
from derive.statistics.sample.reading import Sample, read_pair, read_sample, require_spread
from derive.statistics.sample.scale import exponent_of, quotient, scaled
from derive.statistics.sample.spread import sample_variance
from derive.statistics.testing.null_laws import NullLaw
from derive.statistics.testing.numbers import positive, successes_in, whole
from derive.statistics.testing.spread_tests import correlated, read_two, require_inside
from derive.statistics.testing.table_tests import four_cells

NORMAL = NullLaw("normal")


@dataclass(frozen=True)
class Found:
    """Data as the page names them, the estimate, and the laws of its quantiles.

    `q` is the law of a symmetric pivot; else `q_1` and `q_2` have one each.  The parameter lies
    between the `edges`; where an end `is_edge`, it is that by its definition.  Data and estimate
    are in a unit in which the parameter has the unit ``2**exponent``.
    """

    data: dict[str, Any]
    estimate: float
    q: NullLaw | None = None
    q_1: NullLaw | None = None
    q_2: NullLaw | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    edges: tuple[float, float] = (-inf, inf)
    is_edge: tuple[bool, bool] = (False, False)
    exponent: int = 0


def of_mean(x: Any) -> Found:
    values = read_sample(x, "x", 2)
    require_spread(values, "x", "an interval for a mean")
    return of_mean_of(values, exponent_of(values))


def of_mean_of(values: Sample, exponent: int) -> Found:
    n = len(values)
    values = scaled(values, exponent)
    law = NullLaw("student", (float(n - 1),))
    return Found({"x": values}, mean(values), law, sizes={"n": n}, exponent=exponent)


def of_mean_known(x: Any, sigma: Any) -> Found:
    values, deviation = read_sample(x, "x"), positive(sigma, "sigma")
    unit = exponent_of(values, deviation)
    values = scaled(values, unit)
    data = {"x": values, "sigma": scaled(deviation, unit)}
    return Found(data, mean(values), NORMAL, sizes={"n": len(values)}, exponent=unit)


def of_paired(x: Any, y: Any) -> Found:
    first, second = read_pair(x, y)
    unit = exponent_of(first, second)
    first, second = scaled(first, unit), scaled(second, unit)
    require_spread(first - second, "x - y", "an interval for a mean", first, second)
    return replace(of_mean_of(first - second, 0), exponent=unit)


def of_variance(x: Any) -> Found:
    values = read_sample(x, "x", 2)
    require_spread(values, "x", "an interval for a variance")
    law = NullLaw("chi_squared", (float(len(values) - 1),))
    unit = exponent_of(values)
    values = scaled(values, unit)
    sizes = {"n": len(values)}
    found = sample_variance(values)
    return Found({"x": values}, found, q_1=law, q_2=law, sizes=sizes, exponent=2 * unit)


def of_ratio(x: Any, y: Any) -> Found:
    first, second = read_two(x, y)
    n, m = len(first), len(second)
    law = NullLaw("f", (float(n - 1), float(m - 1)))
    units = exponent_of(first), exponent_of(second)
    data = {"x": scaled(first, units[0]), "y": scaled(second, units[1])}
    found = sample_variance(data["x"]) / sample_variance(data["y"])
    back = 2 * (units[0] - units[1])
    return Found(data, found, q_1=law, q_2=law, sizes={"n": n, "m": m}, exponent=back)


def of_difference(x: Any, y: Any, pooled: bool) -> Found:
    first, second = read_sample(x, "x", 2), read_sample(y, "y", 2)
    if np.max(second) == np.min(second):
        require_spread(first, "x (and y)", "an interval for a difference of means")
    n, m = len(first), len(second)
    unit = exponent_of(first, second)
    first, second = scaled(first, unit), scaled(second, unit)
    a, b = sample_variance(first) / n, sample_variance(second) / m
    share = a / (a + b)
    welch = 1 / (share**2 / (n - 1) + (1 - share) ** 2 / (m - 1))
    law = NullLaw("student", (float(n + m - 2) if pooled else welch,))
    gap = mean(first - second[0]) - mean(second - second[0])
    data = {"x": first, "y": second}
    return Found(data, gap, law, sizes={"n": n, "m": m}, exponent=unit)


def of_pooled(x: Any, y: Any) -> Found:
    return of_difference(x, y, pooled=True)


def of_welch(x: Any, y: Any) -> Found:
    return of_difference(x, y, pooled=False)


def of_proportion(successes: Any, trials: Any) -> Found:
    k, n = successes_in(successes, trials)
    return Found({"k": float(k), "n": float(n)}, k / n, NORMAL, edges=(0.0, 1.0))


def of_wilson(successes: Any, trials: Any) -> Found:
    found = of_proportion(successes, trials)
    return replace(found, is_edge=(found.estimate == 0, found.estimate == 1))


def of_proportion_wald(successes: Any, trials: Any) -> Found:
    found = of_proportion(successes, trials)
    if found.estimate in (0, 1):
        raise DomainError(
            f"a Wald interval needs successes and failures, got {successes} of {trials}: "
            f"its length is 0\n"
            f'  to fix   : use method="wilson" or method="clopper_pearson"'
        )
    return found


def of_clopper_pearson(successes: Any, trials: Any) -> Found:
    k, n = successes_in(successes, trials)
    low = NullLaw("f", (2.0 * k, 2.0 * (n - k + 1))) if k else None
    high = NullLaw("f", (2.0 * (k + 1), 2.0 * (n - k))) if k < n else None
    data = {"k": float(k), "n": float(n)}
    return Found(data, k / n, q_1=low, q_2=high, edges=(0.0, 1.0), is_edge=(k == 0, k == n))


def of_rate(events: Any, exposure: Any = 1) -> Found:
    k, t = whole(events, "events"), positive(exposure, "exposure")
    found = quotient(k, t, "the rate")
    return Found({"k": float(k), "t": t}, found, NORMAL, edges=(0.0, inf))


def of_rate_score(events: Any, exposure: Any = 1) -> Found:
    found = of_rate(events, exposure)
    return replace(found, is_edge=(found.data["k"] == 0, False))


def of_rate_wald(events: Any, exposure: Any = 1) -> Found:
    found = of_rate(events, exposure)
    if not found.data["k"]:
        raise DomainError(
            "a Wald interval of a rate needs an event: without one its length is 0\n"
            '  to fix   : use method="exact" or method="score"'
        )
    return found


def of_rate_exact(events: Any, exposure: Any = 1) -> Found:
    found = of_rate_score(events, exposure)
    k = found.data["k"]
    low = NullLaw("chi_squared", (2.0 * k,)) if k else None
    return replace(found, q=None, q_1=low, q_2=NullLaw("chi_squared", (2.0 * (k + 1),)))


def of_correlation(x: Any, y: Any) -> Found:
    n, r, rest = correlated(x, y, 4)
    return Found({"r": require_inside(r, rest), "n": float(n)}, r, NORMAL, edges=(-1.0, 1.0))


def of_odds_ratio(table: Any) -> Found:
    a, b, c, d = four_cells(table)
    return Found({"a": a, "b": b, "c": c, "d": d}, a * d / (b * c), NORMAL)
