"""Nodes in messages: readable, short, and quick whatever the tree."""

from __future__ import annotations

import time

import pytest

import derive as dv
from derive.language.expression import add, multiply, number, symbol
from derive.language.functions import elementwise
from derive.language.relations import Words
from derive.language.shown import LONGEST
from derive.reading import parse

SHAPES = "A: n x n, X: n x d, y: n, w: d, a: n, b: n, x: n, S: n x n spd, s: scalar, t: scalar"
TEXTS = [
    *("log(s)", "s*s", "X'*y", "inv(S)", "det(A'*A)", "x.^2", "a.*b", "-x + y", "a./b"),
    *("X'*(X*w - y)", "s/(s + t)", "(s + t)^2", "sqrt(s)", "-1/2*s", "(a + b)'*A", "1/s"),
    *("tr(A)", "norm2(x)^2", "sum(x)", "ones(n)", "eye(n)", "[[s, t], [t, 1]]", "s^(-2)"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_node_is_shown_as_it_is_typed(text):
    node = parse(text, SHAPES)
    assert repr(node) == text
    assert parse(repr(node), SHAPES) is node


def test_a_deep_tree_is_cut_and_quick():
    part = symbol("s")
    for _ in range(3000):
        part = elementwise("tanh", multiply(part, add(part, number(1))))
    wide = add(*(part * symbol(f"a{k}") for k in range(3000)))
    start = time.process_time()
    shown = repr(wide)
    assert time.process_time() - start < 0.05
    assert len(shown) <= LONGEST
    assert "…" in shown


def test_a_long_number_is_counted_and_not_written():
    assert repr(number(10**5000) * symbol("s")) == "<number of 5001 digits>*s"
    assert repr(number(-(10**5000)) * symbol("s")) == "-<number of 5001 digits>*s"


def test_words_are_read_as_a_sentence():
    words = Words("{0} is larger", (symbol("s") * 2,))
    assert str(words) == "2*s is larger"
    assert repr(words) == "2*s is larger"


def test_a_law_in_a_message_is_readable():
    with pytest.raises(dv.NoClosedFormError, match=r"Poisson\(exp\(x\)\)"):
        dv.entropy("Poisson(exp(x))")
