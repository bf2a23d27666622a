"""A saved file stands alone: it runs where neither derive nor SymPy can be imported."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from derive.errors import ArgumentError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.facts import close_facts
from derive.language.sizes import Size
from derive.numeric import compile_function

N, D = Size.named("n"), Size.named("d")
X, w, y, lam = (
    ex.symbol("X", (N, D)),
    ex.symbol("w", (D, 1)),
    ex.symbol("y", (N, 1)),
    ex.symbol("lam", (1, 1), close_facts(("positive",), "lam", (1, 1))),
)
S = ex.symbol("S", (D, D), close_facts(("spd",), "S", (D, D)))
M = ex.symbol("M", (D, D))
HALF = Fraction(1, 2)

BLOCKED = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"derive", "sympy", "mpmath", "flint"}:
            raise ImportError(name)
sys.meta_path.insert(0, Blocker())
"""


def run(path, code):
    """Run code beside the file, in a fresh interpreter without derive and SymPy."""
    program = f"{BLOCKED}\nsys.path.insert(0, {str(path.parent)!r})\n"
    program += f"import json\nimport numpy as np\nimport {path.stem}\n{code}"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-I", "-c", program], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def functions():
    residual = X @ w - y
    ridge = [
        ("value", HALF * fn.norm2(residual) ** 2),
        ("gradient", X.T @ residual + lam * w),
    ]
    logistic = [
        ("value", fn.total(fn.elementwise("softplus", X @ w)) - y.T @ X @ w),
        ("gradient", X.T @ (fn.elementwise("sigmoid", X @ w) - y) + lam * w),
        ("lse", fn.logsumexp(X @ w) + fn.elementwise("loggamma", lam)),
    ]
    normal = [
        ("value", -HALF * fn.logdet(S) - HALF * (w.T @ ex.inverse(S) @ w)),
        ("gradient", -HALF * ex.inverse(S) + HALF * (ex.inverse(S) @ w @ w.T @ ex.inverse(S))),
        ("solve", ex.inverse(M) @ w + ex.inverse(M.T) @ w + fn.logdet(M) * w),
    ]
    return {
        "ridge": (ridge, [X, w, y, lam], ((4, 3), (3,), (4,), ())),
        "logistic": (logistic, [X, w, y, lam], ((4, 3), (3,), (4,), ())),
        "normal": (normal, [S, w, M], ((3, 3), (3,), (3, 3))),
    }


@pytest.mark.parametrize("name", functions())
def test_a_saved_file_runs_alone_and_agrees(name, tmp_path):
    outputs, symbols, shapes = functions()[name]
    function = compile_function(outputs, symbols, name)
    path = function.save(tmp_path / f"saved_{name}.py")
    rng = np.random.default_rng(5)
    values = [np.abs(rng.normal(size=shape)) for shape in shapes]
    if name == "normal":
        values = [v @ v.T + 3 * np.eye(3) if v.shape == (3, 3) else v for v in values]
    stacked = [np.stack([v, 2 * v]) for v in values]
    code = f"""
def plain(result):
    return [np.asarray(r).tolist() for r in result]
values = [np.array(v) for v in json.loads({json.dumps([v.tolist() for v in values])!r})]
stacked = [np.array(v) for v in json.loads({json.dumps([v.tolist() for v in stacked])!r})]
f = {path.stem}.{name}
print(json.dumps([plain(f(*values)), plain(f(*stacked))]))
"""
    alone, batch = run(path, code)
    for found, wanted in zip(alone, function(*values), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-13)
    for found, wanted in zip(batch, function(*stacked), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-13)


def test_a_saved_file_checks_its_arguments(tmp_path):
    outputs, symbols, _ = functions()["ridge"]
    path = compile_function(outputs, symbols, "ridge").save(tmp_path / "saved.py")
    code = """
messages = []
for args in [
    (np.ones((4, 3)), np.ones((3, 1)), np.ones(4), 1.0),
    (np.ones((4, 3)), np.ones(3), np.ones(5), 1.0),
    (np.ones((4, 3)), np.ones(3), "text", 1.0),
    (np.ones((0, 3)), np.ones(3), np.ones(0), 1.0),
]:
    try:
        saved.ridge(*args)
    except ValueError as error:
        messages.append(f"{type(error).__name__}: {error}")
print(json.dumps(messages))
"""
    column, sizes, text, empty = run(path, code)
    assert column.startswith("ShapeError") and "w is a vector" in column
    assert "n = 4 in X" in sizes
    assert text.startswith("ArgumentError") and "'text' is text" in text
    assert "X is empty" in empty


def test_the_source_alone_runs_too(tmp_path):
    outputs, symbols, _ = functions()["normal"]
    path = tmp_path / "pasted.py"
    path.write_text(compile_function(outputs, symbols, "normal").source, encoding="utf-8")
    assert (
        run(path, "print(json.dumps(float(pasted.normal(np.eye(2), np.ones(2), np.eye(2))[0])))")
        == -1
    )


def test_a_file_is_not_overwritten_unless_asked(tmp_path):
    function = compile_function([("f", 2 * w)], [w])
    path = function.save(tmp_path / "f.py")
    before = path.read_bytes()
    with pytest.raises(ArgumentError, match="overwrite=True"):
        function.save(path)
    assert function.save(str(path), overwrite=True).read_bytes() == before
    with pytest.raises(ArgumentError, match=r"\.py"):
        function.save(tmp_path / "f.txt")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.py"]


def test_the_same_function_gives_the_same_bytes(tmp_path):
    outputs, symbols, _ = functions()["normal"]
    first = compile_function(outputs, symbols).save(tmp_path / "a.py").read_bytes()
    assert compile_function(outputs, symbols).save(tmp_path / "b.py").read_bytes() == first
