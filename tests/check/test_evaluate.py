"""The evaluator against NumPy, SciPy and mpmath, operator by operator, and its jets."""

from __future__ import annotations

import math
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import scipy.linalg
import scipy.special
from matrix_doubles import matrix_value

from derive.check.evaluate import (
    BallEvaluation,
    FloatEvaluation,
    Point,
    ball_value,
)
from derive.check.maps import MAPS
from derive.check.precision import working_precision
from derive.check.rows import FORMAL, ROWS
from derive.errors import DeclarationError, NoRuleError, ShapeError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import kronecker as kr
from derive.language import matrix_functions as mf
from derive.language import spectral as sp
from derive.language.blocks import block, part_of
from derive.language.combined import combined
from derive.language.extremes import largest, norminf, peak, smallest
from derive.language.facts import close_facts
from derive.language.incomplete_functions import (
    betainc,
    betaincinv,
    gammainc,
    gammaincinv,
    normquantile,
)
from derive.language.indices import entry, index, row, sum_over, unit
from derive.language.operators import ELEMENTWISE, OPERATORS
from derive.language.sizes import Size
from derive.language.special_functions import besseli, zeta
from derive.language.toeplitz import toeplitz_part

n, d = Size.named("n"), Size.named("d")
SIZES = {"n": 4, "d": 3}
RNG = np.random.default_rng(5)

x = ex.symbol("x", (n, 1))
A, B = ex.symbol("A", (n, d)), ex.symbol("B", (n, d))
P, G = ex.symbol("P", (n, n)), ex.symbol("G", (n, n))
t = ex.symbol("t")
k = ex.symbol("k", (1, 1), close_facts(("integer",), "k", (1, 1)))
i = index("i", n)
VALUES = {
    x: RNG.normal(size=(4, 1)),
    A: RNG.normal(size=(4, 3)),
    B: RNG.uniform(0.5, 2, size=(4, 3)),
    P: RNG.normal(size=(4, 4)),
    t: np.array([[0.375]]),
    G: 3 * np.eye(4) + RNG.uniform(-1, 1, size=(4, 4)),
    k: np.array([[3.0]]),
}
xv, Av, Bv, Pv, tv, Gv, _ = VALUES.values()
DIRECTIONS = {symbol: RNG.normal(size=value.shape) for symbol, value in VALUES.items()}
DIRECTIONS[k] = np.zeros((1, 1))


def floats(matrix) -> np.ndarray:
    return np.array([[float(entry.mid()) for entry in row] for row in matrix.tolist()])


def rows(f, M):
    return np.array([f(row) for row in M])


# the transposes of the unit matrices, stacked, column by column
TURNED = np.column_stack(
    [np.reshape(unit.T, (4, 3), order="F").reshape(-1) for unit in np.eye(12).reshape(12, 3, 4)]
)


def upright(*columns):
    """Columns turned so that the largest entry in the last of them is positive."""
    top = np.abs(columns[-1]).argmax(axis=0)
    signs = np.sign(columns[-1][top, range(len(top))])
    return [matrix * signs for matrix in columns]


SYM = P + P.T
lam, (Q,) = np.linalg.eigvalsh(Pv + Pv.T)[::-1], upright(np.linalg.eigh(Pv + Pv.T)[1][:, ::-1])
s = np.linalg.svd(Av)[1]
U, V = upright(scipy.linalg.svd(Av, full_matrices=False)[0], scipy.linalg.svd(Av)[2].T)

