"""Whatever the text: a node or an error of the library, soon, and nothing is ever run."""

from __future__ import annotations

import contextlib
import random
import re
import time

import pytest

from derive.errors import DeriveError
from derive.language.expression import Node
from derive.reading import parse, parse_problem, read_call, read_matrix, read_shapes

SHAPES = "X: n x d, w: d, x: n, y: n, A: n x n, S: n x n spd, a: positive, k: integer, lam: scalar"
READERS = (
    lambda text: parse(text, SHAPES),
    lambda text: parse(text, SHAPES, undeclared="scalar"),
    lambda text: parse("a", text),
    lambda text: parse_problem(text, SHAPES),
    lambda text: parse_problem(f"min {text} over w", SHAPES),
    lambda text: read_call(text, SHAPES, undeclared="scalar"),
    lambda text: read_matrix(text, undeclared="scalar"),
    read_shapes,
)

RUNS_IF_EVALUATED = [
    "__import__('os').system('touch {file}')",
    '__import__("os").system("touch {file}")',
    "open('{file}', 'w')",
    "exec(\"open('{file}', 'w')\")",
    'eval(\'open("{file}", "w")\')',
    "(lambda: open('{file}', 'w'))()",
    "[open(f, 'w') for f in ['{file}']]",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "a.__init__.__globals__",
    "globals()[a]",
    'f\'{{open("{file}", "w")}}\'',
    "X: n x d, w: __import__('os').system('touch {file}')",
    "Normal(open('{file}', 'w'), 1)",
    "[[open('{file}', 'w'), 1], [1, 2]]",
    "minimize open('{file}', 'w') over w",
    "\\write18{{touch {file}}}",
    "a; import os; os.system('touch {file}')",
    "a # open('{file}', 'w')",
    "`touch {file}`",
    "$(touch {file})",
    "a\nimport os\nos.system('touch {file}')",
]


@pytest.mark.parametrize("text", RUNS_IF_EVALUATED)
def test_hostile_text_raises_and_runs_nothing(text, tmp_path):
    canary = tmp_path / "canary"
    for read in READERS:
        with pytest.raises(DeriveError):
            read(text.format(file=canary))
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["__class__", "_", "__", "a__b", "_a", "a.b", "a b", "a-b", "é"])
def test_names_that_are_no_names_cannot_be_declared(name):
    with pytest.raises(DeriveError):
        read_shapes(f"{name}: n x d")


@pytest.mark.parametrize("name", ["lambda", "import", "None", "class", "print", "self", "d_1"])
def test_words_of_python_are_names_like_any_other(name):
    assert list(read_shapes(f"{name}: n x 2")) == [name]


# --- mutation -------------------------------------------------------------------------------

SEEDS = [
    "norm2(X*w - y)^2/2 + lam/2*norm2(w)^2",
    "sum(softplus(-y.*(X*w))) + a*norm1(w)",
    "-logdet(S)/2 - (x - y)'*inv(S)*(x - y)/2",
    "tr(A*S*A')^-1 + exp(k*a^2.5) - 1e-3",
    "X'*diag(sigmoid(X*w))*X + eye(d)",
    "logsumexp(x./a) - x'*softmax(y.^2)",
    "lam²*norm2(Xᵀ*y)² − x'*y",
    "X: n x d, w: d, S: d x d spd, lam: scalar positive; k: integer",
    "minimize w'*w/2 + a*sum(x) over w, x subject to y.*(X*w) >= ones(n) - x, x >= 0",
    "max t over t s.t. A*x == y",
    "Gamma(a + 1, theta=lam^2)",
    "[[2, a/3], [a/3, 1]]",
    "[a, k; -k, sqrt(a)]",
]
PIECES = [
    *"'^*/+-()[],;:.=<>|@!&%$#\\{}_~`\"? \n\t0123456789eExXnT",
    *"λΣπ²⁻¹ᵀ−×·‖√∞₁\u200b\u202e\x00\ud800",
    *(
        ".*",
        "./",
        ".^",
        "**",
        "==",
        "<=",
        "1e9",
        "9^9",
        "||",
        ".T",
        "s.t.",
        " over ",
        "exp(",
        "inv",
    ),
    *("__", "scalar", "spd", "1/0", "X*", "*w", "ones(n)", "eye(", "''", "[[", "]]", "subject to"),
]


TOKENS = [*"xywXASakn23", "lam", "+", "-", "*", ".*", "./", "'", "^2", "sum", "exp", "inv", "tr"]


def mutated(rng: random.Random, text: str) -> str:
    """A text with some tokens exchanged, or some characters replaced, removed or doubled."""
    for _ in range(rng.choice([1, 1, 2, 4])):
        tokens = re.findall(r"\w+|\W", text)
        if rng.random() < 0.6 and tokens:
            tokens[rng.randrange(len(tokens))] = rng.choice(TOKENS)
            text = "".join(tokens)
            continue
        at, length = rng.randrange(len(text) + 1), rng.choice([0, 0, 1, 1, 5])
        piece = rng.choice(PIECES)
        if rng.random() < 0.3:
            other = rng.choice(SEEDS)
            begin = rng.randrange(len(other))
            piece = other[begin : begin + rng.randint(1, 12)]
        text = text[:at] + piece + text[at + length :]
    return text


def answer(read, text):
    """What a reader gives, or None where it refuses; measured again if it seems slow."""
    for _ in range(3):
        found, start = None, time.process_time()
        with contextlib.suppress(DeriveError):
            found = read(text)
        if time.process_time() - start < 0.1:
            return found
    pytest.fail(f"slow: {text!r}")


@pytest.mark.parametrize("seed", range(20))
def test_a_mutated_text_is_read_or_refused(seed):
    rng = random.Random(seed)
    read = 0
    for _ in range(150):
        text = mutated(rng, rng.choice(SEEDS))
        readers = (READERS[0], *rng.sample(READERS[1:], 2))
        read += sum(answer(reader, text) is not None for reader in readers)
    assert 0 < read < 440  # some are still right, most are wrong


@pytest.mark.parametrize("seed", range(5))
def test_random_characters_are_read_or_refused(seed):
    rng = random.Random(seed)
    for _ in range(200):
        text = "".join(rng.choices(PIECES, k=rng.randint(1, 40)))
        assert isinstance(answer(READERS[0], text), Node | None), text
