"""The public set: derivatives from books and papers as records, and an oracle for them.

A record is data.  ``collect`` reads the modules of ``tests/public_set``; ``slopes`` compares an
answer with central differences of plain values at 100 digits (``random_expressions.value``),
which share no code with the engine or with the certificates.
"""

from __future__ import annotations

import importlib.util
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import flint
import numpy as np
from random_expressions import BITS, KinkError, value

from derive.language.expression import Node, symbol
from derive.language.sizes import size_value
from derive.reading import parse, read_shapes
from derive.reading.tokens import tokenize

FOLDER = Path(__file__).parent.parent / "public_set"
KINDS = ("gradient", "jacobian", "hessian", "differential", "hessian_operator")

# every size of a case differs; n > d > k, so that tall matrices have full rank
SIZES = (
    {"n": 5, "m": 4, "d": 3, "k": 2},
    {"n": 6, "m": 3, "d": 5, "k": 2},
    {"n": 4, "m": 5, "d": 3, "k": 1},
)
STEP = flint.arb(2) ** -80
CLOSE = flint.arb(10) ** -30  # what a central difference leaves at this step and precision
ATTEMPTS = 400


@dataclass(frozen=True)
class Case:
    """One derivative of a book or paper.

    Attributes
    ----------
    name : str
        Unique in the set.
    source : str
        A key of docs/references.bib, then the place where it stands.
    kind : str
        ``gradient`` has the shape of its variable; a ``jacobian`` has outputs as rows;
        ``hessian`` is of a scalar in a vector or a scalar; ``differential`` and
        ``hessian_operator`` are written in the symbol ``d`` + `wrt`.
    text, wrt, shapes : str
        The question, as ``derive`` reads it.
    expected : str
        The answer of the book in the same grammar.
    structure : str
        What may vary, if not every entry.
    """

    name: str
    source: str
    kind: str
    text: str
    wrt: str
    shapes: str
    expected: str
    structure: str = "free"

    @cached_property
    def symbols(self) -> dict[str, Node]:
        """The declared symbols, and the differential of the variable."""
        table = read_shapes(self.shapes)
        name = f"d{self.wrt}"
        return {**table, name: symbol(name, table[self.wrt].shape)}

    @cached_property
    def variable(self) -> Node:
        return self.symbols[self.wrt]

    @cached_property
    def direction(self) -> Node:
        return self.symbols[f"d{self.wrt}"]

    @cached_property
    def question(self) -> Node:
        return parse(self.text, self.shapes)

    @cached_property
    def answer(self) -> Node:
        shapes = self.shapes
        if self.kind in {"differential", "hessian_operator"}:
            rows, columns = self.variable.shape
            size = "scalar" if (rows, columns) == (1, 1) else f"{rows} x {columns}"
            shapes = f"{shapes}, d{self.wrt}: {size}"
        return parse(self.expected, shapes)

    @cached_property
    def requires(self) -> frozenset[str]:
        """The verb, the functions and the features that the case speaks of."""
        names = {"hessian" if self.kind == "hessian_operator" else self.kind}
        for text in (self.text, self.expected):
            tokens = tokenize(text)
            calls = itertools.pairwise(tokens)
            names |= {a.text for a, b in calls if a.kind == "name" and b.text == "("}
        if "integer" in self.shapes:
            names.add("symbolic power")
        if self.structure != "free":
            names.add("structure")
        return frozenset(names)


def collect() -> dict[str, tuple[Case, ...]]:
    """The cases of every module of the public set, by the name of the module."""
    paths = (path for path in sorted(FOLDER.glob("*.py")) if not path.stem.startswith("test_"))
    return {path.stem: _cases(path) for path in paths}


