"""Stationary points: their pages, their values by other solvers, their verdicts by differences."""

from __future__ import annotations

import re
import runpy
from dataclasses import replace

import numpy as np
import pytest
from naive_numpy import naive_value
from scipy import linalg, optimize

import derive as dv
from derive.check.claim import Plan
from derive.check.stationary import StationaryAt
from derive.language.expression import ones
from derive.language.functions import total
from derive.language.sizes import size_value

# name: (function, variables, shapes, verdict)
PAGES = {
    "least_squares": ("norm2(X*w - y)^2/2", "w", "X: n x d, w: d, y: n", "global minimum"),
    "weighted_least_squares": (
        "(X*w - y)'*W*(X*w - y)/2",
        "w",
        "X: n x d, w: d, y: n, W: n x n spd",
        "global minimum",
    ),
    "generalised_least_squares": (
        "(X*w - y)'*inv(S)*(X*w - y)/2",
        "w",
        "X: n x d, w: d, y: n, S: n x n spd",
        "global minimum",
    ),
    "ridge": (
        "norm2(X*w - y)^2/2 + lam/2*norm2(w)^2",
        "w",
        "X: n x d, w: d, y: n, lam: positive",
        "global minimum",
    ),
    "ridge_with_intercept": (
        "norm2(X*w + b*ones(n) - y)^2/2 + lam/2*norm2(w)^2",
        "w, b",
        "X: n x d, w: d, y: n, b: scalar, lam: positive",
        "global minimum",
    ),
    "ridge_of_several_outputs": (
        "norm2(X*W - Y)^2/2 + lam/2*norm2(W)^2",
        "W",
        "X: n x d, W: d x k, Y: n x k, lam: positive",
        "global minimum",
    ),
    "gaussian_mean_and_covariance": (
        "-n/2*logdet(S) - tr((X - ones(n)*m')*inv(S)*(X - ones(n)*m')')/2",
        "m, S",
        "X: n x d, m: d, S: d x d spd",
        "local maximum",
    ),
    "gaussian_precision": (
        "n/2*logdet(L) - tr(L*C)/2",
        "L",
        "L: d x d spd, C: d x d spd, n: positive",
        "global maximum",
    ),
    "gaussian_variance": (
        "-n*log(sigma) - norm2(y - mu*ones(n))^2/(2*sigma^2)",
        "mu, sigma",
        "sigma: positive, y: n, mu: scalar",
        "local maximum",
    ),
    "bernoulli": (
        "sum(y)*log(p) + (n - sum(y))*log(1 - p)",
        "p",
        "p: probability, y: n binary",
        "local maximum",
    ),
    "poisson": (
        "sum(y)*log(lam) - n*lam",
        "lam",
        "lam: positive, y: n nonnegative",
        "global maximum",
    ),
    "exponential": (
        "n*log(lam) - lam*sum(y)",
        "lam",
        "lam: positive, y: n positive",
        "global maximum",
    ),
    "graph_regularised": (
        "norm2(X*W - Y)^2 + mu*tr(W*L*W')",
        "W",
        "X: n x d, W: d x k, Y: n x k, mu: positive, L: k x k psd",
        "global minimum",
    ),
    "kernel_ridge": (
        "norm2(K*a - y)^2/2 + lam/2*a'*K*a",
        "a",
        "K: n x n psd, a: n, y: n, lam: positive",
        "global minimum",
    ),
    "projection": ("norm2(A*x - b)^2", "x", "A: n x d, x: d, b: n", "global minimum"),
    "wiener": (
        "tr(W*R*W') - 2*tr(W*P) + tr(S)",
        "W",
        "W: k x n, R: n x n spd, P: n x k, S: k x k spd",
        "global minimum",
    ),
    "concave_quadratic": (
        "b'*x - x'*P*x/2",
        "x",
        "P: n x n spd, x: n, b: n",
        "global maximum",
    ),
    "indefinite_quadratic": (
        "x'*A*x/2 - b'*x",
        "x",
        "A: n x n symmetric, x: n, b: n",
        "inconclusive",
    ),
    "saddle": (
        "norm2(x)^2 - norm2(y)^2 + 2*c'*x",
        "x, y",
        "x: n, y: n, c: n",
        "saddle point",
    ),
    "lagrangian": (
        "x'*P*x/2 + nu'*(A*x - b)",
        "x, nu",
        "P: n x n spd, x: n, nu: m, A: m x n, b: m",
        "saddle point",
    ),
    "two_sided": (
        "norm2(A*X*B - C)^2",
        "X",
        "A: n x d, X: d x k, B: k x m, C: n x m",
        "global minimum",
    ),
    "entropy": ("-sum(x .* log(x)) - c'*x", "x", "x: n positive, c: n", "global maximum"),
    "procrustes": (
        "norm2(A*Q - B)^2",
        "Q",
        "A: n x d, Q: d x d orthogonal, B: n x d",
        "global minimum",
    ),
    "multinomial_shares": (
        "sum(n.*log(p))",
        "p",
        "n: k positive, p: k simplex",
        "global maximum",
    ),
    "gibbs": ("sum(p.*log(p)) + c'*p", "p", "c: k, p: k simplex", "global minimum"),
    "least_variance": ("p'*S*p", "p", "S: k x k spd, p: k simplex", "global minimum"),
    "nearest_on_simplex": ("norm2(p - a)^2", "p", "a: k, p: k simplex", "global minimum"),
    "constant": ("norm2(a)^2", "x", "a: n, x: n", "constant"),
    "linear": ("c'*x", "x", "x: n, c: n", "no stationary point"),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_the_one_on_file(name, golden):
    function, variables, shapes, verdict = PAGES[name]
    page = dv.stationary_point(function, variables, shapes=shapes)
    assert page.certificate.verdict == "verified"
    assert page.verdict == verdict
    golden(f"stationary_point/{name}.txt", page.text())
    golden(f"stationary_point/{name}.tex", page.latex())


# --- values against other solvers -------------------------------------------------------


def data(*shapes: tuple[int, ...], seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def spd(size: int, seed: int = 1) -> np.ndarray:
    (B,) = data((size, size), seed=seed)
    return B @ B.T + np.eye(size)


def point(name: str):
    function, variables, shapes, _ = PAGES[name]
    return dv.stationary_point(function, variables, shapes=shapes).function()


def test_least_squares_against_lstsq():
    X, y = data((7, 3), (7,))
    np.testing.assert_allclose(point("least_squares")(X=X, y=y), np.linalg.lstsq(X, y)[0])
    np.testing.assert_allclose(point("projection")(A=X, b=y), np.linalg.lstsq(X, y)[0])


def test_generalised_least_squares_against_whitened_lstsq():
    X, y = data((7, 3), (7,))
    S = spd(7)
    white = np.linalg.inv(np.linalg.cholesky(S))
    expected = np.linalg.lstsq(white @ X, white @ y)[0]
    np.testing.assert_allclose(point("generalised_least_squares")(X=X, y=y, S=S), expected)
    np.testing.assert_allclose(
        point("weighted_least_squares")(X=X, y=y, W=np.linalg.inv(S)), expected
    )


def test_ridge_against_scikit_learn():
    linear_model = pytest.importorskip("sklearn.linear_model")
    X, y, Y = data((9, 4), (9,), (9, 2))
    plain = linear_model.Ridge(alpha=0.7, fit_intercept=False, solver="cholesky")
    np.testing.assert_allclose(point("ridge")(X=X, y=y, lam=0.7), plain.fit(X, y).coef_)
    np.testing.assert_allclose(
        point("ridge_of_several_outputs")(X=X, Y=Y, lam=0.7), plain.fit(X, Y).coef_.T
    )
    model = linear_model.Ridge(alpha=0.7, solver="cholesky").fit(X, y)
    w, b = point("ridge_with_intercept")(X=X, y=y, lam=0.7)
    np.testing.assert_allclose(w, model.coef_)
    np.testing.assert_allclose(b, model.intercept_)


def test_the_gaussian_against_sample_moments():
    (X,) = data((11, 3))
    m, S = point("gaussian_mean_and_covariance")(X=X)
    np.testing.assert_allclose(m, X.mean(axis=0))
    np.testing.assert_allclose(S, np.cov(X.T, bias=True))
    C = spd(3)
    np.testing.assert_allclose(point("gaussian_precision")(n=5.0, C=C), 5 * np.linalg.inv(C))
    y = X[:, 0]
    mu, sigma = point("gaussian_variance")(y=y)
    np.testing.assert_allclose([mu, sigma], [y.mean(), y.std()])


def test_rates_and_probabilities_are_means():
    y = np.array([1.0, 0, 0, 1, 1])
    assert point("bernoulli")(y=y) == pytest.approx(0.6)
    assert point("poisson")(y=3 * y) == pytest.approx(1.8)
    assert point("exponential")(y=y + 1) == pytest.approx(5 / 8)


def test_the_sylvester_equation_against_scipy():
    X, Y, B = data((8, 3), (8, 4), (4, 4))
    L, mu = B @ B.T, 0.3
    expected = linalg.solve_sylvester(X.T @ X, mu * L, X.T @ Y)
    solve = point("graph_regularised")
    np.testing.assert_allclose(solve(X=X, Y=Y, L=L, mu=mu), expected)
    assert "kron" not in solve.source
    stack = solve(X=np.stack([X, 2 * X]), Y=Y, L=L, mu=mu)
    np.testing.assert_allclose(stack[0], expected)
    with pytest.raises(dv.DomainError, match="no unique solution"):
        solve(X=0 * X, Y=Y, L=0 * L, mu=mu)


def test_a_saved_sylvester_equation_stands_alone(tmp_path):
    X, Y, B = data((8, 3), (8, 4), (4, 4))
    solve = point("graph_regularised")
    saved = runpy.run_path(str(solve.save(tmp_path / "smooth.py")))
    given = {"X": X, "Y": Y, "L": B @ B.T, "mu": 0.3}
    np.testing.assert_allclose(saved["f"](**given), solve(**given))


def test_other_kronecker_systems_are_solved_as_they_stand():
    shapes = "A: n x n, X: n x n, B: n x n, C: n x n"
    A, B, C = data((3, 3), (3, 3), (3, 3))
    X = dv.stationary_point("norm2(A*X + X*B - C)^2", "X", shapes=shapes).function()(A=A, B=B, C=C)
    np.testing.assert_allclose(X, linalg.solve_sylvester(A, B, C))


def test_estimators_against_minimisation():
    K, (y,) = spd(5), data((5,))
    found = point("kernel_ridge")(K=K, y=y, lam=0.4)
    best = optimize.minimize(
        lambda a: np.sum((K @ a - y) ** 2) / 2 + 0.2 * a @ K @ a, np.zeros(5), tol=1e-12
    )
    np.testing.assert_allclose(found, best.x, atol=1e-5)
    R, (P,) = spd(4), data((4, 2))
    wiener = point("wiener")(R=R, P=P)

    def error(flat: np.ndarray) -> float:
        W = flat.reshape(2, 4)
        return float(np.trace(W @ R @ W.T) - 2 * np.trace(W @ P))

    best = optimize.minimize(error, np.zeros(8), tol=1e-12)
    np.testing.assert_allclose(wiener.ravel(), best.x, atol=1e-5)


def test_procrustes_against_scipy():
    A, B = data((9, 4), (9, 4))
    Q, _ = linalg.orthogonal_procrustes(A, B)
    np.testing.assert_allclose(point("procrustes")(A=A, B=B), Q, atol=1e-12)
    shapes = "Q: d x d orthogonal, M: d x d, c: positive"
    lowest = dv.stationary_point("c*tr(Q'*M)", "Q", shapes=shapes).function()
    M = A[:4]
    assert np.trace(lowest(M=M).T @ M) == pytest.approx(-np.linalg.svd(M)[1].sum())


def test_the_entropy_against_its_equation():
    (c,) = data((4,))
    x = point("entropy")(c=c)
    np.testing.assert_allclose(-np.log(x) - 1 - c, 0, atol=1e-12)


# --- verdicts against second differences ------------------------------------------------

SIZES = {"n": 6, "d": 2, "k": 3, "m": 4}
SIGNS = {"minimum": 1.0, "maximum": -1.0}


@pytest.mark.parametrize(
    "name",
    [k for k, row in PAGES.items() if row[3].split()[-1] in SIGNS and k != "procrustes"],
)
def test_values_around_an_extremum_are_on_one_side(name):
    function, variables, shapes, verdict = PAGES[name]
    page = dv.stationary_point(function, variables, shapes=shapes)
    sign = SIGNS[verdict.split()[-1]]
    rng = np.random.default_rng(5)
    values = {s: draw(s, SIZES, rng) for s in page.trace.arguments}
    there = {x: value_of(v, SIZES, values) for x, v in page.found.values}
    node = page.trace.definitions[0][1]
    middle = scalar(node, SIZES, values, there)
    for _ in range(20):
        moved = {x: v + 1e-3 * step(x, v, rng) for x, v in there.items()}
        assert sign * (scalar(node, SIZES, values, moved) - middle) > -1e-9


def test_values_around_a_saddle_are_on_both_sides():
    rng = np.random.default_rng(6)
    for name in ("saddle", "lagrangian"):
        function, variables, shapes, _ = PAGES[name]
        page = dv.stationary_point(function, variables, shapes=shapes)
        values = {s: draw(s, SIZES, rng) for s in page.trace.arguments}
        there = {x: value_of(v, SIZES, values) for x, v in page.found.values}
        node = page.trace.definitions[0][1]
        middle = scalar(node, SIZES, values, there)
        changes = []
        for _ in range(200):
            moved = {x: v + rng.choice([0.01, 1.0]) * step(x, v, rng) for x, v in there.items()}
            changes.append(scalar(node, SIZES, values, moved) - middle)
        assert min(changes) < -1e-3 < 1e-3 < max(changes), name


def value_of(node, sizes, values):
    return naive_value(node, {symbol.name: value for symbol, value in values.items()}, sizes)


TERMS = (
    "norm2(A*x - b)^2",
    "norm2(x)^2",
    "x'*P*x",
    "norm2(B*y - x)^2",
    "norm2(y - b)^2",
    "lam*norm2(y)^2",
    "x'*M*x",
    "x'*P*y",
    "c'*x",
    "lam*c'*y",
    "(c'*x + c'*y)^2",
)
OF_TERMS = "A: n x n, B: n x n, M: n x n, P: n x n spd, x: n, y: n, b: n, c: n, lam: positive"


@pytest.mark.parametrize("seed", range(60))
def test_the_verdict_on_a_random_quadratic_agrees_with_eigenvalues(seed):
    rng = np.random.default_rng(seed)
    picked = rng.choice(TERMS, size=rng.integers(2, 5), replace=False)
    text = " + ".join(f"{rng.choice([1, 1, -1])}*({term})" for term in picked)
    variables = [name for name in "xy" if re.search(rf"\b{name}\b", text)]
    try:
        page = dv.stationary_point(text, variables, shapes=OF_TERMS)
    except (dv.NoClosedFormError, dv.DomainError):
        return
    if not page.found.values:
        return
    function = page.trace.definitions[0][1]
    sizes = {"n": 3}
    for _ in range(3):
        values = {s: draw(s, sizes, rng) for s in page.trace.arguments}
        try:
            there = {x: value_of(v, sizes, values) for x, v in page.found.values}
        except np.linalg.LinAlgError:  # the condition that a matrix has an inverse fails here
            continue
        values_of_hessian = np.linalg.eigvalsh(second_differences(function, sizes, values, there))
        lowest, highest = values_of_hessian[0], values_of_hessian[-1]
        kind = page.verdict.split()[-1]
        assert kind != "minimum" or lowest > -1e-4, text
        assert kind != "maximum" or highest < 1e-4, text
        assert kind != "point" or lowest < -1e-4 < 1e-4 < highest, text


def second_differences(function, sizes, values, there):
    """The Hessian of a quadratic function by exact second differences."""
    symbols = list(there)
    lengths = [there[x].size for x in symbols]
    base = np.concatenate([there[x].ravel() for x in symbols])

    def at(flat):
        parts = np.split(flat, np.cumsum(lengths)[:-1])
        moved = {x: p.reshape(there[x].shape) for x, p in zip(symbols, parts, strict=True)}
        return scalar(function, sizes, values, moved)

    size, unit = len(base), np.eye(len(base))
    middle = at(base)
    slopes = [at(base + e) - middle for e in unit]
    hessian = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            hessian[i, j] = at(base + unit[i] + unit[j]) - middle - slopes[i] - slopes[j]
    return (hessian + hessian.T) / 2


def scalar(node, sizes, values, there):
    return float(value_of(node, sizes, {**values, **there})[0, 0])


def step(variable, value, rng):
    E = rng.normal(size=value.shape)
    if "simplex" in variable.facts:
        return (E - E.mean()) * value.min()
    return E + E.T if "symmetric" in variable.facts else E


def draw(symbol, sizes, rng):
    shape = tuple(size_value(side, sizes) for side in symbol.shape)
    entries = rng.normal(size=shape)
    if "psd" in symbol.facts:
        return entries @ entries.T + np.eye(shape[0])
    if symbol.facts & {"positive", "nonnegative"} and "binary" not in symbol.facts:
        return np.abs(entries) + 0.5
    if "binary" in symbol.facts:
        return (np.arange(shape[0]) % 2).astype(float).reshape(shape)
    return entries + entries.T if "symmetric" in symbol.facts else entries


# --- single questions -------------------------------------------------------------------


def test_a_singular_system_says_what_must_be_invertible():
    page = dv.stationary_point("norm2(X*w - y)^2/2", "w", shapes="X: n x d, w: d, y: n")
    assert page.conditions == ("det(X'*X) != 0",)
    assert "without that inverse, every solution" in str(page)


def test_a_definite_second_differential_makes_the_inverse_certain():
    function, variables, shapes, _ = PAGES["ridge_with_intercept"]
    page = dv.stationary_point(function, variables, shapes=shapes)
    assert page.conditions == ()


def test_the_named_parts_speak_of_one_question():
    page = dv.stationary_point("x^2 - 2*a*x", "x", shapes="x: scalar, a: scalar")
    assert page.equation == ("2*(x - a) = 0",)
    assert str(page.solution["x"]) == "a"
    assert page.verdict == "global minimum"


def test_only_the_symmetric_part_of_a_gradient_counts_for_a_symmetric_variable():
    shapes = "S: n x n symmetric, A: n x n"
    page = dv.stationary_point("tr(S*S)/2 - tr(A*S)", "S", shapes=shapes)
    assert repr(page) == "1/2*(A' + A)    # shape (n, n)"


def test_facts_choose_the_root():
    shapes = "x: positive, a: positive"
    assert repr(dv.stationary_point("x^3 - 3*a^2*x", "x", shapes=shapes)) == "a    # scalar"
    with pytest.raises(
        dv.NoClosedFormError, match=r"2 stationary points: x = a \(local minimum\), -a \(local max"
    ):
        dv.stationary_point("x^3 - 3*a^2*x", "x", shapes="x: scalar, a: positive")


@pytest.mark.parametrize(
    ("function", "shapes", "value", "verdict"),
    [
        ("norm2(x)^4", "x: n", "zeros(n)", "global minimum"),
        ("-norm2(x - a)^6", "x: n, a: n", "a", "global maximum"),
        ("(x'*P*x)^2", "x: n, P: n x n spd", "zeros(n)", "global minimum"),
        ("norm2(A*x - b)^4", "x: d, A: n x d, b: n", "inv(A'*A)*A'*b", "global minimum"),
    ],
)
def test_a_scalar_factor_that_vanishes_only_with_the_rest(function, shapes, value, verdict):
    page = dv.stationary_point(function, "x", shapes=shapes)
    assert repr(page).split("    #")[0] == value
    assert page.verdict == verdict
    assert page.certificate.verdict == "verified"
    assert "is 0 only where the rest is" in page.text()


def test_a_product_of_two_unknowns_is_a_saddle_and_never_a_minimum():
    assert dv.stationary_point("x*y + x", "x, y", shapes="x: scalar, y: scalar").verdict == (
        "saddle point"
    )
    page = dv.stationary_point("x'*A*y", "x, y", shapes="x: n, y: n, A: n x n")
    assert page.verdict == "inconclusive"


def test_a_second_derivative_of_one_sign_on_two_pieces_is_no_global_verdict():
    page = dv.stationary_point("x + 1/x", "x", shapes="x: negative")
    assert page.verdict == "global maximum"
    page = dv.stationary_point("x - a*log(x)", "x", shapes="x: scalar, a: positive")
    assert page.verdict == "global minimum"
    page = dv.stationary_point("1/x^2 + a*x", "x", shapes="x: nonzero, a: positive")
    assert page.verdict == "local minimum"


@pytest.mark.parametrize(
    ("function", "variable", "shapes", "error", "words"),
    [
        ("X*w", "w", "X: n x d, w: d", dv.ShapeError, "needs a scalar"),
        ("w'*w", "w'", "w: d", dv.ArgumentError, "does not occur"),
        ("w'*w", "w, w", "w: d", dv.ArgumentError, "given twice"),
        ("p'*p + q'*q", "p, q", "p: n simplex, q: n", dv.NoRuleError, "declared simplex"),
        (
            "norm2(Q*A*Q' - B)^2",
            "Q",
            "A: d x d, Q: d x d orthogonal, B: d x d",
            dv.NoClosedFormError,
            "not a constant plus a linear function",
        ),
        ("norm2(Q)^2", "Q", "Q: d x d orthogonal", dv.NoClosedFormError, "every one is stationary"),
        ("tr(D*D)", "D", "D: n x n diagonal", dv.NoRuleError, "declared diagonal"),
        (
            "sum(softplus(-y .* (X*w))) + lam/2*norm2(w)^2",
            "w",
            "X: n x d, w: d, y: n sign, lam: positive",
            dv.NoClosedFormError,
            r"lam\*w - X'\*\(y.\*sigmoid.* = zeros\(d\)",
        ),
        ("norm2(x)", "x", "x: n", dv.DomainError, "not smooth"),
        ("norm2(x - a)", "x", "x: n, a: n", dv.DomainError, "not smooth"),
        ("log(x) + x", "x", "x: scalar", dv.DomainError, "not defined"),
        ("x^3/3 + x^2/2 + x", "x", "x: scalar", dv.DomainError, "no real root"),
        ("exp(x)", "x", "x: scalar", dv.DomainError, "zero nowhere"),
        ("x^2", "x", "x: positive", dv.DomainError, "zero nowhere"),
        ("w'*w", "w, v", "w: d, v: d", dv.NoClosedFormError, "does not depend on v"),
        # of rank n + 1 in 2n unknowns
        (
            "norm2(B*y - x)^2 - (c'*x + c'*y)^2 + lam*c'*y",
            "x, y",
            "B: n x n, x: n, y: n, c: n, lam: positive",
            dv.NoClosedFormError,
            "never holds",
        ),
        ("norm2(x)^3", "x", "x: n", dv.NoClosedFormError, "no closed form is known"),
        ("(c'*x)^2", "x", "x: n, c: n", dv.NoClosedFormError, "no formula gives one x"),
    ],
)
def test_what_has_no_answer_says_so(function, variable, shapes, error, words):
    with pytest.raises(error, match=words):
        dv.stationary_point(function, variable, shapes=shapes)


def test_a_point_without_values_has_no_function():
    page = dv.stationary_point("c'*x", "x", shapes="x: n, c: n")
    assert page.result == ()
    assert repr(page).startswith("no stationary point: the gradient c")
    with pytest.raises(dv.NoRuleError, match="nothing to compute"):
        page.function()


@pytest.mark.parametrize("name", ["ridge", "gaussian_mean_and_covariance", "wiener"])
def test_an_altered_value_is_refuted(name):
    function, variables, shapes, _ = PAGES[name]
    page = dv.stationary_point(function, variables, shapes=shapes)
    claim = next(c for c in page.claims if isinstance(c, StationaryAt))
    for k, (x, value) in enumerate(claim.values):
        for other in (-value, 2 * value, value + ones(*value.shape)):
            values = (*claim.values[:k], (x, other), *claim.values[k + 1 :])
            assert replace(claim, values=values).examine(Plan()).verdict == "refuted", repr(other)


def test_results_of_one_value_keep_their_own_names():
    shapes = "x: scalar, y: scalar"
    found = dv.stationary_point("x*y", "x, y", shapes=shapes)
    assert found.text(detail="result").splitlines()[:2] == ["x = 0", "y = 0"]
    hessian = dv.hessian("x*y^2", "x, y", shapes=shapes).text(detail="result").splitlines()
    assert [line.split(" = ")[0] for line in hessian] == [
        "∂²f/∂x²",
        "∂²f/(∂x ∂y)",
        "∂²f/(∂y ∂x)",
        "∂²f/∂y²",
    ]


# --- the declared set ---------------------------------------------------------------------

SQUARES = "X: n x n {}, S: n x n spd, A: n x n spd, B: n x n spd"


@pytest.mark.parametrize(
    ("function", "fact"),
    [
        ("norm2(X)^2", "spd"),
        ("norm2(X)^2", "invertible"),
        ("norm2(X + S)^2", "spd"),
        ("norm2(X + S)^2", "psd"),
        ("norm2(X)^2 + tr(X)", "spd"),
        ("-logdet(X) - tr(X)", "spd"),
        ("logdet(X) + tr(A*X)", "spd"),
        ("tr(X*A*X) + 2*tr(B*X)", "spd"),
    ],
)
def test_a_point_outside_the_declared_set_is_no_stationary_point(function, fact):
    with pytest.raises(dv.DomainError, match=f"X is declared {fact}"):
        dv.stationary_point(function, "X", shapes=SQUARES.format(fact))


def test_a_value_that_may_be_definite_is_a_condition():
    page = dv.stationary_point("norm2(X - A + B)^2", "X", shapes=SQUARES.format("spd"))
    assert page.conditions == ("A - B is positive definite",)
    assert page.certificate.verdict == "verified"
    page = dv.stationary_point("tr(X*A*X) - 2*tr(B*X)", "X", shapes=SQUARES.format("spd"))
    assert not any("unvec" in condition for condition in page.conditions)


@pytest.mark.parametrize("fact", ["symmetric", "diagonal", "spd", "lower", "integer", "toeplitz"])
def test_a_second_fact_beside_orthogonal_is_refused(fact):
    shapes = f"A: n x d, Q: d x d orthogonal {fact}, B: n x d"
    with pytest.raises(dv.NoRuleError, match="beside orthogonal"):
        dv.stationary_point("norm2(A*Q - B)^2", "Q", shapes=shapes)


def test_each_line_names_the_gradient_it_comes_from():
    shapes = "A: n x n, x: n, y: n, b: n, c: n"
    text = dv.stationary_point("x'*A*y + b'*x + c'*y", "x,y", shapes=shapes).text()
    assert re.search(r"Aᵀx \+ c = 0 +set ∇_y f to zero, y put in", text)


@pytest.mark.parametrize(
    ("function", "shapes", "condition"),
    [
        ("tr(inv(B)*Q)", "B: d x d", "det(B) != 0"),
        ("tr(A*Q)/s^2", "A: d x d, s: scalar", "s != 0"),
        ("log(a)*tr(A*Q)", "A: d x d, a: scalar", "a > 0"),
    ],
)
def test_what_the_function_needs_is_asked_of_an_orthogonal_matrix_too(function, shapes, condition):
    page = dv.stationary_point(function, "Q", shapes=f"Q: d x d orthogonal, {shapes}")
    assert condition in page.conditions


def test_a_symmetric_variable_is_solved_for_with_its_symmetry():
    shapes = "S: n x n {}, A: n x n, P: n x n spd"
    for fact in ("symmetric", "spd", "psd"):
        page = dv.stationary_point("norm2(S - A)^2", "S", shapes=shapes.format(fact))
        assert repr(page).startswith("1/2*(A + A')")
    page = dv.stationary_point("tr(S*P*S) - 2*tr(A*S)", "S", shapes=shapes.format("symmetric"))
    assert "commutation" not in repr(page)
    P, (A,) = spd(3), data((3, 3))
    expected = linalg.solve_sylvester(P, P, A + A.T)
    np.testing.assert_allclose(page.function()(P=P, A=A), expected)


@pytest.mark.parametrize(
    ("function", "variable", "shapes"),
    [
        ("sum((X*w - y).^2)", "w", "X: 3 x 5, w: 5, y: 3"),
        ("a'*Q*b", "Q", "a: d, b: d, Q: d x d orthogonal"),
        ("sum(Q)", "Q", "Q: d x d orthogonal"),
        ("norm2(A*Q - B)^2", "Q", "A: 3 x 5, B: 3 x 5, Q: 5 x 5 orthogonal"),
    ],
)
def test_an_inverse_that_no_data_of_these_shapes_have_is_never_a_condition(
    function, variable, shapes
):
    with pytest.raises(dv.NoClosedFormError):
        dv.stationary_point(function, variable, shapes=shapes)


def test_a_masked_square_fixes_what_the_mask_shows():
    page = dv.stationary_point(
        "norm2(M.*(X - A))^2", "X", shapes="M: n x d binary, X: n x d, A: n x d"
    )
    assert repr(page).startswith("A ")
    assert "the only stationary point if no entry of M is 0" in page.text()
    with pytest.raises(dv.NoClosedFormError):
        dv.stationary_point(
            "norm2(M.*(X - A))^2 + sum(X)", "X", shapes="M: n x d binary, X: n x d, A: n x d"
        )


def test_no_unknown_is_divided_out_where_another_way_leads_on():
    page = dv.stationary_point("x^2*y + y^2", "x, y", shapes="x: scalar, y: scalar")
    assert page.result == (0, 0)
    assert "only stationary point" not in page.text()


@pytest.mark.parametrize(
    ("function", "variables", "shapes"),
    [
        ("x^2 + 2*x*y + y^2", "x, y", "x: scalar, y: scalar"),
        ("norm2(x - y)^2", "x, y", "x: n, y: n"),
        ("(x*y - 1)^2", "x, y", "x: scalar, y: scalar"),
        ("(y - a - b*x)^2", "a, b", "x: scalar, y: scalar, a: scalar, b: scalar"),
    ],
)
def test_a_continuum_of_stationary_points_says_what_is_free(function, variables, shapes):
    with pytest.raises(dv.NoClosedFormError, match="may be anything, with"):
        dv.stationary_point(function, variables, shapes=shapes)


def test_conditions_are_said_once_and_only_where_they_may_fail():
    page = dv.stationary_point(
        "a*log(p) + b*log(1 - p)", "p", shapes="p: probability, a: positive, b: positive"
    )
    assert page.conditions == ()
    page = dv.stationary_point("c*x - log(x)", "x", shapes="x: positive, c: scalar")
    assert page.conditions == ("c > 0",)
    page = dv.stationary_point("x^2/s^2 - 2*a*x", "x", shapes="x: scalar, s: scalar, a: scalar")
    assert repr(page).startswith("s^2*a ")


# --- the side on which an unknown stands, and sums over rows ------------------------------


def test_an_unknown_on_the_left_is_solved_for_from_the_right():
    ridge = "norm2(W*X - Y)^2 + lam*norm2(W)^2"
    page = dv.stationary_point(ridge, "W", shapes="X: d x n, W: k x d, Y: k x n, lam: positive")
    assert repr(page).startswith("Y*X'*inv(X*X' + lam*eye(d)) ")
    X, Y = data((3, 7), (2, 7))
    expected = np.linalg.solve(X @ X.T + 0.3 * np.eye(3), X @ Y.T).T
    np.testing.assert_allclose(page.function()(X=X, Y=Y, lam=0.3), expected)
    shapes = "X: n x m, U: n x k, V: m x k, lam: positive"
    alternating = "norm2(X - U*V')^2 + lam*norm2({})^2"
    for name in "UV":
        page = dv.stationary_point(alternating.format(name), name, shapes=shapes)
        assert "unvec" not in repr(page)


def test_sums_over_rows_are_solved_as_matrices():
    X, y, g = data((7, 3), (7,), (7,))
    shapes = "y: n, w: d, X: n x d, lam: positive"
    page = dv.stationary_point("sum_i((y_i - w'*X_i)^2) + lam*w'*w", "w", shapes=shapes)
    expected = np.linalg.solve(X.T @ X + 0.3 * np.eye(3), X.T @ y)
    np.testing.assert_allclose(page.function()(X=X, y=y, lam=0.3), expected)
    shapes = "g: n positive, X: n x d, m: d"
    mean = dv.stationary_point("sum_i(g_i*norm2(X_i - m)^2)", "m", shapes=shapes).function()
    np.testing.assert_allclose(mean(g=g**2, X=X), np.average(X, axis=0, weights=g**2))


def test_the_maximisation_step_of_a_mixture_of_gaussians():
    (X, g), shapes = data((9, 3), (9,)), "g: n positive, X: n x d, m: d, S: d x d spd"
    function = "sum_i(g_i*(logdet(S) + (X_i - m)'*inv(S)*(X_i - m)))"
    page = dv.stationary_point(function, "m, S", shapes=shapes)
    assert page.verdict == "local minimum"
    m, S = page.function()(g=g**2, X=X)
    np.testing.assert_allclose(m, np.average(X, axis=0, weights=g**2))
    np.testing.assert_allclose(S, np.cov(X.T, aweights=g**2, ddof=0))


def test_an_unsolved_equation_is_shown_without_unit_vectors():
    with pytest.raises(dv.NoClosedFormError, match=r"X'\*sigmoid\(X\*w\) = zeros\(d\)"):
        dv.stationary_point("sum_i(log(1 + exp(w'*X_i)))", "w", shapes="w: d, X: n x d")


# --- multipliers and verdicts at the point ------------------------------------------------


def test_a_multinomial_has_its_shares():
    for function in ("sum_i(n_i*log(p_i)) - l*(sum(p) - 1)", "n'*log(p) - l*(sum(p) - 1)"):
        shapes = "n: k positive, p: k positive, l: positive"
        page = dv.stationary_point(function, "p", shapes=shapes)
        assert repr(page).startswith("1/l*n ")
        assert page.conditions == ()
    page = dv.stationary_point(
        "n'*log(p) - l*(sum(p) - 1)", "p, l", shapes="n: k positive, p: k positive, l: scalar"
    )
    n = np.array([1.0, 2, 5])
    shares, multiplier = page.function()(n=n)
    np.testing.assert_allclose(shares, n / 8)
    assert multiplier == pytest.approx(8)


@pytest.mark.parametrize(
    ("function", "variables", "shapes", "expected"),
    [
        (
            "n/2*log(v) + norm2(x - m*ones(n))^2/(2*v)",
            "m, v",
            "x: n, m: scalar, v: positive",
            "local minimum",
        ),
        (
            "norm2(X*w - y)^2/(2*s) + n/2*log(s)",
            "s",
            "X: n x d, w: d, y: n, s: positive",
            "local minimum",
        ),
        ("exp(-norm2(x)^2)", "x", "x: n", "local maximum"),
        ("log(1 + norm2(x)^2)", "x", "x: n", "local minimum"),
        ("x^4/4 - x^2/2", "x", "x: positive", "local minimum"),
        ("x*exp(-x)", "x", "x: scalar", "local maximum"),
        ("exp(-x^2)", "x", "x: scalar", "local maximum"),
        ("1/(1 + x^2)", "x", "x: scalar", "local maximum"),
        ("log(1 + x^2)", "x", "x: scalar", "local minimum"),
        ("sqrt(1 + x^2)", "x", "x: scalar", "global minimum"),
        ("x*log(x)", "x", "x: scalar", "local minimum"),
        ("x^4 - a*x^3", "x", "x: nonzero, a: nonzero", "local minimum"),
    ],
)
def test_a_verdict_is_read_off_at_the_point(function, variables, shapes, expected):
    page = dv.stationary_point(function, variables, shapes=shapes)
    assert page.verdict == expected
    assert page.certificate.verdict == "verified"


def test_a_second_derivative_without_data_is_shown_with_the_point_put_in():
    text = dv.stationary_point("exp(-norm2(x)^2)", "x", shapes="x: n").text()
    assert "there ∇²f = −2I is negative definite" in text
    assert text.count("\n  x = 0") == 1


def test_a_constrained_least_squares_problem_is_checked():
    shapes = "A: n x m, x: m, b: n, l: k, C: k x m, d: k"
    page = dv.stationary_point("norm2(A*x - b)^2 + l'*(C*x - d)", "x, l", shapes=shapes)
    assert page.certificate.verdict == "verified"


# --- functions that are undone ------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "variable", "shapes", "value", "verdict", "conditions"),
    [
        ("x*log(x/a) - x", "x", "x: positive, a: positive", "a", "global minimum", ()),
        (
            "sum(x.*log(x./a)) - c'*x",
            "x",
            "x: n positive, a: n positive, c: n",
            "exp(c - ones(n)).*a",
            "global minimum",
            (),
        ),
        (
            "x*log(x) + (1 - x)*log(1 - x) - a*x",
            "x",
            "x: probability, a: scalar",
            "sigmoid(a)",
            "global minimum",
            (),
        ),
        ("x - sqrt(x)", "x", "x: scalar", "1/4", "global minimum", ()),
        ("x - a*sqrt(x)", "x", "x: positive, a: scalar", "1/4*a^2", "local minimum", ("a > 0",)),
        ("(x - a)^4", "x", "x: scalar, a: scalar", "a", "global minimum", ()),
        ("cosh(x)", "x", "x: scalar", "0", "global minimum", ()),
        (
            "log(det(S)) - tr(C*S)",
            "S",
            "S: n x n, C: n x n",
            "inv(C)",
            "inconclusive",
            ("det(C) > 0",),
        ),
        (
            "-logdet(S) - tr(inv(S)*C)",
            "S",
            "S: n x n, C: n x n",
            "C",
            "inconclusive",
            ("det(C) > 0",),
        ),
        (
            "log(1 + exp(x)) - y*x",
            "x",
            "x: scalar, y: probability",
            "log(y/(1 - y))",
            "global minimum",
            (),
        ),
        (
            "y'*x - sum(softplus(x))",
            "x",
            "x: n, y: n",
            "log(y) - log(ones(n) - y)",
            "global maximum",
            ("y > 0", "ones(n) - y > 0"),
        ),
        (
            "tr(K) + tr(inv(K)*S)",
            "K",
            "K: n x n spd, S: n x n spd",
            "sqrtm(S)",
            "global minimum",
            (),
        ),
        (
            "-tr(A'*Q)",
            "Q",
            "A: n x k, Q: n x k orthonormal",
            "polar(A)",
            "global minimum",
            ("det(A'*A) != 0",),
        ),
        ("c'*q", "q", "c: n, q: n unit", "-1/norm2(c)*c", "global minimum", ("c is not zero",)),
    ],
)
def test_a_function_around_the_unknown_is_undone(
    function, variable, shapes, value, verdict, conditions
):
    page = dv.stationary_point(function, variable, shapes=shapes)
    assert repr(page).split("    #")[0] == value
    assert page.verdict == verdict
    assert page.conditions == conditions
    assert page.certificate.verdict == "verified"


def test_the_geometric_mean_solves_a_riccati_equation():
    shapes = "X: n x n spd, A: n x n spd, B: n x n spd"
    page = dv.stationary_point("tr(inv(X)*A) + tr(X*B)", "X", shapes=shapes)
    assert page.verdict == "global minimum"
    A, B = spd(4), spd(4, seed=2)
    X = page.function()(A=A, B=B)
    np.testing.assert_allclose(X @ B @ X, A, atol=1e-9)
    assert np.linalg.eigvalsh(X)[0] > 0
    with pytest.raises(dv.DomainError, match="is positive definite, and"):
        dv.stationary_point("tr(inv(X)*A) - tr(X*B)", "X", shapes=shapes)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("x^3 - 3*x", r"x = 1 \(local minimum\), -1 \(local maximum\)"),
        (
            "(x^2 - 1)^2",
            r"x = 1 \(local minimum\), -1 \(local minimum\), 0 \(local maximum\)",
        ),
    ],
)
def test_of_several_roots_each_is_said_to_be_what_it_is(function, words):
    with pytest.raises(dv.NoClosedFormError, match=words):
        dv.stationary_point(function, "x", shapes="x: scalar")


