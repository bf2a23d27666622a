"""Confidence intervals from data: quantiles of a pivot put into the ends that its page derives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from math import inf, isfinite
from typing import Any

import numpy as np

from derive.check.claim import Claim
from derive.check.inference_claims import NumberClaim, TailClaim
from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.statistics.interval_text import interval_texts, level_text
from derive.statistics.sample.scale import beyond, scaled, unscaled
from derive.statistics.testing import count_interval_pages as counts
from derive.statistics.testing import interval_data as read
from derive.statistics.testing import interval_pages as pages
from derive.statistics.testing.inference import MOST_VALUES, Inference, as_inference, with_numbers
from derive.statistics.testing.interval_data import Found
from derive.statistics.testing.numbers import inside_unit


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


METHODS: Mapping[str, Mapping[str, Method]] = {
    "mean": {
        "t": Method(pages.mean_page, read.of_mean, "x"),
        "known": Method(pages.mean_known_page, read.of_mean_known, "x, sigma"),
        "paired": Method(pages.mean_page, read.of_paired, "x, y"),
    },
    "mean_difference": {
        "welch": Method(pages.welch_page, read.of_welch, "x, y"),
        "pooled": Method(pages.pooled_page, read.of_pooled, "x, y"),
    },
    "variance": {"chi_squared": Method(pages.variance_page, read.of_variance, "x")},
    "variance_ratio": {"f": Method(pages.variance_ratio_page, read.of_ratio, "x, y")},
    "proportion": {
        "wilson": Method(counts.wilson_page, read.of_wilson, "successes, trials"),
        "wald": Method(counts.wald_page, read.of_proportion_wald, "successes, trials"),
        "agresti_coull": Method(counts.agresti_coull_page, read.of_proportion, "successes, trials"),
        "clopper_pearson": Method(
            counts.clopper_pearson_page, read.of_clopper_pearson, "successes, trials"
        ),
    },
    "rate": {
        "exact": Method(counts.rate_exact_page, read.of_rate_exact, "events, exposure"),
        "wald": Method(counts.rate_wald_page, read.of_rate_wald, "events, exposure"),
        "score": Method(counts.rate_score_page, read.of_rate_score, "events, exposure"),
    },
    "correlation": {"fisher": Method(counts.correlation_page, read.of_correlation, "x, y")},
    "odds_ratio": {"wald": Method(counts.odds_ratio_page, read.of_odds_ratio, "table")},
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
        No interval has the name, or the data are fewer or more than it reads.
    ShapeError
        A sample is too short, or two samples do not fit.
    DomainError
        `level` is not in (0, 1), a sample is constant (also but for rounding, of differences), a
        count is out of its range, or an end is beyond double precision.

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
