"""The one object: what it says, writes, compiles and refuses."""

from __future__ import annotations

import copy
import io
import json
import pickle
from dataclasses import FrozenInstanceError, dataclass, replace

import numpy as np
import pytest

import derive as dv
from derive.check.claim import Finding, Plan
from derive.check.gradients import GradientOf
from derive.derivation import Derivation
from derive.engine.gradient import gradient_trace
from derive.errors import ArgumentError, NoRuleError, RefutedError
from derive.language.expression import Node, number
from derive.language.relations import Words
from derive.language.sympy_in import from_sympy

n, d = dv.dims("n d")
X, w, y = dv.matrix("X", n, d), dv.vector("w", d), dv.vector("y", n)
lam = dv.scalar("lam", positive=True)
ridge = dv.norm(X * w - y) ** 2 / 2 + lam * dv.norm(w) ** 2 / 2


def derived(function=ridge, variable=w, factor=1):
    """A gradient, made wrong on purpose by a factor other than 1."""
    node, symbol = from_sympy(function), from_sympy(variable)
    trace = gradient_trace(node, (symbol,))
    ((name, result),) = trace.results
    trace = replace(trace, results=((name, number(factor) * result),))
    return Derivation(trace, (GradientOf(node, symbol, trace.results[0][1]),))


def test_it_holds_question_steps_result_and_certificate():
    g = derived()
    assert g.question == "gradient of f = 1/2*norm2(X*w - y)^2 + 1/2*lam*norm2(w)^2 in w"
    assert [step.rule for step in g.steps][:2] == ["linearity", "squared norm"]
    assert g.result == X.T * (X * w - y) + lam * w
    assert isinstance(g.expression, Node)
    assert g.certificate.verdict == "verified"


def test_the_text_ends_with_the_certificate_and_repr_can_be_typed_again():
    g = derived()
    assert str(g) == g.text()
    assert "checked: the result" in str(g)
    assert str(g).isascii() is False
    assert g.text(unicode=False).isascii()
    assert repr(g) == "X'*(X*w - y) + lam*w    # shape (d,)"
    text = repr(g).partition("#")[0]
    shapes = "X: n x d, w: d, y: n, lam: positive"
    assert from_sympy(dv.parse(text, shapes)) is g.expression


def test_repr_names_the_shape_of_every_kind_of_answer():
    assert repr(derived(ridge, lam)).endswith("# scalar")
    assert repr(derived(ridge, X)).endswith("# shape (n, d)")


def test_conditions_are_plain_text():
    S = dv.matrix("S", d, d, spd=True)
    g = dv.gradient(dv.logdet(S), S)
    assert any("S" in condition for condition in g.conditions)
    assert all(isinstance(condition, str) and condition.isascii() for condition in g.conditions)


def test_latex_has_three_levels_of_detail():
    g = derived()
    assert g.latex().startswith(r"\begin{aligned}")
    assert "aligned" not in g.latex(detail="result")
    assert len(g.latex(detail="short")) <= len(g.latex())
    with pytest.raises(ArgumentError, match="detail"):
        g.latex(detail="all")


def test_a_notebook_shows_text_latex_and_markdown():
    bundle = derived()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/latex", "text/markdown"}
    assert bundle["text/latex"].startswith(r"$$\begin{aligned}")
    assert bundle["text/latex"].endswith(r"\end{aligned}$$")


def test_as_dict_is_plain_data():
    data = json.loads(json.dumps(derived().as_dict()))
    assert set(data) == {
        "question", "definitions", "steps", "result", "conditions", "latex", "numpy",
        "certificate",
    }  # fmt: skip
    assert data["result"] == ["X'*(X*w - y) + lam*w"]
    assert data["steps"][0]["rule"] == "linearity"
    assert data["certificate"]["verdict"] == "verified"


def test_the_function_gives_the_gradient_and_with_value_both():
    g, rng = derived(), np.random.default_rng(0)
    at = {"X": rng.normal(size=(5, 3)), "w": rng.normal(size=3), "y": rng.normal(size=5)}
    r = at["X"] @ at["w"] - at["y"]
    expected = at["X"].T @ r + 0.7 * at["w"]
    np.testing.assert_allclose(g.function()(**at, lam=0.7), expected)
    value, slope = g.function(value=True)(**at, lam=0.7)
    np.testing.assert_allclose(slope, expected)
    assert value == pytest.approx((r @ r + 0.7 * at["w"] @ at["w"]) / 2)


def test_the_function_with_value_shares_work():
    source = derived().function(value=True).source
    assert source.count("X.dot(w)") == 1


def test_unknown_backends_are_refused():
    with pytest.raises(ArgumentError, match="backend"):
        derived().function(backend="abacus")


def test_a_question_about_no_function_has_no_value():
    g = derived()
    words = replace(g.trace, question=Words("something else"))
    with pytest.raises(NoRuleError, match="no function"):
        Derivation(words).function(value=True)