@pytest.mark.parametrize(
    ("function", "verdict"),
    [
        ("x + y + 1/(x*y)", "local minimum"),
        ("-x - y - 1/(x*y)", "local maximum"),
        ("x*y + x - 2*y", "saddle point"),
        ("x^2*y + y^2", "inconclusive"),
    ],
)
def test_at_a_point_in_numbers_the_hessian_decides(function, verdict):
    page = dv.stationary_point(function, "x, y", shapes="x: scalar, y: scalar")
    assert page.verdict == verdict


def test_a_value_in_numbers_is_put_into_the_other_equations():
    for function in ("x^2*y", "x^2*y + a*x^2"):
        with pytest.raises(dv.NoClosedFormError, match="y may be anything, with x = 0"):
            dv.stationary_point(function, "x, y", shapes="x: scalar, y: scalar, a: scalar")


def test_it_is_not_said_that_there_is_no_point_where_some_may_be_lost():
    with pytest.raises(dv.NoClosedFormError, match="where a = 0"):
        dv.stationary_point("a*norm2(X)^2", "X", shapes="X: n x n spd, a: scalar")


def test_a_linear_system_reads_with_its_definite_sign():
    shapes = "y: n, w: d, X: n x d, b: scalar"
    page = dv.stationary_point("sum_i((y_i - w'*X_i - b)^2)", "w, b", shapes=shapes)
    assert repr(page).startswith("inv(X'*X - 1/n*X'*ones(n)*ones(n)'*X)*X'*(y - ")
    assert page.verdict == "global minimum"