SAMPLES = {  # operator: (node, what NumPy says)
    "symbol": (x, xv),
    "number": (ex.number(Fraction(1, 3)), [[1 / 3]]),
    "constant": (ex.constant("euler_gamma"), [[np.euler_gamma]]),
    "size": (ex.size_node(n), [[4]]),
    "eye": (ex.eye(n), np.eye(4)),
    "ones": (ex.ones(n, d), np.ones((4, 3))),
    "zero": (ex.zero((n, d)), np.zeros((4, 3))),
    "add": (A + B + A, 2 * Av + Bv),
    "mul": (3 * t * A @ B.T @ x, 3 * tv * (Av @ Bv.T @ xv)),
    "had": (fn.hadamard(A, B, A), Av * Bv * Av),
    "pow": (ex.elementwise_power(B, ex.number(Fraction(-3, 2))), Bv**-1.5),
    "mpow": (ex.matrix_power(P, 5), np.linalg.matrix_power(Pv, 5)),
    "transpose": ((A + B).T, (Av + Bv).T),
    "inverse": (ex.inverse(P), np.linalg.inv(Pv)),
    "map": (fn.elementwise("tanh", A), np.tanh(Av)),
    "trace": (fn.trace(P), [[np.trace(Pv)]]),
    "det": (fn.determinant(P), [[np.linalg.det(Pv)]]),
    "logdet": (fn.logdet(P @ P.T + ex.eye(n)), [[np.linalg.slogdet(Pv @ Pv.T + np.eye(4))[1]]]),
    "total": (fn.total(A), [[Av.sum()]]),
    "norm2": (fn.norm2(A), [[np.linalg.norm(Av)]]),
    "norm1": (fn.norm1(A), [[np.abs(Av).sum()]]),
    "logsumexp": (fn.logsumexp(x), [[scipy.special.logsumexp(xv)]]),
    "diag": (fn.diag(x), np.diag(xv[:, 0])),
    "diagonal": (fn.diagonal_vector(P), np.diag(Pv)[:, None]),
    "softmax": (fn.softmax(x), scipy.special.softmax(xv)),
    "rowsoftmax": (fn.rowsoftmax(A), rows(scipy.special.softmax, Av)),
    "rowlogsumexp": (fn.rowlogsumexp(A), rows(scipy.special.logsumexp, Av)[:, None]),
    "max": (largest(A), [[Av.max()]]),
    "min": (smallest(x), [[xv.min()]]),
    "combine": (combined("clip", A, t, t + 1), np.clip(Av, tv, tv + 1)),
    "norminf": (norminf(x), [[np.abs(xv).max()]]),
    "peak": (peak(A, "min"), Av == Av.min()),
    "block": (block([[A, x], [x.T @ A, t]]), np.block([[Av, xv], [xv.T @ Av, tv]])),
    "part": (part_of(A @ B.T, 1, 0, n + -2, n), (Av @ Bv.T)[1:3]),
    "kron": (kr.kron(A, P), np.kron(Av, Pv)),
    "vec": (kr.vec(A), Av.T.reshape(-1, 1)),
    "toeplitz": (
        toeplitz_part(A),
        sum(np.eye(4, 3, k) * np.diagonal(Av, k).mean() for k in range(-3, 3)),
    ),
    "unvec": (kr.unvec(kr.vec(A.T), n, d), np.reshape(Av.ravel(), (4, 3), order="F")),
    "commutation": (kr.commutation(n, d), TURNED),
    "block_inner": (
        kr.block_inner(kr.kron(A, P) + kr.kron(B, P.T), P, n, d),
        Av * (Pv * Pv).sum() + Bv * (Pv.T * Pv).sum(),
    ),
    "block_sum": (
        kr.block_sum(kr.kron(A, P) + kr.kron(B, P.T), B, n, n),
        Pv * (Av * Bv).sum() + Pv.T * (Bv * Bv).sum(),
    ),
    **{
        op: (node, matrix_value(node, values, (4, 4)))
        for op, node, values in (
            ("mask", mf.mask("lower_half", n, n), []),
            ("polygamma", mf.polygamma(3, B), [Bv]),
            ("matrixmap", mf.matrix_map("logm", G), [Gv]),
            ("frechet", mf.frechet("sqrtm", G, P, G), [Gv, Pv, Gv]),
            ("cholesky", mf.cholesky(G), [Gv]),
            ("adjugate", mf.adjugate(P), [Pv]),
            ("pinv", mf.pseudo_inverse(A), [Av]),
        )
    },
    "matpow": (ex.power(P, k + 1), np.linalg.matrix_power(Pv, 4)),
    "index": (i, [[1], [2], [3], [4]]),  # outside its sum: all values, one below the other
    "unit": (unit(i), np.eye(4).reshape(-1, 1)),
    "sum_over": (sum_over(i * entry(x, i) * row(A, i), i), Av.T @ (xv * [[1], [2], [3], [4]])),
    "besseli": (besseli(ex.number(3) / 4, 1 + t), [[scipy.special.iv(0.75, 1.375)]]),
    "gammainc": (gammainc(ex.number(3) / 4, t), [[scipy.special.gammainc(0.75, 0.375)]]),
    "betainc": (
        betainc(ex.number(3), ex.number(2), t),
        [[scipy.special.betainc(3, 2, 0.375)]],
    ),
    "normquantile": (normquantile(t), [[scipy.special.ndtri(0.375)]]),
    "gammaincinv": (gammaincinv(ex.number(3) / 2, t), [[scipy.special.gammaincinv(1.5, 0.375)]]),
    "betaincinv": (
        betaincinv(ex.number(2), ex.number(3), t),
        [[scipy.special.betaincinv(2, 3, 0.375)]],
    ),
    "zeta": (zeta(1, 2 + t), [[float(mpmath.zeta(2.375, 1, 1))]]),
    "array": (fn.array([[t, 2 * t], [t**2, ex.number(1)]]), [[0.375, 0.75], [0.140625, 1]]),
    "eigvals": (sp.eigvals(SYM), lam[:, None]),
    "eigvecs": (sp.eigvecs(SYM), Q),
    "lambda_max": (sp.lambda_max(SYM), [[lam[0]]]),
    "lambda_min": (sp.lambda_min(SYM), [[lam[-1]]]),
    "eigvec_max": (sp.eigvec_max(SYM), Q[:, :1]),
    "eigvec_min": (sp.eigvec_min(SYM), Q[:, -1:]),
    "resolvent_max": (sp.resolvent_max(SYM), np.linalg.pinv(lam[0] * np.eye(4) - Pv - Pv.T)),
    "resolvent_min": (sp.resolvent_min(SYM), np.linalg.pinv(lam[-1] * np.eye(4) - Pv - Pv.T)),
    "gaps": (sp.gaps(x), 1 / (xv.T - xv + np.diag([np.inf] * 4))),
    "svdvals": (sp.svdvals(A), s[:, None]),
    "leftvecs": (sp.leftvecs(A), U),
    "rightvecs": (sp.rightvecs(A), V),
    "specnorm": (sp.specnorm(A), [[np.linalg.norm(Av, 2)]]),
    "leftvec_max": (sp.leftvec_max(A), U[:, :1]),
    "rightvec_max": (sp.rightvec_max(A), V[:, :1]),
    "nucnorm": (sp.nucnorm(A), [[np.linalg.norm(Av, "nuc")]]),
    "polar": (sp.polar(A), scipy.linalg.polar(Av)[0]),
}


