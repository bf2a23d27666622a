"""Sums over an index in a text: what is read, and the error for what is not."""

from __future__ import annotations

import pytest

from derive.errors import AmbiguousError, DeclarationError, NameUnknownError, ReadError, ShapeError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.facts import close_facts
from derive.language.indices import entry, index, row, sum_over, unit
from derive.language.sizes import Size
from derive.reading import parse, read_declarations, read_shapes
from derive.writing.plain import plain

n, d = Size.named("n"), Size.named("d")
SHAPES = "x_i: d, y_i: scalar, i: 1..n, j: 1..n, X: n x d, A: n x n, w: d, k: integer positive"
x, y, w = ex.symbol("x", (n, d)), ex.symbol("y", (n, 1)), ex.symbol("w", (d, 1))
X, A = ex.symbol("X", (n, d)), ex.symbol("A", (n, n))
k = ex.symbol("k", (1, 1), close_facts(("integer", "positive"), "k", (1, 1)))
i, j = index("i", n), index("j", n)
p = index("p", k - 1, 0)

READ = [
    ("sum_i(y_i)", sum_over(entry(y, i), i)),
    ("sum_i(y_i*x_i)", sum_over(entry(y, i) * row(x, i), i)),
    ("sum_i(x_i'*w - y_i)", sum_over(row(x, i).T @ w - entry(y, i), i)),
    ("sum_i(row(X, i)'*w)", sum_over(row(X, i).T @ w, i)),
    ("sum_i(X_i'*w)", sum_over(row(X, i).T @ w, i)),
    ("sum_i(y[i]^2)", sum_over(entry(y, i) ** 2, i)),
    ("sum_i((X*w)[i]^2)", sum_over(entry(X @ w, i) ** 2, i)),
    ("sum_{i, j}(A[i,j])", sum_over(sum_over(entry(A, i, j), j), i)),
    ("sum_{i,j}(A_ij)", sum_over(sum_over(entry(A, i, j), j), i)),
    ("sum_i(sum_j(A[j,i]))", sum_over(sum_over(entry(A, j, i), j), i)),
    ("sum_i(i*y_i)", sum_over(i * entry(y, i), i)),
    ("sum_i(unit(i)*y_i)", sum_over(unit(i) * entry(y, i), i)),
    ("sum_p(A^p, 0, k - 1)", sum_over(ex.power(A, p), p)),
    ("sum_i(y_i, 1, n)*w", sum_over(entry(y, i), i) * w),
    ("2*sum_i(y_i)'", 2 * sum_over(entry(y, i), i)),
    ("sum(y) + sum_i(y_i)", fn.total(y) + sum_over(entry(y, i), i)),
    ("A^k*A^(k - 1)", ex.power(A, k) @ ex.power(A, k - 1)),
    ("A^-k", ex.power(A, -k)),
]


@pytest.mark.parametrize(("text", "node"), READ, ids=[row[0] for row in READ])
def test_a_text_means_its_node_and_its_plain_form_means_it_again(text, node):
    found = parse(text, SHAPES)
    assert found is node
    assert parse(plain(found), SHAPES) is node


def test_a_family_is_the_array_that_holds_it():
    symbols, indices = read_declarations(
        "x_i: d positive, y_i: sign, r_ij: binary, i: 1..n, j: 1..3"
    )
    assert [(name, node.shape) for name, node in symbols.items()] == [
        ("x", (n, d)),
        ("y", (n, 1)),
        ("r", (n, 3)),
    ]
    assert "positive" in symbols["x"].facts
    assert indices == {"i": i, "j": index("j", 3)}


def test_an_underscore_without_an_index_is_part_of_the_name():
    assert list(read_shapes("w_i: d, i_0: n")) == ["w_i", "i_0"]


def test_the_range_is_read_off_what_the_index_picks():
    assert parse("sum_q(y[q]*row(X, q))", "y: n, X: n x d").args[0].symbols >= {index("q", n)}