def test_the_symmetric_solution_of_a_symmetric_equation_needs_no_condition():
    shapes = "S: n x n symmetric, A: n x n spd, B: n x n spd, C: n x n, D: m x n, E: m x n"
    page = dv.stationary_point("tr(S*A*S*B)/2 - tr(C*S)", "S", shapes=shapes)
    assert not any("symmetric" in condition for condition in page.conditions)
    page = dv.stationary_point("norm2(D*S - E)^2", "S", shapes=shapes)
    assert page.conditions[0] == "det(D'*D) != 0"


@pytest.mark.parametrize(
    ("function", "wrt", "shapes"),
    [
        ("exp(x)*(y - a)^2", "x, y", "x: scalar, y: scalar, a: scalar"),
        ("norm2(x - y)^2/s", "y, s", "x: n, y: n, s: positive"),
        ("a*exp(x)", "x", "x: scalar, a: scalar"),
        ("sum(y)*log(s)", "s", "s: positive, y: n"),
        ("(n - 1)*log(s)", "s", "s: positive, x: n"),
        ("b'*inv(S)*b", "S", "S: n x n spd, b: n"),
    ],
)
def test_where_another_factor_may_be_zero_no_point_is_denied(function, wrt, shapes):
    with pytest.raises(dv.NoClosedFormError):
        dv.stationary_point(function, wrt, shapes=shapes)


