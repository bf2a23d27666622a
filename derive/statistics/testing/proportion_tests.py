"""Tests of proportions and of Poisson rates."""

from __future__ import annotations

from math import copysign, inf, log, sqrt
from typing import Any

from derive.check.inference_claims import NumberClaim, TailClaim
from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError
from derive.language.functions import sqrt as root_of
from derive.statistics.sample.scale import quotient
from derive.statistics.testing import count_pages, exact_pages, likelihood_pages
from derive.statistics.testing.exact import binomial_p_value, poisson_p_value
from derive.statistics.testing.inference import Inference, as_inference, tested, with_numbers
from derive.statistics.testing.null_laws import NullLaw, require_side
from derive.statistics.testing.numbers import inside_unit, positive, successes_in, whole

KINDS = ("score", "wald", "likelihood_ratio", "exact")
PLACES = {"wald": 0, "score": 1, "likelihood_ratio": 2}
NORMAL = NullLaw("normal")


def proportion_test(
    successes: Any = None,
    trials: Any = None,
    *,
    proportion: Any = 0.5,
    kind: str = "score",
    alternative: str = "two-sided",
) -> Inference:
    """Test a proportion from successes in independent trials.

    Parameters
    ----------
    successes, trials : int, optional
        Left out, the page alone comes back.
    proportion : number in (0, 1)
        The proportion under the null hypothesis.
    kind : "score", "wald", "likelihood_ratio" or "exact"
        The statistic: a signed root, nearly standard normal; exact sums the binomial law, two
        sides over all outcomes that are no more likely.
    alternative : "two-sided", "greater" or "less"
        What the p-value is against.

    Returns
    -------
    Inference
        ``.statistic`` (of "exact": the successes), ``.p_value``, ``.estimate``.

    Raises
    ------
    ArgumentError
        No kind or alternative has the name, or a count is not whole.
    DomainError
        There are more successes than trials, `proportion` is not in (0, 1), or a Wald test meets
        no success or nothing else.

    References
    ----------
    agresti2013, section 1.4.

    Examples
    --------
    >>> proportion_test(14, 20)
    z = 1.78885, Normal(0, 1), p = 0.07364 (two-sided)
    >>> proportion_test(14, 20, kind="exact")
    14 of 20, p = 0.1153 (two-sided)
    """
    side = _chosen(kind, alternative)
    if successes is None:
        return as_inference(
            _page(kind, likelihood_pages.proportion_page, exact_pages.binomial_page)
        )
    k, n = successes_in(successes, trials)
    p0 = inside_unit(proportion, "proportion")
    estimate = k / n
    if kind == "exact":
        p = binomial_p_value(k, n, p0, side)
        sentence = f"{k} of {n}, p = {p:.4g} ({side})"
        numbers = {"statistic": float(k), "p_value": p, "estimate": estimate}
        return with_numbers(exact_pages.binomial_page(), numbers, sentence)
    if kind == "wald":
        _require_inside(k, n)
        size = abs(estimate - p0) / sqrt(estimate * (1 - estimate) / n)
    elif kind == "score":
        size = abs(estimate - p0) / sqrt(p0) / sqrt(1 - p0) * sqrt(n)
    else:
        size = _root_of_ratio((k, n * p0), (n - k, n * (1 - p0)))
    data = {"k": float(k), "n": float(n), "p_0": p0}
    return _signed(
        likelihood_pages.proportion_page(), kind, data, size, estimate - p0, side, estimate
    )


def poisson_test(
    events: Any = None,
    exposure: Any = 1,
    *,
    rate: Any = 1,
    kind: str = "score",
    alternative: str = "two-sided",
) -> Inference:
    """Test a rate from a Poisson count over an exposure.

    Parameters
    ----------
    events : int, optional
        The count; left out, the page alone comes back.
    exposure : number
        How long, or how much, was looked at.
    rate : number
        Events a unit of exposure under the null hypothesis.
    kind : "score", "wald", "likelihood_ratio" or "exact"
        As of ``proportion_test``.
    alternative : "two-sided", "greater" or "less"
        What the p-value is against.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.estimate``.

    Raises
    ------
    ArgumentError
        No kind or alternative has the name, or the count is not whole.
    DomainError
        The count is negative, `exposure` or `rate` is not positive, or a Wald test meets no
        event.

    Examples
    --------
    >>> poisson_test(16, rate=9)
    z = 2.33333, Normal(0, 1), p = 0.01963 (two-sided)
    """
    side = _chosen(kind, alternative)
    if events is None:
        return as_inference(_page(kind, likelihood_pages.rate_page, exact_pages.poisson_page))
    k, t, rate0 = whole(events, "events"), positive(exposure, "exposure"), positive(rate, "rate")
    estimate, expected = quotient(k, t, "the rate found"), t * rate0
    if not 0 < expected < inf:
        raise DomainError(
            f"the expected count, exposure times rate, is {expected:g} in double precision\n"
            f"  to fix   : give both in another unit"
        )
    if kind == "exact":
        p = poisson_p_value(k, expected, side)
        numbers = {"statistic": float(k), "p_value": p, "estimate": estimate}
        sentence = f"{k} events, {expected:.6g} expected, p = {p:.4g} ({side})"
        return with_numbers(exact_pages.poisson_page(), numbers, sentence)
    if kind == "wald":
        if k == 0:
            raise DomainError(
                "a Wald test of a rate needs an event: with none its standard error is 0\n"
                '  to fix   : use kind="score" or kind="exact"'
            )
        size = abs(k - expected) / sqrt(k)
    elif kind == "score":
        size = abs(k - expected) / sqrt(expected)
    else:
        size = _root_of_ratio((k, expected))
    data = {"k": float(k), "t": t, "lambda_0": rate0}
    page = likelihood_pages.rate_page()
    return _signed(page, kind, data, size, estimate - rate0, side, estimate)


