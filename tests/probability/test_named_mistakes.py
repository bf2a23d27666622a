"""What a newcomer types, and the message that says what to write."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

import derive as dv
from derive.language.distributions import ELSEWHERE, LAWS, PAIR_LAWS, VECTOR_LAWS


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("N(0, 1)", r"write Normal\(mu, sigma\), with mean, standard deviation"),
        ("Gaussian", r"write Normal\(mu, sigma\)"),
        ("Exp(3)", r"write Exponential\(rate\), with rate"),
        ("student_t_(5)", r"did you mean StudentT\?"),
    ],
)
def test_names_of_laws_elsewhere(name, said):
    with pytest.raises(dv.NameUnknownError, match=said):
        dv.entropy(name)


def test_every_name_from_elsewhere_means_a_law_and_is_none():
    laws = (*LAWS, *VECTOR_LAWS, *PAIR_LAWS)
    assert set(ELSEWHERE.values()) <= {law.__name__ for law in laws}
    assert not set(ELSEWHERE) & {text for law in laws for text in (law.name, law.__name__)}


@pytest.mark.parametrize(
    "ask",
    [
        lambda: dv.kl_divergence("MultivariateNormal(m, S)", "MultivariateNormal(0, I)"),
        lambda: dv.MultivariateNormal("m", "I"),
        lambda: dv.Wishart(5, "I"),
    ],
)
def test_the_identity_is_not_taken_for_a_letter(ask):
    with pytest.raises(dv.AmbiguousError, match="identity"):
        ask()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: dv.expectation("X^2", "Normal(mu, sigma)"),
        lambda: dv.variance("exp(y)", "Normal(mu, sigma)"),
        lambda: dv.change_of_variables("Normal(mu, sigma)", "exp(z)"),
    ],
)
def test_a_value_by_another_name_is_no_constant(ask):
    with pytest.raises(dv.ArgumentError, match="does not stand in"):
        ask()


def test_what_is_fixed_has_a_mean():
    assert repr(dv.expectation("mu^2", "Normal(mu, sigma)").expression) == "mu^2"
    assert dv.expectation("3", "Normal(mu, sigma)").result == 3
    assert repr(dv.expectation("z^2", "Normal(0, 1)", of="z").expression) == "1"


@pytest.mark.parametrize("law", ["Gamma(2, 3)", dv.Gamma(2, 3)])
def test_a_law_is_no_sample(law):
    with pytest.raises(dv.ArgumentError, match="expectation"):
        dv.mean(law)
    with pytest.raises(dv.ArgumentError, match="quantile"):
        dv.median(law)


def test_parameters_that_are_held_may_be_numbers():
    x = np.random.default_rng(3).gamma(2.5, 1.5, 60)
    found = dv.maximum_likelihood("Gamma(k, theta)", known={"theta": 1.5}, data=x)
    shape, _, _ = scipy.stats.gamma.fit(x, floc=0, fscale=1.5)
    assert found.estimates == {"k": pytest.approx(shape, rel=1e-6)}
    scaled = dv.maximum_likelihood("Normal(a*m, s)", known={"s": 2.0, "a": 3}, data=x)
    assert scaled.estimates["m"] == pytest.approx(x.mean() / 3)
    with pytest.raises(dv.DomainError, match="theta > 0"):
        dv.maximum_likelihood("Gamma(k, theta)", known={"theta": -1})
    with pytest.raises(dv.ArgumentError, match="with the data"):
        dv.maximum_likelihood("MultivariateNormal(mu, Sigma)", known={"mu": [0, 0]})


@pytest.mark.parametrize("value", [[0.1, 0.9], np.array([0.1, 0.9])])
def test_masses_where_a_law_is_needed(value):
    with pytest.raises(dv.ArgumentError, match=r"give Categorical\(\[...\]\)"):
        dv.hellinger_distance(value, value)
    with pytest.raises(dv.ArgumentError, match=r"has a \.mean"):
        dv.expectation("x", dv.DiscreteRandomVariable({0: 0.5, 1: 0.5}))