def test_a_factor_that_is_another_unknown_is_solved_for():
    found = dv.stationary_point("x^2*y - y", "x, y", shapes="x: positive, y: scalar")
    assert found.text(detail="result").splitlines()[:2] == ["x = 1", "y = 0"]
    assert found.verdict == "saddle point"


def test_a_root_that_may_lie_outside_is_not_called_a_maximum():
    shapes = "s: positive, a: scalar, b: positive, c: positive"
    with pytest.raises(dv.NoClosedFormError, match="local minimum if it is as s is declared"):
        dv.stationary_point("a*log(s) + b/s + c*s", "s", shapes=shapes)


# --- no point, with the reason --------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "variable", "shapes", "words"),
    [
        ("a*logdet(S)", "S", "S: n x n spd, a: scalar", "where a = 0, and there for every S"),
        ("tr(A*inv(S))", "S", "S: n x n spd, A: n x n", r"where A' \+ A = 0, and there for every"),
        ("b'*inv(S)*c", "S", "S: n x n, b: n, c: n", "where b = 0 or c = 0, and there"),
        ("sum(a.*exp(x))", "x", "a: n, x: n", "where a = 0, and there for every x"),
        ("exp(b'*A*x)", "x", "x: n, b: n, A: n x n", r"where A'\*b = 0, and there"),
    ],
)
def test_what_must_vanish_for_every_point_to_be_stationary_is_named(
    function, variable, shapes, words
):
    with pytest.raises(dv.NoClosedFormError, match=words):
        dv.stationary_point(function, variable, shapes=shapes)


