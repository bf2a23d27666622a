"""Every mistake has an error of its own: its class, what it says, and the place it marks.

The marks stand under the text, as they do in the message.
"""

from __future__ import annotations

import pytest

from derive.errors import (
    AmbiguousError,
    DeriveError,
    LimitError,
    NameUnknownError,
    ReadError,
    ShapeError,
)
from derive.reading import parse
from derive.reading.vocabulary import CALLS, ELSEWHERE

SHAPES = "X: n x d, w: d, x: n, y: n, A: n x n, B: n x n, a: positive, k: integer, lam: scalar"

BAD = [
    # a value is missing
    ("   ", ReadError, "the text is empty", "   ^"),
    ("a +", ReadError, "the text ends after `+`", "  ^"),
    ("a^-", ReadError, "the text ends after `-`", "  ^"),
    ("*a", ReadError, "a value is expected before `*`", "^"),
    ("a*/k", ReadError, "a value is expected after `*`, found `/`", "  ^"),
    ("a * * k", ReadError, "a power is ^ (or **)", "    ^"),
    ("a ++ k", ReadError, "write one sign between two terms", "   ^"),
    ("'x", ReadError, "the transpose sign follows what it transposes", "^"),
    ("()", ReadError, "nothing stands between `(` and `)`", "^^"),
    ("a*(k + )", ReadError, "a value is expected after `+`, found `)`", "       ^"),
    ("hadamard(x,,y)", ReadError, "a value is expected after `,`, found `,`", "           ^"),
    ("sum(x,)", ReadError, "a value is expected after `,`, found `)`", "      ^"),
    # brackets
    ("(a", ReadError, "`(` is never closed", "^"),
    ("sum((x)", ReadError, "`(` is never closed", "   ^"),
    ("a)", ReadError, "`)` closes no bracket", " ^"),
    ("(a]", ReadError, "`(` is closed by `]`", "^^^"),
    # a sign is missing
    ("2x", ReadError, "write 2*x", "^^"),
    ("2 3", ReadError, "write 2*3", "^^^"),
    ("2(a)", ReadError, "write 2*(a)", "^^^^"),
    ("(a)(k)", ReadError, "write (a)*(k)", "^^^^^^"),
    ("X w", ReadError, "write X*w", "^^^"),
    ("w'w", ReadError, "write w'*w", "^^^"),
    ("X'x", ReadError, "write X'*x", "^^^"),
    ("A x + y", ReadError, "write A*x", "^^^"),
    ("x y", AmbiguousError, "x*y'   the second transposed", "^^^"),
    ("A B", AmbiguousError, "A.*B   the elementwise product", "^^^"),
    ("a/2k", AmbiguousError, "a/(2*k)   k stands below", "  ^^"),
    ("1/2 a", AmbiguousError, "(1/2)*a   a multiplies the quotient", "  ^^^"),
    ("a^2k", AmbiguousError, "a^(2*k)   k is in the exponent", "^^^^"),
    ("x.^2k", AmbiguousError, "x.^2*k     k multiplies the power", "^^^^^"),
    ("a²k", ReadError, "write (a²)*k", "^^^"),
    ("A w", ShapeError, "no product of shapes n x n and d fits", "^^^"),
    ("x[1]", ReadError, "write part(x, 1, 1, 1, 1), counted from one", " ^^^"),
    ("A[1,2]", ReadError, "write part(A, 1, 2, 1, 1), counted from one", " ^^^^^"),
    ("A[0,1]", ReadError, "part(A, i, j, 1, 1) is entry i, j", " ^^^^^"),
    ("A[:,1]", ReadError, "part(A, 1, j, n, 1) column j", " ^^"),
    ("A[1:2,1]", ReadError, "part(A, 1, j, n, 1) column j", " ^^^"),
    ("1//2*a", ReadError, "write one / for a quotient, as in 1/2", "  ^"),
    ("A∘*B", ReadError, "a value is expected after `∘`, found `*`", "  ^"),
    ("x⊙A", ShapeError, "`⊙` needs equal shapes", " ^"),
    ("A∘B*x", AmbiguousError, "(A∘B)*x", "^^^^^"),
    ("A∘B*a*x", AmbiguousError, "A∘(B*a*x)", "^^^^^^^"),
    ("norm(A, 2)", AmbiguousError, "specnorm(A)   spectral", "^^^^^^^^^^"),
    ("norm(A, 1)", AmbiguousError, "norm1(A)               the absolute values", "^^^^^^^^^^"),
    ("norm(w, 3)", ReadError, "sum(abs(w).^p)^(1/p)", "        ^"),
    ("norm(A, inf)", ShapeError, "max(rowsums(abs(A)))", "     ^"),
    ("norm(X,'fro')", ReadError, "norm2 (Frobenius)", "       ^^^^^"),
    ("sum(X, axis=0)", ReadError, "colsums(X) sums each column", "       ^^^^^"),
    ("max(0, X*w)", ShapeError, "maximum(0, X*w) for each entry, or relu(X*w)", "^^^^^^^^^^^"),
    ("X - ones(n)*mean(X)", ShapeError, "ones(n)*colsums(X)'/n", "  ^^^^^^^^^^^^^^^^^"),
    ("x[1.5]", ReadError, "part(x, i, j, 1, 1)", " ^^^^^"),
    ("x[-1]", ReadError, "part(x, i, j, 1, 1)", " ^^^^"),
    ("X + w", ShapeError, "write ones(n)*w' to repeat it in every row", "  ^^^"),
    ("x - X", ShapeError, "write x*ones(d)' to repeat it in every column", "  ^^^"),
    ("λlam", NameUnknownError, "`lambda` is not declared", "^"),
    # signs of other systems
    ("X@w", ReadError, "write * for the matrix product", " ^"),
    ("X×w", ReadError, "write * for a product", " ^"),
    ("x∗y", ReadError, "(U+2217 ASTERISK OPERATOR) is not part", " ^"),
    ("x·y", ShapeError, "x.*y or x'*y or x*y'", " ^"),
    ("a÷k", ReadError, "write / for a quotient", " ^"),
    ("a – k", ReadError, "write - for minus", "  ^"),
    ("X’", ReadError, "write ' for a transpose", " ^"),
    ("X.T", ReadError, "`.T` is not how a transpose is written", " ^^"),
    ("X.'", ReadError, "`.'` is not how a transpose is written", " ^^"),
    ("x.sum()", NameUnknownError, "values have no attributes: `.sum`", " ^^^^"),
    ("x.", ReadError, "a point stands alone", " ^"),
    ("A\\x", ReadError, "write inv(A)*y", " ^"),
    ("a^{2}", ReadError, "group with ( and )", "  ^"),
    ("$a$", ReadError, "leave the dollar signs out", "^"),
    ("k!", ReadError, "exp(loggamma(n + 1))", " ^"),
    ("½a", ReadError, "write 1/2", "^"),
    ("√a", ReadError, "write sqrt(...)", "^"),
    ("a # k", ReadError, "comments are not read", "  ^"),
    ("a_ϵ", ReadError, "write ε or epsilon", "  ^"),
    ("a²⁻", ReadError, "a raised minus stands before", " ^^"),
    ("a\u200bk", ReadError, "U+200B ZERO WIDTH SPACE is not part", " ^"),
    ("|x|", AmbiguousError, "det(x)   determinant", "^^^"),
    ("a*|x + y|", AmbiguousError, "abs(x + y)   absolute value", "  ^^^^^^^"),
    ("||x||", ReadError, "write norm2(x), or norm1(x)", "^^^^^"),
    ("‖X*w - x‖^2", ReadError, "write norm2(X*w - x)^2", "^^^^^^^^^"),
    ("‖X w − x‖²", ReadError, "write norm2(X*w − x)^2", "^^^^^^^^^"),
    ("a |", AmbiguousError, "a bar has several readings", "  ^"),
    # what is no expression
    ("y = X*w", ReadError, "`=` is a relation", "  ^"),
    ("y == x", ReadError, "`=` is a relation", "  ^^"),
    ("a <= k", ReadError, "`<=` is a relation", "  ^^"),
    ("a < k < 2", ReadError, "`<` is a relation", "  ^"),
    ("a, k", ReadError, "a decimal has a point", " ^"),
    ("(1,5)*a", ReadError, "a decimal has a point", "  ^"),
    ("a; k", ReadError, "give one expression at a time", " ^"),
    ("x ~ y", ReadError, "a distribution is given apart", "  ^"),
    ("x: n", ReadError, "shapes are given apart", " ^"),
    ("a s.t. k", ReadError, "constraints belong to a problem", "  ^^^^"),
    # names
    ("v*x", NameUnknownError, "declare it among the shapes: v: scalar, v: n, or v: n x d", "^"),
    ("m*a", NameUnknownError, "m: scalar, m: n, or m: n x d", "^"),
    ("(x-y)^T(x-y)", NameUnknownError, "write ' for a transpose, and a sign behind it", "      ^"),
    ("Σ_i w_i", NameUnknownError, "write sum_i(...) for a sum over i", "^^^"),
    ("w_i", NameUnknownError, "a part of w stands inside sum_i(...)", "^^^"),
    ("I_n", NameUnknownError, "write eye(n) for the identity", "^^^"),
    ("z + a", NameUnknownError, "`z` is not declared", "^"),
    ("Lam*a", NameUnknownError, "did you mean lam?", "^^^"),
    ("X^T", NameUnknownError, "write X' for a transpose", "  ^"),
    ("A + a*I", NameUnknownError, "eye(n) for the identity", "      ^"),
    ("_a", ReadError, "a name starts with a letter", "^"),
    ("a__b", ReadError, "no two underscores in a row", "^^^^"),
    # functions
    ("f(x)", NameUnknownError, "`f` is not a function", "^"),
    ("sofmax(x)", NameUnknownError, "did you mean softmax", "^^^^^^"),
    ("ln(a)", NameUnknownError, "write log(x)", "^^"),
    ("kron(A)", ReadError, "`kron` takes at least 2 arguments, got 1", "^^^^^^^"),
    ("unvec(x, 2, 2)", ShapeError, "needs a vector of 4 entries", "^^^^^^^^^^^^^^"),
    ("log a", ReadError, "write log(...)", "^^^"),
    ("log det A", ReadError, "`log` is a function", "^^^"),
    ("exp(log)", ReadError, "`log` is a function", "    ^^^"),
    ("exp()", ReadError, "`exp` takes 1 argument, got none", "^^^^^"),
    ("norm2(x, y)", ReadError, "`norm2` takes 1 argument, got 2", "^^^^^^^^^^^"),
    ("sum(X, 1)", ReadError, "colsums(X) sums each column, rowsums(X) each row", "^^^^^^^^^"),
    ("dot(x)", ReadError, "`dot` takes 2 arguments, got 1", "^^^^^^"),
    ("ones(n, n, n)", ReadError, "`ones` takes 1 to 2 arguments, got 3", "^^^^^^^^^^^^^"),
    ("hadamard(x)", ReadError, "takes at least 2 arguments", "^^^^^^^^^^^"),
    ("lam(a + 1)", AmbiguousError, "lam*(a + 1)   the product", "^^^^^^^^^^"),
    ("n(a)", AmbiguousError, "n*(a)   the product", "^^^^"),
    ("e(a)", AmbiguousError, "e*(a)   the product", "^^^^"),
    ("lam(a, k)", ReadError, "`lam` is a value, not a function", "^^^^^^^^^"),
    ("eye(x)", ReadError, "`eye` needs a size, got `x`", "    ^"),
    ("eye(0)", ReadError, "`eye` needs a size, got `0`", "    ^"),
    ("ones(1/2)", ReadError, "`ones` needs a size, got `1/2`", "     ^^^"),
    ("zeros(n, a)", ReadError, "`zeros` needs a size, got `a`", "         ^"),
    # shapes
    ("x + w", ShapeError, "cannot add `w` (d) to `x` (n)", "  ^^^"),
    ("x - w", ShapeError, "cannot subtract `w` (d) from `x` (n)", "  ^^^"),
    ("A + 1", ShapeError, "ones(n, n) for 1 in every entry, eye(n) for", "  ^^^"),
    ("a - x", ShapeError, "write a*ones(n) for a in every entry", "  ^^^"),
    ("x + y + x'", ShapeError, "transpose one of them, as in x", "      ^^^^"),
    ("X*x", ShapeError, "by `x` (n): d columns against n rows", " ^"),
    ("x*y", ShapeError, "x.*y or x'*y or x*y'", " ^"),
    ("x*y*a", ShapeError, "1 column against n rows", " ^"),
    ("x'*X'*w", ShapeError, "cannot multiply `x'` (1 x n) by `X'` (d x n)", "  ^"),
    ("a*X*A", ShapeError, "cannot multiply `a*X` (n x d) by `A` (n x n)", "   ^"),
    ("x.*w", ShapeError, "`.*` needs equal shapes: `x` (n) and `w` (d)", " ^^"),
    ("X.*w", ShapeError, "write * for the matrix product", " ^^"),
    ("x./y'", ShapeError, "transpose one, as in y", " ^^"),
    ("y/A", ShapeError, "inv(A)*y", " ^^"),
    ("1/X", ShapeError, "1./X elementwise", " ^^"),
    ("x/y", ShapeError, "x./y elementwise", " ^^"),
    ("X/w", ShapeError, "./ divides entries of equal shapes", " ^^"),
    ("X^2", ShapeError, "only a square matrix has a power, got `X` (n x d)", "^^^"),
    ("x^2", ShapeError, "x'*x or norm2(x)^2", "^^^"),
    ("A^0.5", ShapeError, "needs a whole number as its exponent", "  ^^^"),
    ("A^a", ShapeError, "declare a integer", "  ^"),
    ("a^A", ShapeError, "write exp(A*log(a))", "  ^"),
    ("x.^y", ShapeError, "write exp(y.*log(x))", "   ^"),
    ("tr(X)", ShapeError, "`tr` needs a square matrix, got `X` (n x d)", "   ^"),
    ("inv(X)", ShapeError, "a left inverse is inv(X'*X)*X'", "    ^"),
    ("softmax(x')", ShapeError, "transpose it: softmax(x)", "        ^^"),
    ("logsumexp(X)", ShapeError, "write logsumexp_rows(X) for each row", "          ^"),
    ("diag(X)", ShapeError, "`diag` needs a vector or a square matrix", "     ^"),
    ("dot(x, w)", ShapeError, "`dot` needs equal shapes: `x` (n) and `w` (d)", "       ^"),
    ("hadamard(2, x, w)", ShapeError, "`x` (n) and `w` (d)", "               ^"),
    ("[x, 1]", ShapeError, "beside each other need equally many rows", "^^^^^^"),
    ("[[1, 2], [3]]", ShapeError, "row 1 has 2 entries, row 2 has 1", "^^^^^^^^^^^^^"),
    ("[1 2]", AmbiguousError, "1, 2   two entries", " ^^^"),
    ("[1 -2]", AmbiguousError, "1 - 2   one entry", " ^^^^"),
    # what a reader could take in two ways
    ("A^2'", AmbiguousError, "(A^2)'   the power, transposed", "^^^^"),
    ("A^-1'", AmbiguousError, "(A^-1)'   the power, transposed", "^^^^^"),
    ("A^(k)'", AmbiguousError, "it is not clear what is transposed", "^^^^^^"),
    # values that do not exist, numbers that are too large
    ("a/0", ReadError, "this divides by zero", "  ^"),
    ("a/(2 - 2)", ReadError, "this divides by zero", "  ^^^^^^^"),
    ("0^-1", ReadError, "this divides by zero", "^^^^"),
    ("x./zeros(n)", ReadError, "this divides by zero", "   ^^^^^^^^"),
    ("9^9^9", LimitError, "the exponent is too large: `9^9`, and the limit is 10000", "  ^^^"),
    ("a^10001", LimitError, "the limit is 10000", "  ^^^^^"),
    ("(a^101)^100", LimitError, "the exponent is too large: `100`", "        ^^^"),
    ("1e1000", LimitError, "1 digits times 10^1000, and the limit is 1000", "^^^^^^"),
    ("2^6000*a*(3^6000)", LimitError, "they need more than", "^^^^^^^^^^^^^^^^^"),
]