@pytest.mark.parametrize("suffix", [".md", ".tex", ".html", ".ipynb", ".py"])
def test_it_is_saved_by_suffix_and_never_over_another_file(tmp_path, suffix):
    path = tmp_path / f"ridge{suffix}"
    assert derived().save(path) == path
    first = path.read_text(encoding="utf-8")
    assert first
    with pytest.raises(ArgumentError):
        derived().save(path)
    derived().save(str(path), overwrite=True)
    assert path.read_text(encoding="utf-8") == first


def test_an_unknown_suffix_is_refused(tmp_path):
    with pytest.raises(ArgumentError, match=r"\.md, \.tex"):
        derived().save(tmp_path / "ridge.doc")
    assert list(tmp_path.iterdir()) == []


def test_notes_show_the_function_and_where_its_helpers_are(tmp_path):
    g = dv.gradient("logdet(S) + y'*inv(S)*y", "S", shapes="S: n x n spd, y: n")
    for suffix in (".md", ".tex", ".html", ".ipynb"):
        page = g.save(tmp_path / f"notes{suffix}").read_text(encoding="utf-8")
        assert "def f(S, y):" in page
        assert "from derive.numeric.helpers_lapack import cholesky, " in page
        assert page.count("def ") == 1
    alone = g.save(tmp_path / "f.py").read_text(encoding="utf-8")
    assert "def cholesky(" in alone
    assert "derive" not in alone
    space = {}
    exec(g.function().short_source, space)  # noqa: S102  # our own text
    at = np.eye(2), np.ones(2)
    np.testing.assert_array_equal(space["f"](*at), g.function()(*at))


def test_the_saved_function_runs_alone(tmp_path):
    path = derived().save(tmp_path / "ridge.py")
    text = path.read_text(encoding="utf-8")
    assert "derive" not in text
    assert "sympy" not in text


def test_a_refuted_result_is_never_returned():
    with pytest.raises(RefutedError, match="wrong"):
        derived(factor=-1)


def test_what_cannot_be_checked_says_so():
    g = Derivation(derived().trace)
    assert g.certificate.verdict == "unchecked"
    reason = "not checked: there was nothing to check"
    assert str(g).splitlines()[-1].strip() == reason
    assert g.text(detail="result").splitlines()[-1] == reason
    assert repr(g).splitlines()[-1] == f"# {reason}"
    for detail in ("result", "short", "full"):
        assert rf"& \text{{{reason}}}" in g.latex(detail=detail)
    bundle = g._repr_mimebundle_()
    assert all(page.count(reason) == 1 for page in bundle.values())


def test_an_answer_that_is_verified_stays_short():
    g = derived()
    for answer in (g.text(detail="result"), repr(g), g.latex(), g.latex(detail="result")):
        assert "checked" not in answer


def test_a_check_can_be_asked_for_again_with_other_points():
    g = derived()
    again = g.check(points=6, precision=30, seed=5)
    assert (again.digits, again.seed, again.verdict) == (30, 5, "verified")
    assert g.certificate.seed == Plan().seed


def test_a_check_that_refutes_raises():
    @dataclass(frozen=True)
    class Fickle:
        """Holds at seed 0 alone."""

        def describe(self):
            return "one is one"

        def examine(self, plan):
            verdict = "verified" if plan.seed == 0 else "refuted"
            return Finding("one is one", verdict, "tested at points", points=12)

        def mutants(self):
            return ()

    g = Derivation(derived().trace, (Fickle(),))
    with pytest.raises(RefutedError):
        g.check(seed=1)


def test_it_is_immutable_equal_by_content_and_not_pickled():
    g = derived()
    with pytest.raises(FrozenInstanceError):
        g.trace = None
    assert g == derived()
    assert hash(g) == hash(derived())
    assert g != derived(ridge, lam)
    assert g != "X'*(X*w - y) + lam*w"
    with pytest.raises(TypeError, match="save"):
        pickle.dumps(g)
    assert copy.deepcopy(g) is g
    assert copy.copy(g) is g


def test_a_subclass_may_name_the_parts_of_its_answer():
    @dataclass(frozen=True, repr=False)
    class Named(Derivation):
        @property
        def slope(self):
            return self.result

    g = Named(derived().trace)
    assert g.slope == g.result
    assert "slope" in dir(g)
    assert repr(g) == repr(Derivation(derived().trace))


def test_several_results_are_a_tuple():
    g = derived()
    trace = replace(g.trace, results=(*g.trace.results, ("value", g.trace.definitions[0][1])))
    both = Derivation(trace)
    assert len(both.result) == len(both.expression) == 2
    assert len(repr(both).splitlines()) == 3  # the last says that nothing was checked
    assert len(both.function()(np.eye(3), np.ones(3), np.ones(3), 1.0)) == 2


def test_tab_completion_is_short():
    members = dir(derived())
    assert "save" in members
    assert len(members) < 20
    assert not any(name.startswith("_") for name in members)


@pytest.mark.parametrize("path", [None, 3, b"notes.md", io.StringIO()])
def test_what_names_no_file_is_refused(path):
    g = dv.gradient("x'*x", "x", shapes="x: n")
    for save in (g.save, g.function().save, dv.backpropagation(1).function().save):
        with pytest.raises(ArgumentError, match="a file is named by a text or a path"):
            save(path)
