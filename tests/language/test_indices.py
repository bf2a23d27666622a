"""Index symbols, rows, entries and sums: what is bound, what is the same, what is refused."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from naive_numpy import naive_value

import derive as dv
from derive.errors import ArgumentError, DeclarationError, NoRuleError, ShapeError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.canonical import same
from derive.language.exponents import (
    collected,
    is_never_negative,
    is_never_positive,
    least_value,
    symbolic_power,
)
from derive.language.facts import close_facts
from derive.language.indices import (
    closed,
    entry,
    free_indices,
    fresh_index,
    index,
    renamed,
    row,
    sum_over,
    unit,
)
from derive.language.lifting import NotLiftedError, lifted, rows_of, summed_at_once
from derive.language.sizes import Size
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy
from derive.language.whole_numbers import is_whole

n, d = Size.named("n"), Size.named("d")
X, y, w = ex.symbol("X", (n, d)), ex.symbol("y", (n, 1)), ex.symbol("w", (d, 1))
A = ex.symbol("A", (d, d))
i, j = index("i", n), index("j", n)


def whole(name, *facts):
    return ex.symbol(name, (1, 1), close_facts(("integer", *facts), name, (1, 1)))


k, m, z = whole("k", "positive"), whole("m", "nonnegative"), whole("z")


def loss(i):
    return sum_over(fn.elementwise("exp", entry(y, i) * (row(X, i).T @ w)), i)


# --- binding --------------------------------------------------------------------------


def test_a_sum_binds_its_index():
    body = row(X, i).T @ w
    assert free_indices(body) == (i,)
    assert body.depends_on(i)
    assert free_indices(sum_over(body, i)) == ()
    assert sum_over(body, i).symbols == {X, w}


def test_what_has_no_index_stands_outside():
    assert sum_over(w, i) is ex.size_node(n) * w
    assert sum_over(3 * fn.norm2(w) * entry(y, i), i) is 3 * fn.norm2(w) * sum_over(entry(y, i), i)


def test_two_sums_that_differ_by_the_letter_are_the_same():
    assert loss(i) is not loss(j)
    assert same(loss(i), loss(j))
    assert same(sum_over(loss(i) * entry(y, j), j), sum_over(loss(j) * entry(y, i), i))
    assert not same(loss(i), sum_over(entry(y, i), i))


def test_sums_inside_one_another_have_indices_of_their_own():
    nested = sum_over(fn.elementwise("exp", entry(y, i) * loss(i)), i)
    inner = next(p for p in fn.postorder(nested.args[0]) if p.op == "sum_over")
    assert nested.data is i
    assert inner.data.name != "i"
    rng = np.random.default_rng(0)
    values = {"X": rng.normal(size=(4, 3)), "y": rng.normal(size=(4, 1)) / 9}
    values["w"] = rng.normal(size=(3, 1))
    total = np.exp(values["y"] * (values["X"] @ values["w"])).sum()
    found = naive_value(nested, values, {"n": 4, "d": 3})
    np.testing.assert_allclose(found, np.exp(values["y"] * total).sum().reshape(1, 1))


def test_a_fresh_index_has_a_letter_that_means_nothing_else():
    taken = ex.symbol("i") * ex.symbol("j") * ex.size_node(Size.named("k"))
    assert fresh_index(taken, n).name == "l"


def test_a_range_that_an_index_bounds_is_summed_inside():
    inner = index("j", i - 1, 0)
    node = closed(ex.power(A, inner) @ ex.power(A, i))
    assert node.data is i
    assert node.args[0].args[-1].op == "sum_over" or node.args[0].op == "sum_over"
    again = renamed(sum_over(ex.power(A, inner) @ ex.power(A, i), inner), i, j)
    assert free_indices(again) == (j,)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: row(X, index("i", d)), "runs from 1 to d"),
        (lambda: row(X, index("i", n, 0)), "runs from 0 to n"),
        (lambda: row(X, w), "taken by an index"),
        (lambda: entry(X, i), "needs two indices"),
        (lambda: entry(X, i, j), "has d columns"),
        (lambda: unit(index("i", k)), "runs from 1 to a size"),
    ],
)
def test_a_wrong_index_is_refused(make, message):
    with pytest.raises(ShapeError, match=message):
        make()


# --- exponents ------------------------------------------------------------------------


def test_powers_with_named_exponents():
    assert ex.power(A, k).op == "matpow"
    assert ex.power(A, k).T is ex.power(A.T, k)
    assert symbolic_power(A, k - k) is ex.eye(d)
    assert symbolic_power(A, k - k + 2) is ex.matrix_power(A, 2)
    assert symbolic_power(A, -k) is ex.power(ex.inverse(A), k)
    assert symbolic_power(ex.inverse(A), -k) is ex.power(A, k)
    with pytest.raises(ShapeError, match="declare it integer"):
        ex.power(A, ex.symbol("t"))


def test_exponents_are_collected_and_bounded():
    p = index("p", k - 1, 0)
    assert collected(k - 1 - p, p) is k - 1
    assert least_value(k - 1 - p) == 0
    assert is_never_negative(m)
    assert not is_never_negative(z)
    assert not is_never_negative(m - 1)
    assert is_never_positive(-k)
    assert is_never_negative((k - 1) * (m + 2))
    assert is_whole(k * m - 3)
    assert is_whole(k**2)
    assert not is_whole(k / 2)


# --- lifting --------------------------------------------------------------------------


def test_values_for_all_of_an_index():
    assert lifted(entry(y, i), i) is y
    assert lifted(row(X, i).T @ w, i) is X @ w
    assert rows_of(row(X, i), i) is X
    assert summed_at_once(entry(y, i) * row(X, i), i) is X.T @ y
    assert summed_at_once(row(X, i) @ row(X, i).T, i) is X.T @ X
    with pytest.raises(NotLiftedError):
        summed_at_once(fn.logdet(entry(y, i) ** 2 * ex.eye(d) + A), i)
    with pytest.raises(NotLiftedError):
        summed_at_once(ex.power(A, index("p", k, 0)), index("p", k, 0))


# --- SymPy ----------------------------------------------------------------------------

N, D = dv.dims("n d")
XS, YS, WS, I1 = dv.matrix("X", N, D), dv.vector("y", N), dv.vector("w", D), dv.index("i", N)
KS = dv.scalar("k", integer=True, positive=True)
AS = dv.matrix("A", D, D)

THERE_AND_BACK = [
    dv.sum_over(I1, dv.exp(dv.entry(YS, I1) * (dv.row(XS, I1).T * WS))),
    dv.sum_over(I1, dv.row(XS, I1) * dv.row(XS, I1).T),
    dv.sum_over(I1, dv.entry(XS * AS * XS.T, I1, dv.index("j", N)) * I1),
    AS**KS + AS.T ** (KS + 1),
    dv.sum_over(dv.index("p", KS - 1, 0), AS ** dv.index("p", KS - 1, 0)),
]


def copied(value):
    return pickle.loads(pickle.dumps(value))  # noqa: S301  # made on the same line


@pytest.mark.parametrize("expression", THERE_AND_BACK, ids=str)
def test_sympy_objects_are_nodes_and_nodes_are_sympy_objects(expression):
    node = from_sympy(expression)
    assert from_sympy(to_sympy(node)) is node
    assert copied(expression) == expression
    assert copied(node) is node
    assert expression.func(*expression.args) == expression


def test_a_sum_in_sympy_has_no_free_index():
    expression = THERE_AND_BACK[0]
    assert expression.free_symbols == {XS, YS, WS, N}
    assert expression.shape == (1, 1)
    assert THERE_AND_BACK[1].shape == (D, D)
    assert from_sympy(expression).symbols == {from_sympy(s) for s in (XS, YS, WS)}


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: dv.row(XS, WS), ArgumentError),
        (lambda: dv.row(WS, I1), ShapeError),
        (lambda: dv.entry(XS, I1), ShapeError),
        (lambda: dv.sum_over(N, YS), ArgumentError),
        (lambda: dv.index("i", N, 2), DeclarationError),
        (lambda: AS ** dv.scalar("t"), NoRuleError),
    ],
)
def test_a_wrong_use_is_refused_in_python(make, error):
    with pytest.raises(error):
        make()


def test_declared_families_and_indices_come_back_by_name():
    s = dv.declare("x_i: d, y_i: scalar, i: 1..n")
    total = dv.sum_over(s.i, dv.entry(s.y, s.i) * dv.row(s.x, s.i))
    assert total.shape == (s.d, 1)


def test_a_row_of_a_matrix_is_not_lifted_to_a_product_with_the_identity():
    F = ex.symbol("F", (n, d))
    body = ex.multiply(row(X, i).T, fn.elementwise("log", row(F, i)))
    assert summed_at_once(body, i) is fn.total(
        ex.multiply(fn.hadamard(X, fn.elementwise("log", F)), ex.ones(d))
    )
