"""Confidence intervals from data: quantiles of a pivot put into the ends that its page derives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from inspect import signature
from math import inf, isfinite
from typing import Any

import numpy as np

from derive.check.claim import Claim
from derive.check.inference_claims import NumberClaim, TailClaim
from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError
from derive.statistics.interval_text import interval_texts, level_text
from derive.statistics.sample.averages import mean
from derive.statistics.sample.reading import Sample, read_pair, read_sample, require_spread
from derive.statistics.sample.scale import beyond, exponent_of, quotient, scaled, unscaled
from derive.statistics.sample.spread import sample_variance
from derive.statistics.testing import count_interval_pages as counts
from derive.statistics.testing import interval_pages as pages
from derive.statistics.testing.inference import MOST_VALUES, Inference, as_inference, with_numbers
from derive.statistics.testing.null_laws import NullLaw
from derive.statistics.testing.numbers import inside_unit, positive, successes_in, whole
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


@dataclass(frozen=True)
class Method:
    """A page and how its data are read."""

    page: Callable[[], Derivation]
    read: Callable[..., Found]
    takes: str

    def takes_so_many(self, count: int) -> bool:
        """Whether the data may be so many things."""
        places = signature(self.read).parameters.values()
        return sum(p.default is p.empty for p in places) <= count <= len(places)


def _mean(x: Any) -> Found:
    values = read_sample(x, "x", 2)
    require_spread(values, "x", "an interval for a mean")
    return _mean_of(values, exponent_of(values))


def _mean_of(values: Sample, exponent: int) -> Found:
    n = len(values)
    values = scaled(values, exponent)
    law = NullLaw("student", (float(n - 1),))
    return Found({"x": values}, mean(values), law, sizes={"n": n}, exponent=exponent)


def _mean_known(x: Any, sigma: Any) -> Found:
    values, deviation = read_sample(x, "x"), positive(sigma, "sigma")
    unit = exponent_of(values, deviation)
    values = scaled(values, unit)
    data = {"x": values, "sigma": scaled(deviation, unit)}
    return Found(data, mean(values), NORMAL, sizes={"n": len(values)}, exponent=unit)


def _paired(x: Any, y: Any) -> Found:
    first, second = read_pair(x, y)
    unit = exponent_of(first, second)
    first, second = scaled(first, unit), scaled(second, unit)
    require_spread(first - second, "x - y", "an interval for a mean", first, second)
    return replace(_mean_of(first - second, 0), exponent=unit)


def _variance(x: Any) -> Found:
    values = read_sample(x, "x", 2)
    require_spread(values, "x", "an interval for a variance")
    law = NullLaw("chi_squared", (float(len(values) - 1),))
    unit = exponent_of(values)
    values = scaled(values, unit)
    sizes = {"n": len(values)}
    found = sample_variance(values)
    return Found({"x": values}, found, q_1=law, q_2=law, sizes=sizes, exponent=2 * unit)


def _ratio(x: Any, y: Any) -> Found:
    first, second = read_two(x, y)
    n, m = len(first), len(second)
    law = NullLaw("f", (float(n - 1), float(m - 1)))
    units = exponent_of(first), exponent_of(second)
    data = {"x": scaled(first, units[0]), "y": scaled(second, units[1])}
    found = sample_variance(data["x"]) / sample_variance(data["y"])
    back = 2 * (units[0] - units[1])
    return Found(data, found, q_1=law, q_2=law, sizes={"n": n, "m": m}, exponent=back)


def _difference(x: Any, y: Any, pooled: bool) -> Found:
    first, second = read_sample(x, "x", 2), read_sample(y, "y", 2)
    if second.max() == second.min():
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


def _pooled(x: Any, y: Any) -> Found:
    return _difference(x, y, pooled=True)


def _welch(x: Any, y: Any) -> Found:
    return _difference(x, y, pooled=False)


def _proportion(successes: Any, trials: Any) -> Found:
    k, n = successes_in(successes, trials)
    return Found({"k": float(k), "n": float(n)}, k / n, NORMAL, edges=(0.0, 1.0))


def _wilson(successes: Any, trials: Any) -> Found:
    found = _proportion(successes, trials)
    return replace(found, is_edge=(found.estimate == 0, found.estimate == 1))


def _proportion_wald(successes: Any, trials: Any) -> Found:
    found = _proportion(successes, trials)
    if found.estimate in (0, 1):
        raise DomainError(
            f"a Wald interval needs successes and failures, got {successes} of {trials}: "
            f"its length is 0\n"
            f'  to fix   : use method="wilson" or method="clopper_pearson"'
        )
    return found


def _clopper_pearson(successes: Any, trials: Any) -> Found:
    k, n = successes_in(successes, trials)
    low = NullLaw("f", (2.0 * k, 2.0 * (n - k + 1))) if k else None
    high = NullLaw("f", (2.0 * (k + 1), 2.0 * (n - k))) if k < n else None
    data = {"k": float(k), "n": float(n)}
    return Found(data, k / n, q_1=low, q_2=high, edges=(0.0, 1.0), is_edge=(k == 0, k == n))


def _rate(events: Any, exposure: Any = 1) -> Found:
    k, t = whole(events, "events"), positive(exposure, "exposure")
    found = quotient(k, t, "the rate")
    return Found({"k": float(k), "t": t}, found, NORMAL, edges=(0.0, inf))


def _rate_score(events: Any, exposure: Any = 1) -> Found:
    found = _rate(events, exposure)
    return replace(found, is_edge=(found.data["k"] == 0, False))


def _rate_wald(events: Any, exposure: Any = 1) -> Found:
    found = _rate(events, exposure)
    if not found.data["k"]:
        raise DomainError(
            "a Wald interval of a rate needs an event: without one its length is 0\n"
            '  to fix   : use method="exact" or method="score"'
        )
    return found


def _rate_exact(events: Any, exposure: Any = 1) -> Found:
    found = _rate_score(events, exposure)
    k = found.data["k"]
    low = NullLaw("chi_squared", (2.0 * k,)) if k else None
    return replace(found, q=None, q_1=low, q_2=NullLaw("chi_squared", (2.0 * (k + 1),)))


def _correlation(x: Any, y: Any) -> Found:
    n, r, rest = correlated(x, y, 4)
    return Found({"r": require_inside(r, rest), "n": float(n)}, r, NORMAL, edges=(-1.0, 1.0))


def _odds_ratio(table: Any) -> Found:
    a, b, c, d = four_cells(table)
    return Found({"a": a, "b": b, "c": c, "d": d}, a * d / (b * c), NORMAL)


METHODS: Mapping[str, Mapping[str, Method]] = {
    "mean": {
        "t": Method(pages.mean_page, _mean, "x"),
        "known": Method(pages.mean_known_page, _mean_known, "x, sigma"),
        "paired": Method(pages.mean_page, _paired, "x, y"),
    },
    "mean_difference": {
        "welch": Method(pages.welch_page, _welch, "x, y"),
        "pooled": Method(pages.pooled_page, _pooled, "x, y"),
    },
    "variance": {"chi_squared": Method(pages.variance_page, _variance, "x")},
    "variance_ratio": {"f": Method(pages.variance_ratio_page, _ratio, "x, y")},
    "proportion": {
        "wilson": Method(counts.wilson_page, _wilson, "successes, trials"),
        "wald": Method(counts.wald_page, _proportion_wald, "successes, trials"),
        "agresti_coull": Method(counts.agresti_coull_page, _proportion, "successes, trials"),
        "clopper_pearson": Method(
            counts.clopper_pearson_page, _clopper_pearson, "successes, trials"
        ),
    },
    "rate": {
        "exact": Method(counts.rate_exact_page, _rate_exact, "events, exposure"),
        "wald": Method(counts.rate_wald_page, _rate_wald, "events, exposure"),
        "score": Method(counts.rate_score_page, _rate_score, "events, exposure"),
    },
    "correlation": {"fisher": Method(counts.correlation_page, _correlation, "x, y")},
    "odds_ratio": {"wald": Method(counts.odds_ratio_page, _odds_ratio, "table")},
}


def confidence_interval(
    kind: str, *data: Any, level: Any = 0.95, method: str | None = None
) -> Inference:
    """Derive a confidence interval by inverting a pivot, and evaluate it on data.

    Parameters
    ----------
    kind : str
        ``"mean"``, ``"mean_difference"``, ``"variance"``, ``"variance_ratio"``,
        ``"proportion"``, ``"rate"`` (of a Poisson count), ``"correlation"``, ``"odds_ratio"``.
    data : arrays or numbers
        The sample x (and y, and sigma where it is known); successes and trials; events and
        exposure; a table of shape (2, 2).  Left out, the page alone comes back.
    level : number in (0, 1)
        The chance that an interval made so holds the parameter; what is left is split evenly.
    method : str, optional
        Of a mean ``"t"``, ``"known"`` (x, sigma) or ``"paired"``; of a difference ``"welch"`` or
        ``"pooled"``; of a proportion ``"wilson"``, ``"wald"``, ``"agresti_coull"`` or
        ``"clopper_pearson"``; of a rate ``"exact"``, ``"wald"`` or ``"score"``.  The first is
        taken if it is left out.

    Returns
    -------
    Inference
        ``.lower``, ``.upper``, ``.estimate``, ``.level``; ``.result`` holds both formulas, in
        quantiles that the steps name.

    Raises
    ------
    ArgumentError
        No interval has the name, or the data do not go with it.
    ShapeError
        A sample is too short, or two samples do not fit.
    DomainError
        `level` is not in (0, 1), a sample is constant, or a count is out of its range.

    References
    ----------
    lehmann2005, section 5.4; brown2001; agresti2013, section 3.1.

    Examples
    --------
    >>> confidence_interval("mean", [5.1, 4.9, 5.6, 5.8])
    4.68118 to 6.01882, estimate 5.35, level 0.95
    >>> confidence_interval("proportion", 14, 20, method="wilson")
    0.481027 to 0.854523, estimate 0.7, level 0.95
    """
    found = _method(kind, method)
    beta = inside_unit(level, "level")
    page = found.page()
    if not data:
        return as_inference(page)
    _require_taken(kind, method, found, data)
    case = found.read(*data)
    values, claims = _quantiles(case, beta)
    ends = _ends(page, case, values)
    estimate = case.estimate
    scale = max(ends[1] - ends[0], 1e-5 * abs(estimate))
    if sum(case.sizes.values()) <= MOST_VALUES:
        for (_, node), end in zip(page.trace.results, ends, strict=True):
            if {symbol.name for symbol in node.symbols} <= set(values):
                claims.append(NumberClaim(node, values, end, case.sizes, scale))
    lower, upper, estimate = _in_data_unit(*ends, estimate, case.exponent)
    numbers = {"lower": lower, "upper": upper, "estimate": estimate, "level": beta}
    shown = interval_texts(lower, upper, estimate)
    sentence = f"{shown[0]} to {shown[1]}, estimate {shown[2]}, level {level_text(beta)}"
    return with_numbers(page, numbers, sentence + _note(lower, upper, case.edges), tuple(claims))


def _in_data_unit(
    lower: float, upper: float, estimate: float, exponent: int
) -> tuple[float, float, float]:
    """The numbers of an interval in the unit of the data.

    Raises
    ------
    DomainError
        They are beyond double precision, or their distance is.
    """
    if isfinite(upper):
        unscaled(upper - lower, exponent, "the interval")
    lower, upper, estimate = (float(scaled(v, -exponent)) for v in (lower, upper, estimate))
    if not (isfinite(lower) and isfinite(estimate)):
        beyond("the interval")
    return lower, upper, estimate


def _note(lower: float, upper: float, edges: tuple[float, float]) -> str:
    """What an approximate interval says of parameters that there are not."""
    if edges[0] <= lower and upper <= edges[1]:
        return ""
    limits = f"above {edges[0]:g}" if edges[1] == inf else f"in [{edges[0]:g}, {edges[1]:g}]"
    return f"; a part of it is no value of the parameter, which lies {limits}"


def _require_taken(kind: str, word: str | None, found: Method, data: tuple[Any, ...]) -> None:
    """Raise unless a method takes so many things: none is left unread.

    Raises
    ------
    ArgumentError
        It takes fewer, or more.
    """
    if found.takes_so_many(len(data)):
        return
    others = [
        f'confidence_interval("{name}", {method.takes}, method="{name_of}")'
        for name, methods in METHODS.items()
        for name_of, method in methods.items()
        if name.startswith(kind) and method.takes_so_many(len(data))
    ]
    given = f"{len(data)} thing{'s' if len(data) != 1 else ''}"
    chosen = "" if word is None else f', method="{word}"'
    choices = ", ".join([f'confidence_interval("{kind}", {found.takes}{chosen})', *others])
    raise ArgumentError(f"this interval takes {found.takes}, got {given}\n  to fix   : {choices}")


def _method(kind: Any, method: Any) -> Method:
    if not isinstance(kind, str) or kind not in METHODS:
        raise ArgumentError(
            f"no interval is called {str(kind)[:40]!r}\n  known    : {', '.join(METHODS)}"
        )
    known = METHODS[kind]
    chosen = next(iter(known)) if method is None else method
    if not isinstance(chosen, str) or chosen not in known:
        raise ArgumentError(
            f"no interval for a {kind} is called {str(method)[:40]!r}\n"
            f"  known    : {', '.join(known)}"
        )
    return known[chosen]


def _quantiles(case: Found, level: float) -> tuple[dict[str, Any], list[Claim]]:
    """The data with the quantiles that there are, each claimed to be one."""
    tail = (1 - level) / 2
    values, claims = dict(case.data), list[Claim]()
    for name, law, is_upper in (
        ("q", case.q, True),
        ("q_1", case.q_1, False),
        ("q_2", case.q_2, True),
    ):
        if law is None:
            continue
        point = law.point_above(tail) if is_upper else law.quantile(tail)
        values[name] = point
        side = "greater" if is_upper else "less"
        claims.append(TailClaim(law.family, law.degrees, point, tail, side))
    return values, claims


def _ends(page: Derivation, case: Found, values: Mapping[str, Any]) -> tuple[float, float]:
    """The formulas of the page at the data, and the edge where an end is that.

    Raises
    ------
    DomainError
        They are beyond double precision.
    """
    compiled = page.function()
    names = [symbol.name for symbol in page.trace.arguments]
    with np.errstate(all="ignore"):
        ends = compiled(**{name: values.get(name, 1.0) for name in names})
    lower, upper = (
        edge if is_edge else float(end)
        for edge, is_edge, end in zip(case.edges, case.is_edge, ends, strict=True)
    )
    if not (isfinite(lower) and isfinite(upper)):
        beyond("the interval")
    return lower, upper