@pytest.mark.parametrize(("text", "error", "message", "marks"), BAD, ids=[row[0] for row in BAD])
def test_a_mistake_has_its_error_and_its_place(text, error, message, marks):
    with pytest.raises(error) as caught:
        parse(text, SHAPES)
    assert isinstance(caught.value, ReadError)
    said = str(caught.value)
    assert message in said
    shown = "".join(c if c.isprintable() else "\ufffd" for c in text)
    assert said.endswith(f"\n  {shown}\n  {marks}"), said


def test_there_are_at_least_sixty_of_them_and_no_two_are_one():
    assert len({text for text, *_ in BAD}) == len(BAD) > 60
    assert len({message for _, _, message, _ in BAD}) > 60


@pytest.mark.parametrize("text", [text for text, *_ in BAD])
def test_a_message_is_short_and_never_the_whole_input(text):
    padded = "a + " * 500 + text
    with pytest.raises(ReadError) as caught:
        parse(padded, SHAPES)
    assert len(caught.value.message) <= 400
    assert len(str(caught.value)) <= 600


def test_the_marks_follow_the_line_and_the_column():
    with pytest.raises(NameUnknownError) as caught:
        parse("a +\n  2*v +\n  k", SHAPES)
    assert str(caught.value).endswith("\n    2*v +\n      ^")