BAD = [
    ("sum_q(2)", DeclarationError, "the range of the index `q` is not declared", "^^^^^"),
    ("sum_q(A[q,q]*w[q])", DeclarationError, "could be n or d", "^^^^^"),
    ("y_i + 1", NameUnknownError, "the index of `y_i` is used outside its sum", "^^^"),
    ("2*i", NameUnknownError, "write sum_i(...) around", "  ^"),
    ("sum_j(y_i)", NameUnknownError, "the index of `y_i` is used outside its sum", "      ^^^"),
    ("sum_i(z_i)", NameUnknownError, "`z_i` is not declared", "      ^^^"),
    ("sum_i(sum_i(y_i))", ReadError, "is the index of a sum around this", "      ^^^^^"),
    ("sum_n(y_n)", ReadError, "`n` is a size, no index", "^^^^^"),
    ("sum_w(y)", ReadError, "`w` is declared as a symbol, no index", "^^^^^"),
    ("sum_{i,}(y_i)", ReadError, "an index is one letter", "^^^^^^^^"),
    ("sum_{i,i}(y_i)", ReadError, "take another letter", "^^^^^^^^^"),
    ("sum_i(y_i, 1)", ReadError, "its terms and a range", "^^^^^^^^^^^^^"),
    ("sum_i(y_i, 2, n)", ReadError, "a sum begins at 0 or 1", "           ^"),
    ("sum_i(sum_j(y_j, i, n))", ReadError, "sum_j(R_ij*...), R: n x n binary", " " * 17 + "^"),
    ("sum_i(i, 1, y'*y)", ReadError, "a sum ends at a whole number", "            ^^^^"),
    ("sum_i(A[i])", ShapeError, "write row(A, i) for a row", "      ^^^^"),
    ("sum_i(A[i,1])", ReadError, "single entries and slices cannot be taken", "       ^^^^^"),
    ("sum_i(row(w, i))", ShapeError, "w has d rows", "      ^^^^^^^^^"),
    ("sum_i(row(X, y))", ShapeError, "taken by an index", "      ^^^^^^^^^"),
]


@pytest.mark.parametrize(("text", "error", "message", "marks"), BAD, ids=[row[0] for row in BAD])
def test_a_mistake_has_its_error_and_its_place(text, error, message, marks):
    with pytest.raises(error) as caught:
        parse(text, SHAPES)
    assert message in str(caught.value)
    assert str(caught.value).splitlines()[-1][2:] == marks


TWO_READINGS = [
    ("sum_i(x_i^2)", "x: n, x_i: scalar", "entry i of x; then leave x_i out of the shapes"),
    ("sum_i(A_i'*w)", "A: n x d, A_i: d, w: d", "row i of A; then leave A_i out"),
    ("sum_{i,j}(A_ij*w_i)", "A: n x d, A_ij: scalar, w: n", "entry i, j of A; then leave A_ij"),
    ("sum_i(A_ij*w_i)", "A: n x d, A_ij: scalar, w: n", "the same for every i; then name it"),
    ("sum_i(w_i*x_i)", "x_i: d, w: n", "row i of an array x; then declare i: 1..n as well"),
]


@pytest.mark.parametrize(("text", "shapes", "message"), TWO_READINGS)
def test_a_symbol_named_like_a_member_is_refused_inside_the_sum(text, shapes, message):
    with pytest.raises(AmbiguousError, match="is a symbol of its own") as caught:
        parse(text, shapes)
    assert message in str(caught.value)


def test_a_symbol_with_letters_after_an_underscore_stays_one_in_other_sums():
    shapes = "W_in: d, x_i: d, i: 1..n, w_j: d"
    assert parse("sum_i(W_in'*x_i) + W_in'*w_j", shapes).is_scalar


@pytest.mark.parametrize(
    "text", ["sum_i(x_i)", "sum_i(x[i])", "sum_i(row(x, i))", "sum_i(x_i*w_i)"]
)
def test_a_scalar_has_no_entries(text):
    with pytest.raises(ShapeError, match="a scalar has none"):
        parse(text, "x: scalar, w: n")


BAD_SHAPES = [
    ("i: 1..3, i: 1..5", "`i` is declared twice"),
    ("i: 1..n, w: i", "`i` is used as a size and declared as an index"),
    ("i: 1..i", "`i` is used as a size and declared as an index"),
    ("i: 2..n", "an index begins at 0 or 1"),
    ("i: 1..n..m", "a range has two ends"),
    ("it: 1..n", "an index is one letter"),
    ("x_i: d x d, i: 1..n", "neither scalars nor vectors"),
    ("r_ij: d, i: 1..n, j: 1..n", "neither scalars nor vectors"),
    ("i: 1..n, i: d", "declared as an index and as a symbol"),
]


@pytest.mark.parametrize(("shapes", "message"), BAD_SHAPES)
def test_a_wrong_range_or_family_is_refused(shapes, message):
    with pytest.raises(DeclarationError, match=message):
        read_shapes(shapes)
