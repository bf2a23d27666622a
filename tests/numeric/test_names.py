"""Names of a user can break nothing: they are used if plain, else replaced."""

from __future__ import annotations

import ast
import builtins

import pytest

from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.sizes import Size
from derive.numeric import compile_function, helpers_lapack, helpers_numpy
from derive.numeric.forms import FORMS, FUNCTIONS
from derive.numeric.names import HELPERS, RESERVED, Names

HOSTILE = [
    "x); __import__('os').system('false') #",
    "x\n    import os",
    'x"""\nraise SystemExit\n"""',
    "lambda",
    "None",
    "match",
    "np",
    "math",
    "print",
    "__class__",
    "_kernel",
    "_general",
    "evaluate",
    "cholesky",
    "expit",
    "x.y",
    "x y",
    "ünïcode",
    "ſ",
    "λ",
    "",
    "1x",
    "x" * 500,
    "\\",
    "{0}",
    "%s",
    "x'",
    "*args",
    "v0",
    "_",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_an_argument_a_size_an_output_or_the_function(name):
    n = Size.named(name)
    vector, scalar = ex.symbol(name, (n, 1)), ex.symbol("v0" if name != "v0" else "v1")
    node = scalar * vector + ex.size_node(n) * ex.ones(n)
    function = compile_function([(name, node), ("b", fn.norm2(vector))], [vector, scalar], name)
    value, length = function([3.0, 4.0], 2.0)
    assert value.tolist() == [8.0, 10.0]
    assert length == 5.0
    assert function(**{name: [3.0, 4.0], scalar.name: 2.0})[1] == 5.0
    assert function([[3.0, 4.0]], 2.0)[0].tolist() == [[8.0, 10.0]]
    tree = ast.parse(function.source)
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [name for name in defined if name not in HELPERS] == [function.name]
    assert not any(isinstance(node, ast.Import) and "os" in ast.dump(node) for node in tree.body)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_saved_file_with_hostile_names_is_one_module_of_definitions(name, tmp_path):
    vector = ex.symbol(name, (Size.named(name), 1))
    function = compile_function([(name, 2 * vector)], [vector], name)
    text = function.save(tmp_path / "f.py").read_text(encoding="utf-8")
    allowed = ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Expr
    tree = ast.parse(text)
    assert all(isinstance(node, allowed) for node in tree.body)
    assert all(isinstance(n.value, ast.Constant) for n in tree.body if isinstance(n, ast.Expr))


def test_plain_names_are_kept():
    names = [ex.symbol(name) for name in ("x", "Sigma", "w_1", "lam2", "f", "n")]
    total = sum(names[1:], names[0])
    function = compile_function([("f", total)], names)
    assert "def f(x, Sigma, w_1, lam2, f, n):" in function.source
    assert function(1, 2, 3, 4, f=5, n=6) == 21.0


def test_a_size_and_an_argument_of_one_name_are_told_apart():
    n, size = ex.symbol("n"), Size.named("n")
    vector = ex.symbol("x", (size, 1))
    function = compile_function([("f", n * ex.size_node(size) * vector)], [n, vector])
    assert function(10.0, [1.0, 2.0]).tolist() == [20.0, 40.0]


def test_no_helper_or_builtin_can_be_taken():
    names = Names()
    for name in sorted({*RESERVED, *dir(builtins)}):
        taken = names.take(name)
        assert taken.isidentifier()
        assert taken not in {*RESERVED, *dir(builtins)}


def test_the_table_of_helpers_lists_every_helper():
    for module in (helpers_numpy, helpers_lapack):
        functions = {
            name
            for name, value in vars(module).items()
            if callable(value) and getattr(value, "__module__", "") == module.__name__
        }
        assert functions == {h for h, home in HELPERS.items() if home == module.__name__}


def test_every_name_the_forms_use_is_reserved():
    texts = [form.text for forms in FORMS.values() for form in (forms.one, forms.stack)]
    texts += [text for f in FUNCTIONS.values() for text in (f.scalar, f.array)]
    for text in texts:
        tree = ast.parse(text.format("q", "q", "q", data=1), mode="eval")
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"q"}
        assert used <= RESERVED | {"np", "math"}, text
