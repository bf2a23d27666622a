"""What a caller may pass: converted, batched, or refused with its name and a remedy."""

from __future__ import annotations

import math
import pickle
import threading
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse

import derive as dv
from derive.errors import ArgumentError, DeriveError, DomainError, ShapeError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.facts import close_facts
from derive.language.sizes import Size
from derive.numeric import compile_function

N, D = Size.named("n"), Size.named("d")
X, w, y = ex.symbol("X", (N, D)), ex.symbol("w", (D, 1)), ex.symbol("y", (N, 1))
lam, a, b = ex.symbol("lam"), ex.symbol("a"), ex.symbol("b")
S = ex.symbol("S", (D, D), close_facts(("spd",), "S", (D, D)))
M = ex.symbol("M", (D, D))
RESIDUAL = X @ w - y
RIDGE = compile_function(
    [("value", fn.norm2(RESIDUAL) ** 2), ("gradient", X.T @ RESIDUAL + lam * w)], [X, w, y, lam]
)
RNG = np.random.default_rng(0)
GOOD = {"X": RNG.normal(size=(5, 3)), "w": RNG.normal(size=3), "y": RNG.normal(size=5), "lam": 0.5}


def expected(X, w, y, lam):
    r = np.asarray(X) @ w - y
    return r @ r, np.asarray(X).T @ r + lam * np.asarray(w)


def changed(**changes):
    return {**GOOD, **changes}


def assert_same(found, wanted, rtol=1e-12):
    for left, right in zip(found, wanted, strict=True):
        np.testing.assert_allclose(left, right, rtol=rtol)


def test_by_position_by_keyword_and_mixed():
    wanted = expected(**GOOD)
    assert_same(RIDGE(*GOOD.values()), wanted)
    assert_same(RIDGE(**GOOD), wanted)
    assert_same(RIDGE(GOOD["X"], GOOD["w"], lam=0.5, y=GOOD["y"]), wanted)


def test_names_and_shapes_are_told():
    assert RIDGE.arguments == ("X", "w", "y", "lam")
    assert RIDGE.shapes == {"X": (N, D), "w": (D, 1), "y": (N, 1), "lam": (1, 1)}
    assert repr(RIDGE) == "<f(X, w, y, lam)>"


@pytest.mark.parametrize(
    "convert",
    [
        lambda x: x.tolist(),
        lambda x: (x * 10).astype(int),
        lambda x: (x * 10).astype(np.int8).tolist(),
        lambda x: x > 0,
        lambda x: np.asfortranarray(x)[::-1],
        lambda x: np.vectorize(Fraction)((x * 10).astype(int)),
        lambda x: x.astype(np.float16),
        lambda x: x.astype(">f8"),
    ],
)
def test_numbers_of_every_kind_become_float64(convert):
    arrays = changed(X=convert(GOOD["X"]))
    value, gradient = RIDGE(**arrays)
    assert gradient.dtype == np.float64
    assert isinstance(value, float)
    assert_same((value, gradient), expected(**changed(X=np.asarray(arrays["X"], dtype=float))))


@pytest.mark.parametrize(
    "scalar", [2, True, np.float64(2), np.float32(2), np.int64(2), np.array(2.0), Decimal(2)]
)
def test_a_scalar_may_be_any_real_number(scalar):
    assert_same(RIDGE(**changed(lam=scalar)), expected(**changed(lam=float(scalar))))


def test_float32_stays_float32():
    single = {name: np.asarray(value, dtype=np.float32) for name, value in GOOD.items()}
    for lam_value in (0.5, np.float32(0.5)):
        value, gradient = RIDGE(**{**single, "lam": lam_value})
        assert value.dtype == np.float32
        assert gradient.dtype == np.float32
        assert_same((value, gradient), expected(**GOOD), rtol=1e-4)
    solve = compile_function([("f", ex.inverse(S) @ w)], [S, w])
    assert solve(np.eye(3, dtype=np.float32), single["w"]).dtype == np.float32
    assert RIDGE(**{**single, "X": GOOD["X"]})[1].dtype == np.float64


