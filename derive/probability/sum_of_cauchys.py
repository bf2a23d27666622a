"""The law of a sum of independent Cauchy values, by their characteristic functions.

A Cauchy value has no moment generating function; its characteristic function is the value of
``exp(i t z)`` at the point of the upper half plane that the law sees: for t > 0 that function is
analytic and bounded there, and Poisson's integral with a Cauchy density gives its value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.check.cases import CaseClaim
from derive.check.cauchy_cases import convolution, cosine, sine
from derive.check.claim import Claim
from derive.check.law_bench import LawBench
from derive.check.law_claims import density_claims
from derive.engine.naming import substituted
from derive.language.expression import Node, add, multiply, negative, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise, expectation
from derive.language.law import Law
from derive.language.laws.line import Cauchy
from derive.language.relations import Words
from derive.steps import Step

POSITIVE = close_facts(("positive",), "s", (1, 1))
M, S, T = symbol("m"), symbol("s", facts=POSITIVE), symbol("t", facts=POSITIVE)


@dataclass(frozen=True)
class CauchySum:
    """The law of the sum, the lines that lead to it, and their claims."""

    law: Law
    steps: tuple[Step, ...]
    claims: tuple[Claim, ...]


def sum_of_cauchys(
    laws: Sequence[tuple[Law, Node, str]], argument: Node, letter: Node, value: str
) -> CauchySum:
    """The sum of Cauchy values, each law with its count and the letter of its density."""
    steps: list[Step] = []
    claims: list[Claim] = []
    for law, count, own in laws:
        words = law.words(1)
        said = Words(f"{{0}} is the density of {words.text}", (symbol(own), *words.nodes))
        rule = Words("{0} values of it", (count,)) if count.symbols else f"{count!r} of it"
        steps.append(Step(None, said, "one value of it" if count is number(1) else rule))
        steps += _waves(law, argument, own, value, [_mean_value(argument)] * 2)
        claims += density_claims(LawBench({own: law}, symbol(value)))
    centre = add(*(multiply(count, law.values[0]) for law, count, _ in laws))
    width = add(*(multiply(count, law.values[1]) for law, count, _ in laws))
    whole = Cauchy(centre, width)
    steps.append(
        Step(
            None,
            Words(
                "{0} is the angle, exp({1}) the modulus of the product",
                (centre * argument, negative(width * argument)),
            ),
            "independent values: characteristic functions multiply, angles add",
        )
    )
    parts = [f"the {part} part of the product" for part in ("real", "imaginary")]
    steps += _waves(whole, argument, letter.name, value, parts)
    claims += _wave_claims()
    claims.append(_convolution_claim())
    return CauchySum(whole, tuple(steps), tuple(claims))


def _mean_value(argument: Node) -> Words:
    text = "mean value of exp(i{0}z), bounded and analytic above the line, {0} > 0"
    return Words(text, (argument,))


def _waves(
    law: Law, argument: Node, letter: str, value: str, rules: Sequence[str | Words]
) -> list[Step]:
    """E cos(t x) and E sin(t x)."""
    centre, width = law.values
    x = symbol(value)
    return [
        Step(
            expectation(elementwise(name, argument * x), letter, value),
            elementwise("exp", negative(width * argument)) * elementwise(name, centre * argument),
            rule,
        )
        for name, rule in zip(("cos", "sin"), rules, strict=True)
    ]


def _wave_claims() -> list[Claim]:
    """What both parts are for any centre and width, against integrals of waves."""
    return [
        CaseClaim(
            elementwise("exp", -S * T) * elementwise(name, M * T),
            (M, S, T),
            oracle,
            f"the mean of {name}(t x) of a Cauchy value",
            kind="line",
        )
        for name, oracle in (("cos", cosine), ("sin", sine))
    ]


def _convolution_claim() -> Claim:
    """The density of the sum of two, against the integral of the product of both."""
    m_1, m_2, x = symbol("m_1"), symbol("m_2"), symbol("x")
    s_1, s_2 = (symbol(name, facts=POSITIVE) for name in ("s_1", "s_2"))
    density = elementwise("exp", Cauchy(M, S).log_density(x))
    both = substituted(density, {M: m_1 + m_2, S: s_1 + s_2})
    symbols = (m_1, s_1, m_2, s_2, x)
    words = "the integral of the product of two Cauchy densities"
    return CaseClaim(both, symbols, convolution, words, kind="result")
