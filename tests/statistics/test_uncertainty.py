"""Uncertainty: pages against simulated values, integrals and resamples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import dblquad, quad

import derive as dv
from derive.check.claim import Plan
from derive.check.small_noise import SmallNoise
from derive.errors import DomainError

RATIO = {"shapes": "x: scalar, y: positive, v_x: positive, v_y: positive, c: scalar"}
VARIANCES = [
    (("log(x)", "x", "v"), "x: positive, v: positive", None, "v/x^2"),
    (("norm2(x)^2", "x", "S"), "x: d, mu: d, S: d x d spd", "mu", "4*mu'*S*mu"),
    (
        ("A*exp(x)", "x", "S"),
        "x: d, mu: d, A: m x d, S: d x d spd",
        "mu",
        "A*diag(exp(mu))*S*diag(exp(mu))*A'",
    ),
    (("x^2", "x", "sigma^2"), "x: scalar, sigma: positive", 0, "2*sigma^4"),
    (("norm2(x)^2", "x", "S"), "x: d, S: d x d spd", "zeros(d)", "2*tr(S^2)"),
    (
        ("x*y", "x, y", [["v", 0], [0, "w"]]),
        "x: scalar, y: scalar, v: positive, w: positive",
        None,
        "y^2*v + x^2*w",
    ),
    (
        ("x*y", "x, y", [["v", 0], [0, "w"]]),
        "x: scalar, y: scalar, v: positive, w: positive",
        [0, 0],
        "w*v",
    ),
]


def answer(found):
    return repr(found).partition("    #")[0]


@pytest.mark.parametrize(("question", "shapes", "mean", "expected"), VARIANCES)
def test_the_delta_method_gives_the_textbook_variance(question, shapes, mean, expected):
    found = dv.delta_method(*question, mean=mean, shapes=shapes)
    assert answer(found) == expected
    assert found.certificate.verdict == "verified"
    assert found.latex()
    (claim,) = (c for c in found.claims if isinstance(c, SmallNoise))
    assert [m.examine(Plan()).verdict for m in claim.mutants()].count("refuted") >= 2


def test_the_variance_of_a_ratio_is_that_of_simulated_values():
    found = dv.delta_method("x/y", "x, y", [["v_x", "c"], ["c", "v_y"]], **RATIO)
    rng, n = np.random.default_rng(0), 400_000
    S = np.array([[4e-4, 1e-4], [1e-4, 9e-4]])
    x, y = rng.multivariate_normal([2.0, 3.0], S, n).T
    formula = found.function()(x=2.0, y=3.0, v_x=S[0, 0], c=S[0, 1], v_y=S[1, 1])
    simulated = (x / y).var()
    # four standard errors of a variance, and what the next order may add
    assert abs(simulated / formula - 1) < 4 * np.sqrt(2 / n) + 1e-3


def test_where_the_gradient_vanishes_the_second_order_is_what_is_simulated():
    found = dv.delta_method("x'*B*x", "x", "S", "zeros(d)", "x: d, B: d x d, S: d x d spd")
    rng, n = np.random.default_rng(1), 200_000
    B, S = rng.normal(size=(3, 3)), np.array([[2.0, 0.3, 0], [0.3, 1, 0.2], [0, 0.2, 0.5]])
    z = rng.multivariate_normal(np.zeros(3), S, n)
    values = np.einsum("ni,ij,nj->n", z, B, z)
    squares = (values - values.mean()) ** 2
    error = squares.std() / np.sqrt(n)
    assert abs(squares.mean() - found.function()(B=B, S=S)) < 4 * error


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("x^4", "x", "v", 0, "x: scalar, v: positive"), dv.NoRuleError, "are zero at the mean"),
        (("X*x", "x", "v", None, "x: d, X: d x d, v: scalar"), dv.ShapeError, "covariance of x"),
        (("X", "X", "v", None, "X: d x d, v: scalar"), dv.ShapeError, "a scalar or a column"),
        (("x*y", "x, y", "v", None, "x: scalar, y: scalar, v: scalar"), dv.ShapeError, "2 rows"),
        (
            (
                "x*y",
                "x, y",
                [["v", "a"], ["b", "w"]],
                None,
                "x: scalar, y: scalar, v: scalar, w: scalar, a: scalar, b: scalar",
            ),
            dv.ArgumentError,
            "symmetric",
        ),
        (
            ("x^2", "x", "v", ["m", "m"], "x: scalar, v: scalar, m: scalar"),
            dv.ArgumentError,
            "as many means",
        ),
        (("x^2", "x", "v", "m", "x: scalar, v: scalar, m: d"), dv.ShapeError, "mean of x"),
        (
            ("x'*w", "x, w", [["v", 0], [0, "u"]], None, "x: d, w: d, u: scalar, v: scalar"),
            dv.ArgumentError,
            "must be scalars",
        ),
    ],
)
def test_a_question_without_an_answer_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        dv.delta_method(*arguments)


def test_a_kink_at_the_mean_is_never_answered_as_if_smooth():
    with pytest.raises(dv.NeverHoldsError, match="never holds"):
        dv.delta_method("abs(x) + x", "x", "v", mean=0, shapes="x: scalar, v: positive")


@pytest.mark.parametrize(
    ("arguments", "mean", "facts"),
    [
        (("log(x)", "x", "v"), "-1", "x: scalar"),
        (("log(x)", "x", "v"), "-1", "x: positive"),
        (("sqrt(x)", "x", "v"), "-4", "x: scalar"),
        (("log(x)", "x", "v"), "-m", "x: scalar, m: positive"),
        (("x^2", "x", "-v"), None, "x: scalar"),
        (("x^2", "x", "-1"), None, "x: scalar"),
        (("x*y", ["x", "y"], [["1", "2"], ["2", "1"]]), None, "x: scalar, y: scalar"),
        (("x*y", ["x", "y"], [["v", "2*v"], ["2*v", "v"]]), None, "x: scalar, y: scalar"),
    ],
)
def test_where_nothing_is_defined_or_no_covariance_is_given_there_is_no_variance(
    arguments, mean, facts
):
    with pytest.raises(dv.NeverHoldsError, match="never holds"):
        dv.delta_method(*arguments, mean=mean, shapes=f"{facts}, v: positive")


def test_three_values_that_cannot_be_so_correlated_have_no_variance():
    rows = [["1", "-9/10", "-9/10"], ["-9/10", "1", "-9/10"], ["-9/10", "-9/10", "1"]]
    assert np.linalg.eigvalsh([[1, -0.9, -0.9], [-0.9, 1, -0.9], [-0.9, -0.9, 1]])[0] < 0
    with pytest.raises(dv.NeverHoldsError, match="positive semidefinite"):
        dv.delta_method("x*y*z", ["x", "y", "z"], rows, shapes="x: scalar, y: scalar, z: scalar")


def test_what_is_open_of_a_mean_and_a_covariance_is_printed():
    found = dv.delta_method("log(x)", "x", "v", "m", "x: scalar, v: scalar, m: scalar")
    assert [str(c) for c in found.conditions] == ["m > 0", "v >= 0"]
    shapes = "x: scalar, y: scalar, v: positive, w: positive, c: scalar"
    found = dv.delta_method("x*y", ["x", "y"], [["v", "c"], ["c", "w"]], shapes=shapes)
    assert [str(c) for c in found.conditions] == ["[[v, c], [c, w]] is positive semidefinite"]
    assert found.certificate.verdict == "verified"
    found = dv.delta_method(
        "x*y", ["x", "y"], [["1", "1"], ["1", "1"]], shapes="x: scalar, y: scalar"
    )
    assert found.conditions == ()
    assert found.certificate.verdict == "verified"


def test_letters_of_the_page_give_way_to_those_of_the_question():
    found = dv.delta_method("H*x^2", "x", "v", 0, "x: scalar, v: positive, H: scalar")
    assert answer(found) == "2*H^2*v^2"
    with pytest.raises(dv.ArgumentError, match="uncertain value"):
        dv.delta_method("x^2", "x", "v", "x + 1", "x: scalar, v: positive")


# --- Laplace ----------------------------------------------------------------------------


def test_what_holds_of_numbers_is_no_condition():
    found = dv.laplace_approximation("log(x) - x", "x", "x: positive")
    assert found.conditions == ()


def test_the_peak_of_a_gamma_density_is_stirling():
    found = dv.laplace_approximation("a*log(x) - b*x", "x", "x: positive, a: positive, b: positive")
    assert [str(node) for node in (found.mode, found.covariance)] == ["a/b", "a/b**2"]
    assert found.certificate.verdict == "verified"
    mode, variance, evidence = found.function()(a=200.0, b=3.0)
    top = 200 * np.log(mode) - 3 * mode
    total, _ = quad(lambda x: np.exp(200 * np.log(x) - 3 * x - top), 30, 110)
    assert evidence == pytest.approx(top + np.log(total), abs=1e-3)
    assert variance == pytest.approx(200 / 9)


def test_of_a_normal_posterior_the_approximation_is_exact():
    shapes = "y: n, X: n x d, w: d, v: positive, lam: positive"
    log_density = "-(y - X*w)'*(y - X*w)/(2*v) - lam/2*norm2(w)^2"
    found = dv.laplace_approximation(log_density, "w", shapes)
    assert found.is_closed
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(6, 2)), rng.normal(size=6)
    mode, covariance, evidence = found.function()(y=y, X=X, v=0.7, lam=0.4)

    def density(b, a):
        r = y - X @ [a, b]
        return np.exp(-r @ r / 1.4 - 0.2 * (a * a + b * b))

    total, _ = dblquad(density, -8, 8, -8, 8)
    assert evidence == pytest.approx(np.log(total), rel=1e-7)
    precision = X.T @ X / 0.7 + 0.4 * np.eye(2)
    np.testing.assert_allclose(covariance @ precision, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(precision @ mode, X.T @ y / 0.7, rtol=1e-12)


def test_of_logistic_regression_the_mode_is_a_letter_with_its_equation():
    log_density = "sum_n(y[n]*row(X,n)'*w - softplus(row(X,n)'*w)) - lam/2*norm2(w)^2"
    shapes = "y: N, X: N x d, w: d, lam: positive"
    found = dv.laplace_approximation(log_density, "w", shapes)
    assert not found.is_closed
    assert any("w_hat" in condition and "= zeros(d)" in condition for condition in found.conditions)
    rng = np.random.default_rng(3)
    X = rng.normal(size=(20, 2))
    s = 1 / (1 + np.exp(-X @ [0.3, -0.2]))
    _, covariance, _ = found.function()(y=np.ones(20), X=X, lam=0.5, w_hat=np.array([0.3, -0.2]))
    precision = (X.T * (s * (1 - s))) @ X + 0.5 * np.eye(2)
    np.testing.assert_allclose(covariance @ precision, np.eye(2), atol=1e-12)


def test_a_minimum_is_no_mode():
    with pytest.raises(dv.DomainError, match="global minimum"):
        dv.laplace_approximation("x^2", "x", "x: scalar")
    with pytest.raises(dv.DomainError, match="second derivative"):
        dv.laplace_approximation("-x^4", "x", "x: scalar")
    with pytest.raises(dv.ShapeError, match="scalar or a column"):
        dv.laplace_approximation("-norm2(X)^2", "X", "X: n x d")
    with pytest.raises(dv.ArgumentError, match="one value"):
        dv.laplace_approximation("-x^2 - y^2", "x, y", "x: scalar, y: scalar")


def test_altered_peaks_are_refuted():
    found = dv.laplace_approximation("a*log(x) - b*x", "x", "x: positive, a: positive, b: positive")
    mutants = found.claims[-1].mutants()
    assert {m.examine(Plan()).verdict for m in mutants} == {"refuted"}


# --- variances --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "variance", "law", "of", "parts"),
    [
        ("t", "s^2", "Normal(mu, tau)", "t", ("s**2 + tau**2", "s**2", "tau**2")),
        (
            "lam",
            "lam",
            "Gamma(k, theta)",
            "lam",
            ("k*theta*(theta + 1)", "k*theta", "k*theta**2"),
        ),
    ],
)
def test_the_variance_of_a_prediction_has_two_parts(mean, variance, law, of, parts):
    found = dv.predictive_variance(mean, variance, law, of=of)
    assert tuple(map(str, (found.total, found.noise, found.model))) == parts
    assert found.certificate.verdict == "verified"


def test_the_variance_of_a_beta_binomial_trial_is_that_of_simulated_ones():
    found = dv.predictive_variance("n*p", "n*p*(1 - p)", "Beta(a, b)", of="p")
    total, noise, model = found.function()(a=2.0, b=3.0, n=10.0)
    assert total == pytest.approx(noise + model)
    rng, count = np.random.default_rng(4), 400_000
    y = rng.binomial(10, rng.beta(2, 3, count))
    squares = (y - y.mean()) ** 2
    assert abs(squares.mean() - total) < 4 * squares.std() / np.sqrt(count)


def test_a_part_that_does_not_exist_is_refused():
    with pytest.raises(dv.DivergentMeanError, match="infinite"):
        dv.predictive_variance("t", "1", "Cauchy(a, b)", of="t")


def test_total_variance_holds_in_a_table():
    page = dv.total_expectation_and_variance()
    assert page.certificate.verdict == "verified"
    rng = np.random.default_rng(5)
    w, P, y = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(4), 3), rng.normal(size=4)
    m, v = P @ y, P @ y**2 - (P @ y) ** 2
    mean, variance = page.function()(w=w, m=m, v=v)
    joint = w @ P
    assert mean == pytest.approx(joint @ y)
    assert variance == pytest.approx(joint @ y**2 - (joint @ y) ** 2)


def test_the_bootstrap_variance_is_that_of_resamples():
    page = dv.bootstrap_variance()
    assert page.certificate.verdict == "verified"
    rng = np.random.default_rng(6)
    x, draws = rng.exponential(size=12), 200_000
    means = x[rng.integers(0, 12, (draws, 12))].mean(axis=1)
    squares = (means - x.mean()) ** 2
    exact = page.function()(x=x)
    assert exact == pytest.approx((11 / 12) * x.var(ddof=1) / 12, rel=1e-13)
    assert abs(squares.mean() - exact) < 4 * squares.std() / np.sqrt(draws)


@pytest.mark.parametrize(
    ("given", "shapes", "condition"),
    [
        (("x/sum(x)", "x", "n*diag(p)"), "x: d, p: d, n: positive", "positive semidefinite"),
        (("A*x", "x", "S"), "A: m x d, x: d, S: d x d", "S is positive semidefinite"),
        (("sqrt(x)", "x", "v"), "x: positive, v: scalar", "v >= 0"),
        (
            ("x*y", "x, y", [["v", 0], [0, "w"]]),
            "x: scalar, y: scalar, v: scalar, w: scalar",
            "w >= 0",
        ),
    ],
)
def test_a_covariance_of_undeclared_sign_is_a_condition(given, shapes, condition):
    found = dv.delta_method(*given, shapes=shapes)
    assert found.certificate.verdict == "verified"
    assert condition in "; ".join(found.conditions)


@pytest.mark.parametrize(
    ("variables", "covariance", "mean"),
    [
        ("x, y", [[0.5, 0.1], [0.1, 0.25]], [1.0, 2.5]),
        ("x, y", np.array([[0.5, 0.1], [0.1, 0.25]]), np.array([1.0, 2.5])),
        ("x", np.array([[0.5, 0.1], [0.1, 0.25]]), np.array([1.0, 2.5])),
        ("x", [[0.5, 0.1], [0.1, 0.25]], [1, 2.5]),
    ],
)
def test_numbers_and_arrays_stand_for_a_mean_and_a_covariance(variables, covariance, mean):
    """Slopes of exp(a)/b by hand: (exp(a)/b, -exp(a)/b^2)."""
    shapes, function = ("x: scalar, y: positive", "exp(x)/y")
    if variables == "x":
        shapes, function = "x: 2", "exp(part(x, 1, 1, 1, 1))/part(x, 2, 1, 1, 1)"
    found = dv.delta_method(function, variables, covariance, mean=mean, shapes=shapes)
    slope = np.exp(1.0) * np.array([1 / 2.5, -1 / 2.5**2])
    spread = np.array([[0.5, 0.1], [0.1, 0.25]])
    assert float(found.function()()) == pytest.approx(slope @ spread @ slope, rel=1e-13)


def test_what_is_no_number_is_named():
    with pytest.raises(DomainError, match="must be finite"):
        dv.delta_method("log(x)", "x", float("nan"), shapes="x: positive")


def test_a_compiled_delta_method_refuses_what_is_no_covariance():
    shapes = "x: scalar, y: positive, v: positive, w: positive, c: scalar"
    found = dv.delta_method("x/y", "x, y", [["v", "c"], ["c", "w"]], shapes=shapes).function()
    numbers = {"x": 1.0, "y": 1.0, "v": 1.0, "w": 1.0}
    np.testing.assert_allclose(found(**numbers, c=1.0), 0.0, atol=1e-15)  # a singular one is one
    np.testing.assert_allclose(found(**numbers, c=np.array([-0.5, 0.5])), [3.0, 1.0])
    with pytest.raises(DomainError, match="positive semidefinite"):
        found(**numbers, c=5.0)


def test_a_compiled_delta_method_refuses_a_kink():
    found = dv.delta_method("abs(x)", "x", "v", shapes="x: scalar, v: positive").function()
    assert found(x=-2.0, v=3.0) == 3.0
    with pytest.raises(DomainError, match="x != 0"):
        found(x=0.0, v=3.0)