@pytest.mark.parametrize(
    ("function", "variables", "shapes", "words"),
    [
        ("logdet(S)", "S", "S: n x n spd", "which no S gives"),
        ("n*logdet(L) - b'*L*b", "L", "L: n x n spd, b: n", r"inv\(L\) = 1/n\*b\*b', which no L"),
        (
            "x^2 + y^2 + 2*x*y + x",
            "x, y",
            "x: scalar, y: scalar",
            r"in x is 0 only where x = -1/2\*\(1 \+ 2\*y\), and there the gradient in y, .*, is -1",
        ),
        ("x^2/y + y", "x, y", "x: scalar, y: scalar", "only where x = 0, and there .*, is 1"),
        (
            "exp(s)*norm2(x - y)^2 - s",
            "x, s",
            "x: n, y: n, s: scalar",
            "in x is 0 only where x = y, and there the gradient in s, .*, is -1",
        ),
        ("x*exp(y) - y", "x, y", "x: scalar, y: scalar", r"in x, exp\(y\), is zero nowhere"),
    ],
)
def test_where_there_is_no_point_the_reason_is_said_of_the_question(
    function, variables, shapes, words
):
    with pytest.raises(dv.DomainError, match=words):
        dv.stationary_point(function, variables, shapes=shapes)


def test_a_contradiction_but_for_some_data_says_which():
    with pytest.raises(dv.NoClosedFormError, match="no stationary point unless a = 0: the gradi"):
        dv.stationary_point("(x + y)^2 + a*x", "x, y", shapes="x: scalar, y: scalar, a: scalar")
    page = dv.stationary_point(
        "norm2(A*x - y)^2 + b*z", "x, z", shapes="A: m x n, x: n, y: m, b: scalar, z: scalar"
    )
    assert "no stationary point unless b = 0" in page.text()
    assert "every point" not in page.text()


