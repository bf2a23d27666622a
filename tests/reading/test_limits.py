"""Every limit has its error; any text within the limits is read at once."""

from __future__ import annotations

import contextlib
import gc
import sys
import time

import pytest

from derive.errors import DeriveError, LimitError
from derive.reading import parse, parse_problem, read_call, read_matrix
from derive.reading.limits import LIMITS, Limits
from derive.reading.tokens import tokenize

SHAPES = "X: n x d, w: d, A: n x n, x: n, y: n, a: positive"
SECONDS = 0.1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" " * 10_001, "the text is too long: 10001 characters, and the limit is 10000"),
        ("(" * 201 + "a" + ")" * 201, "nested too deep: depth 201, and the limit is 200"),
        ("exp(" * 201 + "a" + ")" * 201, "nested too deep: depth 201, and the limit is 200"),
        ("[" * 201, "nested too deep: depth 201, and the limit is 200"),
        ("^".join("a" * 300), "nested too deep: depth 201, and the limit is 200"),
        ("A" + "² " * 300, "nested too deep: depth 201, and the limit is 200"),
        ("A*A" + ".*A*A" * 300, "nested too deep: depth 201, and the limit is 200"),
        ("1" * 1001, "the number is too long: 1001 digits, and the limit is 1000"),
        ("0." + "1" * 1000, "the number is too long: 1001 digits, and the limit is 1000"),
        ("1e99999999999", "times 10^99999999999, and the limit is 1000"),
        ("1e-1000", "times 10^-1000, and the limit is 1000"),
        ("a" + "²" * 1001, "the number is too long: 1001 digits, and the limit is 1000"),
        ("a" * 65, "the name is too long: 65 letters, and the limit is 64"),
        ("a^10001", "the exponent is too large: `10001`, and the limit is 10000"),
        ("A^-10001", "the exponent is too large: `-10001`, and the limit is 10000"),
        ("x.^20000", "the exponent is too large: `20000`, and the limit is 10000"),
        ("9^9^9", "the exponent is too large: `9^9`, and the limit is 10000"),
        ("((a^100)^100)^2", "the exponent is too large: `2`, and the limit is 10000"),
        ("*".join(["7^4000"] * 9), "the numbers are too large together"),
        ("+".join(f"1/7^{k}" for k in range(3000, 3009)), "the numbers are too large together"),
    ],
    ids=lambda text: text[:20],
)
def test_a_limit_names_itself_and_its_value(text, message):
    with pytest.raises(LimitError) as caught:
        parse(text, SHAPES)
    assert message in str(caught.value)
    assert "^" in str(caught.value).splitlines()[-1]


def test_tokens_are_counted():
    assert len(tokenize("a" + "'" * 9_999)) == LIMITS.tokens
    assert len(tokenize("a + a", Limits(tokens=3))) == 3
    with pytest.raises(LimitError, match="too many tokens: more, and the limit is 3"):
        tokenize("a + a + a", Limits(tokens=3))


def test_a_power_of_powers_is_refused_before_it_is_evaluated():
    with pytest.raises(LimitError, match="the exponent is too large"):
        parse("9^9^9^9^9")
    assert is_soon(parse, "9^9^9^9^9")


DEEP = {
    "brackets": "(" * 200 + "a" + ")" * 200,
    "calls": "exp(" * 200 + "a" + ")" * 200,
    "sums in brackets": "(a + " * 200 + "a" + ")" * 200,
    "all in one": "(1 + 2*sin(" * 100 + "a" + ")^2)" * 100,
    "transposes": "(2*X + " * 100 + "X" + ")''" * 100,
    "powers": "^".join(["a"] * 200),
}
LONG = {
    "sum": "+".join(["a"] * 5_000),
    "sum of vectors": "-".join(["x"] * 5_000),
    "product": "*".join(["a"] * 5_000),
    "chain": "*".join(["A"] * 5_000),
    "quotients": "/".join(["a"] * 5_000),
    "quotients of numbers": "1" + "/3" * 4_999,
    "inner products": "*".join(["x'*y"] * 2_000),
    "outer products": "*".join(["x*y'"] * 1_600),
    "elementwise": "./".join(["x"] * 3_000),
    "minus": "-" * 9_999 + "a",
    "primes": "X" + "'" * 9_999,
    "fractions": "+".join(f"1/{k}" for k in range(1, 1_500)),
    "large powers": "+".join(f"{k}^9999*a" for k in range(2, 700)),
    "arguments": "hadamard(" + ",".join(["x"] * 4_900) + ")",
    "entries": "[" + ",".join(["1"] * 4_900) + "]",
    "quadratic forms": "+".join(["x'*A*x"] * 1_400),
}
HOSTILE = {
    "power tower": "^".join(["2"] * 5_000),
    "open brackets": "(" * 10_000,
    "open calls": "f(" * 5_000,
    "bars": "|" * 10_000,
    "points": "." * 10_000,
    "digits": "9" * 10_000,
    "raised digits": "a" + "²" * 9_999,
    "names": "a " * 5_000,
    "unknown names": "+".join(f"q{k}" for k in range(1_500)),
    "signs": "+-" * 5_000,
    "commas": "," * 10_000,
    "powers of powers": "(" * 199 + "a" + ")^2" * 199,
    "powers side by side": "a.^2" * 2_500,
}


def is_soon(run, *arguments):
    """Whether one of thirty runs is fast enough: other work on the machine only adds to a run."""
    gc.collect()
    gc.disable()  # what other tests have left is not walked through in this one
    try:
        for _ in range(30):
            start = time.process_time()
            with contextlib.suppress(DeriveError):
                run(*arguments)
            if time.process_time() - start < SECONDS:
                return True
    finally:
        gc.enable()
    return False


@pytest.mark.parametrize("name", [*DEEP, *LONG])
def test_a_large_text_within_the_limits_is_read_at_once(name):
    text = {**DEEP, **LONG}[name]
    assert len(text) <= LIMITS.characters
    parse(text, SHAPES)
    assert is_soon(parse, text, SHAPES)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_large_text_that_is_wrong_is_refused_at_once(name):
    with pytest.raises(DeriveError):
        parse(HOSTILE[name], SHAPES)
    assert is_soon(parse, HOSTILE[name], SHAPES)


@pytest.mark.parametrize("run", [parse_problem, read_call, read_matrix])
@pytest.mark.parametrize("name", HOSTILE)
def test_the_other_readers_refuse_it_as_well(run, name):
    with pytest.raises(DeriveError):
        run(HOSTILE[name], SHAPES)
    assert is_soon(run, HOSTILE[name], SHAPES)


@pytest.mark.parametrize("name", [*DEEP, *LONG])
def test_the_stack_of_python_does_not_grow_with_the_text(name):
    frames, frame = 0, sys._getframe()
    while frame is not None:
        frames, frame = frames + 1, frame.f_back
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 40)
    try:
        parse({**DEEP, **LONG}[name], SHAPES)
    finally:
        sys.setrecursionlimit(usual)
