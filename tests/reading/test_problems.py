"""Problems in plain text: objective, variables, constraints, in the order of the author."""

from __future__ import annotations

import pytest

from derive.errors import AmbiguousError, NameUnknownError, ReadError, ShapeError
from derive.language import functions as fn
from derive.language.expression import number, ones, zero
from derive.language.problems import Problem
from derive.language.relations import Relation
from derive.language.sizes import Size
from derive.reading import parse_problem, read_shapes

SHAPES = "X: n x d, w: d, y: n, A: m x d, b: m, xi: n, t: scalar, c: positive, P: d x d"
X, w, y, A, b, xi, t, c, P = read_shapes(SHAPES).values()
n, d = Size.named("n"), Size.named("d")
LOSS = fn.norm2(X @ w - y) ** 2 / 2


GOOD = [
    ("minimize norm2(X*w - y)^2/2 over w", Problem("minimize", LOSS, (w,), ())),
    ("minimise norm2(X*w - y)^2/2 over w", Problem("minimize", LOSS, (w,), ())),
    ("min w'*w over w s.t. A*w = b",
     Problem("minimize", w.T @ w, (w,), (Relation(A @ w, "=", b),))),
    ("min w'*w over w subject to A*w == b",
     Problem("minimize", w.T @ w, (w,), (Relation(A @ w, "=", b),))),
    ("maximize t over t, w subject to t <= c, w >= 0",
     Problem("maximize", t, (t, w),
             (Relation(t, "<=", c), Relation(w, ">=", zero((d, 1)))))),
    ("minimize w'*w/2 + c*sum(xi)\n over w, xi\n subject to y.*(X*w) >= ones(n) - xi,\n 0 <= xi",
     Problem("minimize", w.T @ w / 2 + c * fn.total(xi), (w, xi),
             (Relation(fn.hadamard(y, X @ w), ">=", ones(n) - xi),
              Relation(zero((n, 1)), "<=", xi)))),
    ("max sum(w) over w s.t. w ≤ 2, hadamard(w, w) ≤ t*ones(d)",
     Problem("maximize", fn.total(w), (w,),
             (Relation(w, "<=", 2 * ones(d)),
              Relation(fn.hadamard(w, w), "<=", t * ones(d))))),
    ("min tr(P) over P s.t. P == 0",
     Problem("minimize", fn.trace(P), (P,), (Relation(P, "=", zero((d, d))),))),
    ("max(t) over t s.t. t <= 1",
     Problem("maximize", t, (t,), (Relation(t, "<=", number(1)),))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), GOOD, ids=[text for text, _ in GOOD])
def test_a_problem_is_read_as_it_is_stated(text, wanted):
    assert parse_problem(text, SHAPES) == wanted


BAD = [
    ("norm2(w) over w", ReadError, "a problem starts with minimize or maximize", "^^^^^"),
    ("min norm2(w)", ReadError, "nothing says `over`", "           ^"),
    ("min norm2(w over w", ReadError, "`(` is never closed", "         ^"),
    ("min over w", ReadError, "the objective is missing", "^^^"),
    ("min w over w", ShapeError, "the objective must be a scalar, got shape d", "    ^"),
    ("min t over", ReadError, "a variable is a declared name", "      ^^^^"),
    ("min t over v", NameUnknownError, "`v` is not a declared symbol", "           ^"),
    ("min t over T", NameUnknownError, "did you mean t?", "           ^"),
    ("min t over n", NameUnknownError, "`n` is not a declared symbol", "           ^"),
    ("min t over t,", ReadError, "a variable is a declared name", "            ^"),
    ("min t over t, t", ReadError, "the variable `t` is given twice", "              ^"),
    ("min t over 2*t", ReadError, "commas separate them", "           ^"),
    ("min t over t, b", ReadError, "occurs neither in the objective nor", "              ^"),
    ("min t over t over w", ReadError, "`over` is given twice", "             ^^^^"),
    ("min t s.t. w = 0 over t", ReadError, "the variables come before", "                 ^^^^"),
    ("min t over t subject to", ReadError, "a constraint is missing", "                     ^^"),
    ("min t over t subject t >= 0", ReadError, "is not followed by `to`", "             ^^^^^^^"),
    ("min t over t s.t. t >= 0,", ReadError, "a constraint is missing", " " * 24 + "^"),
    ("min t over t s.t. t", ReadError, "needs one of <= >= ==", "                  ^"),
    ("min t over t s.t. (t >= 0)", ReadError, "out of the brackets", " " * 18 + "^" * 8),
    ("min t over t s.t. 0 <= t <= 1", ReadError, "write 0 <= t, t <= 1", " " * 20 + "^" * 7),
    ("min t over t s.t. t < 1", ReadError, "`<` cannot be a constraint", " " * 20 + "^"),
    ("min t over t s.t. t != 1", ReadError, "`!=` cannot be a constraint", " " * 20 + "^^"),
    ("min t over t s.t. t >=", ReadError, "one side of `>=` is missing", " " * 20 + "^^"),
    ("min t over t s.t. <= t", ReadError, "one side of `<=` is missing", " " * 18 + "^^"),
    ("min t over t s.t. t - >= 1", ReadError, "the text ends after `-`", " " * 20 + "^"),
    ("min t + over t", ReadError, "the text ends after `+`", "      ^"),
    ("min t over t, w s.t. A*w == y", ShapeError, "have shapes m and n", " " * 25 + "^^"),
    ("min tr(P) over P s.t. P >= 0", AmbiguousError, "declare the matrix psd", " " * 22 + "^" * 6),
    ("min q over t", NameUnknownError, "`q` is not declared", "    ^"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "error", "message", "marks"), BAD, ids=[row[0] for row in BAD])
def test_a_mistake_has_its_error_and_its_place(text, error, message, marks):
    with pytest.raises(error) as caught:
        parse_problem(text, SHAPES)
    assert isinstance(caught.value, ReadError)
    assert message in str(caught.value)
    assert str(caught.value).endswith(f"\n  {text}\n  {marks}"), str(caught.value)


def test_an_empty_text_is_no_problem():
    with pytest.raises(ReadError, match="a problem starts with minimize or maximize"):
        parse_problem("", SHAPES)
