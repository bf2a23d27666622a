"""Every public name explains itself: shapes, errors, source, and an example that runs.

The examples themselves are run by pytest's ``--doctest-modules``.
"""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import derive
from derive.errors import DeriveError

ROOT = Path(__file__).parent.parent
KEYS = set(re.findall(r"^@\w+\{(\w+),", (ROOT / "docs/references.bib").read_text("utf-8"), re.M))
PUBLIC = [name for name in derive.__all__ if not name.startswith("__")]
FILES = sorted((ROOT / "derive").rglob("*.py"))


def is_error(thing: object) -> bool:
    return inspect.isclass(thing) and issubclass(thing, DeriveError)


def sections_wanted(thing: object) -> tuple[str, ...]:
    """The NumPy sections that a public thing of this kind must have."""
    if is_error(thing):
        return ()
    if inspect.isclass(thing) or inspect.ismodule(thing):
        return ("Examples",)
    return ("Parameters", "Returns", "Raises", "Examples")


def sections(text: str) -> set[str]:
    return set(re.findall(r"^(\w[\w ]*)\n-{3,}$", text, re.M))


def test_the_public_names_are_listed_and_exist():
    assert PUBLIC
    assert len(set(derive.__all__)) == len(derive.__all__)
    assert [name for name in derive.__all__ if not hasattr(derive, name)] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_has_its_docstring(name):
    thing = getattr(derive, name)
    text = inspect.getdoc(thing) or ""
    assert text, f"{name} has no docstring"
    assert text.splitlines()[0].endswith("."), f"{name}: the first line is a sentence"
    missing = [s for s in sections_wanted(thing) if s not in sections(text)]
    assert missing == [], f"{name} lacks {missing}"
    if "Examples" in sections_wanted(thing):
        assert ">>> " in text, f"{name} has no example that runs"


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_function_states_shapes_and_what_it_raises(name):
    thing = getattr(derive, name)
    if not inspect.isfunction(thing):
        return
    text = inspect.getdoc(thing) or ""
    parameters = text.partition("Parameters\n")[2].partition("\n\n")[0]
    for parameter in inspect.signature(thing).parameters:
        assert re.search(rf"\b{re.escape(parameter)}\b", parameters), f"{name}: {parameter}"
    raised = text.partition("Raises\n")[2].partition("\n\n")[0]
    assert re.search(r"^\w+Error$", raised, re.M), f"{name}: Raises names no error"


def is_reference(node: ast.AST) -> bool:
    """Whether this gives a reference: ``reference="..."`` in a call, or as a default of a field."""
    named = isinstance(node, ast.keyword) and node.arg == "reference"
    default = isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "reference"
    return (named or default) and isinstance(node.value, ast.Constant)


def references_in(path: Path) -> list[str]:
    """The keys cited in docstrings (under References) and in the rows of tables."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            cited = (ast.get_docstring(node) or "").partition("References\n----------\n")[2]
            found += re.findall(r"^(\w+),", cited.partition("\n\n")[0], re.M)
        elif is_reference(node):
            found.append(node.value.value.partition(",")[0])
    return found


def test_every_source_cited_is_in_the_bibliography():
    cited = [(path.name, key) for path in FILES for key in references_in(path)]
    assert [(name, key) for name, key in cited if key not in KEYS] == []


def test_every_module_says_what_it_is():
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
    assert [str(path) for path, tree in trees.items() if not ast.get_docstring(tree)] == []
