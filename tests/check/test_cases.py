"""Claims that compare a formula with cases made by brute force."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from derive.check.cases import Case, CaseClaim
from derive.check.claim import Plan
from derive.check.metric_cases import highest
from derive.language.expression import symbol
from derive.language.functions import sqrt

x = symbol("x")


def doubled(count):
    return lambda stream: (Case({"x": k}, Fraction(2 * k)) for k in range(count))


def test_a_right_formula_is_verified_and_its_mutants_are_refuted():
    claim = CaseClaim(2 * x, (x,), doubled(5), "twice the number")
    assert claim.examine(Plan()).verdict == "verified"
    assert {m.examine(Plan()).verdict for m in claim.mutants()} == {"refuted"}


def test_more_digits_than_the_cases_carry_are_not_claimed():
    finding = CaseClaim(2 * x, (x,), doubled(5), "twice the number").examine(Plan(digits=120))
    assert (finding.verdict, finding.digits) == ("verified", 50)


def test_a_wrong_formula_is_refuted_with_the_case():
    finding = CaseClaim(3 * x, (x,), doubled(5), "twice the number").examine(Plan())
    assert finding.verdict == "refuted"
    assert "x = 1" in finding.counterexample


def test_too_few_cases_verify_nothing():
    finding = CaseClaim(2 * x, (x,), doubled(3), "twice the number").examine(Plan())
    assert finding.verdict == "unchecked"
    assert finding.reason == "only 3 cases could be compared, 4 are needed"


def test_a_formula_without_a_value_is_refuted():
    def below(stream):
        return (Case({"x": -k}, Fraction(k)) for k in range(1, 6))

    assert CaseClaim(sqrt(x), (x,), below, "a root").examine(Plan()).verdict == "refuted"


def test_what_was_found_too_roughly_is_not_compared():
    def rough(stream):
        return (Case({"x": k}, arb(2 * k, 1e-3)) for k in range(5))

    assert CaseClaim(2 * x, (x,), rough, "about twice").examine(Plan()).verdict == "unchecked"


def test_the_summit_of_a_function_is_found():
    assert abs(highest(lambda q: -((q - Fraction(1, 3)) ** 2)) - Fraction(1, 3)) < 1e-29