def _signed(
    page: Derivation,
    kind: str,
    data: dict[str, float],
    size: float,
    gap: float,
    side: str,
    estimate: float,
) -> Inference:
    """The signed root of a statistic of one degree of freedom, `size` without its sign."""
    z = copysign(size, gap)
    p = NORMAL.p_value(z, side)
    numbers = {"statistic": z, "p_value": p, "estimate": estimate}
    claims: list[Any] = [TailClaim("normal", (), z, p, side)]
    inside = estimate > 0 and data["k"] != data.get("n")
    if kind != "likelihood_ratio" or inside:
        square = page.trace.results[PLACES[kind]][1]
        small = size < 1  # the square of a large root may be out of range
        formula, number = (square, size**2) if small else (root_of(square), size)
        claims.append(NumberClaim(formula, data, number))
    sentence = f"z = {z:.6g}, {NORMAL}, p = {p:.4g} ({side})"
    return with_numbers(page, numbers, sentence, tuple(claims))


def _root_of_ratio(*counts: tuple[float, float]) -> float:
    """The root of twice the sum of ``k log(k/e) - k + e`` over counts seen and expected.

    Near k = e the logarithm nearly cancels the rest: there the series of that sum is taken.
    """
    return sqrt(2 * sum(map(_excess, counts)))


def _excess(count: tuple[float, float]) -> float:
    k, expected = count
    gap = (k - expected) / (k + expected)
    if abs(gap) > 0.1:
        return (k * (log(k) - log(expected)) if k else 0.0) - (k - expected)
    # log(k/e) = 2 atanh(gap), k - e = gap (k + e)
    series = sum(gap ** (2 * j + 1) / (2 * j + 1) for j in range(1, 12))
    return (k - expected) * gap + 2 * k * series


def _page(kind: str, nearly: Any, exact: Any) -> Derivation:
    page: Derivation = exact() if kind == "exact" else nearly()
    return page


def _chosen(kind: Any, alternative: Any) -> str:
    if kind not in KINDS:
        raise ArgumentError(
            f"no such test is called {str(kind)[:40]!r}\n  known    : {', '.join(KINDS)}"
        )
    return require_side(alternative)


def _require_inside(k: int, n: int) -> None:
    if k in (0, n):
        raise DomainError(
            f"a Wald test needs successes and failures, got {k} of {n}: its standard error is 0\n"
            '  to fix   : use kind="score" or kind="exact"'
        )


def two_proportions_test(
    first: Any = None, second: Any = None, *, alternative: str = "two-sided"
) -> Inference:
    """Test whether two independent groups have one proportion, by the pooled score statistic.

    Parameters
    ----------
    first, second : pairs (successes, trials), optional
        Left out, the page alone comes back.
    alternative : "two-sided", "greater" or "less"
        What the p-value is against; greater: the first proportion is.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.estimate`` (the difference).

    Raises
    ------
    ArgumentError
        A group is no pair of whole numbers, or no alternative has the name.
    DomainError
        There are more successes than trials, or all trials ended alike.

    Examples
    --------
    >>> two_proportions_test((15, 25), (6, 20))
    z = 2.00446, Normal(0, 1), p = 0.04502 (two-sided)
    """
    side = require_side(alternative)
    page = count_pages.two_proportions_page()
    if first is None:
        return as_inference(page)
    (k, n), (j, m) = _pair(first, "first"), _pair(second, "second")
    common = (k + j) / (n + m)
    if common in (0, 1):
        raise DomainError(
            f"all {n + m} trials ended alike, so the difference has standard error 0\n"
            f"  to fix   : more trials, or an interval of each proportion"
        )
    gap = k / n - j / m
    z = gap / sqrt(common * (1 - common) * (1 / n + 1 / m))
    data = {"k_1": float(k), "n_1": float(n), "k_2": float(j), "n_2": float(m)}
    return tested(page, data, {}, ("z", z), NORMAL, side, estimate=gap)


def _pair(given: Any, name: str) -> tuple[int, int]:
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise ArgumentError(
            f"{name} must be a pair, got {str(given)[:40]}\n"
            f"  to fix   : give {name}=(successes, trials)"
        )
    return successes_in(*given)
