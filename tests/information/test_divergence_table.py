"""The page of divergences: what it prints is what the verbs answer, on a sample or in full."""

from __future__ import annotations

import random
import re
import runpy
from itertools import product
from pathlib import Path

import pytest

from derive.errors import NoClosedFormError
from derive.information.kl_divergence import kl_divergence
from derive.writing.plain import plain

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "divergences.md").read_text(encoding="utf-8")
MARKING = runpy.run_path(str(DOCS / "divergence_marks.py"))
PRINTING = runpy.run_path(str(DOCS / "print_divergences.py"))
FAMILIES = MARKING["ORDERED"]
FORMULA = re.compile(r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|", re.MULTILINE)
PAIRS, FORMULAS = 60, 6


def marks_on_the_page() -> dict[tuple[str, str], str]:
    """The matrix as a reader finds it."""
    rows = PAGE.split("```text\n")[1].split("\n```")[0].splitlines()[2:]
    found = {}
    for number, (line, first) in enumerate(zip(rows, FAMILIES, strict=True), 1):
        place, name, marks = line.split()
        assert (place, name) == (str(number), first.name)
        for second, mark in zip(FAMILIES, marks, strict=True):
            found[name, second.name] = mark
    return found


MARKS = marks_on_the_page()


def answered(first: type, second: type) -> str:
    """The mark that the verb deserves; the page itself was marked without asking it."""
    p, q = MARKING["with_suffix"](first, "1"), MARKING["with_suffix"](second, "2")
    try:
        found = kl_divergence(p, q)
    except NoClosedFormError:
        return "."
    assert found.certificate.verdict != "refuted"
    if plain(found.expression) == "infinity":
        return "s" if any(step.rule == "mass outside" for step in found.steps) else "m"
    return "c" if PRINTING["added"](found, p, q) else "+"


def test_a_sample_of_the_matrix_is_what_is_answered():
    pairs = random.Random(4).sample(list(product(FAMILIES, repeat=2)), PAIRS)
    expected = {(p.name, q.name): answered(p, q) for p, q in pairs}
    assert {pair: MARKS[pair] for pair in expected} == expected


def test_a_sample_of_the_formulas_is_what_is_derived():
    rows = FORMULA.findall(PAGE)
    assert len(rows) > 80
    for p, q, formula in random.Random(4).sample(rows, FORMULAS):
        found = kl_divergence(p, q)
        assert found.certificate.verdict == "verified"
        assert plain(found.expression) == formula, (p, q)


def test_the_matrix_is_complete_and_counted():
    assert len(MARKS) == len(FAMILIES) ** 2
    for sign, meaning in MARKING["MEANINGS"].items():
        count = sum(mark == sign for mark in MARKS.values())
        assert f"* `{sign}` {meaning}: {count} pairs" in PAGE


@pytest.mark.slow
def test_the_whole_matrix_is_computed_from_the_laws():
    mark = MARKING["mark"]
    expected = {(p.name, q.name): mark(p, q) for p, q in product(FAMILIES, repeat=2)}
    assert expected == MARKS, "run python docs/divergence_marks.py > docs/divergence_marks.txt"


@pytest.mark.slow
def test_the_whole_page_is_printed_by_derive():
    to_fix = "run python docs/print_divergences.py > docs/divergences.md"
    assert "".join(PRINTING["page"]()) == PAGE, to_fix
