"""Every operator and every function has a form in every notation."""

from __future__ import annotations

import pytest
from writing_samples import BY_FUNCTION, BY_OPERATOR, TRACES, WRITTEN, X, a

from derive.errors import NoRuleError
from derive.language.combined import COMBINED
from derive.language.expression import add, make, number, symbol, transpose
from derive.language.functions import elementwise
from derive.language.operators import ELEMENTWISE, MATRIX_FUNCTIONS, OPERATORS
from derive.writing.forms import FORMS
from derive.writing.functions import SPELLINGS
from derive.writing.latex import latex
from derive.writing.latex_style import STYLES
from derive.writing.lines import page_lines
from derive.writing.plain import PLAIN_FORMS, plain
from derive.writing.text import text

NOTATIONS = {
    "unicode": text,
    "ascii": lambda node: text(node, unicode=False),
    "plain": plain,
    **{f"latex {style}": lambda node, style=style: latex(node, style) for style in STYLES},
}


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_written_in_every_notation(operator, notation):
    node = BY_OPERATOR[operator]
    assert node.op == operator
    written = NOTATIONS[notation](node)
    assert written.strip() == written
    assert written


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("function", ELEMENTWISE)
def test_every_function_is_written_in_every_notation(function, notation):
    assert "t" in NOTATIONS[notation](BY_FUNCTION[function])


def test_the_tables_have_the_rows_they_need_and_no_others():
    assert set(FORMS) == set(OPERATORS)
    assert set(PLAIN_FORMS) == set(OPERATORS)
    functions = {*ELEMENTWISE, *COMBINED, *MATRIX_FUNCTIONS}
    assert {*ELEMENTWISE, *COMBINED} <= set(SPELLINGS) <= functions | {*OPERATORS, "gamma"}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_an_unknown_operator_is_refused_by_name(notation):
    unknown = make("curl", (X,), X.shape)
    with pytest.raises(NoRuleError, match="`curl`"):
        NOTATIONS[notation](add(X, unknown))


@pytest.mark.parametrize("notation", NOTATIONS)
def test_an_unknown_function_is_refused_by_name(notation):
    unknown = make("map", (X,), X.shape, "besselk")
    with pytest.raises(NoRuleError, match="`besselk`"):
        NOTATIONS[notation](unknown)


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_very_deep_tree_is_written(notation):
    node = a
    for _ in range(3000):
        node = elementwise("sin", node)
    assert NOTATIONS[notation](node).count("sin") == 3000


@pytest.mark.parametrize("notation", NOTATIONS)
def test_no_two_signs_meet(notation):
    nodes = [row[0] for row in WRITTEN]
    nodes += [line.right for t in TRACES.values() for line in page_lines(t)]
    for node in nodes:
        if hasattr(node, "op"):
            written = NOTATIONS[notation](node)
            for pair in ("--", "+-", "- -", "+ -", "−−", "+ −", "− −"):
                assert pair not in written


def test_a_product_with_a_negative_sum_keeps_its_sign():
    b, c = symbol("b"), symbol("c")
    node = make("mul", (number(-1), add(b, c)), (1, 1))
    assert text(add(a, node)) == "a − (b + c)"
    assert text(node) == "−(b + c)"
    assert latex(node) == "-(b + c)"


def test_a_function_does_not_borrow_a_letter_in_use():
    sigma = symbol("sigma")
    node = sigma * elementwise("sigmoid", a)
    assert text(node) == "σ sigmoid(a)"
    assert latex(node) == r"\sigma\operatorname{sigmoid}(a)"
    assert text(elementwise("sigmoid", a)) == "σ(a)"


def test_a_transposed_array_is_written_transposed():
    row = make("array", (a, symbol("b")), (1, 2))
    assert text(transpose(row)) == "(a, b)ᵀ"
