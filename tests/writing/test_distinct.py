"""What differs in meaning differs in print: names, powers, ones and differentials."""

from __future__ import annotations

import itertools

import pytest

import derive as dv
from derive.language.expression import (
    constant,
    elementwise_power,
    number,
    ones,
    size_node,
    symbol,
)
from derive.language.functions import differential, elementwise, hadamard, norm2, sqrt
from derive.language.sizes import Size
from derive.writing.latex import latex
from derive.writing.lines import page_lines
from derive.writing.prose import unicode_prose
from derive.writing.text import text

n, m, d = map(Size.named, "nmd")
a, b, s, t, ab, dw = map(symbol, ("a", "b", "s", "t", "ab", "dw"))
x, w, A, X = symbol("x", (n, 1)), symbol("w", (n, 1)), symbol("A", (n, n)), symbol("X", (n, m))
square = number(2)
WRITERS = {"unicode": text, "ascii": lambda node: text(node, unicode=False), "latex": latex}


# --- powers -----------------------------------------------------------------------------


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("base", [A, elementwise("tanh", A), A + A.T, A.T])
def test_the_powers_of_a_square_matrix_are_told_apart(base, write):
    assert write(elementwise_power(base, square)) != write(base**2)
    inside = [hadamard(A, p) for p in (elementwise_power(base, square), base**2)]
    assert write(inside[0]) != write(inside[1])


def test_the_power_of_a_vector_is_marked_except_among_entries():
    slope = ones(n) - elementwise_power(elementwise("tanh", x), square)
    assert text(slope) == "1ₙ − tanh(x)∘²"
    assert text(hadamard(w, slope)) == "w∘(1 − tanh(x)²)"
    assert text(elementwise("exp", 2 * slope)) == "exp(2(1 − tanh(x)²))"


# --- ones -------------------------------------------------------------------------------

CONSTANT = [
    (ones(n), "1ₙ", "ones(n)", r"\mathbf{1}_n"),
    (ones(1, n), "1ₙᵀ", "ones(n)'", r"\mathbf{1}_n^\top"),
    (ones(n, m), "1ₙₓₘ", "ones(n, m)", r"\mathbf{1}_{n \times m}"),
    (ones(d), "1_d", "ones(d)", r"\mathbf{1}_d"),
    (ones(n, d), "1_(n×d)", "ones(n, d)", r"\mathbf{1}_{n \times d}"),
    (ones(3), "1₃", "ones(3)", r"\mathbf{1}_3"),
    (ones(n) / size_node(n), "1/n 1ₙ", "1/n ones(n)", r"\frac{1}{n}\mathbf{1}_n"),
    (ones(n) @ ones(1, n), "1ₙ1ₙᵀ", "ones(n) ones(n)'", r"\mathbf{1}_n\mathbf{1}_n^\top"),
    (sqrt(2 * ones(n)), "√(2·1ₙ)", "sqrt(2 ones(n))", r"\sqrt{2\mathbf{1}_n}"),
    (norm2(ones(n)), "‖1ₙ‖", "||ones(n)||", r"\lVert\mathbf{1}_n\rVert_2"),
    (x.T @ elementwise("log", 2 * ones(n, n)) @ x, "xᵀ log(2·1ₙₓₙ) x",
     "x' log(2 ones(n, n)) x", r"\mathbf{x}^\top\log(2\mathbf{1}_{n \times n})\mathbf{x}"),
    (hadamard(x, ones(n) + w), "x∘(1 + w)", "x .* (1 + w)", r"\mathbf{x} \odot (1 + \mathbf{w})"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "unicode", "ascii_", "tex"), CONSTANT, ids=lambda v: str(v))
def test_an_array_of_ones_shows_its_size(node, unicode, ascii_, tex):
    assert (text(node), text(node, unicode=False), latex(node)) == (unicode, ascii_, tex)


# --- names ------------------------------------------------------------------------------

