"""Imports go one way, and no text of a user is ever run as code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "derive").rglob("*.py"))

TOPICS = (
    "linear_algebra",
    "calculus",
    "probability",
    "statistics",
    "information",
    "optimization",
    "learning",
    "pipeline",
)
ORDER = (
    {"errors", "public_names"},
    {"progress"},
    {"language"},
    {"rules"},
    {"steps"},
    {"reading", "engine", "numeric", "writing"},
    {"check"},
    {"derivation"},
    {"asking"},
    *({topic} for topic in TOPICS),
    {"verbs"},
    {"law_verbs"},
    {"cli"},
    {"__main__"},
)
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}

# Optional packages: the only ones that may be imported inside a function, each in one file.
OPTIONAL = {"IPython", "cvxpy", "dask", "jax", "latex2sympy2", "matplotlib", "numba", "torch"}

RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
SYMPY_RUNS_TEXT = {"sympify", "parse_expr", "lambdify"}
PACKAGES_THAT_RUN_TEXT = {"code", "marshal", "pickle", "runpy", "shelve"}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str | None:
    """The room of a dotted name: ``derive.check.claim`` is in check; None outside derive."""
    package, _, rest = module.partition(".")
    if package != "derive":
        return None
    return rest.partition(".")[0] or "derive"


def imported_modules(node: ast.stmt) -> Iterator[str]:
    """The modules of one import statement; ``from derive import steps`` is derive.steps."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = node.module or ""
        for alias in node.names:
            inner = f"{module}.{alias.name}"
            yield inner if module == "derive" or inner in MODULES else module


MODULES = {module_name(path) for path in FILES}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in imported_modules(node):
                yield node.lineno, module


def may_import(room: str, other: str) -> bool:
    """Whether a file of `room` may import from the room `other`."""
    if room == other or room == "derive":
        return True
    if other not in LEVEL:
        return (
            LEVEL[room] >= LEVEL["verbs"]
        )  # a name of the package itself, as in `from derive import`
    if (room, other) == ("check", "engine"):
        return False
    return LEVEL[other] < LEVEL[room]


def wrong_imports(path: Path) -> list[str]:
    room = room_of(module_name(path))
    assert room is not None
    return [
        f"{label(path)}:{line} imports {module}: {room} may not use {other}"
        for line, module in imports(path)
        if (other := room_of(module)) is not None and not may_import(room, other)
    ]


def test_a_room_imports_only_rooms_before_it():
    assert [wrong for path in FILES for wrong in wrong_imports(path)] == []


def test_every_folder_and_file_of_the_package_is_a_room():
    rooms = {room_of(module) for module in MODULES} - {"derive"}
    assert rooms <= set(LEVEL), f"not in the order of imports: {sorted(rooms - set(LEVEL))}"


@pytest.mark.parametrize(
    ("room", "other", "allowed"),
    [
        ("errors", "language", False),
        ("language", "errors", True),
        ("rules", "steps", False),
        ("engine", "writing", False),
        ("reading", "numeric", False),
        ("check", "numeric", True),
        ("check", "engine", False),
        ("derivation", "engine", True),
        ("calculus", "linear_algebra", True),
        ("linear_algebra", "calculus", False),
        ("derivation", "cli", False),
        ("cli", "pipeline", True),
        ("calculus", "derive", False),
    ],
)
def test_the_order_is_the_one_drawn_in_the_architecture_page(room, other, allowed):
    assert may_import(room, other) is allowed


def imports_for_types_alone(path: Path) -> set[int]:
    """The lines of imports that stand under ``if TYPE_CHECKING:``."""
    return {
        inner.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in node.body
    }


def imported_when_run(path: Path) -> set[str]:
    skipped = imports_for_types_alone(path)
    return {m for line, m in imports(path) if m in MODULES and line not in skipped}


def test_no_module_imports_itself_by_a_detour():
    graph = {
        module_name(path): imported_when_run(path) - {module_name(path)}
        for path in FILES
        if module_name(path) != "derive"
    }
    while leaves := {m for m, uses in graph.items() if not uses & graph.keys()}:
        graph = {m: uses for m, uses in graph.items() if m not in leaves}
    assert not graph, f"these modules import each other in a circle: {sorted(graph)}"


def imports_inside_functions(path: Path) -> Iterator[tuple[int, str]]:
    for function in ast.walk(tree_of(path)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    for module in imported_modules(node):
                        yield node.lineno, module.partition(".")[0]


def test_only_optional_packages_are_imported_inside_a_function():
    found = [
        f"{label(path)}:{line} imports {module}"
        for path in FILES
        for line, module in imports_inside_functions(path)
        if module not in OPTIONAL
    ]
    assert found == []


def test_each_optional_package_has_one_adapter_file():
    users: dict[str, set[str]] = {}
    for path in FILES:
        for _, module in imports(path):
            package = module.partition(".")[0]
            if package in OPTIONAL:
                users.setdefault(package, set()).add(label(path))
    assert {package: files for package, files in users.items() if len(files) > 1} == {}


def test_imports_name_what_they_take_and_from_where():
    vague = [
        f"{label(path)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        and (node.level != 0 or any(alias.name == "*" for alias in node.names))
    ]
    assert vague == [], "relative, or of everything"


def uses_that_run_text(path: Path) -> list[tuple[int, str]]:
    """Every place that names a function which turns text into running code."""
    found = []
    for node in ast.walk(tree_of(path)):
        names: list[str] = []
        if isinstance(node, ast.Name) and node.id in RUNS_TEXT | SYMPY_RUNS_TEXT:
            names = [node.id]
        elif isinstance(node, ast.Attribute) and node.attr in SYMPY_RUNS_TEXT:
            names = [node.attr]
        elif isinstance(node, ast.ImportFrom):
            names = [a.name for a in node.names if a.name in SYMPY_RUNS_TEXT]
        if isinstance(node, ast.Import | ast.ImportFrom):
            names += [m for m in imported_modules(node) if m in PACKAGES_THAT_RUN_TEXT]
        found += [(node.lineno, name) for name in names]
    return sorted(found)


def test_no_text_is_run_as_code_but_the_numpy_source_we_print_ourselves():
    found = [(label(path), name) for path in FILES for _, name in uses_that_run_text(path)]
    elsewhere = [use for use in found if not use[0].startswith("derive/numeric/")]
    assert elsewhere == []
    inside = sorted(name for _, name in found)
    assert inside in ([], ["exec"], ["compile", "exec"]), found


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "f = exec",
        "sympy.sympify(text)",
        "from sympy.parsing.sympy_parser import parse_expr",
        "from sympy import lambdify as compiled",
        "import pickle",
    ],
)
def test_the_search_for_code_run_from_text_finds_it(source, tmp_path):
    path = tmp_path / "sample.py"
    path.write_text(source, encoding="utf-8")
    assert uses_that_run_text(path)
