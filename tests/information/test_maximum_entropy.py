"""Laws of largest entropy, against optimisation, quadrature and perturbations by numbers."""

import numpy as np
import pytest
from scipy import integrate, optimize

import derive as dv
from derive.check.claim import Plan
from derive.check.entropy_optimum import EntropyOptimum
from derive.check.law_bench import LawBench
from derive.errors import ArgumentError, DomainError, NoClosedFormError
from derive.language.expression import symbol

NAMED = [
    ({"x": "mu"}, "(0, oo)", "Exponential(1/mu)"),
    ({"x": "mu", "(x - mu)^2": "sigma^2"}, "R", "Normal(mu, sigma)"),
    ({"x": "m", "x^2": "s"}, "R", "Normal(m, sqrt(s - m^2))"),
    (["E[abs(x - c)] = b"], "R", "Laplace(c, b)"),
    ({"(x - c)^2": "v"}, "R", "Normal(c, sqrt(v))"),
    ({"x": "m", "log(x)": "g"}, "(0, oo)", "Gamma(k, theta)"),
    ({"log(x)": "g", "log(1 - x)": "h"}, "(0, 1)", "Beta(a, b)"),
    ("E[log(x)] = m, E[log(x)^2] = v", "(0, oo)", "LogNormal(m, sqrt(v - m^2))"),
    ({"x^2": "s"}, "(0, oo)", "HalfNormal(sqrt(s))"),
    ({"log(x)": "g"}, "(xm, oo)", "Pareto(xm, 1/(g - log(xm)))"),
    ({"log(x)": "g"}, "(0, 1)", "PowerFunction(-1/g)"),
    ({"x": "m"}, "{1, 2, ...}", "Geometric(1/m)"),
    ({"x": "m"}, "{0, 1, 2, ...}", "NegativeBinomial(1, 1/(m + 1))"),
    ({"x": "m"}, "[0, b]", "TruncatedExponential(rate, b)"),
    (None, "[a, b]", "Uniform(a, b)"),
    (None, "(0, 1)", "Uniform(0, 1)"),
    ({"log(x)": "g"}, "(1, oo)", "Pareto(1, 1/g)"),  # the law says that g is positive
]


@pytest.mark.parametrize(("constraints", "support", "law"), NAMED, ids=[n[2] for n in NAMED])
def test_the_law_is_recognised_and_checked(constraints, support, law):
    found = dv.maximum_entropy(constraints, support)
    assert repr(found.law) == law
    assert found.certificate.verdict == "verified"
    assert found.latex()


@pytest.mark.parametrize(
    ("constraints", "support", "values", "ends"),
    [
        ({"x": "m"}, "(0, oo)", {"m": 1.7}, (0, np.inf)),
        ({"x": "m", "x^2": "s"}, "R", {"m": 0.4, "s": 2.0}, (-np.inf, np.inf)),
        ({"abs(x)": "b"}, "R", {"b": 0.7}, (-np.inf, np.inf)),
        ({"x^4": "v"}, "R", {"v": 0.7}, (-np.inf, np.inf)),
    ],
)
def test_density_and_entropy_by_quadrature(constraints, support, values, ends):
    density, entropy = dv.maximum_entropy(constraints, support).function()(x=0.5, **values), None
    compiled = dv.maximum_entropy(constraints, support).function()
    assert len(density) == 2

    def p(x):
        return float(compiled(x=x, **values)[0])

    def minus_p_log_p(x):
        return -p(x) * np.log(p(x)) if p(x) > 0 else 0.0

    lines = [lambda x: x, lambda x: x**2, abs, lambda x: x**4]
    texts = ["x", "x^2", "abs(x)", "x^4"]
    pieces = [(ends[0], 0.5), (0.5, ends[1])]
    for text, mean in constraints.items():
        f = lines[texts.index(text)]
        total = sum(integrate.quad(lambda x, f=f: f(x) * p(x), a, b)[0] for a, b in pieces)
        assert total == pytest.approx(values[mean], rel=1e-6)
    entropy = sum(integrate.quad(minus_p_log_p, a, b)[0] for a, b in pieces)
    assert float(compiled(x=0.5, **values)[1]) == pytest.approx(entropy, rel=1e-6)