def test_where_the_other_factor_alone_may_be_zero_that_is_said():
    with pytest.raises(dv.NoClosedFormError, match=r"are where y = 0 and norm2\(x\)\^2 = 1: else"):
        dv.stationary_point("y*norm2(x)^2 - y", "x, y", shapes="x: n, y: scalar")
    with pytest.raises(dv.NoClosedFormError, match="s may be anything, with x = y"):
        dv.stationary_point("exp(s)*norm2(x - y)^2", "x, s", shapes="x: n, y: n, s: scalar")


def test_equations_that_are_not_solved_are_all_shown_and_never_said_of_an_unknown():
    with pytest.raises(dv.NoClosedFormError) as error:
        dv.stationary_point("x'*A*y", "x, y", shapes="x: n, y: m, A: n x m")
    assert "x and y: the stationary points are the solutions of" in str(error.value)
    assert "  A*y = zeros(n)\n  A'*x = zeros(m)" in str(error.value)


@pytest.mark.parametrize(
    ("function", "roots"),
    [
        ("(x - 1)^2*(x + 2)^2", "x = 1 (local minimum), -2 (local minimum), -1/2 (local maximum)"),
        ("x^4/4 - 7*x^2/2 + 6*x", "x = 2 (local minimum), 1 (local maximum), -3 (local minimum)"),
        ("x^4/4 - x^3/3 - x^2", "x = 2 (local minimum), -1 (local minimum), 0 (local maximum)"),
        ("x^3*(x - 1)^2", "x = 1 (local minimum), 3/5 (local maximum), 0 (inconclusive)"),
        ("x^5 - 5*x", "x = 1 (local minimum), -1 (local maximum)"),
        ("x + 1/x", "x = 1 (local minimum), -1 (local maximum)"),
        ("x^2*exp(x)", "x = -2 (local maximum), 0 (local minimum)"),
    ],
)
def test_the_roots_of_a_polynomial_that_falls_into_factors_are_listed(function, roots):
    with pytest.raises(dv.NoClosedFormError, match=re.escape(roots)):
        dv.stationary_point(function, "x", shapes="x: scalar")