def test_every_operator_has_a_row_and_a_sample():
    assert set(ROWS) == set(OPERATORS)
    assert set(SAMPLES) == set(OPERATORS) - FORMAL


@pytest.mark.parametrize("op", SAMPLES)
def test_operator_agrees_with_numpy_in_balls_and_floats(op):
    node, expected = SAMPLES[op]
    assert node.op == op or op == "mul"
    value = ball_value(node, Point(SIZES, VALUES))
    np.testing.assert_allclose(floats(value), expected, rtol=1e-12)
    assert all(entry.rad() < 1e-40 for entry in value.entries())
    batch = {symbol: np.stack([matrix, matrix]) for symbol, matrix in VALUES.items()}
    scanned = np.broadcast_to(FloatEvaluation(SIZES, batch).value(node), (2, *np.shape(expected)))
    np.testing.assert_allclose(scanned[1], expected, rtol=1e-10)


@pytest.mark.parametrize("op", SAMPLES)
def test_jet_of_operator_agrees_with_differences_of_its_balls(op):
    node, _ = SAMPLES[op]
    slope = ball_value(fn.differential(node), Point(SIZES, VALUES, DIRECTIONS))
    with working_precision(400):
        h = flint.arb(2) ** -60
        values = []
        for step in (h, -h):
            moved = {
                s: flint.arb_mat(*v.shape, v.ravel().tolist())
                + flint.arb_mat(*v.shape, DIRECTIONS[s].ravel().tolist()) * step
                for s, v in VALUES.items()
            }
            values.append(BallEvaluation(Point(SIZES, moved)).value(node))
        expected = floats((values[0] - values[1]) * (1 / (2 * h)))
    np.testing.assert_allclose(floats(slope), expected, rtol=1e-13, atol=1e-13)


