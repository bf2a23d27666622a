"""The README says what is so: its commands as given, its page as printed.

Its Python examples are run by pytest's ``--doctest-glob``.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from derive.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE_OR_FORMULA = re.compile(r"^```.*?^```|^\$\$$.*?^\$\$$", re.MULTILINE | re.DOTALL)
INSTALL, TEST = "pip install . && ", 'pip install -e ".[test]" && pytest'


def block_after(text: str, fence: str) -> str:
    return re.search(rf"{re.escape(fence)}\n(.*?)\n```", text, re.DOTALL).group(1)


def test_the_first_command_prints_the_page_shown(capsys):
    command = next(line for line in README.splitlines() if line.startswith(INSTALL))
    program, *arguments = shlex.split(command.removeprefix(INSTALL))
    assert program == "derive"
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(block_after(README, "```text") + "\n")
    for part in ("LaTeX\n", "NumPy\n", "\nchecked: "):
        assert part in printed


def test_the_second_command_is_the_one_that_ci_runs():
    assert TEST in README.splitlines()
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert TEST in script


def test_every_page_that_is_linked_exists():
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        prose = CODE_OR_FORMULA.sub("", page.read_text(encoding="utf-8"))
        for link in re.findall(r"\]\(([^)#:]+)\)", prose):
            assert (page.parent / link).exists(), f"{page.name} links {link}"
