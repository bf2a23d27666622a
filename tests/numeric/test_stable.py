"""Values that plain formulas lose: overflow, cancellation, underflow."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derive.errors import DomainError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.facts import close_facts
from derive.language.sizes import Size
from derive.numeric import compile_function

D, K = Size.named("d"), Size.named("k")
a, b = ex.symbol("a"), ex.symbol("b")
w = ex.symbol("w", (D, 1))
Z = ex.symbol("Z", (D, K))
S = ex.symbol("S", (D, D), close_facts(("spd",), "S", (D, D)))
M = ex.symbol("M", (D, D))


def of(node, *symbols):
    return compile_function([("f", node)], symbols)


def apply(name, node):
    return fn.elementwise(name, node)


def filled(number, like):
    return ex.number(number) if like.is_scalar else number * ex.ones(*like.shape)


SCALARS = [
    ("log(1 + e^x)", apply("log", 1 + apply("exp", a)), 800.0, 800.0),
    ("log(1 + e^x) far left", apply("log", apply("exp", a) + 1), -800.0, 0.0),
    ("1/(1 + e^-x) far left", 1 / (1 + apply("exp", -a)), -700.0, math.exp(-700)),
    ("e^x/(1 + e^x)", apply("exp", a) / (1 + apply("exp", a)), 800.0, 1.0),
    ("slope of sigmoid", apply("exp", -a) / (1 + apply("exp", -a)) ** 2, -800.0, 0.0),
    ("log sigmoid", apply("log", apply("sigmoid", a)), -800.0, -800.0),
    ("log(1 - sigmoid)", apply("log", 1 - apply("sigmoid", a)), 800.0, -800.0),
    ("e^x - 1", apply("exp", a) - 1, 1e-12, 1.0000000000005e-12),
    ("log(1 + x)", apply("log", 1 + a), 1e-15, 1e-15),
    ("log e^x", apply("log", apply("exp", a)), 1000.0, 1000.0),
    ("tanh", apply("tanh", a), 800.0, 1.0),
    ("loggamma", apply("loggamma", a), 200.0, 857.9336698258574),
    ("sigmoid", apply("sigmoid", a), -800.0, 0.0),
    ("softplus", apply("softplus", a), 800.0, 800.0),
]


@pytest.mark.parametrize(("label", "node", "at", "expected"), SCALARS, ids=[s[0] for s in SCALARS])
def test_a_scalar_form_holds_far_out(label, node, at, expected):
    function = of(node, a)
    assert function(at) == pytest.approx(expected, rel=1e-14, abs=0)
    assert function(np.array([at, at]))[1] == pytest.approx(expected, rel=1e-14, abs=0)


def test_the_same_forms_hold_for_vectors():
    x = np.array([-800.0, -1.0, 0.0, 1.0, 800.0])
    value = of(apply("log", ex.ones(D) + apply("exp", w)), w)(x)
    np.testing.assert_allclose(value, np.logaddexp(0, x))
    value = of(fn.hadamard_quotient(apply("exp", w), ex.ones(D) + apply("exp", w)), w)(x)
    np.testing.assert_allclose(value, [0, 1 / (1 + math.e), 0.5, math.e / (1 + math.e), 1])


def test_softplus_of_many_entries_takes_the_other_route_to_the_same_values():
    x = np.linspace(-900, 900, 5001)
    np.testing.assert_allclose(of(apply("softplus", w), w)(x), np.logaddexp(0, x), rtol=1e-14)


def test_log_of_a_sum_of_exponentials():
    assert of(apply("log", apply("exp", a) + apply("exp", b)), a, b)(
        1000.0, 1001.0
    ) == pytest.approx(1001 + math.log1p(math.exp(-1)))
    node = apply("log", fn.total(apply("exp", w)))
    assert of(node, w)([1000.0, 1001.0]) == pytest.approx(1001 + math.log1p(math.exp(-1)))


def test_softmax_and_logsumexp_share_exponentials_that_do_not_overflow():
    function = compile_function([("value", fn.logsumexp(w)), ("gradient", fn.softmax(w))], [w])
    value, gradient = function([1000.0, 1001.0])
    assert value == pytest.approx(1001.3132616875182)
    np.testing.assert_allclose(gradient, [1 / (1 + math.e), math.e / (1 + math.e)])
    assert function.source.count("np.exp") == 1


def test_logsumexp_of_infinite_scores():
    function = of(fn.logsumexp(w), w)
    assert function([-np.inf, 3.0]) == 3.0
    assert function([np.inf, 3.0]) == np.inf
    assert function([-np.inf, -np.inf]) == -np.inf


def test_log_softmax_keeps_what_softmax_loses():
    value = of(apply("log", fn.softmax(w)), w)([0.0, 1000.0])
    np.testing.assert_allclose(value, [-1000.0, 0.0])
    value = of(apply("log", fn.rowsoftmax(Z)), Z)([[0.0, 1000.0], [2000.0, 0.0]])
    np.testing.assert_allclose(value, [[-1000.0, 0.0], [0.0, -2000.0]])


@pytest.mark.parametrize("symbol", [S, M], ids=["cholesky", "lu"])
def test_logdet_of_a_small_matrix_of_large_size(symbol):
    matrix = 0.01 * np.eye(400)
    for node in (fn.logdet(symbol), apply("log", fn.determinant(symbol))):
        assert of(node, symbol)(matrix) == pytest.approx(400 * math.log(0.01))
        assert of(node, symbol)(matrix[None])[0] == pytest.approx(400 * math.log(0.01))


def test_a_normal_density_takes_logarithms_factor_by_factor():
    density = ex.power(fn.determinant(S), ex.number(-1)) * 3 * apply("exp", a)
    assert of(apply("log", density), S, a)(0.01 * np.eye(400), -900.0) == pytest.approx(
        400 * math.log(100) - 900 + math.log(3)
    )


def test_logdet_refuses_a_negative_determinant():
    for matrix in (np.diag([1.0, -1.0]), np.diag([1.0, -1.0])[None]):
        with pytest.raises(DomainError, match="not positive"):
            of(fn.logdet(M), M)(matrix)


def test_a_negative_base_with_a_fractional_exponent_is_nan_not_complex():
    function = of(ex.power(a, b), a, b)
    assert function(8.0, 1 / 3) == pytest.approx(2.0)
    with pytest.warns(RuntimeWarning, match="returns nan"):
        assert math.isnan(function(-8.0, 1 / 3))


@pytest.mark.parametrize("scale", [1e-310, 1e-250, 1e-200, 1.0, 1e200, 1e300])
def test_a_norm_whose_squares_leave_the_range_of_floats(scale):
    at, matrix = scale * np.array([3.0, 4.0]), scale * np.array([[1.0, 2.0], [4.0, 2.0]])
    for node, symbol, value in ((w, w, at), (Z, Z, matrix), (Z.T, Z, matrix), (-w, w, at)):
        f = of(fn.norm2(node), symbol)
        assert f(value) == pytest.approx(5 * scale, rel=1e-12, abs=0)
        np.testing.assert_allclose(f(np.stack([value, -value])), 5 * scale, rtol=1e-12)
    repeated = of(fn.norm2(w @ ex.transpose(ex.ones(4))), w)
    assert repeated(at) == pytest.approx(10 * scale, rel=1e-12, abs=0)


def test_a_norm_of_zero_of_infinity_and_of_single_precision():
    f = of(fn.norm2(w), w)
    assert f([0.0, 0.0]) == 0.0
    assert f([math.inf, 1.0]) == math.inf
    with pytest.warns(RuntimeWarning, match="nan"):
        assert math.isnan(f([math.nan, 1.0]))
    assert f(np.array([3e30, 4e30], dtype=np.float32)) == np.float32(5e30)