POINTS = {"positive": [0.3, 2.5], "inside_one": [-0.4, 0.7], "not_a_pole": [-0.8, 0.9]}
ORACLES = {
    "sign": mpmath.sign,
    "step": lambda v: mpmath.mpf(v > 0),
    "normpdf": mpmath.npdf,
    "normcdf": mpmath.ncdf,
    "lognormcdf": lambda v: mpmath.log(mpmath.ncdf(v)),
    "closed_step": lambda v: mpmath.mpf(v >= 0),
    "abs": abs,
    "relu": lambda v: max(v, mpmath.mpf(0)),
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arctan": mpmath.atan,
    "sigmoid": lambda v: 1 / (1 + mpmath.exp(-v)),
    "softplus": lambda v: mpmath.log1p(mpmath.exp(v)),
    "digamma": lambda v: mpmath.psi(0, v),
    "trigamma": lambda v: mpmath.psi(1, v),
}


def test_every_elementwise_function_has_a_row():
    assert set(MAPS) == set(ELEMENTWISE)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_function_and_its_jet_agree_with_mpmath(name):
    oracle = ORACLES.get(name) or getattr(mpmath, name)
    for at in POINTS.get(ELEMENTWISE[name].domain, [-1.7, 0.6]):
        point = Point({}, {t: at}, {t: 1})
        node = fn.elementwise(name, t)
        value = ball_value(node, point)[0, 0]
        slope = ball_value(fn.differential(node), point)[0, 0]
        with mpmath.workdps(45):
            expected = oracle(mpmath.mpf(at)), mpmath.diff(oracle, mpmath.mpf(at))
            assert mpmath.almosteq(
                mpmath.mpf(value.mid().str(44, radius=False)), expected[0], 1e-40
            )
        assert math.isclose(float(slope), float(expected[1]), rel_tol=1e-12, abs_tol=1e-12)
        scanned = FloatEvaluation({}, {t: np.full((3, 1, 1), at)}).value(node)
        assert math.isclose(scanned[2, 0, 0], float(expected[0]), rel_tol=1e-12)


@pytest.mark.parametrize("name", [f.name for f in ELEMENTWISE.values() if f.domain == "positive"])
def test_outside_its_domain_a_function_is_nan(name):
    node = fn.elementwise(name, t)
    point = Point({}, {t: -0.5}, {t: 1})
    assert ball_value(node, point)[0, 0].is_nan()
    assert ball_value(fn.differential(node), point)[0, 0].is_nan()
    assert np.isnan(np.asarray(_quiet(node, -0.5))).all()


def _quiet(node, at):
    with np.errstate(all="ignore"):
        return FloatEvaluation({}, {t: np.full((1, 1, 1), at)}).value(node)


def test_a_kink_has_a_value_but_no_slope():
    for name in ("abs", "relu", "sign", "step"):
        node, point = fn.elementwise(name, t), Point({}, {t: 0}, {t: 1})
        assert ball_value(node, point)[0, 0] == 0
        assert ball_value(fn.differential(node), point)[0, 0].is_nan()


def test_whole_powers_exist_on_both_sides_of_zero():
    for base, exponent in ((-2, 3), (0, 2), (-2, -2)):
        value = ball_value(t**exponent, Point({}, {t: base}))[0, 0]
        assert float(value) == base**exponent
    around_zero = flint.arb(0, 1e-30)
    assert ball_value(t**2, Point({}, {t: around_zero}))[0, 0].is_finite()
    assert ball_value(t ** Fraction(1, 2), Point({}, {t: -1}))[0, 0].is_nan()


def test_a_symbolic_exponent_may_be_whole_and_the_base_negative():
    k = ex.symbol("k", (1, 1), ("integer",))
    assert ball_value(t**k, Point({}, {t: -2, k: 3}))[0, 0] == -8


def test_exponent_and_base_may_both_move():
    s = ex.symbol("s")
    point = Point({}, {t: 2, s: 3}, {t: 1, s: 1})
    slope = float(ball_value(fn.differential(t**s), point)[0, 0])
    assert math.isclose(slope, 3 * 2**2 + 2**3 * math.log(2))