def test_a_matrix_of_coefficients_that_has_an_inverse_gives_a_maximum():
    function = "-n/2*logdet(S) - tr((Y - X*W)*inv(S)*(Y - X*W)')/2"
    shapes = "X: n x d, W: d x k, Y: n x k, S: k x k spd"
    page = dv.stationary_point(function, "W, S", shapes=shapes)
    assert page.verdict == "local maximum"
    X, Y = data((9, 2), (9, 3))
    W, S = page.function()(X=X, Y=Y)
    np.testing.assert_allclose(W, np.linalg.lstsq(X, Y)[0])
    np.testing.assert_allclose(S, (Y - X @ W).T @ (Y - X @ W) / 9)


# --- probability vectors --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "shapes", "value", "verdict"),
    [
        ("sum(log(p))", "", "1/k*ones(k)", "global maximum"),
        ("-sum(p.*log(p))", "", "1/k*ones(k)", "global maximum"),
        ("sum(p.^3)", "", "1/k*ones(k)", "global minimum"),
        ("sum(p.*log(p./q))", ", q: k simplex", "q", "global minimum"),
        ("sum(a./p)", ", a: k positive", "1/sum(sqrt(a))*sqrt(a)", "global minimum"),
        (
            "nu*sum(a.*p.^2)",
            ", a: k positive, nu: positive",
            "1/sum(a.^(-1))*a.^(-1)",
            "global minimum",
        ),
    ],
)
def test_on_the_simplex_a_multiplier_keeps_the_sum(function, shapes, value, verdict):
    page = dv.stationary_point(function, "p", shapes=f"p: k simplex{shapes}")
    assert repr(page).split("    #")[0] == value
    assert page.verdict == verdict
    assert page.certificate.verdict == "verified"