WRONG = {
    "text": (changed(X="abc"), ArgumentError, "argument X must hold real numbers"),
    "texts": (changed(w=["1", "2", "3"]), ArgumentError, "argument w"),
    "ragged": (changed(X=[[1, 2], [3]]), ArgumentError, "unequal length"),
    "none": (changed(y=None), ArgumentError, "argument y"),
    "some none": (changed(y=[1, None, 3, 4, 5]), ArgumentError, "None"),
    "complex": (changed(w=GOOD["w"] * 1j), ArgumentError, "argument w(.|\n)*complex"),
    "date": (changed(w=np.array(["2020"] * 3, "M8[Y]")), ArgumentError, "argument w"),
    "set": (changed(w={1.0}), ArgumentError, "argument w(.|\n)*a set"),
    "sparse": (changed(X=scipy.sparse.csr_matrix(GOOD["X"])), ArgumentError, "csr_matrix"),
    "masked": (changed(w=np.ma.masked_less(GOOD["w"], 0)), ArgumentError, "masked"),
    "huge": (changed(lam=10**400), ArgumentError, "argument lam"),
    "column": (changed(w=GOOD["w"][:, None]), ShapeError, r"w is a vector(.|\n)*w\[:, 0\]"),
    "sizes": (changed(y=GOOD["y"][:4]), ShapeError, r"y must be n(.|\n)*n = 5 in X of shape"),
    "inner": (changed(w=GOOD["w"][:2]), ShapeError, r"w must be d(.|\n)*d = 3 in X of shape"),
    "flat": (changed(X=GOOD["X"][0]), ShapeError, "X must be n x d, got shape"),
    "number": (changed(y=1.0), ShapeError, "y must be n, got shape"),
    "batch": (changed(X=np.zeros((2, 5, 3)), lam=np.zeros(3)), ShapeError, r"X: \(2,\), lam: \(3"),
    "empty": (changed(X=np.zeros((0, 3)), y=[]), ShapeError, "X is empty: n = 0"),
    "no columns": (changed(X=np.zeros((5, 0)), w=[]), ShapeError, "X is empty: d = 0"),
}


