"""A text such as ``Normal(mu, sigma=2)``: the name, and arguments by position and keyword."""

from __future__ import annotations

import pytest

from derive.errors import NameUnknownError, ReadError
from derive.language.expression import number, symbol
from derive.reading import read_call

mu, s = symbol("mu"), symbol("s")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Normal(mu, s)", ("Normal", [mu, s], {})),
        ("Normal( mu , s^2/2 )", ("Normal", [mu, s**2 / 2], {})),
        ("Gamma(mu, theta=2)", ("Gamma", [mu], {"theta": number(2)})),
        ("Gamma(theta=(s), k=1/2)", ("Gamma", [], {"theta": s, "k": number(1) / 2})),
        ("Cauchy()", ("Cauchy", [], {})),
        ("Normal(dot([1, 2], [3, 4]), s)", ("Normal", None, {})),
        ("N(μ, s)", ("N", [mu, s], {})),
    ],
)
def test_a_call_is_its_name_and_its_arguments(text, wanted):
    name, positional, keywords = read_call(text, undeclared="scalar")
    assert (name, keywords) == (wanted[0], wanted[2])
    if wanted[1] is None:
        assert len(positional) == 2
    else:
        assert positional == wanted[1]


def test_keywords_keep_their_order():
    assert list(read_call("F(b=1, a=2)")[2]) == ["b", "a"]


def test_names_inside_are_declared_unless_said_otherwise():
    assert read_call("Normal(mu, 1)", "mu: scalar")[1] == [mu, number(1)]
    with pytest.raises(NameUnknownError, match="`mu` is not declared"):
        read_call("Normal(mu, 1)")


@pytest.mark.parametrize(
    ("text", "message", "marks"),
    [
        ("Normal", "a call is expected", "^^^^^^"),
        ("2(s)", "a call is expected", "^^^^"),
        ("(mu, s)", "a call is expected", "^^^^^^^"),
        ("Normal(mu, s", "`(` is never closed", "      ^"),
        ("Normal(mu,", "`(` is never closed", "      ^"),
        ("Normal(mu) + 1", "the call ends before `+`", "           ^^^"),
        ("Normal(mu))", "the call ends before `)`", "          ^"),
        ("Normal(mu,)", "an argument is missing", "         ^^"),
        ("Normal(, s)", "an argument is missing", "      ^^"),
        ("Normal(mu=)", "an argument is missing", "         ^^"),
        ("Normal(mu=1, mu=2)", "`mu` is given twice", "             ^^"),
        ("Normal(mu=1, s)", "an argument by position follows one by keyword", "             ^"),
        ("Normal(mu==1)", "`=` is a relation", "         ^^"),
        ("Normal((mu, s))", "`,` separates nothing here", "          ^"),
        ("Normal(mu s)", "no sign stands between `mu` and `s`", "       ^^^^"),
        ("Normal(f(mu))", "`f` is not a function", "       ^"),
    ],
)
def test_a_mistake_has_its_error_and_its_place(text, message, marks):
    with pytest.raises(ReadError) as caught:
        read_call(text, undeclared="scalar")
    assert message in str(caught.value)
    assert str(caught.value).endswith(f"\n  {text}\n  {marks}"), str(caught.value)


def test_an_empty_text_is_no_call():
    with pytest.raises(ReadError, match="a call is expected"):
        read_call("")
