"""The pages in docs/ say what is so: rules as in the tables, commands as printed, links that lead.

Their Python examples are run by pytest's ``--doctest-glob``.
"""

from __future__ import annotations

import io
import re
import runpy
import shlex
from collections import Counter
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import pytest

from derive.cli import main
from derive.language.facts import FACTS
from derive.reading.limits import LIMITS
from derive.reading.vocabulary import CALLS
from derive.rules.differentials import DIFFERENTIALS
from derive.rules.elementwise import DERIVATIVES
from derive.rules.families import KERNELS

DOCS = Path(__file__).parent.parent / "docs"
PAGES = {page.name: page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("*.md"))}
KEYS = set(re.findall(r"^@\w+\{(\w+),", (DOCS / "references.bib").read_text("utf-8"), re.M))
LINK = re.compile(r"\]\(([^)#:\s]*)(?:#([\w-]+))?\)")
CODE_OR_FORMULA = re.compile(r"^```.*?^```|^\$\$$.*?^\$\$$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r'(?:echo "(?P<typed>.*)" \| )?(?P<call>derive .*?)(?P<asks>; echo .*)?')

CERTIFICATE = re.compile(r"^  checked: .*?(?=^```)", re.MULTILINE | re.DOTALL)
ERROR = re.compile(r"worst\s+error\s+[^,]+")


def without_errors(page: str) -> str:
    """A page whose certificates keep silent about an error: numeric libraries may change it."""
    return CERTIFICATE.sub(lambda found: " ".join(ERROR.sub("", found[0]).split()), page)


def gallery_sections():
    """The sections of the gallery, as rows."""
    return tuple(runpy.run_path(str(DOCS / "print_gallery.py"))["sections"]())


def headings(text: str) -> set[str]:
    """The names by which other pages can point at the headings of a page."""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_rules_are_printed_from_the_tables():
    printed = runpy.run_path(str(DOCS / "print_rules.py"))["page"]()
    assert PAGES["rules.md"] == printed, "run python docs/print_rules.py > docs/rules.md"


def test_the_gallery_is_printed_by_derive():
    printed = runpy.run_path(str(DOCS / "print_gallery.py"))["page"]()
    to_fix = "run python docs/print_gallery.py > docs/gallery.md"
    assert without_errors(PAGES["gallery.md"]) == without_errors(printed), to_fix


def test_the_laws_are_printed_from_their_declarations():
    printed = "".join(runpy.run_path(str(DOCS / "print_laws.py"))["page"]())
    assert PAGES["laws.md"] == printed, "run python docs/print_laws.py > docs/laws.md"


def test_every_entry_of_the_gallery_is_checked_and_has_a_title_of_its_own():
    entries = [entry for section in gallery_sections() for entry in section.entries]
    assert PAGES["gallery.md"].count("\n  checked: ") == len(entries) > 100
    titles = Counter(entry.title for entry in entries)
    assert [title for title, count in titles.items() if count > 1] == []


def test_every_source_of_the_gallery_exists():
    sources = {entry.source for section in gallery_sections() for entry in section.entries}
    assert {source.partition(",")[0] for source in sources - {""}} <= KEYS


def test_every_rule_names_a_source_that_exists():
    rows = (*DIFFERENTIALS, *DERIVATIVES.values(), *KERNELS)
    assert {row.reference.partition(",")[0] for row in rows} <= KEYS


def test_every_page_is_linked_from_the_index():
    linked = {path for path, _ in LINK.findall(PAGES["index.md"])}
    assert set(PAGES) - {"index.md"} <= linked


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    for path, heading in LINK.findall(CODE_OR_FORMULA.sub("", PAGES[name])):
        target = DOCS / path if path else DOCS / name
        assert target.exists(), f"{name} links {path}"
        if heading:
            assert heading in headings(target.read_text(encoding="utf-8")), f"{name}: {heading}"


def test_every_function_and_fact_of_the_text_is_listed():
    page = PAGES["expressions.md"]
    assert [name for name in CALLS if f"`{name}(" not in page] == []
    assert [name for name in FACTS if f"`{name}`" not in page] == []
    for limit in (LIMITS.characters, LIMITS.depth, LIMITS.digits, LIMITS.exponent, LIMITS.name):
        assert (f"{limit:,}".replace(",", " ") if limit >= 10_000 else str(limit)) in page


def commands() -> list[tuple[str, str]]:
    """Each command of the console blocks, with what is shown under it."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", PAGES["command_line.md"], re.DOTALL):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = piece.partition("\n")
            found.append((command, shown))
    return found


@pytest.mark.parametrize(("command", "shown"), commands())
def test_every_command_prints_what_is_shown(command, shown, capsys, monkeypatch):
    parts = COMMAND.fullmatch(command)
    typed = io.TextIOWrapper(io.BytesIO((parts["typed"] or "").encode()), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", typed)
    status = main(shlex.split(parts["call"])[1:])
    printed = capsys.readouterr()
    got = printed.out + printed.err
    if parts["asks"]:
        got += f"status {status}\n"
    else:
        assert status == 0
    assert OutputChecker().check_output(shown, got, ELLIPSIS), got
