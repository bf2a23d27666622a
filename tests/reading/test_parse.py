"""Plain text is read as a textbook writes it: precedence, shapes, the author's order."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from random_expressions import Generator, symbols

from derive.errors import AmbiguousError, ArgumentError, DeclarationError, ReadError
from derive.language import functions as fn
from derive.language import matrix_functions as mf
from derive.language.expression import (
    constant,
    elementwise_power,
    eye,
    inverse,
    matrix_power,
    number,
    ones,
    power,
    size_node,
    symbol,
    zero,
)
from derive.language.extremes import norminf
from derive.language.operators import ELEMENTWISE
from derive.language.sizes import Size
from derive.reading import parse, read_shapes
from derive.writing.plain import plain

SHAPES = "X: n x d, Z: n x d, A: n x n, w: d, x: n, y: n, a: positive, b: scalar, λ: positive"
NAMES = read_shapes(SHAPES)
X, Z, A, w, x, y, a, b, lam = NAMES.values()
n, d = Size.named("n"), Size.named("d")
HALF = Fraction(1, 2)


GOOD = [
    # numbers
    ("3", number(3)),
    ("0.25", number(Fraction(1, 4))),
    (".5", number(HALF)),
    ("2.", number(2)),
    ("1e-3", number(Fraction(1, 1000))),
    ("2.5E+1", number(25)),
    # names
    ("λ", lam),
    ("lambda", lam),
    ("n*a", size_node(n) * a),
    ("pi*a", constant("pi") * a),
    ("e", constant("e")),
    ("e^(x'*y)", fn.elementwise("exp", x.T @ y)),
    # precedence
    ("-a^2", -(a**2)),
    ("(-a)^2", (-a) ** 2),
    ("2^-1", number(HALF)),
    ("a^-b", power(a, -b)),
    ("a^b^2", power(a, b**2)),
    ("a**b", power(a, b)),
    ("a/b*a", a * (1 / b) * a),
    ("a/b/a", a * (1 / b) * (1 / a)),
    ("a - b - a", a - b - a),
    ("a - (b - a)", a - (b - a)),
    ("a*-b", -(a * b)),
    ("--a", a),
    ("---a", -a),
    ("+a", a),
    ("-a*b", -(a * b)),
    ("-(x + y)*2", -2 * (x + y)),
    ("-a + b", -a + b),
    ("2 - -a", 2 + a),
    # transposes and raised digits
    ("X'", X.T),
    ("Xᵀ", X.T),
    ("X''", X),
    ("X'''", X.T),
    ("(X*w)'", w.T @ X.T),
    ("a²", a**2),
    ("a⁻¹", a**-1),
    ("A⁻¹ᵀ", inverse(A).T),
    ("2^a²", power(number(2), a**2)),
    ("A'^2", matrix_power(A.T, 2)),
    ("(A^2)'", matrix_power(A, 2).T),
    # products
    ("X'*(X*w - y)", X.T @ (X @ w - y)),
    ("X'*(X*w − y) + λ*w", X.T @ (X @ w - y) + lam * w),
    ("x'*y*x", (x.T @ y) * x),
    ("x*x'*y", x @ x.T @ y),
    ("x'*y/a", (x.T @ y) * (1 / a)),
    ("X*w/(x'*y)", X @ w * (1 / (x.T @ y))),
    ("(x'*x)*A", (x.T @ x) * A),
    ("2*X*3*w", 6 * (X @ w)),
    # entry by entry
    ("x.*y", fn.hadamard(x, y)),
    ("x∘y⊘x", fn.hadamard(x, y, elementwise_power(x, number(-1)))),
    ("x⊙y", fn.hadamard(x, y)),
    ("A·x", A @ x),
    ("2·x", 2 * x),
    ("A∘²", elementwise_power(A, number(2))),
    ("x∘⁻¹", elementwise_power(x, number(-1))),
    ("A*x∘y", fn.hadamard(A @ x, y)),
    ("A∘(A·A)", fn.hadamard(A, A @ A)),
    ("x∘y·a", fn.hadamard(x, y) * a),
    ("x./y", fn.hadamard_quotient(x, y)),
    ("1./x", fn.hadamard_quotient(number(1), x)),
    ("2.*x", 2 * x),
    ("x.*y./x", fn.hadamard(x, y, elementwise_power(x, number(-1)))),
    ("x.^2", elementwise_power(x, number(2))),
    ("x.^-1", elementwise_power(x, number(-1))),
    ("x.^b", elementwise_power(x, b)),
    ("A*x.*y", fn.hadamard(A @ x, y)),
    ("x.*y*a", fn.hadamard(x, y) * a),
    ("X.*Z*w", fn.hadamard(X, Z) @ w),
    # matrix powers
    ("A^2", matrix_power(A, 2)),
    ("A^0", eye(n)),
    ("A^-1*x", inverse(A) @ x),
    ("A^-2", matrix_power(inverse(A), 2)),
    # functions
    ("norm2(X*w - y)^2/2", fn.norm2(X @ w - y) ** 2 * HALF),
    ("norm(X)", fn.norm2(X)),
    ("norm(w, 1) + norm(w, 2)", fn.norm1(w) + fn.norm2(w)),
    ("norm(a, 1)", fn.elementwise("abs", a)),
    ("norm(w, inf)", norminf(w)),
    ("norm1(w)", fn.norm1(w)),
    ("sum(x)/n", fn.total(x) * (1 / size_node(n))),
    ("mean(X)", fn.mean(X)),
    ("tr(A*A')", fn.trace(A @ A.T)),
    ("logdet(A) + log(det(A))", fn.logdet(A) + fn.elementwise("log", fn.determinant(A))),
    ("inv(A)*x", inverse(A) @ x),
    ("diag(x)*X", fn.diag(x) @ X),
    ("diag(A)", fn.diag(A)),
    ("diag(X*w)", fn.diag(X @ w)),
    ("dot(x, y)", x.T @ y),
    ("dot(X, Z)", fn.trace(X.T @ Z)),
    ("hadamard(x, y, 2)", 2 * fn.hadamard(x, y)),
    ("outer(x, w)", x @ w.T),
    ("transpose(X)", X.T),
    ("eye(n)", eye(n)),
    ("eye(n + 1)", eye(n + 1)),
    ("ones(3)", ones(3)),
    ("ones(n, 2*d)", ones(n, d * 2)),
    ("zeros(n)", zero((n, 1))),
    ("zeros(n, d)", zero((n, d))),
    ("sqrt(x)", fn.sqrt(x)),
    ("softmax(X*w)", fn.softmax(X @ w)),
    ("rowsoftmax(X)", fn.rowsoftmax(X)),
    ("logsumexp(x)", fn.logsumexp(x)),
    ("logsumexp_rows(X)", fn.rowlogsumexp(X)),
    ("expm(A)*logm(A)", mf.matrix_map("expm", A) @ mf.matrix_map("logm", A)),
    ("sqrtm(A) + sinm(A)", mf.matrix_map("sqrtm", A) + mf.matrix_map("sinm", A)),
    ("cosm(A)'", mf.matrix_map("cosm", A.T)),
    ("expm_frechet(A, A', A)", mf.frechet("expm", A, A.T, A)),
    ("cholesky(A)*adj(A)*adjugate(A)", mf.cholesky(A) @ mf.adjugate(A) @ mf.adjugate(A)),
    ("pinv(X)'", mf.pseudo_inverse(X.T)),
    ("polygamma(1, x) + polygamma(3, x)", fn.elementwise("trigamma", x) + mf.polygamma(3, x)),
    ("mask_lower_half(n).*A", fn.hadamard(mf.mask("lower_half", *A.shape), A)),
    ("exp (a)", fn.elementwise("exp", a)),
    ("sigmoid(y.*(X*w))", fn.elementwise("sigmoid", fn.hadamard(y, X @ w))),
    # 1 x 1 is a scalar everywhere
    ("1 + x'*y", 1 + x.T @ y),
    ("exp(x'*y)*X", fn.elementwise("exp", x.T @ y) * X),
    ("(x'*A*x)^b", power(x.T @ A @ x, b)),
    # explicit matrices
    ("[a, 1; 0, b]", fn.array([[a, number(1)], [number(0), b]])),
    ("[[a, 1], [0, b]]", fn.array([[a, number(1)], [number(0), b]])),
    # blanks and lines
    ("  a\n +\tb ", a + b),
]


@pytest.mark.parametrize(("text", "wanted"), GOOD, ids=[text for text, _ in GOOD])
def test_text_is_read_as_the_expression_it_writes(text, wanted):
    assert parse(text, SHAPES) is wanted


def test_terms_and_factors_keep_the_order_of_the_author():
    assert parse("b + a", SHAPES).args == (b, a)
    assert parse("b*a*2", SHAPES).args == (number(2), b, a)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_elementwise_function_of_the_language_can_be_typed(name):
    assert parse(f"{name}(X)", SHAPES) is fn.elementwise(name, X)


def test_shapes_may_be_symbols_by_name():
    assert parse("X*w", {"X": X, "w": w}) is X @ w
    assert parse("n*a", {"X": X, "a": a}) is size_node(n) * a


def test_a_declared_name_is_no_constant():
    assert parse("e + pi", "e: scalar, pi: scalar") is symbol("e") + symbol("pi")


def test_undeclared_names_are_scalars_on_request_only():
    assert parse("p*log(q)", undeclared="scalar").symbols == {symbol("p"), symbol("q")}
    with pytest.raises(ReadError, match="`p` is not declared"):
        parse("p*log(q)")


@pytest.mark.parametrize("text", [None, 3, b"a", ["a"]])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(ArgumentError, match="expected a text"):
        parse(text, SHAPES)


@pytest.mark.parametrize(
    ("shapes", "error", "message"),
    [
        (3, ArgumentError, "shapes are a text or symbols by name"),
        ({"x": 3}, ArgumentError, "the shape of 'x' must be a text or a declared symbol"),
        ({"x": x + y}, ArgumentError, "or a declared symbol"),
        ({"X": X, "d": a}, DeclarationError, "d is both a size and a symbol"),
    ],
)
def test_shapes_are_checked(shapes, error, message):
    with pytest.raises(error, match=message):
        parse("1", shapes)


def test_undeclared_has_two_values():
    with pytest.raises(ArgumentError, match="'error' or 'scalar'"):
        parse("1", "", undeclared="zero")


# --- two oracles of their own ---------------------------------------------------------------


def arithmetic(rng: random.Random, depth: int) -> str:
    """A random text of numbers and signs, brackets put anywhere."""
    if depth == 0:
        return str(rng.randint(0, 4))
    kind = rng.choice(["+", "-", "*", "/", "^", "minus", "()"])
    left = arithmetic(rng, depth - 1)
    if kind == "minus":
        return f"-{left}"
    if kind == "()":
        return f"({left})"
    if kind == "^":
        base = rng.choice(["-2", "3", f"({left})"])
        return f"{base}^{rng.choice(['2', '-1', '2^2', '-2^2', '(1 - 3)'])}"
    return f"{left} {kind} {arithmetic(rng, rng.randrange(depth))}"


@pytest.mark.parametrize("seed", range(300))
def test_numbers_have_the_value_that_python_gives_them(seed):
    """Python's own precedence is the oracle; it agrees with this grammar on numbers."""
    rng = random.Random(seed)
    text = arithmetic(rng, rng.randint(1, 6))
    code = "".join(f"Fraction({c})" if c.isdigit() else c for c in text).replace("^", "**")
    try:
        wanted = eval(code)  # noqa: S307 (the text is made here)
    except (ZeroDivisionError, OverflowError):
        with pytest.raises(ReadError, match="divides by zero"):
            parse(text)
        return
    assert parse(text) is number(wanted)


@pytest.mark.parametrize("seed", range(150))
def test_what_is_printed_is_read_back_to_the_same_node(seed):
    node = Generator(seed).make((1, 1), 2 + seed % 5)
    assert parse(plain(node), symbols()) is node


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("A ⊗ B", "kron(A, B)"),
        ("A⊗B⊗A", "kron(A, B, A)"),
        ("-A ⊗ B' + A⊗B^2", "-kron(A, B') + kron(A, B^2)"),
        ("(A*A ) ⊗ (2*B)", "kron(A*A, 2*B)"),
        ("A*(A ⊗ x)*2", "A*kron(A, x)*2"),
    ],
)
def test_the_kronecker_sign_is_kron(text, same):
    shapes = "A: 2 x 2, B: 2 x 2, x: 1 x 3"
    assert parse(text, shapes) is parse(same, shapes)


@pytest.mark.parametrize("text", ["A*B ⊗ A", "A ⊗ B*A", "A .* B ⊗ A", "2*A ⊗ B", "A ⊗ B B"])
def test_the_kronecker_sign_beside_another_product_needs_brackets(text):
    with pytest.raises(AmbiguousError, match="without brackets"):
        parse(text, "A: 2 x 2, B: 2 x 2")
