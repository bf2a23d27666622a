"""The bibliography: every entry can be read, stands once, and is cited by something."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/references.bib").read_text("utf-8")
ENTRY = re.compile(r"^@(\w+)\{(\w+),\n((?:  \w+ += \{.*\},\n)+)\}\n", re.MULTILINE)
FIELD = re.compile(r"^  (\w+) += \{(.*)\},$", re.MULTILINE)
ENTRIES = {key: (kind, dict(FIELD.findall(body))) for kind, key, body in ENTRY.findall(TEXT)}
NEEDS = {
    "article": {"author", "title", "journal", "year"},
    "book": {"author", "title", "publisher", "year"},
    "incollection": {"author", "title", "booktitle", "publisher", "year"},
    "inproceedings": {"author", "title", "booktitle", "year"},
    "misc": {"title"},
}

each_entry = pytest.mark.parametrize("key", ENTRIES)


def citing() -> str:
    """What may cite: the package, tests, examples and the rows the gallery is printed from."""
    folders = (ROOT / "derive", ROOT / "tests", ROOT / "worked_examples")
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    files.append(ROOT / "docs/gallery.toml")
    return "\n".join(file.read_text("utf-8") for file in files)


def test_nothing_stands_between_the_entries():
    rest = ENTRY.sub("", TEXT)
    assert [line for line in rest.splitlines() if line and not line.startswith("%")] == []


def test_a_key_stands_once():
    counts = Counter(key for _, key, _ in ENTRY.findall(TEXT))
    assert [key for key, count in counts.items() if count > 1] == []


@each_entry
def test_an_entry_has_what_its_kind_needs(key):
    kind, fields = ENTRIES[key]
    assert NEEDS[kind] - set(fields) == set()
    assert all(value.count("{") == value.count("}") for value in fields.values())


def test_the_year_of_a_key_is_the_year_of_its_entry():
    years = {key: fields.get("year", "") for key, (_, fields) in ENTRIES.items()}
    assert [key for key, year in years.items() if key[-4:].isdigit() and key[-4:] != year] == []


def test_every_entry_is_cited():
    cited = set(re.findall(r"\w+", citing()))
    assert sorted(set(ENTRIES) - cited) == []
