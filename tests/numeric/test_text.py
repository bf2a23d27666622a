"""The text of a function as a person would have written it."""

from __future__ import annotations

import ast
import re

import pytest

import derive as dv

SHAPES = "k: scalar, p: scalar, c: scalar, x: n, y: n, A: n x n"


def body(text, shapes=SHAPES):
    return dv.function(text, shapes).source.rsplit('"""', 1)[1].strip()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("k - 1", "return k - 1"),
        ("p - 1/2", "return p - 0.5"),
        ("k - 1/3", "return k - 1 / 3"),
        ("x - ones(n)/2", "return x - 0.5"),
        ("k*p - 3", "return k * p - 3"),
        ("-1 - p", "return -1 - p"),
    ],
)
def test_a_number_is_subtracted_not_added_with_its_sign(text, line):
    assert body(text) == line


@pytest.mark.parametrize(
    "text",
    [
        ["x - c*ones(n)", "y - c*ones(n)"],
        ["k - c", "p - c", "k*p - c"],
        ["x - A*y", "y - A*y"],
        ["x./y - A*x", "exp(x) - A*x", "c - sum(A*x)"],
        ["k - exp(c)", "sin(-exp(c))"],
    ],
)
def test_every_temporary_is_used(text):
    tree = ast.parse(dv.function(text, SHAPES).source)
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and type(n.ctx) is ast.Store}
    loaded = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and type(n.ctx) is ast.Load}
    assert stored <= loaded


@pytest.mark.parametrize("text", ["k + 1", "sin(k)", "A*x", "exp(x)", "logdet(A)", "sigmoid(k)"])
def test_only_what_is_used_is_imported(text):
    source = dv.function(text, SHAPES).source
    imports = re.findall(r"^(?:import|from) .*?(\w+)$", source, flags=re.MULTILINE)
    rest = re.sub(r"^(?:import|from) .*$", "", source, flags=re.MULTILINE)
    assert all(re.search(rf"\b{name}\b", rest) for name in imports)
    compile(source, "source", "exec")
