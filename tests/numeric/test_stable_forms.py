"""Exponentials, sigmoids and logarithms that cancel or overflow as they are written."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

import derive as dv

SHAPES = "X: n x k, x: n, a: scalar, b: scalar, c: scalar"
X = np.array([[1000.0, 1001.0], [-2000.0, -2001.0], [0.0, 800.0]])
x = np.array([1000.0, 1001.0, 999.0])
SHARES = np.exp(x - 1001) / np.exp(x - 1001).sum()
ROWS = np.exp(X - X.max(axis=1)[:, None])
ROWS /= ROWS.sum(axis=1)[:, None]
LOG_SUM = 1001 + math.log(1 + math.exp(-1) + math.exp(-2))

FAR_OUT = [
    ("1 - exp(-a)", {"a": 1e-17}, 1e-17),
    ("ones(n) - exp(-x)", {"x": [1e-17, 800.0]}, [1e-17, 1.0]),
    ("2 - 2*exp(-a) + b", {"a": 1e-17, "b": 0.0}, 2e-17),
    ("log(1 - exp(-a))", {"a": 1e-17}, math.log(1e-17)),
    ("log(1 - exp(-a))", {"a": 40.0}, -math.exp(-40)),
    ("log(ones(n) - exp(-x))", {"x": [1e-17, 40.0]}, [math.log(1e-17), -math.exp(-40)]),
    ("log(exp(a) - 1)", {"a": 800.0}, 800.0),
    ("1 - sigmoid(a)", {"a": 40.0}, math.exp(-40)),
    ("3*ones(n) - 3*sigmoid(x)", {"x": [40.0, 0.0]}, [3 * math.exp(-40), 1.5]),
    ("sigmoid(a) - 1", {"a": 40.0}, -math.exp(-40)),
    ("sigmoid(a)*(1 - sigmoid(a))", {"a": 40.0}, math.exp(-40)),
    ("sigmoid(x).*(ones(n) - sigmoid(x))", {"x": [40.0, -40.0]}, [math.exp(-40)] * 2),
    ("log(mean(exp(x)))", {"x": x}, LOG_SUM - math.log(3)),
    ("log(c*sum(exp(x)))", {"c": 2.0, "x": x}, LOG_SUM + math.log(2)),
    ("log(c^2*sum(exp(x)))", {"c": -2.0, "x": x}, LOG_SUM + math.log(4)),
    ("log(exp(X)*ones(k)/2)", {"X": X[:2]}, np.array([1001, -2000]) + math.log1p(1 / math.e)
     - math.log(2)),
    ("log(exp(X)'*ones(n))", {"X": X.T[:, :1]}, [1001 + math.log1p(1 / math.e)]),
    ("log(c*exp(x))", {"c": 2.0, "x": x}, x + math.log(2)),
    ("log(exp(x).*x)", {"x": x}, x + np.log(x)),
    ("exp(x)/sum(exp(x))", {"x": x}, SHARES),
    ("exp(a)/sum(exp(x))", {"a": 1000.0, "x": x}, SHARES[0]),
    ("X'*exp(x)/sum(exp(x))", {"X": np.eye(3), "x": x}, SHARES),
    ("sum(x.*exp(x))/sum(exp(x))", {"x": x}, x @ SHARES),
    ("exp(x)*exp(x)'/sum(exp(x))^2", {"x": x}, np.outer(SHARES, SHARES)),
    ("exp(a)/(exp(a) + exp(b))", {"a": 1000.0, "b": 1001.0}, 1 / (1 + math.e)),
    ("exp(X)./(exp(X)*ones(k)*ones(k)')", {"X": X}, ROWS),
    ("exp(X)./(exp(X)*ones(k,k))", {"X": X}, ROWS),
    ("diag(1./(exp(X)*ones(k)))*exp(X)", {"X": X}, ROWS),
    ("1 - tanh(a)^2", {"a": 30.0}, 4*math.exp(-60)),
    ("1 - tanh(a)^2", {"a": -800.0}, 0.0),
    ("b - 3*tanh(a)^2 + 3", {"a": 20.0, "b": 0.0}, 12*math.exp(-40)),
    ("ones(n) - tanh(x).^2", {"x": [30.0, 0.0]}, [4*math.exp(-60), 1.0]),
    ("exp(a - b)*exp(b - a)", {"a": 1000.0, "b": 0.0}, 1.0),
    ("c*exp(a)^2*exp(-b)", {"a": 500.0, "b": 1000.0, "c": 3.0}, 3.0),
    ("exp(x).*exp(-x).*x", {"x": x}, x),
    ("exp(a)/(exp(a) + sum(exp(x)))", {"a": 1000.0, "x": [1000.0, 1001.0]}, 1/(2 + math.e)),
    ("log(exp(a) + sum(exp(x)))", {"a": 1000.0, "x": [1000.0, 1000.0]}, 1000 + math.log(3)),
    ("log(cosh(a))", {"a": 800.0}, 800 - math.log(2)),
    ("log(cosh(a))", {"a": 1e-9}, 5e-19),
    ("log(1 - tanh(a)^2)", {"a": 800.0}, 2 * math.log(2) - 1600),
    ("log(3 - 3*tanh(a)^2)", {"a": -30.0}, math.log(12) - 60),
    ("log(ones(n) - tanh(x).^2)", {"x": [-30.0, 0.0]}, [2 * math.log(2) - 60, 0.0]),
    ("log(cosh(x))", {"x": [-800.0, 0.0, 1e-9]}, [800 - math.log(2), 0.0, 5e-19]),
]  # fmt: skip


def arrays(values):
    return {name: np.array(value, dtype=float) for name, value in values.items()}


def _hazard(at):
    return float(mpmath.npdf(at) / mpmath.ncdf(at))


TAILS = [-60.0, -5.0, 5.0]
with mpmath.workdps(50):
    LOG_TAILS = [float(mpmath.log(mpmath.ncdf(at))) for at in TAILS]
HAZARDS = [_hazard(at) for at in TAILS]
NORMAL = [
    ("1 - erf(a)", {"a": 8.0}, float(mpmath.erfc(8))),
    ("3*ones(n) + 3*erf(x)", {"x": [-8.0, 1.0]}, [3 * float(mpmath.erfc(8)), 3 + 3 * math.erf(1)]),
    ("erf(a) - 1", {"a": 8.0}, -float(mpmath.erfc(8))),
    ("1 - normcdf(a)", {"a": 20.0}, float(mpmath.ncdf(-20))),
    ("log(1 - erf(a))", {"a": 60.0}, float(mpmath.log(mpmath.erfc(60)))),
    ("log((ones(n) + erf(x/sqrt(2)))/2)", {"x": TAILS}, LOG_TAILS),
    ("log(3*normcdf(x))", {"x": TAILS}, np.log(3) + LOG_TAILS),
    ("log(normcdf(x))", {"x": TAILS}, LOG_TAILS),
    ("lognormcdf(x)", {"x": TAILS}, LOG_TAILS),
    ("log(normpdf(x))", {"x": TAILS}, [-v * v / 2 - math.log(2 * math.pi) / 2 for v in TAILS]),
    ("normpdf(a)/normcdf(a)", {"a": -60.0}, HAZARDS[0]),
    ("normpdf(x)./normcdf(x)", {"x": TAILS}, HAZARDS),
    ("x.*normpdf(x).^2./normcdf(x).^3", {"x": [-9.0, 1.0]},
     [at * _hazard(at) ** 2 / float(mpmath.ncdf(at)) for at in (-9.0, 1.0)]),
    ("exp(-x.^2)./(ones(n) - erf(x))", {"x": [60.0, -1.0]},
     [float(mpmath.exp(-at * at) / mpmath.erfc(at)) for at in (60, -1)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values", "expected"), [*FAR_OUT, *NORMAL])
def test_a_form_holds_far_out_for_one_point_and_for_a_batch(text, values, expected, recwarn):
    given = arrays(values)
    f = dv.function(text, SHAPES)
    plain = {name: float(v) if v.ndim == 0 else v for name, v in given.items()}
    np.testing.assert_allclose(f(**plain), expected, rtol=1e-12)
    batch = f(**{name: np.stack([v, v]) for name, v in given.items()})
    np.testing.assert_allclose(batch[1], expected, rtol=1e-12)
    assert not recwarn


NEAR = [
    ("log(-c*b*sum(exp(x)))", lambda X, x, a, b, c: np.log(-c * b * np.exp(x).sum())),
    ("exp(2*a)/(exp(a)+exp(b))^2", lambda X, x, a, b, c: (1 / (1 + np.exp(b - a))) ** 2),
    ("exp(b)/(exp(a)+exp(b)+exp(c))",
     lambda X, x, a, b, c: np.exp(b) / (np.exp(a) + np.exp(b) + np.exp(c))),
    ("exp(x)/sum(exp(x))^2", lambda X, x, a, b, c: np.exp(x) / np.exp(x).sum() ** 2),
    ("exp(X)/sum(exp(X))", lambda X, x, a, b, c: np.exp(X) / np.exp(X).sum()),
    ("1 - exp(a) - exp(b)", lambda X, x, a, b, c: 1 - np.exp(a) - np.exp(b)),
    ("log(exp(X).*exp(X))", lambda X, x, a, b, c: 2 * X),
    ("log(mean(exp(X)))", lambda X, x, a, b, c: np.log(np.exp(X).mean())),
]  # fmt: skip


@pytest.mark.parametrize(("text", "by_hand"), NEAR, ids=[text for text, _ in NEAR])
def test_a_form_agrees_with_numpy_where_numpy_is_right(text, by_hand):
    rng = np.random.default_rng(seed=3)
    values = {"X": rng.normal(size=(4, 3)), "x": rng.normal(size=4), "a": 0.7, "b": -1.3, "c": 2.1}
    f = dv.function(text, SHAPES)
    result = f(**{name: values[name] for name in f.arguments})
    np.testing.assert_allclose(result, by_hand(**values), rtol=1e-12)


GRADIENTS = [
    ("log(mean(exp(x)))", "x", {"x": x}, SHARES),
    ("log(c*sum(exp(x)))", "x", {"c": 2.0, "x": x}, SHARES),
    ("sum(log(exp(X)*ones(k)))", "X", {"X": X}, ROWS),
    ("sum(log(cosh(x)))", "x", {"x": [800.0, -800.0]}, [1.0, -1.0]),
    ("log(cosh(a))", "a", {"a": 800.0}, 1.0),
    ("log(1 - exp(-a))", "a", {"a": 1e-17}, 1e17),
    ("sigmoid(a)", "a", {"a": 40.0}, math.exp(-40)),
    ("sum(sigmoid(x))", "x", {"x": [40.0, -40.0]}, [math.exp(-40)] * 2),
]


@pytest.mark.parametrize(("text", "by", "values", "expected"), GRADIENTS)
def test_a_gradient_of_such_a_form_holds_far_out(text, by, values, expected):
    f = dv.gradient(text, by, shapes=SHAPES).function()
    result = f(**{name: v for name, v in values.items() if name in f.arguments})
    np.testing.assert_allclose(result, expected, rtol=1e-12)


def test_a_logarithm_of_a_negative_number_times_exponentials_is_nan():
    f = dv.function("log(c*sum(exp(x)))", SHAPES)
    with pytest.warns(RuntimeWarning, match="returns nan"):
        assert math.isnan(f(c=-1.0, x=x))
    assert f(c=0.0, x=x) == -math.inf


def test_the_slope_of_a_probit_likelihood_far_from_its_data_is_finite():
    for likelihood in ("lognormcdf(y.*(X*w))", "log((ones(n) + erf(y.*(X*w)/sqrt(2)))/2)"):
        loss = f"-sum({likelihood})"
        slope = dv.gradient(loss, "w", shapes="X: n x d, w: d, y: n sign").function()
        found = slope(X=np.array([[40.0]]), w=np.array([1.0]), y=np.array([-1.0]))
        np.testing.assert_allclose(found, [40 * _hazard(-40)], rtol=1e-12)


def test_a_power_of_a_determinant_goes_through_its_logarithm():
    root = dv.function("det(A)^(1/n)", shapes="A: n x n spd")
    assert root(10 * np.eye(400)) == pytest.approx(10.0)
    ratio = dv.function("det(A)/det(B)", shapes="A: n x n spd, B: n x n spd")
    assert ratio(20 * np.eye(400), 10 * np.eye(400)) == pytest.approx(2.0**400)


def test_a_hyperbolic_tangent_that_is_needed_is_computed_once():
    source = dv.function("tanh(a)*(1 - tanh(a)^2)", shapes="a: scalar").source
    assert source.count("tanh(") == 1 and "sech2" not in source
