"""Conditions between numbers: true ones are not printed, false ones are errors."""

from __future__ import annotations

import pytest

import derive as dv
from derive.engine.decisions import decided
from derive.engine.number_conditions import without_plain_numbers
from derive.language.expression import constant, number, size_node, symbol
from derive.language.facts import close_facts
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.steps import Trace


def _trace(*conditions):
    x = symbol("x")
    return Trace(Words("{0}", (x,)), (), (), (("y", x),), conditions, (x,))


def test_a_true_statement_about_numbers_is_dropped():
    zero, pi, x = number(0), constant("pi"), symbol("x")
    kept = without_plain_numbers(
        _trace(Relation(zero, "<", number(1)), Relation(x, ">", zero), Relation(pi, "!=", zero))
    )
    assert kept.conditions == (Relation(x, ">", zero),)


def test_a_false_one_is_an_error():
    with pytest.raises(dv.NeverHoldsError, match="which never holds"):
        without_plain_numbers(_trace(Relation(constant("pi"), "<", number(3))))


def test_what_a_length_must_be_is_kept_unless_every_length_is():
    n, zero = size_node(Size.named("n")), number(0)
    open_conditions = (Relation(n, ">=", number(2)), Relation(n, ">", number(1)))
    kept = without_plain_numbers(_trace(*open_conditions, Relation(n, ">", zero)))
    assert kept.conditions == open_conditions


@pytest.mark.parametrize(
    ("sign", "right", "answer"),
    [(">", 0, True), (">", -5, True), (">", 5, None), (">=", 3, None), ("!=", 3, None)],
)
def test_a_declared_sign_decides_what_it_says_and_no_more(sign, right, answer):
    x = symbol("x", facts=close_facts(("positive",), "x", (1, 1)))
    assert decided(Relation(x, sign, number(right))) is answer
