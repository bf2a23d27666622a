"""Pages: each trace in each format, against files that were read before they were kept."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from latex_checker import faults
from writing_samples import CHECKED, TRACES, X, f, lam, ridge, w, y

import derive as dv
from derive.errors import ArgumentError
from derive.language.expression import elementwise_power, number, symbol
from derive.language.functions import array, differential, elementwise, nabla, total
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.steps import Step, Trace
from derive.writing.html_page import html_page
from derive.writing.latex_page import latex_page
from derive.writing.lines import page_lines
from derive.writing.markdown_page import markdown_page
from derive.writing.notebook_file import notebook_file
from derive.writing.tex_file import tex_file
from derive.writing.text_page import text_page

SOURCE = "import numpy as np\n\n\ndef f(X, w, y, lam):\n    return X.T @ (X @ w - y) + lam * w\n"


@pytest.mark.parametrize("name", TRACES)
def test_the_text_page(name, golden):
    golden(f"writing/{name}.txt", text_page(TRACES[name], CHECKED))


@pytest.mark.parametrize("name", TRACES)
def test_the_ascii_page(name, golden):
    page = text_page(TRACES[name], CHECKED, unicode=False, width=80)
    assert page.isascii()
    golden(f"writing/{name}.ascii.txt", page)


@pytest.mark.parametrize("name", TRACES)
def test_the_latex_page(name, golden):
    golden(f"writing/{name}.tex", latex_page(TRACES[name]))


def test_the_markdown_page(golden):
    golden("writing/ridge.md", markdown_page(TRACES["ridge"], CHECKED, SOURCE))
    golden("writing/dual.md", markdown_page(TRACES["dual"], CHECKED))


def test_the_other_files(golden):
    golden("writing/gaussian.html", html_page(TRACES["gaussian"], CHECKED))
    golden("writing/ridge.document.tex", tex_file(TRACES["ridge"], CHECKED, SOURCE))
    golden("writing/ridge.ipynb", notebook_file(TRACES["ridge"], CHECKED, SOURCE))


# --- detail -----------------------------------------------------------------------------


def test_the_result_alone_is_one_line():
    assert text_page(TRACES["ridge"], detail="result") == "∇f = Xᵀ(Xw − y) + λw"
    assert latex_page(TRACES["ridge"], detail="result") == (
        r"\nabla_{\mathbf{w}} f = \mathbf{X}^\top(\mathbf{X}\mathbf{w} - \mathbf{y})"
        r" + \lambda\mathbf{w}"
    )


def test_a_short_page_leaves_out_the_routine_lines():
    page = text_page(TRACES["ridge"], detail="short")
    assert "linearity" not in page
    assert "df = (Xw − y)ᵀ X dw + λ wᵀ dw" in page


def test_an_unknown_detail_is_refused():
    with pytest.raises(ArgumentError, match="no detail 'some'"):
        page_lines(TRACES["ridge"], "some")


def test_results_that_no_step_states_get_lines_of_their_own():
    page = text_page(TRACES["eigen"])
    assert "values = (a + b, a − b)ᵀ" in page


def test_a_result_free_of_names_is_not_printed_a_second_time():
    r = symbol("r", y.shape)
    F = total(elementwise_power(r, number(2)))
    gradient = 2 * (X.T @ r)
    trace = Trace(
        Words("gradient of {0} in {1}", (f, w)),
        ((f, total(elementwise_power(X @ w - y, number(2)))), (r, X @ w - y)),
        (Step(nabla(f, w), gradient, "read off"),),
        (("gradient_w", 2 * (X.T @ (X @ w - y))),),
        (),
        (X, w, y),
    )
    page = text_page(trace)
    assert F.symbols == {r}
    assert "with r = Xw − y" in page
    assert page.count("=") == 3
    assert text_page(trace, detail="result") == "∇f = 2Xᵀ(Xw − y)"


def test_a_result_free_of_names_stands_behind_its_own_name():
    S, q = symbol("S", (w.shape[0],) * 2), symbol("q", w.shape)
    found = q @ q.T + (q @ q.T).T
    trace = Trace(
        Words("gradient of {0} in {1}", (f, S)),
        ((f, total(w)), (q, X.T @ y)),
        (Step(nabla(f, S), found, "read off"), Step(found, 2 * (q @ q.T), "facts")),
        (("gradient_S", 2 * (X.T @ y @ (X.T @ y).T)),),
        (),
        (X, y),
    )
    assert text_page(trace, detail="result").startswith("∇f = 2Xᵀ")


# --- what must not get lost -------------------------------------------------------------


def test_conditions_of_the_answer_and_of_every_step_are_printed_once():
    needs = Relation(lam, ">", number(0))
    step = Step(differential(f), differential(ridge), "linearity", conditions=(needs,))
    trace = Trace(Words("d of {0}", (f,)), (), (step,), (), (needs,), ())
    for page in (text_page(trace), latex_page(trace), html_page(trace)):
        assert len(re.findall(r"(λ|\\lambda) (>|&gt;) 0", page)) == (2 if "<html" in page else 1)


def test_a_function_written_as_one_letter_is_explained():
    z = elementwise("sigmoid", symbol("z"))
    trace = Trace(Words("{0}", (z,)), (), (Step(None, z, "given"),), (), (), ())
    assert "where σ(t) = 1/(1 + exp(−t))" in text_page(trace)
    assert r"\sigma(t) = \frac{1}{1 + \exp(-t)}" in latex_page(trace)


def test_rule_and_note_share_the_place_of_the_reason():
    trace = Trace(Words("q"), (), (Step(w, X.T @ y, Words("by {0}", (X,)), "note"),), (), (), ())
    assert text_page(trace).endswith("w = Xᵀy    by X; note")


# --- layout -----------------------------------------------------------------------------


@pytest.mark.parametrize("width", [50, 60, 72, 80, 100, 140])
@pytest.mark.parametrize("name", TRACES)
def test_no_line_is_wider_than_the_terminal(name, width):
    for line in text_page(TRACES[name], CHECKED, width=width).splitlines():
        assert len(line) <= width, line


def test_a_broken_line_keeps_every_sign():
    wide = text_page(TRACES["dual"], width=300)
    narrow = text_page(TRACES["dual"], width=50)
    assert sorted(wide.replace(" ", "").replace("\n", "")) == sorted(
        narrow.replace(" ", "").replace("\n", "")
    )


def test_a_long_sum_is_split_in_latex():
    terms = [symbol(f"x{k}") * symbol(f"coefficient{k}") for k in range(12)]
    total_node = terms[0]
    for term in terms[1:]:
        total_node = total_node - term
    trace = Trace(Words("q"), (), (Step(f, total_node, "sum"),), (), (), ())
    page = latex_page(trace)
    assert page.count(r"&\qquad -") >= 2
    assert faults(page) == []


def test_a_matrix_too_wide_for_a_table_has_one_entry_a_line():
    entry = symbol("averyverylongname") ** 2
    matrix = array([[entry, entry], [entry, -entry]])
    trace = Trace(Words("q"), (), (Step(f, matrix, "given"),), (), (), ())
    assert text_page(trace, width=42).splitlines()[2:] == [
        "  f = [ averyverylongname²,    given",
        "        averyverylongname²;",
        "        averyverylongname²,",
        "        −averyverylongname² ]",
    ]


# --- formats ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRACES)
def test_html_is_escaped_balanced_and_fetches_nothing(name):
    page = html_page(TRACES[name], "a < b & c", "x = '<script>'")
    assert "<script" not in page
    assert "a &lt; b &amp; c" in page
    assert "http" not in page

    class Balance(HTMLParser):
        stack: list[str]

        def handle_starttag(self, tag, attrs):
            if tag != "meta":
                self.stack.append(tag)

        def handle_endtag(self, tag):
            assert self.stack.pop() == tag

    parser = Balance()
    parser.stack = []
    parser.feed(page)
    assert parser.stack == []


def test_dollar_blocks_stand_alone_on_their_lines():
    page = markdown_page(TRACES["ridge"], CHECKED, SOURCE)
    assert [line for line in page.splitlines() if "$$" in line] == ["$$", "$$"]
    assert "```python\nimport numpy" in page


@pytest.mark.parametrize("name", TRACES)
def test_a_tex_file_is_a_whole_ascii_document(name):
    document = tex_file(TRACES[name], "50 % & more", "s = 'é'")
    assert document.isascii()
    assert document.startswith(r"\documentclass")
    assert document.rstrip().endswith(r"\end{document}")
    assert set(re.findall(r"\\usepackage(?:\[.*?\])?\{(.*?)\}", document)) == {
        "geometry",
        "amsmath,amssymb",
    }
    for formula in re.findall(r"\\\[\n(.*?)\n\\\]", document, re.DOTALL):
        assert faults(formula) == []


def test_a_notebook_is_json_with_notes_and_code():
    notebook = json.loads(notebook_file(TRACES["ridge"], CHECKED, SOURCE))
    assert notebook["nbformat"] == 4
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code"]
    assert "".join(notebook["cells"][1]["source"]) == SOURCE.strip()


def test_words_of_a_user_cannot_break_out_of_a_format():
    evil = Words("a_b $x$ \\end{aligned} <b> | # *c* `d`")
    trace = Trace(evil, (), (Step(None, evil, "50 %"),), (), (evil,), (), (evil,))
    assert faults(latex_page(trace)) == []
    assert "<b>" not in html_page(trace)
    assert re.search(r"(?<!\\)[*`#$]", markdown_page(trace).partition("$$")[0][2:]) is None


def test_the_document_of_an_indicator_has_a_font_with_that_digit():
    x = symbol("x", (Size.named("n"), 1))
    slope = elementwise("step", x)
    step = Step(None, slope, "d relu")
    question = Words("{0}", (slope,))
    document = tex_file(Trace(question, (), (step,), (("slope", slope),), (), (x,)))
    assert r"\usepackage{dsfont}" in document
    assert r"\mathds{1}[\mathbf{x} > 0]" in document
    assert r"\mathbb{1}" not in document


def test_a_unit_vector_that_is_shown_is_explained_and_a_row_is_not():
    pairs = "sum_{i,j}(A[i,j]*exp(-norm2(x_i - x_j)^2))"
    shown = dv.gradient(pairs, "x", shapes="x: n x d, A: n x n")
    for page in (shown.text(), shown.text(detail="result"), shown.latex(), shown.markdown()):
        assert page.count("column ") == page.count("of the identity") == 1
    assert "where eᵢ is column i of the identity" in shown.text()
    rows = dv.gradient("sum_i(exp(x_i'*w))", "w", shapes="x: n x d, w: d")
    assert "identity" not in rows.text()
