"""Discrete random variables and their sums against enumeration and scipy.stats."""

from __future__ import annotations

import copy
import itertools
import math
from collections import Counter
from fractions import Fraction

import pytest
import scipy.stats
import sympy

import derive as dv
from derive.errors import ArgumentError, DomainError, LimitError, RefutedError
from derive.probability import convolution, finite_moments

DIE = dv.DiscreteRandomVariable({k: Fraction(1, 6) for k in range(1, 7)})
COIN = dv.DiscreteRandomVariable({0: "1 - p", 1: "p"})


def test_two_dice_are_counted(golden):
    found = dv.convolve(DIE, DIE)
    counts = Counter(a + b for a, b in itertools.product(range(1, 7), repeat=2))
    assert list(found.result) == [sympy.Rational(counts[z], 36) for z in range(2, 13)]
    assert found.variable.values == tuple(range(2, 13))
    assert found.certificate.verdict == "verified"
    golden("finite/two_dice.txt", found.text())


def test_repeated_convolution_of_coins_is_binomial():
    total = COIN
    for _ in range(4):
        total = dv.convolve(total, COIN).variable
    law = scipy.stats.binom(5, 0.3)
    for k in range(6):
        assert float(total.pmf(k).subs(*total.pmf(1).free_symbols, 0.3)) == pytest.approx(
            law.pmf(k)
        )
    assert float(total.mean().function()(0.3)) == pytest.approx(law.mean())
    assert float(total.variance().function()(0.3)) == pytest.approx(law.var())


def test_pmf_and_cdf_agree_with_scipy():
    values, masses = [-2, 0.5, 3], [0.25, 0.5, 0.25]
    mine = dv.DiscreteRandomVariable(dict(zip(values, masses, strict=True)))
    theirs = scipy.stats.rv_discrete(values=([-4, 1, 6], masses))  # twice the values
    for x in (-3, -2, 0, 0.5, 1, 3, 4):
        assert float(mine.pmf(x)) == pytest.approx(theirs.pmf(2 * x))
        assert float(mine.cdf(x)) == pytest.approx(theirs.cdf(2 * x))
    assert float(mine.mean().result) == pytest.approx(theirs.mean() / 2)
    assert float(mine.variance().result) == pytest.approx(theirs.var() / 4)


def test_a_transform_adds_the_masses_of_one_image():
    X = dv.DiscreteRandomVariable({-1: "p", 0: "1 - 3*p", 1: "2*p"})
    Y = X.transform(lambda x: x**2)
    p = Y.pmf(1).free_symbols.pop()
    assert Y.pmf(1) == 3 * p
    assert Y.cdf(0) == 1 - 3 * p
    assert Y.cdf(1) == 1


def test_a_variable_on_a_space_is_enumerated():
    dice = dv.SampleSpace.uniform(range(1, 7))
    largest = dv.DiscreteRandomVariable.of(dice.product(dice), max, "M")
    outcomes = list(itertools.product(range(1, 7), repeat=2))
    mean = Fraction(sum(map(max, outcomes)), 36)
    square = Fraction(sum(max(o) ** 2 for o in outcomes), 36)
    assert Fraction(str(largest.mean().result)) == mean
    assert Fraction(str(largest.variance().result)) == square - mean**2


def test_the_pages_of_moments_read(golden):
    assert COIN.variance().certificate.verdict == "verified"
    golden("finite/coin_variance.txt", COIN.variance().text())
    golden("finite/coin_variance.tex", COIN.variance().latex())


def test_a_wrong_mass_of_a_sum_is_refuted_and_withheld(monkeypatch):
    right = convolution.simplified
    monkeypatch.setattr(convolution, "simplified", lambda node: right(node) / 2)
    with pytest.raises(RefutedError):
        dv.convolve(DIE, DIE)


def test_variables_are_copied_and_do_not_change():
    for X in (DIE, COIN):
        assert copy.deepcopy(X) == X
    with pytest.raises(AttributeError, match="does not change"):
        DIE.name = "Z"


def test_values_of_no_mass_are_left_out():
    assert dv.DiscreteRandomVariable({0: 0, 1: 1}).values == (1,)
    assert dv.DiscreteRandomVariable({0: 0, 1: 1}).variance().result == 0


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: dv.DiscreteRandomVariable({1: -0.5, 2: 1.5}), DomainError, "value 1 .*at least"),
        (lambda: dv.DiscreteRandomVariable({1: 0.5}), DomainError, "sum to 1/2"),
        (lambda: dv.DiscreteRandomVariable({}), ArgumentError, "at least one value"),
        (lambda: dv.DiscreteRandomVariable([1]), ArgumentError, "got list"),
        (lambda: dv.DiscreteRandomVariable({"a": 1}), ArgumentError, "rational number, got a"),
        (lambda: dv.DiscreteRandomVariable({math.inf: 1}), DomainError, "finite"),
        (lambda: dv.DiscreteRandomVariable({1: 1}, "(X)"), ArgumentError, "brackets"),
        (lambda: DIE.pmf("3"), ArgumentError, "rational number"),
        (lambda: DIE.cdf(math.nan), DomainError, "finite"),
        (lambda: DIE.transform(2), ArgumentError, "needs a function"),
        (lambda: DIE.transform(str), ArgumentError, "rational number"),
        (lambda: dv.DiscreteRandomVariable.of(3, abs), ArgumentError, "needs a sample space"),
        (lambda: dv.convolve(DIE, {1: 1}), ArgumentError, "got dict"),
        (
            lambda: dv.convolve(
                *(dv.DiscreteRandomVariable({k: Fraction(1, 50) for k in range(50)}),) * 2
            ),
            LimitError,
            "2500 pairs",
        ),
    ],
)
def test_bad_input_is_named(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_a_wrong_mean_of_many_values_is_refuted(monkeypatch):
    right = finite_moments._weighted
    monkeypatch.setattr(finite_moments, "_weighted", lambda x, order: 2 * right(x, order))
    many = dv.DiscreteRandomVariable({k: Fraction(1, 20) for k in range(20)})
    with pytest.raises(RefutedError):
        many.mean()
