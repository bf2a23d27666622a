"""Whether one law has mass where another has none, for every pair of declared supports."""

from __future__ import annotations

from itertools import product

import pytest

from derive.errors import NeverHoldsError
from derive.information.kl_divergence import kl_divergence
from derive.language.distributions import LAWS
from derive.language.expression import number
from derive.language.law import merge_symbols
from derive.language.laws.half_line import Exponential
from derive.language.laws.heavy_tails import Pareto
from derive.language.laws.intervals import Uniform
from derive.language.laws.whole_numbers import Rademacher
from derive.language.support import COUNTS, POSITIVE_LINE, REAL_LINE, ZERO_ONE, Support
from derive.probability.law_text import as_law
from derive.probability.supports import Inclusion, inclusion, law_inclusion

CONTAINED = {
    (REAL_LINE, REAL_LINE),
    (POSITIVE_LINE, POSITIVE_LINE),
    (POSITIVE_LINE, REAL_LINE),
    (COUNTS, COUNTS),
    (ZERO_ONE, ZERO_ONE),
    (ZERO_ONE, COUNTS),
}
SUPPORTS = (REAL_LINE, POSITIVE_LINE, COUNTS, ZERO_ONE)


@pytest.mark.parametrize(("inner", "outer"), list(product(SUPPORTS, SUPPORTS)), ids=str)
def test_mass_outside(inner, outer):
    reason = inclusion(inner, outer).outside
    assert (reason is None) == ((inner, outer) in CONTAINED)


def test_ends_that_differ_are_compared_both_ways():
    from_one = Support(number(1), None, is_whole=True)
    up_to_two = Support(number(0), number(2), is_whole=True)
    assert inclusion(from_one, COUNTS).outside is None
    assert str(inclusion(COUNTS, from_one).outside) == "{0, 1, 2, ...} reaches below 1"
    assert inclusion(ZERO_ONE, up_to_two).outside is None
    assert str(inclusion(up_to_two, ZERO_ONE).outside) == "{0, 1, 2} reaches above 1"


def test_ends_that_are_parameters_are_decided_or_become_needs():
    p, q = Uniform("a", "b"), Uniform("c", "d")
    assert [str(n) for n in map(text_of, inclusion(p.support, q.support).needs)] == [
        "a >= c",
        "b <= d",
    ]
    assert inclusion(Pareto("m", "s").support, Exponential().support) == Inclusion()
    assert "below m" in str(inclusion(Exponential().support, Pareto("m", "s").support).outside)
    assert inclusion(p.support, p.support) == Inclusion()


def test_steps_between_whole_numbers_are_seen():
    assert inclusion(Rademacher().support, ZERO_ONE).outside is not None
    assert inclusion(ZERO_ONE, Rademacher().support).outside is not None


def text_of(need):
    return f"{need.left!r} {need.sign} {need.right!r}"


def test_every_law_lies_inside_its_own_support():
    assert all(inclusion(law().support, law().support) == Inclusion() for law in LAWS)


def test_supports_are_compared_together_with_what_the_laws_need():
    def compared(one, other):
        return law_inclusion(merge_symbols(as_law(one, "test"), as_law(other, "test")))

    never = [
        ("Pareto(m, k)", "Pareto(2*m, k)"),
        ("Uniform(0, b)", "Uniform(0, b/2)"),
        ("Uniform(a, b)", "Uniform(a + 1, b)"),
        ("DiscreteUniform(n)", "DiscreteUniform(n - 1)"),
        ("Uniform(a, b)", "Uniform(b, c)"),
        ("Uniform(0, b)", "TruncatedExponential(r, b/2)"),
        ("Uniform(a, b)", "Arcsine(c, a)"),
        ("Uniform(0, b)", "Uniform(c, c + b/2)"),
    ]
    for pair in never:
        assert compared(*pair).outside is not None, pair
    always = [
        ("Pareto(2*m, k)", "Pareto(m, k)"),
        ("Uniform(a, b)", "Uniform(a - 1, b)"),
        ("Uniform(0, b)", "Uniform(0, b + c^2)"),
        ("DiscreteUniform(n)", "DiscreteUniform(n + 1)"),
    ]
    for pair in always:
        assert compared(*pair) == Inclusion(), pair
    assert len(compared("Uniform(a, b)", "Uniform(c, d)").needs) == 2


def test_laws_that_contradict_each_other_are_refused():
    with pytest.raises(NeverHoldsError, match="a < b; b < a"):
        kl_divergence("Uniform(a, b)", "Uniform(b, a)")
