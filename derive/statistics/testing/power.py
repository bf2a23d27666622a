"""The power of tests, and how many values they need, from noncentral laws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from scipy import special

from derive.check.claim import Claim
from derive.check.inference_claims import TINY, MixtureClaim, NumberClaim
from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError
from derive.statistics.interval_text import level_text
from derive.statistics.testing import likelihood_pages, power_pages, spread_pages
from derive.statistics.testing.inference import Inference, as_inference, with_numbers
from derive.statistics.testing.noncentral import chi_squared_above, f_above, student_above
from derive.statistics.testing.null_laws import NullLaw, require_side
from derive.statistics.testing.numbers import finite, inside_unit, whole

NORMAL = NullLaw("normal")
MOST = 10**9  # values; what needs more is refused
LARGEST = 1e100  # effect
MOST_INTEGRATED = 10_000  # degrees of freedom up to which the power of t is integrated again


@dataclass(frozen=True)
class Design:
    """What a power is of: effect, values, level, side, groups or degrees of freedom."""

    effect: float
    level: float
    side: str
    groups: int


def _z(design: Design, n: float) -> float:
    return _shifted(design.effect * sqrt(n), design, NORMAL, _normal_above)


def _t(design: Design, n: float) -> float:
    return _student(design, design.effect * sqrt(n), n - 1)


def _pooled(design: Design, n: float) -> float:
    return _student(design, design.effect * sqrt(n / 2), 2 * n - 2)


def _student(design: Design, shift: float, nu: float) -> float:
    law = NullLaw("student", (nu,))

    def above(q: float, moved: float) -> float:
        return student_above(q, moved, nu)

    return _shifted(shift, design, law, above)


def _normal_above(q: float, shift: float) -> float:
    return float(special.ndtr(shift - q))


def _shifted(
    shift: float,
    design: Design,
    null: NullLaw,
    above: Callable[[float, float], float],
) -> float:
    """The chance beyond a quantile where a symmetric law has moved."""
    if design.side == "two-sided":
        q = null.point_above(design.level / 2)
        return above(q, shift) + above(q, -shift)
    q = null.point_above(design.level)
    return above(q, shift if design.side == "greater" else -shift)


def _anova(design: Design, n: float) -> float:
    """`n` values a group; the effect is the deviation of the group means over sigma."""
    k = design.groups
    total = n * k
    return f_above(design.level, k - 1, total - k, design.effect**2 * total)


def _chi_squared(design: Design, n: float) -> float:
    """`n` values in all; the effect is the root of the sum of (p - p_0)^2/p_0."""
    degrees = design.groups - 1
    q = NullLaw("chi_squared", (degrees,)).point_above(design.level)
    return chi_squared_above(q, degrees, n * design.effect**2, design.level)


@dataclass(frozen=True)
class Kind:
    """A test whose power is known: the power, the page, the least number of values."""

    power: Callable[[Design, float], float]
    page: Callable[[], Derivation]
    least: int
    has_sides: bool = True

    @property
    def has_groups(self) -> bool:
        """Whether it compares groups or classes; a test has these or sides."""
        return not self.has_sides


KINDS: Mapping[str, Kind] = {
    "z": Kind(_z, power_pages.z_power_page, 1),
    "t": Kind(_t, power_pages.t_power_page, 2),
    "pooled": Kind(_pooled, power_pages.t_power_page, 2),
    "anova": Kind(_anova, spread_pages.anova_page, 2, has_sides=False),
    "chi_squared": Kind(_chi_squared, likelihood_pages.likelihood_ratio_page, 1, has_sides=False),
}


def power(
    test: str,
    *,
    effect: Any = None,
    n: Any = None,
    level: Any = 0.05,
    alternative: str = "two-sided",
    groups: Any = None,
) -> Inference:
    """Return how often a test rejects a null hypothesis that is wrong by a given effect.

    Parameters
    ----------
    test : "z", "t", "pooled", "anova" or "chi_squared"
        "t" is of one sample or of pairs, "pooled" of two samples of equal sizes.
    effect : number, optional
        The distance of the mean (or between two means) over sigma; of "anova" the deviation of
        the group means over sigma; of "chi_squared" the root of the sum of (p - p_0)^2/p_0.
        Left out, the page alone comes back.
    n : int
        Values; of "pooled" and "anova" in each group.
    level : number in (0, 1)
        The significance level alpha: how often the test rejects a null hypothesis that is true.
    alternative : "two-sided", "greater" or "less"
        Of "z", "t" and "pooled".
    groups : int
        Groups of "anova", classes of "chi_squared"; 2 if left out.

    Returns
    -------
    Inference
        ``.power``, ``.effect``, ``.n``, ``.level``.

    Raises
    ------
    ArgumentError
        No test has the name, an argument is missing, or the test has no use for one.
    DomainError
        `level` is not in (0, 1), or `n` is too small; or a quantile is beyond double precision.

    References
    ----------
    lehmann2005, section 5.3.

    Examples
    --------
    >>> power("t", effect=0.5, n=30)
    power 0.753965 of t, effect 0.5, n = 30, level 0.05
    >>> power("z")
    normcdf(delta*sqrt(n)/sigma - q) + normcdf(-q - delta*sqrt(n)/sigma)    # scalar
    """
    kind, design = _design(test, effect, level, alternative, groups)
    page = _page(kind, test, alternative)
    if effect is None:
        return as_inference(page)
    if n is None:
        raise ArgumentError("a power needs n\n  to fix   : give n=..., or ask sample_size")
    count = whole(n, "n", kind.least)
    found = kind.power(design, float(count))
    return _answer(page, test, design, count, found)


def sample_size(
    test: str,
    *,
    effect: Any = None,
    power: Any = 0.8,
    level: Any = 0.05,
    alternative: str = "two-sided",
    groups: Any = None,
) -> Inference:
    """Return the least number of values with which a test has a wanted power.

    Parameters
    ----------
    test : "z", "t", "pooled", "anova" or "chi_squared"
        As of ``power``.
    effect : number, optional
        As of ``power``; left out, the page of the z test comes back.
    power : number in (0, 1)
        The chance wanted of a rejection.
    level : number in (0, 1)
        The significance level alpha: how often the test rejects a null hypothesis that is true.
    alternative : "two-sided", "greater" or "less"
        Of "z", "t" and "pooled".
    groups : int
        As of ``power``.

    Returns
    -------
    Inference
        ``.n`` (in each group of "pooled" and "anova") and the ``.power`` that it has.

    Raises
    ------
    ArgumentError
        No test has the name.
    DomainError
        `level` or `power` is not in (0, 1), or the effect is 0 or on the other side.

    Examples
    --------
    >>> sample_size("t", effect=0.5).n
    34
    """
    kind, design = _design(test, effect, level, alternative, groups)
    wanted = inside_unit(power, "power")
    if effect is None:
        return as_inference(power_pages.z_size_page())
    low = kind.least
    if kind.power(design, float(low)) >= wanted:
        return _sized(kind, test, design, low)
    high = 2 * low
    while kind.power(design, float(high)) < wanted:
        low, high = high, 2 * high
        if high > MOST:
            raise DomainError(
                f"no {MOST:g} values give power {wanted:g} at effect {design.effect:g}, "
                f"{design.side}\n"
                f"  to fix   : give an effect that is not 0 and lies on the side tested"
            )
    while high - low > 1:
        middle = (low + high) // 2
        if kind.power(design, float(middle)) < wanted:
            low = middle
        else:
            high = middle
    return _sized(kind, test, design, high)


def _sized(kind: Kind, test: str, design: Design, n: int) -> Inference:
    page = power_pages.z_size_page() if test == "z" else _page(kind, test, design.side)
    return _answer(page, test, design, n, kind.power(design, float(n)))


def _design(
    test: Any, effect: Any, level: Any, alternative: Any, groups: Any
) -> tuple[Kind, Design]:
    if not isinstance(test, str) or test not in KINDS:
        raise ArgumentError(
            f"no power is known of {str(test)[:40]!r}\n  known    : {', '.join(KINDS)}"
        )
    kind, side = KINDS[test], require_side(alternative)
    for name, is_given, is_used in (
        ("alternative", side != "two-sided", kind.has_sides),
        ("groups", groups is not None, kind.has_groups),
    ):
        if is_given and not is_used:
            raise ArgumentError(
                f"power of {test} has no use for {name}\n  to fix   : leave {name} out"
            )
    size = 0.0 if effect is None else finite(effect, "effect")
    if abs(size) > LARGEST:
        raise DomainError(
            f"effect = {size:g} is above {LARGEST:g}\n"
            f"  to fix   : effects are in units of sigma; any test sees this one"
        )
    number = 2 if groups is None else whole(groups, "groups", 2)
    return kind, Design(size, inside_unit(level, "level"), side, number)


def _page(kind: Kind, test: str, side: str) -> Derivation:
    if test == "z" and side == "two-sided":
        return power_pages.z_both_power_page()
    return kind.page()


def _answer(page: Derivation, test: str, design: Design, n: int, found: float) -> Inference:
    """The power, claimed by the formula of z or by an integral for t."""
    claims: list[Claim] = []
    two = design.side == "two-sided"
    tail = design.level / 2 if two else design.level
    sign = -1.0 if design.side == "less" else 1.0
    if test == "z" and page.trace.results[0][0] == "beta":
        values = {
            "delta": sign * design.effect,
            "sigma": 1.0,
            "n": float(n),
            "q": NORMAL.point_above(tail),
        }
        claims.append(NumberClaim(page.trace.results[0][1], values, found, scale=TINY))
    if test in ("t", "pooled"):
        nu = float(n - 1 if test == "t" else 2 * n - 2)
        shift = sign * design.effect * sqrt(n if test == "t" else n / 2)
        q = NullLaw("student", (nu,)).point_above(tail)
        if nu <= MOST_INTEGRATED:
            claims.append(MixtureClaim(nu, shift, q, two, found))
    sentence = (
        f"power {found:.6g} of {test}, effect {design.effect:.6g}, n = {n}, "
        f"level {level_text(design.level)}"
    )
    numbers = {"power": found, "effect": design.effect, "n": n, "level": design.level}
    return with_numbers(page, numbers, sentence, tuple(claims))