@pytest.mark.parametrize(("arguments", "error", "match"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_value_is_refused_by_name(arguments, error, match):
    with pytest.raises(error, match=match) as caught:
        RIDGE(**arguments)
    assert isinstance(caught.value, DeriveError)


def test_missing_extra_and_repeated_arguments():
    with pytest.raises(ArgumentError, match=r"needs the argument 'lam'(.|\n)*f\(X, w, y, lam\)"):
        RIDGE(GOOD["X"], GOOD["w"], GOOD["y"])
    with pytest.raises(ArgumentError, match="needs the argument 'X', 'w', 'y', 'lam'"):
        RIDGE()
    with pytest.raises(ArgumentError, match="takes 4 arguments, got 5"):
        RIDGE(*GOOD.values(), 1)
    with pytest.raises(ArgumentError, match="no argument 'mu'"):
        RIDGE(**GOOD, mu=1)
    with pytest.raises(ArgumentError, match="'X' twice"):
        RIDGE(*GOOD.values(), X=GOOD["X"])
    with pytest.raises(TypeError):
        RIDGE()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_in_the_data_passes_with_a_warning_that_names_it(bad):
    data = GOOD["X"].copy()
    data[0, 0] = bad
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        point = changed(X=data, w=np.ones(3), y=np.array([bad, 0, 0, 0, 0]))
        _, gradient = RIDGE(**point)
        assert np.isnan(gradient).any()
    assert any("f returns nan: nan or inf in X, y" in str(entry.message) for entry in caught)
    with pytest.warns(RuntimeWarning, match="nan or inf in X"):
        RIDGE(**changed(X=np.where(np.isnan(data) | np.isinf(data), np.nan, data).tolist()))


def test_nan_from_finite_data_is_warned_of_too():
    log = compile_function([("f", fn.elementwise("log", a))], [a])
    with pytest.warns(RuntimeWarning) as caught:
        assert np.isnan(log(-1.0))
    assert any("outside its domain" in str(entry.message) for entry in caught)


def test_infinite_values_are_returned_without_a_warning(recwarn):
    quotient = compile_function([("f", 1 / a)], [a])
    assert quotient(0.0) == np.inf
    for name, at, value in (("exp", 1000.0, np.inf), ("log", 0.0, -np.inf)):
        for argument, point in ((a, at), (w, np.array([at, at])), (w, [[at, at], [at, at]])):
            f = compile_function([("f", fn.elementwise(name, argument))], [argument])
            assert np.all(f(point) == value)
    assert not recwarn


@pytest.mark.parametrize(
    ("node", "point"),
    [
        (fn.elementwise("log", w), [-1.0, 1.0]),
        (fn.elementwise("softplus", w), [math.nan, 1.0]),
        (fn.elementwise("relu", w), [math.nan, 1.0]),
        (ex.make("peak", (w,), w.shape, "max"), [math.nan, 1.0]),
        (ex.make("peak", (w,), w.shape, "max"), [[math.nan, 1.0], [2.0, 1.0]]),
    ],
)
def test_nan_has_the_one_warning(node, point):
    f = compile_function([("f", node)], [w])
    with pytest.warns(RuntimeWarning) as caught:
        f(np.array(point))
    assert [str(warning.message)[:13] for warning in caught] == ["f returns nan"]


def test_an_adjugate_with_nan_has_the_one_warning():
    f = dv.function("adjugate(A)", shapes="A: n x n")
    with pytest.warns(RuntimeWarning) as caught:
        f(np.diag([math.nan, 1.0]))
    assert [str(warning.message)[:13] for warning in caught] == ["f returns nan"]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("function", ["nucnorm(A)", "sum(pinv(A))", "sum(adjugate(A))"])
def test_a_matrix_with_nan_or_inf_has_no_singular_vectors_and_leaves_the_batch_alone(function, bad):
    f = dv.gradient(function, "A", shapes="A: 3 x 3").function(value=True)
    points = np.stack([np.diag([3.0, 2.0, 1.0]), np.full((3, 3), bad), np.diag([bad, 1.0, 1.0])])
    with pytest.warns(RuntimeWarning, match="returns nan"):
        values, slopes = f(points)
    alone = f(points[0])
    np.testing.assert_allclose(values[0], alone[0], rtol=1e-12)
    np.testing.assert_allclose(slopes[0], alone[1], rtol=1e-12)
    assert np.isnan(slopes[1:]).any(axis=(1, 2)).all()


def test_values_whose_squares_overflow_raise_no_alarm():
    double = compile_function([("f", 2 * w)], [w])
    assert double(np.array([1e300])).tolist() == [2e300]


def test_a_matrix_that_is_not_what_was_declared():
    solve = compile_function([("f", ex.inverse(S) @ w)], [S, w])
    vector = np.ones(3)
    for matrix in (-np.eye(3), np.diag([1.0, 0.0, 1.0])):
        for stack in (matrix, np.stack([np.eye(3), matrix])):
            with pytest.raises(DomainError, match="not positive definite"):
                solve(stack, vector)
    skew = np.eye(3) + np.array([[0, 1, -1], [-1, 0, 1], [1, -1, 0]]) / 5
    large = np.eye(80)
    large[0, 1] = 1e-3
    for matrix in (skew, np.stack([np.eye(3), skew]), large):
        with pytest.raises(DomainError, match="not symmetric"):
            solve(matrix, np.ones(matrix.shape[-1]))


def test_rounding_does_not_make_a_matrix_asymmetric():
    solve = compile_function([("f", ex.inverse(S) @ w)], [S, w])
    matrix = np.eye(3) + 1e-14 * np.triu(np.ones((3, 3)))
    np.testing.assert_allclose(solve(matrix, np.ones(3)), np.ones(3))


@pytest.mark.parametrize("node", [ex.inverse(M) @ w, ex.inverse(M), M.T @ ex.inverse(M) @ w])
def test_a_singular_matrix(node):
    function = compile_function([("f", node), ("g", ex.inverse(M) @ w + w)], [M, w])
    for matrix in (np.zeros((3, 3)), np.stack([np.eye(3), np.zeros((3, 3))])):
        with pytest.raises(DomainError, match=r"(?i)singular"):
            function(matrix, np.ones(3))


def test_a_batch_of_vectors_of_length_one_is_no_column():
    function = compile_function([("f", X @ w)], [X, w])
    assert function(np.ones((4, 1)), np.ones((7, 1))).shape == (7, 4)
    with pytest.raises(ShapeError, match="is a vector"):
        compile_function([("f", fn.softmax(w))], [w])(np.ones((7, 1)))


def test_a_column_for_what_was_declared_n_by_1_is_named_itself():
    shapes = "X: n x 1, w: 1, y: n"
    f = dv.gradient("norm2(X*w - y)^2", "w", shapes=shapes).function()
    with pytest.raises(ShapeError, match=r"argument X .*\n.*X\[:, 0\] \(n x 1 declares a vector"):
        f(X=np.ones((3, 1)), w=1.0, y=np.zeros(3))
    assert f(X=np.ones(3), w=1.0, y=np.zeros(3)) == 6.0
    assert f(X=np.ones((4, 1)), w=1.0, y=np.zeros(1)).tolist() == [2.0] * 4


def test_a_row_vector_keeps_both_axes():
    row = ex.symbol("r", (1, D))
    function = compile_function([("f", 2 * row), ("g", row @ w)], [row, w])
    result, product = function(np.ones((1, 3)), np.ones(3))
    assert result.shape == (1, 3)
    assert product == 3.0
    with pytest.raises(ShapeError, match="r must be 1 x d"):
        function(np.ones(3), np.ones(3))


def test_fixed_and_composed_sizes_are_checked():
    z, p = ex.symbol("z", (N + 1, 1)), ex.symbol("P", (2, 2))
    function = compile_function([("f", fn.total(z) + fn.trace(p))], [y, z, p])
    assert function(np.ones(4), np.ones(5), np.eye(2)) == 7.0
    with pytest.raises(ShapeError, match=r"z must be n \+ 1(.|\n)*= 5"):
        function(np.ones(4), np.ones(4), np.eye(2))
    with pytest.raises(ShapeError, match=r"P must be 2 x 2, got shape \(3, 3\)"):
        function(np.ones(4), np.ones(5), np.eye(3))


def test_what_cannot_be_compiled():
    with pytest.raises(ArgumentError, match="at least one output"):
        compile_function([], [X])
    with pytest.raises(ArgumentError, match="depends on w, y"):
        compile_function([("f", RESIDUAL)], [X])
    with pytest.raises(ArgumentError, match="must be a symbol"):
        compile_function([("f", w)], [2 * w])
    with pytest.raises(ArgumentError, match="w is given twice"):
        compile_function([("f", w)], [w, w])


def test_unused_arguments_are_checked_all_the_same():
    function = compile_function([("f", 2 * w)], [w, y, X])
    assert function(np.ones(3), np.ones(4), np.ones((4, 3))).tolist() == [2, 2, 2]
    with pytest.raises(ShapeError, match="n = 4 in y"):
        function(np.ones(3), np.ones(4), np.ones((5, 3)))


def test_arguments_are_never_written_to():
    frozen = {name: np.array(value) for name, value in GOOD.items()}
    for value in frozen.values():
        value.flags.writeable = False
    RIDGE(**frozen)
    solve = compile_function([("f", ex.inverse(S + M @ M.T) @ w), ("g", ex.inverse(S))], [S, M, w])
    matrix = np.asfortranarray(np.eye(3))
    matrix.flags.writeable = False
    solve(matrix, matrix, frozen["w"])


def test_many_threads_get_their_own_results():
    failures = []

    def work(seed):
        rng = np.random.default_rng(seed)
        for _ in range(50):
            point = changed(X=rng.normal(size=(5, 3)), w=rng.normal(size=(seed % 2 + 1, 3)))
            point["w"] = point["w"] if seed % 2 else point["w"][0]
            found = RIDGE(**point)[0]
            wanted = [expected(**{**point, "w": v})[0] for v in np.atleast_2d(point["w"])]
            if not np.allclose(found, wanted if seed % 2 else wanted[0]):
                failures.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_function_can_be_pickled():
    again = pickle.loads(pickle.dumps(RIDGE))  # noqa: S301  # our own object
    assert_same(again(**GOOD), RIDGE(**GOOD))
    assert again.source == RIDGE.source


def test_a_greek_name_is_the_argument_it_is_declared_as():
    # of the names of SciPy's functions only those that the language has are kept from users
    f = dv.function("sum(digamma(psi))", shapes="psi: d positive")
    assert f.arguments == ("psi",)
    assert f(psi=np.ones(2)) == pytest.approx(-2 * np.euler_gamma)
