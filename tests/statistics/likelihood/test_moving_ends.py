"""Maximum likelihood where a parameter moves an end of the support, and where there is none."""

import numpy as np
import pytest
import scipy.stats as st

from derive.errors import DomainError, NoClosedFormError
from derive.statistics.likelihood.log_likelihood import log_likelihood
from derive.statistics.likelihood.maximum_likelihood import maximum_likelihood
from derive.statistics.likelihood.score import score

X = [1.2, 1.9, 1.5, 1.4]
GRID = np.linspace(-6, 6, 48001)

ONE_UNKNOWN = {  # the law, a sample of it, and its log density by SciPy
    "Uniform(0, b)": (X, lambda x, b: st.uniform(0, b).logpdf(x)),
    "Uniform(-b, b)": ([-1.7, 0.4, 1.2], lambda x, b: st.uniform(-b, 2 * b).logpdf(x)),
    "Uniform(-2*b, b)": ([-1.7, 0.4], lambda x, b: st.uniform(-2 * b, 3 * b).logpdf(x)),
    "Uniform(a, 1)": ([-1.7, 0.4], lambda x, a: st.uniform(a, 1 - a).logpdf(x)),
    "Uniform(0, 2*b)": (X, lambda x, b: st.uniform(0, 2 * b).logpdf(x)),
    "Uniform(a, 2*a)": (X, lambda x, a: st.uniform(a, a).logpdf(x)),
    "LogUniform(1, b)": (X, lambda x, b: st.loguniform(1, b).logpdf(x)),
    "TruncatedNormal(0, 1, 0, b)": (X, lambda x, b: st.truncnorm(0, b).logpdf(x)),
    "Pareto(2*c, 3)": (X, lambda x, c: st.pareto(3, scale=2 * c).logpdf(x)),
    "Pareto(exp(t), 3)": (X, lambda x, t: st.pareto(3, scale=np.exp(t)).logpdf(x)),
}


@pytest.mark.parametrize("law", ONE_UNKNOWN)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_place_of_a_grid_has_a_larger_likelihood_by_scipy(law):
    sample, density = ONE_UNKNOWN[law]
    found = maximum_likelihood(law, data=sample)
    assert found.certificate.verdict == "verified"
    assert not found.equations
    (value,) = found.estimates.values()
    totals = density(np.array(sample)[:, None], GRID).sum(axis=0)
    best = GRID[np.nanargmax(np.where(np.isfinite(totals), totals, -np.inf))]
    assert value == pytest.approx(best, abs=6e-4)


def test_a_held_name_in_an_end():
    assert maximum_likelihood("Uniform(m - s, m + s)", "m").estimate(X, m=1.0) == {
        "s": pytest.approx(0.9)
    }


@pytest.mark.parametrize(
    ("law", "words"),
    [
        ("Uniform(a, a + 1)", r"lower end a and the upper end a \+ 1(.|\n)*the same for every a"),
        ("Pareto(m^2, a)", "the same at m and at its opposite"),
        ("Pareto(a, a)", "lower end a .* with a"),
        ("DiscreteUniform(2*n)", r"upper end 2\*n(.|\n)*whole numbers"),
        ("Uniform(sin(m) - s, m + s)", r"lower end sin\(m\) - s(.|\n)*s moves it too"),
    ],
)
def test_an_end_whose_bound_is_not_known_is_named(law, words):
    with pytest.raises(NoClosedFormError, match=words):
        maximum_likelihood(law)


def test_a_sample_that_no_parameter_allows_is_refused():
    with pytest.raises(DomainError, match="leaves out 1 at place 1"):
        maximum_likelihood("Uniform(a, 2*a)", data=[1, 5])


@pytest.mark.parametrize(
    ("law", "data", "words"),
    [
        ("Zeta", [1, 1], "does not fall where s"),
        ("StudentT(nu)", [0.1, 0.2, -0.1], "nu"),
        ("TruncatedNormal(m, s, 0, 1)", [0.1, 0.5, 0.9], "no maximum"),
        ("MultivariateNormal(mu, Sigma)", [[1, 1], [2, 2], [3, 3]], "Sigma is singular"),
        ("Categorical(p)", [[1, 0, 0], [0, 1, 0]], "p has a zero"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_sample_without_a_largest_likelihood_is_refused(law, data, words):
    with pytest.raises(DomainError, match=words):
        maximum_likelihood(law, data=data)


def test_a_maximum_that_is_there_is_kept():
    found = maximum_likelihood("TruncatedNormal(m, s, 0, 1)", data=[0.4, 0.5, 0.55]).estimates
    assert found["m"] == pytest.approx(0.48333, abs=1e-4)


def test_pages_say_that_the_sample_lies_between_the_ends():
    assert "min(x) ≥ a, max(x) ≤ b" in log_likelihood("Uniform(a, b)").text()
    assert "min(x) ≥ m" in score("Pareto(m, a)").text()


def test_a_median_is_no_zero_of_a_sum_of_signs():
    page = maximum_likelihood("Laplace(m, b)", data=[0.0, 0.0, 1.0])
    assert page.estimates["m"] == 0
    assert not page.equations
    assert "= 0  " not in page.text().split("∇_m")[1]


def test_ties_at_the_least_value():
    found = maximum_likelihood("Pareto(m, a)", data=[2, 2, 3])
    assert found.certificate.verdict == "verified"
    assert found.estimates == {"m": 2.0, "a": pytest.approx(3 / np.log(1.5))}


@pytest.mark.parametrize(
    ("law", "x", "values"),
    [
        ("Uniform(0, b)", [1.0, 3.0], {"b": 2.0}),
        ("Pareto(xm, alpha)", [1.0, 3.0], {"xm": 2.0, "alpha": 1.0}),
        ("Exponential(r)", [-1.0, 3.0], {"r": 1.0}),
        ("Bernoulli(p)", [0.5, 1.0], {"p": 0.4}),
    ],
)
def test_a_compiled_likelihood_refuses_values_outside_the_support(law, x, values):
    function = log_likelihood(law).function()
    with pytest.raises(DomainError, match="lies in"):
        function(x=x, **values)


def test_a_compiled_likelihood_takes_batches_of_ends():
    function = log_likelihood("Uniform(0, b)").function()
    found = function(x=[1.0, 3.0], b=np.array([4.0, 5.0]))
    np.testing.assert_allclose(found, -2 * np.log([4.0, 5.0]))