@pytest.mark.parametrize(
    ("values", "mean"),
    [([1, 2, 3, 4, 5, 6], 4.5), ([0, 1], 0.3), ([0, 1, 2], 1.2), ([-1, 0, 4], 0.5)],
)
def test_finite_laws_by_optimisation(values, mean):
    found = dv.maximum_entropy({"x": mean}, values)
    assert found.certificate.verdict == "verified"
    compiled = found.function()
    names = {}
    if "t ≈" in str(found):
        names["t"] = float(str(found).split("t ≈ ")[1].split()[0])
    masses, entropy = compiled(**names)
    masses = np.ravel(masses)
    x = np.array(values)
    best = optimize.minimize(
        lambda p: float(np.sum(p * np.log(p))),
        np.full(x.size, 1 / x.size),
        bounds=[(1e-9, 1)] * x.size,
        constraints=[
            {"type": "eq", "fun": lambda p: p.sum() - 1},
            {"type": "eq", "fun": lambda p: p @ x - mean},
        ],
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert masses.sum() == pytest.approx(1)
    assert masses @ x == pytest.approx(mean)
    assert float(entropy) == pytest.approx(-best.fun, abs=1e-7)
    np.testing.assert_allclose(masses, best.x, atol=1e-4)


def test_finite_symbolic_masses_have_the_textbook_form():
    two = dv.maximum_entropy({"x": "m"}, "{0, 1}")
    assert repr(two.expression[1]) == "-m*log(m) - (1 - m)*log(1 - m)"
    three = dv.maximum_entropy({"x": "m"}, "{0, 1, 2}")
    assert three.certificate.verdict == "verified"
    assert dv.maximum_entropy(None, range(1, 7), base=6).expression[1] is not None


def test_open_multipliers_are_found_by_numbers():
    text = str(dv.maximum_entropy({"x": 3, "log(x)": 1}, "(0, oo)"))
    k = float(text.split("k ≈ ")[1].split(",")[0])
    theta = float(text.split("θ ≈ ")[1].split()[0])
    draw = np.random.default_rng(1).gamma(k, theta, 400_000)
    assert k * theta == pytest.approx(3)
    assert abs(np.log(draw).mean() - 1) < 4 * np.log(draw).std() / np.sqrt(draw.size)


@pytest.mark.parametrize(
    ("constraints", "support", "error", "words"),
    [
        ({"x": "m"}, "R", DomainError, "no finite total on R"),
        ({"x": "m", "x^3": 0}, "R", DomainError, "no finite total on R"),
        (None, "R", DomainError, "grows without bound"),
        (None, "(0, oo)", DomainError, "grows without bound"),
        ({"log(x)": 1}, "(0, oo)", DomainError, "x\\^eta has no finite total"),
        ({"x": -1}, "(0, oo)", DomainError, "strictly above 0"),
        ({"x": 2}, "[0, 1]", DomainError, "strictly below 1"),
        ({"x": 1, "x^2": 1}, "R", DomainError, "variance is positive"),
        ({"x": 1, "x^2": "1/2"}, "R", DomainError, "variance is positive"),
        ({"(x - 1)^2": 0}, "R", DomainError, "strictly above 0"),
        ({"x": 7}, "{1, 2, ..., 6}", DomainError, "strictly between 1 and 6"),
        ({"x": 4}, "[0, 5]", NoClosedFormError, "by numbers"),
        ({"x": 1, "log(x)": 2}, "(0, oo)", NoClosedFormError, "by numbers"),
        ({"x": "m", "2*x": "n"}, "R", ArgumentError, "depend on each other"),
        ({"y": "m"}, "R", ArgumentError, "does not speak of the value x"),
        ({"x": "m"}, "banana", ArgumentError, "no support is written"),
        ({"x": "m"}, "[3, 1]", DomainError, "empty"),
        ("x = 3", "R", ArgumentError, "constraints are means"),
        ({"x": "m", "x^2": "s"}, "(0, oo)", NoClosedFormError, "no closed form"),
    ],
)
def test_what_has_no_answer_is_refused_by_name(constraints, support, error, words):
    with pytest.raises(error, match=words):
        dv.maximum_entropy(constraints, support)


def test_perturbations_refute_a_law_that_is_not_largest():
    """Of the laws with a given mean on the half line Gamma(2, theta) is not the best."""
    law, x = dv.Gamma(2, "theta"), symbol("x", facts=("positive",))
    bench = LawBench({"p": law}, x)
    wrong = EntropyOptimum(bench, law.log_density(x), (x,))
    assert wrong.examine(Plan()).verdict == "refuted"
    best = dv.Exponential("r")
    right = EntropyOptimum(LawBench({"p": best}, x), best.log_density(x), (x,))
    assert right.examine(Plan()).verdict == "verified"
    assert all(m.examine(Plan()).verdict == "refuted" for m in right.mutants())


def test_the_range_of_a_mean_that_is_not_solved_for_is_a_condition():
    """A truncated exponential law falls, so its mean is below the middle."""
    assert {"m > 0", "m < 1/2"} <= set(dv.maximum_entropy({"x": "m"}, "[0, 1]").conditions)
    assert "m < 1/2*h" in dv.maximum_entropy({"x": "m"}, "[0, h]").conditions


def test_counts_with_a_mean_are_written_without_gammas():
    found = dv.maximum_entropy({"x": "m"}, "{0, 1, 2, ...}")
    assert "gamma" not in str(found) and "Γ" not in str(found)
    assert found.conditions == ("m > 0",)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (2, 3)])
def test_without_a_mean_on_an_interval_of_length_one(low, high):
    found = dv.maximum_entropy({}, f"[{low}, {high}]")
    assert repr(found.law) == f"Uniform({low}, {high})" and found.result[-1] == 0


@pytest.mark.parametrize("text", ["E[x] = m, Var[x] = s^2", ["Var[ x ] = s^2", "E[x] = m"]])
def test_a_variance_may_be_held_beside_its_mean(text):
    assert dv.maximum_entropy(text).law == dv.maximum_entropy({"x": "m", "(x - m)^2": "s^2"}).law


def test_a_variance_without_its_mean_is_refused():
    with pytest.raises(ArgumentError, match=r"give the mean beside it, E\[x\] = m"):
        dv.maximum_entropy("Var[x] = s^2")