def test_a_probability_vector_against_minimisation():
    S, (c,) = spd(4), data((4,))
    at = dv.stationary_point("p'*S*p - c'*p/9", "p", shapes="S: k x k spd, c: k, p: k simplex")
    found = at.function()(S=S, c=c)
    best = optimize.minimize(
        lambda p: p @ S @ p - c @ p / 9,
        np.full(4, 0.25),
        constraints={"type": "eq", "fun": lambda p: p.sum() - 1},
        tol=1e-14,
    )
    np.testing.assert_allclose(found, best.x, atol=1e-6)


def test_a_value_off_the_simplex_or_not_stationary_on_it_is_refuted():
    page = dv.stationary_point("sum(n.*log(p))", "p", shapes="n: k positive, p: k simplex")
    claim = next(c for c in page.claims if isinstance(c, StationaryAt))
    ((p, value),) = claim.values
    n = next(iter(value.symbols))
    for wrong in (n, ones(*n.shape) / total(ones(*n.shape))):
        assert replace(claim, values=((p, wrong),)).examine(Plan()).verdict == "refuted"


def test_a_linear_function_has_no_point_inside_the_simplex():
    with pytest.raises(dv.NoClosedFormError, match="at corners of the simplex"):
        dv.stationary_point("c'*p", "p", shapes="c: k, p: k simplex")
    with pytest.raises(dv.NoClosedFormError, match="every point is stationary"):
        dv.stationary_point("sum(p) + 1", "p", shapes="p: k simplex")
    with pytest.raises(dv.NoClosedFormError, match=r"with sum\(p\) = 1, for some nu"):
        dv.stationary_point("sum(n.*log(W*p))", "p", shapes="n: m positive, W: m x k, p: k simplex")


def test_factors_without_a_zero_are_divided_out_entry_by_entry():
    page = dv.stationary_point("sum((log(x) - y).^2)", "x", shapes="x: n positive, y: n")
    assert repr(page).startswith("exp(y) ")
    assert page.verdict == "local minimum"
    page = dv.stationary_point("sum((1./x - y).^2)", "x", shapes="x: n positive, y: n positive")
    assert repr(page).startswith("y.^(-1) ")


def test_a_matrix_of_rank_one_is_no_definite_one():
    with pytest.raises(dv.DomainError, match=r"at b\*b' alone, which has no inverse but for sizes"):
        dv.stationary_point("logdet(S) + b'*inv(S)*b", "S", shapes="S: n x n spd, b: n")


def test_a_continuum_says_what_was_divided_by():
    with pytest.raises(dv.NoClosedFormError, match="with x = 0; there may be others where y = 0"):
        dv.stationary_point("x^2*y^2", "x, y", shapes="x: scalar, y: scalar")


def test_where_the_rest_of_a_product_has_no_root_the_other_factor_is_zero():
    with pytest.raises(dv.NoClosedFormError):
        dv.stationary_point("3*y*log(x) + 3*y^3 + 3*x^2*y", "x, y", shapes="x: positive, y: scalar")
    page = dv.stationary_point("y*(x + x^3) + y^3 - 2*y", "x, y", shapes="x: scalar, y: scalar")
    assert page.result == (1, 0)


@pytest.mark.parametrize(
    "function", ["y*log(p) + (1 - y)*log(1 - p)", "(p - y)^2", "(p + 2 - 3*y)^2"]
)
def test_no_whole_number_is_a_probability(function):
    with pytest.raises(dv.DomainError, match="no stationary point: p is declared probability"):
        dv.stationary_point(function, "p", shapes="p: probability, y: binary")
    likelihood = "sum(y)*log(p) + (n - sum(y))*log(1 - p)"
    point = dv.stationary_point(likelihood, "p", shapes="p: probability, y: n binary")
    assert str(point.expression) == "sum(y)/n"
    assert point.certificate.verdict == "verified"


def test_no_whole_number_lies_between_neighbours():
    bernoulli = "y*log(p) + (1 - y)*log(1 - p)"
    with pytest.raises(dv.NoClosedFormError, match="y > 0 and 1 - y > 0 there, which no whole"):
        dv.stationary_point(bernoulli, "p", shapes="p: scalar, y: binary")
    point = dv.stationary_point("k*log(x) + (3 - k)*log(3 - x)", "x", "x: scalar, k: integer")
    assert str(point.expression) == "k"


def test_a_number_outside_the_declared_set_is_seen_to_be_outside():
    function, shapes = "3*exp(x)*y^2 - x*y^2", "x: positive, y: scalar"
    with pytest.raises(dv.NoClosedFormError, match=r"there may be other .*, where y\^2 = 0"):
        dv.stationary_point(function, "x, y", shapes=shapes)
    with pytest.raises(dv.DomainError, match="x is declared positive"):
        dv.stationary_point("3*exp(x) - x", "x", shapes="x: positive")


def test_a_point_where_something_was_divided_by_zero_is_not_denied():
    with pytest.raises(dv.NoClosedFormError, match="are where y = 0 and -x = 0: elsewhere"):
        dv.stationary_point("2*y^3 - x*y - x^2*y^2", "x, y", shapes="x: scalar, y: scalar")
