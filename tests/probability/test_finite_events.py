"""Events of finite spaces against brute-force enumeration with fractions."""

from __future__ import annotations

import copy
import math
import random
from fractions import Fraction

import pytest
import sympy

import derive as dv
from derive.errors import ArgumentError, DomainError, LimitError, RefutedError
from derive.probability import event_page

DIE = dv.SampleSpace.uniform(range(1, 7))
COIN = dv.SampleSpace({"H": "p", "T": "1 - p"})


def random_space(seed):
    """Ten outcomes with fractions as masses, the space and the fractions."""
    rng = random.Random(seed)
    weights = [rng.randrange(1, 9) for _ in range(10)]
    masses = {k: Fraction(w, sum(weights)) for k, w in enumerate(weights)}
    return dv.SampleSpace(masses), masses, rng


def some(rng):
    return set(rng.sample(range(10), rng.randrange(1, 9)))


def number_of(derivation):
    return Fraction(int(derivation.result.p), int(derivation.result.q))


@pytest.mark.parametrize("seed", range(4))
def test_probabilities_of_composed_events_are_sums_over_outcomes(seed):
    space, masses, rng = random_space(seed)
    one, two, three = some(rng), some(rng), some(rng)
    A, B, C = (space.event(s, name) for s, name in zip((one, two, three), "ABC", strict=True))
    everything = set(range(10))
    for event, wanted in (
        (A, one),
        (~A, everything - one),
        (A | B, one | two),
        (A & B, one & two),
        (A - B, one - two),
        (~(A | B) & C, (everything - one - two) & three),
        ((A & B) | (C - A), one & two | three - one),
    ):
        derivation = dv.probability(event)
        assert number_of(derivation) == sum(masses[k] for k in wanted)
        assert derivation.certificate.verdict == "verified"
        assert set(event) == wanted


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [2, 3, 4])
def test_inclusion_exclusion_is_the_sum_over_the_union(seed, count):
    space, masses, rng = random_space(seed)
    sets = [some(rng) for _ in range(count)]
    derivation = dv.inclusion_exclusion(*map(space.event, sets))
    assert number_of(derivation) == sum(masses[k] for k in set().union(*sets))
    assert derivation.certificate.verdict == "verified"
    assert "union bound" in derivation.text()


@pytest.mark.parametrize("seed", range(4))
def test_conditional_and_total_probability_are_ratios_and_sums_of_counts(seed):
    space, masses, rng = random_space(seed)
    one, two = some(rng), some(rng)
    A, B = space.event(one), space.event(two)
    both = sum(masses[k] for k in one & two)
    assert number_of(dv.conditional_probability(A, B)) == both / sum(masses[k] for k in two)
    parts = [space.event(range(3)), space.event(range(3, 9)), space.event([9])]
    total = dv.total_probability(A, parts)
    assert number_of(total) == sum(masses[k] for k in one)
    assert total.certificate.verdict == "verified"


def test_masses_with_symbols_agree_with_enumeration_at_numbers():
    three = COIN.product(COIN, COIN)
    A = three.event(lambda o: o.count("H") >= 2)
    B = three.event(lambda o: o[0] == "H")
    found = dv.conditional_probability(A, given=B)
    assert found.conditions == ("0 < p < 1",)
    for p in (Fraction(1, 3), Fraction(7, 8)):
        weight = {"H": p, "T": 1 - p}
        mass = {o: math.prod(weight[x] for x in o) for o in three.outcomes}
        below = sum(m for o, m in mass.items() if o[0] == "H")
        above = sum(m for o, m in mass.items() if o[0] == "H" and o.count("H") >= 2)
        assert found.function()(float(p)) == pytest.approx(float(above / below), rel=1e-14)


def test_birthdays_agree_with_monte_carlo():
    months, people, draws = 12, 4, 100_000
    calendar = dv.SampleSpace.uniform(range(months))
    party = calendar.product(*[calendar] * (people - 1))
    distinct = party.event(lambda o: len(set(o)) == people, "D")
    exact = float(dv.probability(~distinct).result)
    rng = random.Random(20)
    hits = sum(len({rng.randrange(months) for _ in range(people)}) < people for _ in range(draws))
    assert abs(hits / draws - exact) < 4 * math.sqrt(exact * (1 - exact) / draws)


def test_independence_of_bits_is_pairwise_and_not_mutual():
    bits = dv.SampleSpace.uniform([(a, b) for a in (0, 1) for b in (0, 1)])
    A = bits.event(lambda o: o[0] == 1, "A")
    B = bits.event(lambda o: o[1] == 1, "B")
    C = bits.event(lambda o: o[0] != o[1], "C")
    assert dv.independence(A, B).holds is True
    assert dv.independence(A, C).holds is True
    mutual = dv.independence(A, B, C)
    assert mutual.holds is False
    assert list(mutual.result) == [0, 0, 0, -sympy.Rational(1, 8)]
    assert "not independent" in mutual.text()


def test_independence_that_depends_on_a_symbol_says_where_it_holds():
    two = COIN.product(COIN)
    found = dv.independence(
        two.event(lambda o: o[0] == "H", "A"), two.event(lambda o: o[0] == o[1], "B")
    )
    assert found.holds is None
    p = found.result.free_symbols.pop()
    assert set(sympy.solve(found.result, p)) - {0, 1} == {sympy.Rational(1, 2)}
    assert "independent exactly where" in found.text()


def test_partitions():
    even = DIE.event([2, 4, 6])
    assert dv.is_partition([even, ~even])
    assert not dv.is_partition([even])
    assert not dv.is_partition([even, DIE.event([1, 2, 3, 5])])
    assert even.is_disjoint(~even)
    assert (even & DIE.event([2])) <= even