def _cases(path: Path) -> tuple[Case, ...]:
    spec = importlib.util.spec_from_file_location(f"public_set_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CASES


# --- points -------------------------------------------------------------------------------------


def draw(case: Case, sizes: dict[str, int], rng: random.Random) -> dict[Node, np.ndarray]:
    """A point that satisfies the declared facts, with a free direction."""
    return {s: _sample(s, sizes, rng) for s in case.symbols.values()}


def free(shape: tuple[int, int], rng: random.Random) -> np.ndarray:
    """Entries between -1 and 1, none of them special."""
    entries = [flint.arb(rng.randint(-(2**30), 2**30)) / 2**30 for _ in range(shape[0] * shape[1])]
    return np.array(entries, dtype=object).reshape(shape)


def _sample(node: Node, sizes: dict[str, int], rng: random.Random) -> np.ndarray:
    rows, columns = (size_value(s, sizes) for s in node.shape)
    facts, sample = node.facts, free((rows, columns), rng)
    if "integer" in facts:
        return _filled(sample, lambda x: flint.arb(rng.choice([2, 3, 4])))
    if "onehot" in facts:
        place = rng.randrange(rows)
        return np.array([[flint.arb(int(i == place))] for i in range(rows)], dtype=object)
    if "sign" in facts:
        return _filled(sample, lambda x: flint.arb(1 if x > 0 else -1))
    if "binary" in facts:
        return _filled(sample, lambda x: flint.arb(int(x > 0)))
    if "probability" in facts:
        return _filled(sample, lambda x: (x + 2) / 4)
    if "diagonal" in facts:
        sample = sample * np.eye(rows, dtype=int)
        return _filled(sample, lambda x: x * x) if "psd" in facts else sample
    if "spd" in facts:
        return sample @ sample.T + np.eye(rows, dtype=int)
    if "psd" in facts:
        return sample @ sample.T
    if "symmetric" in facts:
        return sample + sample.T
    if "nonnegative" in facts:
        return _filled(sample, lambda x: abs(x) + flint.arb("0.3"))
    return sample


def _filled(sample: np.ndarray, entry) -> np.ndarray:
    return np.frompyfunc(entry, 1, 1)(sample)


# --- the oracle ---------------------------------------------------------------------------------


def moved(point, variable, *directions):
    """The point with its variable moved along each direction."""
    at = point[variable] + sum(directions[1:], directions[0])
    return {**point, variable: np.frompyfunc(lambda x: flint.arb(x).mid(), 1, 1)(at)}


def first_difference(node, case, point, sizes, along):
    ahead, back = (value(node, moved(point, case.variable, h), sizes) for h in (along, -along))
    return (ahead - back) / (2 * STEP)


def second_difference(node, case, point, sizes, first, second):
    """The mixed second derivative along two directions."""
    corners = [
        value(node, moved(point, case.variable, a * first, b * second), sizes)
        for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))
    ]
    return (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * STEP**2)


def claimed_and_measured(case, claim, point, sizes, rng):
    """What the claim says of the slope along random directions, and what differences say."""
    question = case.question
    first = _admissible(free(point[case.variable].shape, rng), case.structure)
    second = free(point[case.variable].shape, rng)
    says = value(claim, {**point, case.direction: first}, sizes)
    if case.kind == "gradient":
        paired = _paired(says, first, case.structure)
        return paired, first_difference(question, case, point, sizes, STEP * first)[0, 0]
    if case.kind == "jacobian":
        return says @ first, first_difference(question, case, point, sizes, STEP * first)
    if case.kind == "differential":
        return says, first_difference(question, case, point, sizes, STEP * first)
    bent = second_difference(question, case, point, sizes, STEP * first, STEP * second)[0, 0]
    if case.kind == "hessian":
        return (second.T @ says @ first)[0, 0], bent
    return (second * says).sum(), bent


def _admissible(direction, structure):
    """A direction in which a structured variable may move."""
    if structure in {"symmetric", "entries"}:
        return direction + direction.T
    return direction * np.eye(len(direction), dtype=int) if structure == "diagonal" else direction


def _paired(gradient, direction, structure):
    """By entries, each free entry counts once; otherwise the inner product of all entries."""
    weights = np.tri(len(direction), dtype=int) if structure == "entries" else 1
    return (gradient * direction * weights).sum()


def admissible_points(case: Case, rounds: tuple[dict[str, int], ...] = SIZES) -> Iterator:
    """For every size set a point at which the question and its answer have finite values."""
    saved, flint.ctx.prec = flint.ctx.prec, BITS
    try:
        for number, sizes in enumerate(rounds):
            rng = random.Random(f"{case.name} {number}")
            for _ in range(ATTEMPTS):
                point = draw(case, sizes, rng)
                try:
                    found = [value(node, point, sizes) for node in (case.question, case.answer)]
                except (KinkError, ZeroDivisionError):
                    continue
                if all(x.is_finite() for array in found for x in array.flat):
                    yield point, sizes, rng
                    break
            else:
                raise AssertionError(f"{case.name}: no admissible point for {sizes}")
    finally:
        flint.ctx.prec = saved


def is_right(case: Case, claim: Node) -> bool:
    """Whether a claimed answer agrees with differences at every size set."""
    for point, sizes, rng in admissible_points(case):
        says, slope = claimed_and_measured(case, claim, point, sizes, rng)
        if not are_close(says, slope):
            return False
    return True


def are_equal(case: Case, left: Node, right: Node) -> bool:
    """Whether two answers have the same value, entry by entry, at every size set."""
    return left.shape == right.shape and all(
        are_close(value(left, point, sizes), value(right, point, sizes))
        for point, sizes, _ in admissible_points(case)
    )


def are_close(left, right) -> bool:
    pairs = zip(np.asarray(left).flat, np.asarray(right).flat, strict=True)
    return all(abs(a - b) < (1 + abs(a) + abs(b)) * CLOSE for a, b in pairs)
