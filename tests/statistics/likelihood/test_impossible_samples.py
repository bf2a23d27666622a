"""Samples that a law cannot have, and samples at which a likelihood has no maximum."""

import warnings

import pytest

from derive import maximum_likelihood
from derive.errors import ArgumentError, DeriveError, DomainError, NoClosedFormError


@pytest.mark.parametrize(
    ("law", "data"),
    [("Uniform(a, b)", [3]), ("Uniform(0, b)", [0, 0]), ("Uniform(-b, b)", [0, 0])],
)
def test_ends_that_meet_make_the_likelihood_unbounded(law, data):
    with pytest.raises(DomainError, match="unbounded"):
        maximum_likelihood(law, data=data)


def test_ends_that_meet_are_a_law_of_whole_numbers():
    assert maximum_likelihood("DiscreteUniform(n)", data=[1, 1]).estimates == {"n": 1.0}


@pytest.mark.parametrize("known", ["a", "b"])
def test_a_density_infinite_at_its_moving_end_has_no_maximum(known):
    with pytest.raises(NoClosedFormError, match="unbounded"):
        maximum_likelihood("Arcsine(a, b)", known=known)


@pytest.mark.parametrize(
    ("law", "known", "data", "words"),
    [
        ("Categorical(p)", (), [[1, 1, 0], [0, 0, 1]], "row 1"),
        ("Categorical(p)", (), [[1, 0, 0], [0, 0.5, 0.5]], "row 2"),
        ("Multinomial(m, p)", "m", [[1, 2, 1], [2, 2, 1]], "row 2"),
        ("Multinomial(m, p)", "m", [[1, 2.5, 0.5]], "row 1"),
        ("Multinomial(m, p)", "m", [[0, 0, 0]], "without a single trial"),
    ],
)
def test_rows_that_are_no_values_are_named(law, known, data, words):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DomainError, match=words):
            maximum_likelihood(law, known=known).estimate(data)


def test_rows_that_are_values_keep_their_estimate():
    found = maximum_likelihood("Multinomial(m, p)", known="m").estimate([[1, 2, 1], [2, 1, 1]])
    assert found["p"].ravel() == pytest.approx([3 / 8, 3 / 8, 2 / 8])


@pytest.mark.parametrize(
    ("law", "held", "words"),
    [
        ("Normal(mu, sigma)", {"sigma": -1}, "sigma of this law is positive"),
        ("Binomial(N, p)", {"N": 2.5}, "N of this law is a whole number"),
        ("Erlang(k, rate)", {"k": 1.5}, "k of this law is a whole number"),
        ("Normal(mu, sigma)", {"mu": float("nan")}, "mu is held, and is no finite number"),
        ("Normal(mu, sigma)", {"mu": "a"}, "mu is held, and is no finite number"),
        ("Normal(mu, sigma)", {"mu": [1, 2]}, "mu is held, and is no finite number"),
    ],
)
def test_a_held_number_that_the_law_cannot_have_is_refused(law, held, words):
    with pytest.raises(DeriveError, match=words):
        maximum_likelihood(law, known=tuple(held)).estimate([1.0, 2.0], **held)


@pytest.mark.parametrize("sample", ["abc", [["a", "b"]], [[1, 2], [3]], None])
def test_a_sample_of_vectors_that_is_no_array_is_refused(sample):
    found = maximum_likelihood("MultivariateNormal(mu, Sigma)")
    with pytest.raises(ArgumentError, match=r"shape \(n, d\)"):
        found.estimate(sample)