def test_the_page_reads(golden):
    even, small = DIE.event([2, 4, 6], "E"), DIE.event([1, 2, 3], "S")
    golden("finite/union.txt", dv.probability(even | small).text())
    golden("finite/union.tex", dv.probability(~(even | small)).latex())
    golden("finite/inclusion_exclusion.txt", dv.inclusion_exclusion(even, small).text())
    golden("finite/total.txt", dv.total_probability(small, [even, ~even]).text())


def test_the_ascii_page_is_ascii():
    even, small = DIE.event([2, 4, 6]), DIE.event([1, 2, 3])
    for derivation in (
        dv.probability(~(even - small)),
        dv.inclusion_exclusion(even, small),
        dv.independence(even, small),
        dv.DiscreteRandomVariable({-1: 0.5, 1: 0.5}).variance(),
    ):
        assert derivation.text(unicode=False).isascii()
        assert derivation.latex().isascii()


def test_a_wrong_total_is_refuted_and_withheld(monkeypatch):
    right = dv.SampleSpace.total
    monkeypatch.setattr(dv.SampleSpace, "total", lambda self, chosen: right(self, chosen) / 2)
    with pytest.raises(RefutedError):
        dv.probability(DIE.event([1]))


def test_a_wrong_sign_of_the_set_algebra_is_refuted(monkeypatch):
    right = event_page.occurs
    monkeypatch.setattr(event_page, "occurs", lambda e, o: right(e, o) != (e.made[:1] == ("∪",)))
    with pytest.raises(RefutedError):
        dv.probability(DIE.event([1]) | DIE.event([2]))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: dv.SampleSpace({"a": 0.5, "b": 0.4}), DomainError, "sum to 9/10"),
        (lambda: dv.SampleSpace({"a": "p", "b": "q"}), DomainError, r"outcome b \(2\).* 1 - p"),
        (lambda: dv.SampleSpace({"a": -0.5, "b": 1.5}), DomainError, "outcome a .*at least 0"),
        (lambda: dv.SampleSpace({"a": 2, "b": -1}), DomainError, "outcome a .*at most 1"),
        (lambda: dv.SampleSpace({"a": math.nan}), DomainError, "finite"),
        (lambda: dv.SampleSpace({}), ArgumentError, "at least one outcome"),
        (lambda: dv.SampleSpace([1, 2]), ArgumentError, "needs outcomes with masses"),
        (lambda: dv.SampleSpace({"a": [1]}), ArgumentError, "needs a name"),
        (lambda: dv.SampleSpace.uniform([1, 2, 1]), ArgumentError, "outcome 1 is in the list"),
        (lambda: dv.SampleSpace.uniform([]), ArgumentError, "at least one outcome"),
        (lambda: dv.SampleSpace.uniform(6), ArgumentError, r"range\(1, 7\)"),
        (lambda: dv.SampleSpace.uniform([[1]]), ArgumentError, r"outcome \[1\]"),
        (lambda: dv.SampleSpace.uniform(range(60_000)), LimitError, "60000 outcomes"),
        (lambda: DIE.product(DIE, DIE, DIE, DIE, DIE, DIE), LimitError, "outcomes"),
        (lambda: DIE.product(3), ArgumentError, "got int"),
        (lambda: DIE.event([2, 7]), DomainError, "outcome 7 does not belong"),
        (lambda: DIE.mass(0), DomainError, "outcome 0 does not belong"),
        (lambda: DIE.event("2"), ArgumentError, "give a list"),
        (lambda: DIE.event([1], "P(A)"), ArgumentError, "without brackets"),
        (lambda: DIE.event([1]) | {2}, ArgumentError, "got set"),
        (lambda: DIE.event([1]) & COIN.event(["H"]), ArgumentError, "two sample spaces"),
        (lambda: bool(DIE.event([1])), ArgumentError, "A & B"),
        (lambda: dv.probability({1}), ArgumentError, "needs an event"),
        (lambda: dv.probability("A"), ArgumentError, "needs an event"),
        (lambda: dv.inclusion_exclusion(DIE.event([1])), ArgumentError, "at least 2"),
        (
            lambda: dv.inclusion_exclusion(*(DIE.event([1]) for _ in range(7))),
            LimitError,
            "limit is 6",
        ),
        (
            lambda: dv.conditional_probability(DIE.event([1]), DIE.event([], "N")),
            DomainError,
            "N, has probability 0",
        ),
        (
            lambda: dv.total_probability(DIE.event([1]), [DIE.event([1, 2]), DIE.event([2, 3])]),
            DomainError,
            "outcome 2 lies in 2",
        ),
        (
            lambda: dv.total_probability(DIE.event([1]), [DIE.event([1, 2, 3])]),
            DomainError,
            "outcome 4 lies in none",
        ),
        (
            lambda: dv.inclusion_exclusion(DIE.event([1], "A"), DIE.event([2], "A")),
            ArgumentError,
            "name A stands for two things",
        ),
        (lambda: dv.probability(COIN.event(["H"], "p")), ArgumentError, "name p stands for two"),
    ],
)
def test_bad_input_is_named(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_values_do_not_change_and_compare():
    with pytest.raises(AttributeError, match="does not change"):
        DIE.symbols = ()
    assert dv.SampleSpace.uniform(range(1, 7)) == DIE
    assert hash(dv.SampleSpace.uniform(range(1, 7))) == hash(DIE)
    for space in (DIE, COIN, COIN.product(DIE)):
        assert copy.deepcopy(space) == space
    assert 3 in DIE and 7 not in DIE and len(DIE) == 6


def test_the_verb_is_not_hidden_by_the_room_of_its_name():
    assert callable(dv.probability)
    from derive.probability.axioms import probability

    assert dv.probability.__wrapped__ is probability