def test_a_squared_norm_is_smooth_at_zero_and_a_norm_is_not():
    point = Point({"n": 2}, {x: [0, 0]}, {x: [1, 2]})
    assert ball_value(fn.differential(fn.norm2(x) ** 2), point)[0, 0] == 0
    assert ball_value(fn.differential(fn.norm2(x)), point)[0, 0].is_nan()


def test_the_slope_of_a_determinant_exists_at_a_singular_matrix():
    point = Point({"n": 2}, {P: [[1, 2], [2, 4]]}, {P: [[0, 0], [0, 1]]})
    assert ball_value(fn.differential(fn.determinant(P)), point)[0, 0] == 1


def test_large_determinants_are_eliminated():
    M = RNG.normal(size=(11, 11))
    point = Point({"n": 11}, {P: M}, {P: np.eye(11)})
    slope = float(ball_value(fn.differential(fn.determinant(P)), point)[0, 0])
    assert math.isclose(slope, np.linalg.det(M) * np.trace(np.linalg.inv(M)), rel_tol=1e-9)


def test_a_singular_inverse_is_nan_not_an_error():
    point = Point({"n": 2}, {P: [[1, 2], [2, 4]]}, {P: [[1, 0], [0, 0]]})
    assert all(e.is_nan() for e in ball_value(ex.inverse(P), point).entries())
    assert all(e.is_nan() for e in ball_value(fn.differential(ex.inverse(P)), point).entries())


def test_nabla_is_the_array_of_slopes():
    f = ex.symbol("f")
    point = Point(SIZES, VALUES)
    value = ball_value(fn.nabla(f, A), point, definitions=((f, fn.norm2(A) ** 2),))
    np.testing.assert_allclose(floats(value), 2 * Av, rtol=1e-14)


def test_defined_names_are_put_in_and_move_with_the_variable():
    r, f = ex.symbol("r", (n, 1)), ex.symbol("f")
    definitions = ((r, A @ A.T @ x), (f, r.T @ r))
    point = Point(SIZES, VALUES, {x: DIRECTIONS[x]})
    value = ball_value(fn.differential(f), point, definitions=definitions)
    expected = 2 * (Av @ Av.T @ xv).T @ Av @ Av.T @ DIRECTIONS[x]
    np.testing.assert_allclose(floats(value), expected, rtol=1e-12)


def test_a_name_defined_by_a_later_one_is_refused():
    f, g = ex.symbol("f"), ex.symbol("g")
    with pytest.raises(DeclarationError, match="meaning of f"):
        ball_value(f, Point({}, {}), definitions=((f, g + 1), (g, f + 1)))


def test_trees_hundreds_deep_are_evaluated():
    node = t
    for _ in range(900):
        node = fn.elementwise("sin", node) + t
    point = Point({}, {t: 0.25}, {t: 1})
    value, expected = ball_value(node, point)[0, 0], 0.25
    for _ in range(900):
        expected = math.sin(expected) + 0.25
    assert math.isclose(float(value), expected, rel_tol=1e-12)
    assert ball_value(fn.differential(node), point)[0, 0].is_finite()


def test_a_mean_under_a_law_has_no_value_and_is_named():
    with pytest.raises(NoRuleError, match="a mean under a law has no value"):
        ball_value(fn.expectation(t, "p", "t"), Point({}, {t: 1}))


def test_a_differential_of_a_differential_is_refused():
    with pytest.raises(NoRuleError, match="differential"):
        ball_value(fn.differential(t * fn.differential(t)), Point({}, {t: 1}, {t: 1}))


def test_an_operator_without_a_row_is_named():
    unknown = ex.make("besselk", (t,), (1, 1), None)
    with pytest.raises(NoRuleError, match="besselk"):
        ball_value(unknown, Point({}, {t: 1}))


def test_a_missing_or_misshapen_value_is_named():
    with pytest.raises(ShapeError, match="no value for the symbol t"):
        ball_value(t, Point())
    with pytest.raises(ShapeError, match=r"gives x the shape \(2, 1\)"):
        ball_value(x, Point({"n": 3}, {x: [1, 2]}))


def test_facts_of_a_symbol_are_never_used():
    S = ex.symbol("S", (2, 2), ("symmetric",))
    value = ball_value(S + S.T, Point({}, {S: [[1, 2], [3, 4]]}))
    assert floats(value).tolist() == [[2, 5], [5, 8]]
