"""Indices of sums have letters that mean nothing else on a page."""

from __future__ import annotations

import pytest

import derive as dv
from derive.language.functions import postorder
from derive.language.sizes import size_names

POWER = "X: n x n, k: positive integer"

SQUARES = ", ".join(f"{letter}: n x n" for letter in "ijlmpqrstuvw")

QUESTIONS = {
    "vectors": (dv.gradient, "i'*X^k*j", f"i: n, j: n, {POWER}"),
    "size": (dv.gradient, "tr(A*X^k)", "A: i x i, X: i x i, k: positive integer"),
    "exponent": (dv.hessian, "a'*(i*X)^k*b", f"a: n, b: n, i: scalar, {POWER}"),
    "name": (dv.jacobian, "A*X^i*B", "A: n x n, B: n x n, X: n x n, i: positive integer"),
    "all": (dv.gradient, f"tr({'*'.join(['X^k', *'ijlmpqrstuvw'])})", f"{SQUARES}, {POWER}"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_index_is_called_as_a_symbol_or_a_size(name):
    ask, function, shapes = QUESTIONS[name]
    found = ask(function, "X", shapes=shapes)
    assert found.certificate.verdict == "verified"
    parts = postorder(found.expression, *(step.after for step in found.steps))
    indices = {part.name for part in parts if part.op == "index"}
    names = {part.name for part in parts if part.op == "symbol"}
    names |= {size for part in parts for size in size_names(part.shape)}
    assert indices
    assert not indices & names


def test_an_answer_with_such_names_reads_back():
    shapes = f"i: n, j: n, {POWER}"
    found = dv.gradient("i'*X^k*j", "X", shapes=shapes)
    text = repr(found).partition("    #")[0]
    assert dv.equal(text, found.result, shapes=shapes)


def test_sums_whose_bounds_depend_on_other_sums_have_values_everywhere():
    found = dv.hessian("a'*X^k*b", "X", shapes=f"a: n, b: n, {POWER}")
    assert dv.equal(found.result, found.result)
