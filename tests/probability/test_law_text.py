"""Laws read from text: what is understood, and each mistake with its own error."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.errors import ArgumentError, DeriveError, DomainError, NameUnknownError, ReadError
from derive.language.expression import symbol
from derive.language.laws.half_line import Exponential, Gamma
from derive.language.laws.line import Normal
from derive.language.laws.whole_numbers import Bernoulli, Poisson
from derive.probability.law_text import law_from_text


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("Gamma(k, theta)", Gamma("k", "theta")),
        ("gamma(k, theta=2)", Gamma("k", 2)),
        ("Normal(mu1, sigma1)", Normal("mu1", "sigma1")),
        (" Normal ( 0 , 1/2 ) ", Normal(0, Fraction(1, 2))),
        ("normal(sigma=3, mu=-1)", Normal(-1, 3)),
        ("Normal(m, 2*s)", Normal("m", 2 * symbol("s"))),
        ("Exponential(0.5)", Exponential(Fraction(1, 2))),
        ("Bernoulli", Bernoulli("p")),
        ("Poisson()", Poisson("lam")),
    ],
)
def test_text_gives_the_law(text, law):
    assert law_from_text(text) == law


@pytest.mark.parametrize(
    ("text", "error", "named"),
    [
        ("", ReadError, ""),
        ("Gama(k, theta)", NameUnknownError, "`Gama`"),
        ("Gama", NameUnknownError, "^^^^"),
        ("Gamma(k,, theta)", ReadError, "missing"),
        ("Gamma(k, theta", ReadError, "never closed"),
        ("Gamma(k, theta) + 1", ReadError, "+"),
        ("Gamma(k=1, 2)", ReadError, "by position"),
        ("Gamma(k=1, k=2)", ReadError, "given twice"),
        ("Gamma(1, 2, 3)", ArgumentError, "takes 2 parameters, got 3"),
        ("Gamma(shape=1)", ArgumentError, "'shape'"),
        ("Normal(0, 0)", DomainError, "sigma > 0, got 0"),
        ("Normal(0, -s^2)", DomainError, "sigma > 0, got -s**2"),
        ("Bernoulli(2)", DomainError, "0 < p < 1"),
        ("Poisson(1/0)", DeriveError, "0"),
        ("__import__('os')", DeriveError, "^"),
    ],
)
def test_each_mistake_has_its_error(text, error, named):
    with pytest.raises(error) as refused:
        law_from_text(text)
    assert named in str(refused.value)
