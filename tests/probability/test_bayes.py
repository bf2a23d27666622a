"""Bayes' theorem: textbook forms, counts, odds, refusals."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy

import derive as dv
from derive.errors import ArgumentError, DomainError
from derive.writing.plain import plain


def counted(prior, likelihood):
    """Posteriors by counting a population in which every share is whole."""
    size = 10**6
    sick = {h: size * p for h, p in prior.items()}
    positive = {h: sick[h] * likelihood[h] for h in prior}
    everyone = sum(positive.values())
    return {h: positive[h] / everyone for h in prior}


def test_the_medical_test_has_the_textbook_form(golden):
    found = dv.bayes_theorem("pi", ("s", "1 - c"), hypothesis="D", evidence="+")
    assert plain(found.expression) == "s*pi/(s*pi + (1 - c)*(1 - pi))"
    assert found.conditions == ("0 < pi < 1", "0 < s < 1", "0 < c < 1")
    assert found.certificate.verdict == "verified"
    golden("finite/medical_test.txt", found.text())
    golden("finite/medical_test.tex", found.latex())


def test_the_odds_form(golden):
    found = dv.bayes_theorem("pi", ("s", "1 - c"), hypothesis="D", evidence="+", odds=True)
    assert plain(found.expression) == "s*pi/((1 - c)*(1 - pi))"
    assert found.certificate.verdict == "verified"
    golden("finite/odds.txt", found.text())
    posterior = dv.bayes_theorem("pi", ("s", "1 - c"))
    value = posterior.function()(0.1, 0.9, 0.8)
    assert found.function()(0.1, 0.9, 0.8) == pytest.approx(value / (1 - value), rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_numbers_agree_with_counts(seed):
    rng = random.Random(seed)
    weights = [rng.randrange(1, 6) for _ in range(4)]
    prior = {h: Fraction(w, sum(weights)) for h, w in zip("abcd", weights, strict=True)}
    likelihood = {h: Fraction(rng.randrange(11), 10) for h in "abcd"}
    likelihood["b"] = Fraction(1, 3)
    found = dv.bayes_theorem(prior, likelihood)
    wanted = counted(prior, likelihood)
    assert [Fraction(str(value)) for value in found.result] == list(wanted.values())
    assert found.certificate.verdict == "verified"


def test_symbols_agree_with_counts_and_sympy_symbols_are_taken():
    p, t = sympy.symbols("p t", positive=True)
    found = dv.bayes_theorem({"fair": p, "loaded": 1 - p}, {"fair": "1/6", "loaded": t})
    prior = {"fair": Fraction(2, 5), "loaded": Fraction(3, 5)}
    wanted = counted(prior, {"fair": Fraction(1, 6), "loaded": Fraction(1, 4)})
    got = found.function()(p=0.4, t=0.25)
    assert got == pytest.approx([float(value) for value in wanted.values()], rel=1e-12)


def test_the_test_agrees_with_monte_carlo():
    prevalence, sensitivity, alarm, draws = 0.2, 0.9, 0.15, 100_000
    exact = float(dv.bayes_theorem(prevalence, (sensitivity, alarm)).result)
    rng, hits, positive = random.Random(4), 0, 0
    for _ in range(draws):
        is_sick = rng.random() < prevalence
        if rng.random() < (sensitivity if is_sick else alarm):
            positive, hits = positive + 1, hits + is_sick
    error = (exact * (1 - exact) / positive) ** 0.5
    assert abs(hits / positive - exact) < 4 * error


@pytest.mark.parametrize("prior", [0, 1])
def test_a_certain_prior_stays_certain(prior):
    assert dv.bayes_theorem(prior, (0.5, 0.25)).result == prior


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: dv.bayes_theorem(0.5, (0, 0)), DomainError, "E has probability 0"),
        (lambda: dv.bayes_theorem(1.5, (0.5, 0.5)), DomainError, "probability of H .*at most 1"),
        (lambda: dv.bayes_theorem(0.5, (-1, 0.5)), DomainError, "E given H .*at least 0"),
        (lambda: dv.bayes_theorem(0.5, (0.5, 0), odds=True), DomainError, "infinite"),
        (lambda: dv.bayes_theorem(0.5, 0.5), ArgumentError, "two likelihoods"),
        (lambda: dv.bayes_theorem(0.5, (1, 1, 1)), ArgumentError, "two likelihoods, got 3"),
        (lambda: dv.bayes_theorem({"a": 0.5, "b": 0.5}, (1, 1)), ArgumentError, "keys a, b"),
        (
            lambda: dv.bayes_theorem({"a": 0.5, "b": 0.5}, {"a": 1, "c": 1}),
            ArgumentError,
            "b has no likelihood",
        ),
        (
            lambda: dv.bayes_theorem({"a": 0.5, "b": 0.4}, {"a": 1, "b": 1}),
            DomainError,
            "sum to 9/10",
        ),
        (lambda: dv.bayes_theorem({"a": 1}, {"a": 1}), ArgumentError, "two hypotheses"),
        (
            lambda: dv.bayes_theorem({"a": 0.5, "b": 0.5}, {"a": 1, "b": 1}, odds=True),
            ArgumentError,
            "one hypothesis against",
        ),
        (lambda: dv.bayes_theorem(0.5, (1, 1), evidence="(E)"), ArgumentError, "brackets"),
        (lambda: dv.bayes_theorem(0.5, (1, 1), evidence="H"), ArgumentError, "name H stands"),
    ],
)
def test_bad_input_is_named(call, error, match):
    with pytest.raises(error, match=match):
        call()
