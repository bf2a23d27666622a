"""Conditions between numbers: true ones are not printed, false ones are errors."""

from __future__ import annotations

import pytest

import derive as dv
from derive.engine.number_conditions import without_plain_numbers
from derive.language.expression import constant, number, symbol
from derive.language.relations import Relation, Words
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
