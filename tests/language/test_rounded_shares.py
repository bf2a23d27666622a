"""Floats that sum to one but for rounding, wherever probabilities are given."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import scipy.stats

import derive as dv
from derive.language.rounded_shares import without_rounding

THIRDS = [1 / 3, 1 / 3, 1 / 3]


def test_the_fractions_that_floats_stand_for():
    assert without_rounding([1 / 6, 2 / 6, 3 / 6]) == [
        Fraction(1, 6),
        Fraction(1, 3),
        Fraction(1, 2),
    ]
    assert without_rounding(["p", 1 / 3]) == ["p", 1 / 3]
    assert without_rounding([True, 0.0]) == [True, 0.0]


@pytest.mark.parametrize("off", [[0.333] * 3, [0.5, 0.6], [1.1, -0.1 - 1e-17], [0.5, float("nan")]])
def test_what_is_off_by_more_than_rounding_stays(off):
    assert without_rounding(off) is not off
    np.testing.assert_array_equal(without_rounding(off), off)


def test_a_softmax_has_an_entropy():
    scores = np.exp(np.random.default_rng(0).normal(size=7))
    p = scores / scores.sum()
    assert sum(Fraction(repr(float(v))) for v in p) != 1
    assert dv.entropy(p).function()() == pytest.approx(scipy.stats.entropy(p), rel=1e-12)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: dv.entropy(THIRDS),
        lambda: dv.entropy(np.ones(3) / 3),
        lambda: dv.kl_divergence(np.eye(3)[0], THIRDS),
        lambda: dv.entropy(dv.Categorical(THIRDS)),
    ],
)
def test_thirds(ask):
    assert float(ask().function()()) == pytest.approx(np.log(3), rel=1e-14)


def test_chains_spaces_and_variables_take_them():
    chain = dv.MarkovChain([[1 / 3, 2 / 3], [0.5, 0.5]])
    assert [str(v) for v in chain.stationary_distribution().result] == ["3/7", "4/7"]
    assert dv.SampleSpace({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}).masses["a"].data == Fraction(1, 3)
    assert dv.DiscreteRandomVariable({1: 1 / 3, 2: 1 / 3, 3: 1 / 3}).mean().result == 2
    prior, likelihood = {"a": 1 / 6, "b": 1 / 3, "c": 1 / 2}, {"a": 1, "b": "1/2", "c": 0}
    assert [str(v) for v in dv.bayes_theorem(prior, likelihood).result] == ["1/2", "1/2", "0"]
    assert dv.channel_capacity([THIRDS, THIRDS]).result == 0


@pytest.mark.parametrize("ask", [dv.entropy, dv.Categorical, lambda p: dv.MarkovChain([p, p])])
def test_what_does_not_sum_to_one_is_refused(ask):
    with pytest.raises(dv.DeriveError, match="sum"):
        ask([0.333, 0.333])
