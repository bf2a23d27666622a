"""What a test or an interval gives: a derivation, with numbers where there were data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from derive.check.claim import Claim
from derive.check.inference_claims import NumberClaim, TailClaim
from derive.derivation import Derivation
from derive.language.relations import Words
from derive.probability.under_conditions import DerivationUnderConditions
from derive.statistics.testing.null_laws import NullLaw

MOST_VALUES = 1000  # of data at which the formula of the page is evaluated again


@dataclass(frozen=True, repr=False)
class Inference(DerivationUnderConditions):
    """A derivation of a test or an interval, and what it gives on data.

    Attributes
    ----------
    numbers : mapping of str to float
        By name, each also an attribute: ``.statistic``, ``.p_value``, ``.lower``; empty for
        a derivation without data.
    sentence : str
        The numbers in one line.

    Examples
    --------
    >>> from derive.statistics.testing.mean_tests import t_test
    >>> found = t_test([5.1, 4.9, 5.6, 5.8], mean=5)
    >>> round(found.p_value, 3)
    0.194
    """

    numbers: Mapping[str, float] = field(default_factory=dict, compare=False)
    sentence: str = ""

    def __getattr__(self, name: str) -> Any:
        numbers = vars(self).get("numbers", {})
        if name in numbers:
            return numbers[name]
        known = f"its numbers are {', '.join(numbers)}" if numbers else "it was made without data"
        raise AttributeError(f"this inference has no {name!r}: {known}")

    def __repr__(self) -> str:
        if not self.sentence:
            return super().__repr__()
        doubt = self.certificate.doubt()
        return self.sentence + (f"\n# {doubt}" if doubt else "")

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *self.numbers])


def with_numbers(
    page: Derivation, numbers: Mapping[str, float], sentence: str, claims: tuple[Claim, ...] = ()
) -> Inference:
    """The page of a method together with what it gives on data."""
    closing = (*page.trace.closing, Words(sentence))
    trace = replace(page.trace, closing=closing)
    return Inference(trace, (*page.claims, *claims), numbers, sentence)


def tested(
    page: Derivation,
    data: Mapping[str, Any],
    sizes: Mapping[str, int],
    found: tuple[str, float],
    null: NullLaw,
    alternative: str,
    **more: float,
) -> Inference:
    """The page of a test with its statistic and p-value on data.

    `data` and `sizes` give what the first result of the page is a formula in.
    """
    letter, statistic = found
    p = null.p_value(statistic, alternative)
    degrees = dict(
        zip(("degrees_of_freedom", "second_degrees_of_freedom"), null.degrees, strict=False)
    )
    numbers = {"statistic": statistic, "p_value": p, **degrees, **more}
    claims: list[Claim] = [TailClaim(null.family, null.degrees, statistic, p, alternative)]
    if sum(sizes.values()) <= MOST_VALUES:
        claims.append(NumberClaim(page.trace.results[0][1], data, statistic, sizes))
    sentence = f"{letter} = {statistic:.6g}, {null}, p = {p:.4g} ({alternative})"
    return with_numbers(page, numbers, sentence, tuple(claims))


def as_inference(page: Derivation) -> Inference:
    """The page alone."""
    return Inference(page.trace, page.claims)
