"""The public set: each derivative by its result, by numbers and by a golden print.

Three lists say what is still to be done, and are to become empty; a name that no longer
belongs fails a test, so nothing is passed over in silence.

``WAITING`` : verbs, functions and features that are not there yet; cases that speak of one of
them are kept in the data and listed in tests/golden/public_set/waiting.txt.
``REFUSED`` : cases that are refused, with a line of the error.
``LONGER`` : answers that are right and read worse than the book's: they have more than ``PARTS``
times its parts, or a function that stands neither in the question nor in the book's answer.
"""

from __future__ import annotations

import functools
import re
from collections import Counter

import pytest
from public_cases import FOLDER, KINDS, Case, are_equal, collect, is_right

import derive as dv
from derive.engine.normal import tidy
from derive.errors import DeriveError
from derive.language.canonical import length, same
from derive.language.expression import Node
from derive.language.functions import contains, postorder
from derive.language.operators import LEAVES
from derive.reading import parse, read_shapes
from derive.reading.vocabulary import CALLS
from derive.writing.plain import plain

WAITING: tuple[str, ...] = ()
REFUSED: dict[str, str] = {}
LONGER: tuple[str, ...] = (
    "focal_loss",
    *("cookbook_041", "cookbook_055_pinv", "magnus_adjugate_form"),
    *("magnus_pseudo_inverse", "cookbook_066"),
)
PARTS = 1.5
NOT_TYPED = ("differential", "unit", "sum_over")  # what is no text of its own
GOLDEN = FOLDER.parents[0] / "golden/public_set"
EVERYDAY = {
    *LEAVES,
    *("add", "mul", "had", "pow", "mpow", "transpose", "inverse", "trace", "total", "diag"),
    "diagonal",
}

SET = collect()
CASES = [case for cases in SET.values() for case in cases]
PRESENT = [case for case in CASES if not case.requires.intersection(WAITING)]
RUNNING = [case for case in PRESENT if case.name not in REFUSED]
BIBLIOGRAPHY = (FOLDER.parents[1] / "docs/references.bib").read_text("utf-8")
KEYS = set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY, re.M))
VERBS = {"hessian_operator": "hessian"}


def named(case: Case) -> str:
    return case.name


each_case = pytest.mark.parametrize("case", RUNNING, ids=named)


@functools.cache
def derived(case: Case) -> dv.Derivation:
    """What derive answers."""
    verb = getattr(dv, VERBS.get(case.kind, case.kind))
    structure = {} if case.structure == "free" else {"structure": case.structure}
    return verb(case.text, case.wrt, shapes=case.shapes, **structure)


def result(case: Case) -> Node:
    found = derived(case).expression
    assert isinstance(found, Node)
    return found


def operators(node: Node) -> set[str]:
    return {part.op for part in postorder(node)}


# --- the data -----------------------------------------------------------------------------------


def test_names_are_unique():
    assert [name for name, count in Counter(map(named, CASES)).items() if count > 1] == []


def test_the_set_is_large_enough():
    assert len(CASES) >= 250
    assert {case.kind for case in CASES} == set(KINDS)


def test_a_case_has_a_source_and_a_variable():
    assert [case.name for case in CASES if case.source.split(",")[0] not in KEYS] == []
    assert [case.name for case in CASES if case.variable.name != case.wrt] == []


def test_the_cookbook_is_covered():
    covered: set[int] = set()
    for case in SET["cookbook"]:
        numbers = [int(n) for n in re.findall(r"\d+", case.source.split(",")[1])]
        last = numbers[-1] if " to " in case.source else numbers[0]
        covered.update(numbers, range(numbers[0], last + 1))
    assert set(range(33, 145)) - covered == {143, 144}  # Toeplitz, entry by entry


@pytest.mark.parametrize("kind", KINDS)
def test_the_oracle_sees_a_changed_sign_and_a_lost_factor(kind):
    case = next(c for c in RUNNING if c.kind == kind and c.answer.op != "zero")
    assert is_right(case, case.answer)
    assert not is_right(case, -case.answer)
    assert not is_right(case, 2 * case.answer)


def test_the_oracle_sees_a_transpose():
    case = next(c for c in RUNNING if c.name == "magnus_log_determinant")
    assert not is_right(case, case.answer.T)


# --- what is still to be done -------------------------------------------------------------------


def test_what_waits_is_not_there_yet():
    assert [n for n in WAITING if n in CALLS or hasattr(dv, n)] == [], "take them out of WAITING"
    spoken = {name for case in CASES for name in case.requires}
    assert set(WAITING) <= spoken


def test_the_waiting_cases_are_on_file(golden):
    reasons = {c.name: c.requires.intersection(WAITING) for c in CASES if c not in PRESENT}
    lines = [f"{name}: {', '.join(sorted(names))}" for name, names in reasons.items()]
    golden("public_set/waiting.txt", "\n".join(lines))


def test_a_refused_case_is_refused_still():
    for case in (c for c in PRESENT if c.name in REFUSED):
        with pytest.raises(DeriveError, match=re.escape(REFUSED[case.name])):
            derived(case)


def test_the_lists_name_cases():
    assert {*REFUSED, *LONGER} <= {case.name for case in PRESENT}


# --- each case ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", PRESENT, ids=named)
def test_the_answer_of_the_book_agrees_with_differences(case):
    assert is_right(case, case.answer)


@each_case
def test_the_derived_answer_is_right_reads_well_and_is_read_back(case):
    assert derived(case).certificate.verdict == "verified"
    assert is_right(case, result(case))
    require_the_form_of_the_book(case)
    require_the_same_read_back(case)


def require_the_form_of_the_book(case: Case) -> None:
    answer, expected = result(case), case.answer
    is_the_same = same(answer, tidy(expected))
    assert is_the_same or are_equal(case, answer, expected)
    reads_well = is_the_same or (
        length(answer) <= PARTS * length(expected)
        and operators(answer) <= EVERYDAY | operators(expected) | operators(case.question)
    )
    assert reads_well is (case.name not in LONGER), plain(answer)


def require_the_same_read_back(case: Case) -> None:
    answer = result(case)
    if any(contains(answer, op) for op in NOT_TYPED):
        assert case.kind != "gradient"
        return
    known = {symbol.name: symbol for symbol in answer.symbols}
    again = parse(plain(answer), {**read_shapes(case.shapes), **known})
    assert same(again, answer), plain(answer)


@pytest.mark.parametrize("module", SET)
def test_no_factor_is_glued_to_a_power_or_a_norm(module):
    glued = re.compile(r"\^-?\d+[A-Za-z]|\|_[A-Za-z\d]+[a-zA-Z]")
    lines = (GOLDEN / f"{module}.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("  grad ") and glued.search(line)] == []


@pytest.mark.parametrize("module", SET)
def test_the_printed_answers_are_on_file(module, golden):
    entries = [_entry(case) for case in SET[module] if case in RUNNING]
    golden(f"public_set/{module}.txt", "\n\n".join(entries))


def _entry(case: Case) -> str:
    page = derived(case).text(unicode=False, detail="result", width=1000)
    lines = [f"{case.kind} of {case.text} in {case.wrt}", *page.splitlines()]
    return "\n".join([case.name, *(f"  {line}".rstrip() for line in lines)])