def test_a_long_line_is_cut_around_the_place():
    with pytest.raises(NameUnknownError) as caught:
        parse("a + " * 100 + "v" + " + a" * 100, SHAPES)
    line, marks = str(caught.value).splitlines()[-2:]
    assert len(line) <= 78
    assert line[marks.index("^")] == "v"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_name_of_another_system_gets_a_translation(name):
    assert name not in CALLS
    with pytest.raises(NameUnknownError) as caught:
        parse(f"{name}(a)", SHAPES)
    assert ELSEWHERE[name] in str(caught.value)


WRONG_SHAPES = {
    "square": "X",
    "symmetric": "A*B",
    "vector": "A*B",
    "vector_or_square": "X",
    "sizes": "x",
    "equal": "x, w",
    "entrywise": "x, w",
    "shape_last": "",
    "equal_square": "X, X",
    "order": "1/2, x",
    "norm_order": "x, 3",
    "order_and_scalar": "1, x",
    "scalars": "x",
}


@pytest.mark.parametrize(
    "call", [c for c in CALLS.values() if c.needs != "any"], ids=lambda call: call.name
)
def test_a_function_that_needs_a_shape_says_so_at_the_argument(call):
    argument = WRONG_SHAPES[call.needs]
    if call.needs == "scalars":
        argument = ", ".join([argument] * call.least)
    if call.least == 2 and "," not in argument:
        argument = f"{2 if call.needs == 'sizes' else 'x'}, {argument}"
    argument = "x, " * (call.needs == "entrywise" and call.least == 3) + argument
    if call.needs == "shape_last":
        argument = ", ".join(["X"] * (call.least - call.sizes) + ["2"] * (call.sizes - 1) + ["x"])
    text = f"2 + {call.name}({argument})"
    with pytest.raises(DeriveError, match=f"`{call.name}` needs") as caught:
        parse(text, SHAPES)
    place = slice(caught.value.start, caught.value.stop)
    assert caught.value.start > 4
    assert text[place] == argument.split(",")[0] or caught.value.stop == len(text) - 1