PAIRS = [
    (symbol("lam"), symbol("lambda")),
    (symbol("eps"), symbol("epsilon")),
    (symbol("x_1"), symbol("x1")),
    (symbol("λ"), symbol("lambda")),
    (symbol("gamma"), constant("euler_gamma")),
    (symbol("x_1"), size_node(Size.named("x1"))),
    (symbol("x_bar_hat"), symbol("x_bar_hat_")),
]


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_two_names_of_one_expression_are_written_apart(pair, write):
    first, second = pair
    left, right = write(first - second).replace("−", "-").split(" - ")
    assert left != right


def test_names_that_do_not_meet_keep_their_letters():
    assert text(symbol("lam") * symbol("x_1")) == "λx₁"
    assert text(symbol("lam") * symbol("lambda")) == "lam lambda"


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_letters_in_a_row_do_not_spell_another_name(write):
    products = [ab * a * b, a * b * ab, ab * ab, a * b * a * b * ab]
    for one, other in itertools.combinations(products, 2):
        assert write(one) != write(other)
    letters = [symbol(letter) for letter in "sin"]
    node = letters[0] * letters[1] * letters[2]
    assert "sin" not in write(node) or write is latex


def test_a_root_ends_where_it_ends():
    assert text(sqrt(a) * b) == "√a·b"
    assert text(sqrt(a * b)) == "√(ab)"


# --- differentials ----------------------------------------------------------------------

SCALAR_D = symbol("d")


def test_a_letter_d_is_no_differential():
    assert text(2 * SCALAR_D * w) == "2d·w"
    assert text(SCALAR_D * norm2(w) ** 2) == "d·‖w‖²"
    assert text(SCALAR_D * (a + b)) == "d·(a + b)"
    assert text(SCALAR_D**2 * w) == "d²·w"
    assert text(size_node(d) * w, unicode=False) == "d*w"
    assert text(symbol("d", (n, 1)) @ x.T) == "d·xᵀ"
    assert latex(SCALAR_D * w) == r"d \cdot \mathbf{w}"


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_product_is_not_written_like_a_differential(write):
    wdash = symbol("w")
    assert write(SCALAR_D * wdash) != write(differential(wdash))
    assert write(dw * wdash + differential(wdash)).count("dw") == 1
    assert write(2 * dw * w) != write(2 * differential(w) + 0 * w)


def test_a_page_with_a_name_like_a_differential():
    page = dv.gradient("dw*w^2", "w", shapes="w: scalar, dw: scalar")
    assert "∇f = 2w·dw" in page.text()
    assert "d(w)" in page.text()


# --- single lines -----------------------------------------------------------------------


def test_the_statement_of_abs_is_about_an_entry_and_that_of_a_norm_about_a_vector():
    assert unicode_prose("d|x| = sign x dx") == "d|x| = sign x dx"
    assert unicode_prose("norm: d|u| = u'du / |u|") == "norm: d‖u‖ = uᵀdu / ‖u‖"


def test_a_gradient_that_vanishes_is_named_as_the_gradient():
    found = dv.gradient("y", "x", shapes="x: scalar, y: scalar")
    assert found.text(detail="result") == "∇f = 0"
    assert page_lines(found.trace, "result")[0].left.op == "nabla"


def test_a_size_d_among_the_factors_puts_differentials_in_parentheses():
    page = dv.gradient("d*norm2(X)^2 + logdet(X'*X)/d", "X", shapes="X: n x d")
    assert "df = d·d(‖X‖_F²) + 1/d d(log det(XᵀX))" in page.text()
    assert r"d \cdot \mathrm{d}\lVert\mathbf{X}\rVert_F^2" in page.latex()
    plain = dv.gradient("n*norm2(X)^2 + logdet(X'*X)/n", "X", shapes="X: n x d")
    assert "df = n d‖X‖_F² + 1/n d log det(XᵀX)" in plain.text()