TRANSLATIONS = ("std", "mse", "mae", "entropy", "KL", "log_softmax", "log1p", "expm1")


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_a_translation_can_be_read(name):
    assert parse(ELSEWHERE[name], "x: n, y: n, p: n, q: n")


@pytest.mark.parametrize(
    ("text", "message", "marks"),
    [
        ("x'Ax", "write A*x for a product", "  ^^"),
        ("lamAx + 1", "write lam*A*x for a product", "^^^^^"),
        ("sum_{i=1}^n(x_i)", "write sum_i(..., 1, n), or sum_i(...)", "^^^^^^^^^"),
        ("sum_{i=1}(x_i)", "or sum_i(..., 1, n) with a range", "^^^^^^^^^"),
        (r"\frac{1}{2}*x", r"`\frac` is LaTeX, which is not read here", "^^^^^"),
        (r"2*\|x", r"`\|` is LaTeX", "  ^^"),
        (r"A\x", "to solve A*x = y write inv(A)*y", " ^"),
        ("hankel1(x)", "docs/expressions.md lists them all", "^^^^^^^"),
    ],
)
def test_what_people_write_elsewhere_gets_the_line_to_write(text, message, marks):
    with pytest.raises(ReadError) as caught:
        parse(text, "x: n, A: n x n, lam: scalar")
    assert message in str(caught.value)
    assert str(caught.value).splitlines()[-1][2:] == marks
