"""Gradients in a structure: by differences along the structure, by page, by refusal.

The oracle moves a point along directions of its own (skew matrices times X, entries that sum
to zero, entries repeated along diagonals) and takes differences of plain values at 100 digits;
what must vanish of a gradient is tested entry by entry.
"""

from __future__ import annotations

import dataclasses
import random

import flint
import numpy as np
import pytest
from random_expressions import BITS, SIZES, STEP, KinkError, case, is_wrong, random_point, value

from derive.calculus.gradient import gradient
from derive.calculus.structures import with_facts_of_structures
from derive.check.claim import Plan
from derive.check.directions import STRUCTURES as DIRECTIONS
from derive.check.doubles import FLOAT_STRUCTURES
from derive.check.traces import line_claims
from derive.engine import structured
from derive.engine.low_rank import factored_trace
from derive.engine.naming import substituted
from derive.engine.structured import structured_trace
from derive.errors import ArgumentError, DeclarationError, NoRuleError
from derive.language.expression import symbol
from derive.language.sizes import size_value
from derive.reading import parse, read_shapes
from derive.rules.structures import STRUCTURES

CASES = 1200
CLOSE = flint.arb(10) ** -30


def eye(size):
    return np.array([[flint.arb(int(i == j)) for j in range(size)] for i in range(size)])


def orthonormal(A):
    """Columns made orthonormal one after the other."""
    done = []
    for column in A.T:
        for other in done:
            column = column - (column @ other) * other
        done.append(column / (column @ column).sqrt())
    return np.array(done).T


def repeated(A):
    """The first column and row along their diagonals."""
    return np.array(
        [[A[i - j, 0] if i >= j else A[0, j - i] for j in range(A.shape[1])] for i in range(len(A))]
    )


def skew(A):
    return A - A.T


def along_stiefel(E, X):
    """X times a skew matrix, and what is orthogonal to the columns of X."""
    return X @ skew(E[: X.shape[1]]) + E - X @ (X.T @ E)


def without_sum(E, x):
    return np.array([*E[:-1], [-sum(E[:-1, 0], flint.arb(0))]])


def parts(A):
    return A / A.sum()


# structure: (X from any matrix, a direction from E and X, what vanishes of G at X)
ORACLE = {
    "symmetric": (lambda A: A + A.T, lambda E, X: E + E.T, lambda G, X: G - G.T),
    "entries": (lambda A: A + A.T, lambda E, X: E + E.T, lambda G, X: G - G.T),
    "diagonal": (
        lambda A: A * eye(len(A)),
        lambda E, X: E * eye(len(E)),
        lambda G, X: G - G * eye(len(G)),
    ),
    "lower": (np.tril, lambda E, X: np.tril(E), lambda G, X: np.triu(G, 1)),
    "upper": (np.triu, lambda E, X: np.triu(E), lambda G, X: np.tril(G, -1)),
    "skew": (skew, lambda E, X: skew(E), lambda G, X: G + G.T),
    "orthogonal": (orthonormal, along_stiefel, lambda G, X: X.T @ G + G.T @ X),
    "sphere": (orthonormal, along_stiefel, lambda G, X: X.T @ G),
    "simplex": (
        lambda A: parts(np.frompyfunc(abs, 1, 1)(A) + flint.arb("0.1")),
        without_sum,
        lambda G, X: G.sum(),
    ),
    "toeplitz": (repeated, lambda E, X: repeated(E), lambda G, X: G[1:, 1:] - G[:-1, :-1]),
}


def paired(structure, G, E):
    weights = np.tri(len(E), dtype=int) if structure == "entries" else 1
    return (G * E * weights).sum()


def is_wrong_along(structure, function, variable, gradient, sizes, rng):
    """None if no admissible point was found, else whether slope and gradient disagree."""
    make, move, vanishing = ORACLE[structure]
    saved, flint.ctx.prec = flint.ctx.prec, BITS
    middle = np.frompyfunc(lambda x: flint.arb(x).mid(), 1, 1)
    draw = np.frompyfunc(lambda _: flint.arb(rng.randint(-9, 9)) / 7, 1, 1)
    try:
        for _ in range(6):
            point = random_point(function, sizes, rng)
            X = middle(make(point[variable]))
            E = middle(move(draw(np.empty(X.shape, dtype=object)), X))
            try:
                up, down = (
                    value(function, {**point, variable: middle(X + h * E)}, sizes)[0, 0]
                    for h in (STEP, -STEP)
                )
                G = value(gradient, {**point, variable: X}, sizes)
            except (KinkError, ZeroDivisionError):
                continue
            slope = (up - down) / (2 * STEP)
            scale = 1 + abs(slope) + abs(up) + sum(abs(x) for x in G.flat)
            if not (slope.is_finite() and scale < flint.arb(10) ** 25):
                continue
            rest = np.ravel(vanishing(G, X))
            gaps = [slope - paired(structure, G, E), *rest]
            return not all(abs(gap) < scale * CLOSE for gap in gaps)
        return None
    finally:
        flint.ctx.prec = saved


def fits(structure, variable, sizes):
    """Whether a variable can have a structure at some sizes."""
    rows, columns = variable.shape
    m, n = (size_value(size, sizes) for size in variable.shape)
    return (
        not variable.is_scalar
        and {
            "square": rows == columns,
            "vector": columns == 1 and m > 1,
            "tall": m >= n,
            "matrix": m > 1 and n > 1,
        }[STRUCTURES[structure].shapes]
    )


def questions(seeds):
    """(seed, structure, function, variable, gradient, sizes, random source)."""
    for seed in seeds:
        function, variable, rng = case(seed)
        sizes = rng.choice(SIZES)
        open_to = [name for name in ORACLE if fits(name, variable, sizes)]
        if not open_to:
            continue
        structure, bare = rng.choice(open_to), symbol(variable.name, variable.shape)
        function = substituted(function, {variable: bare})
        try:
            node, (x,), asked = with_facts_of_structures(function, (bare,), {bare: structure})
            result = structured_trace(node, (x,), asked).results[0][1]
        except (NoRuleError, DeclarationError):
            continue
        yield seed, structure, node, x, result, sizes, rng


def test_random_structured_gradients_agree_with_differences_along_the_structure():
    wrong, tried = [], dict.fromkeys(ORACLE, 0)
    for seed, structure, *question in questions(range(CASES)):
        verdict = is_wrong_along(structure, *question)
        tried[structure] += verdict is not None
        if verdict:
            wrong.append((seed, structure))
    assert not wrong, f"replay with case(seed): {wrong}"
    assert min(tried.values()) >= 10, tried


def test_every_structure_has_an_oracle_and_directions():
    assert set(ORACLE) == set(STRUCTURES)
    assert set(DIRECTIONS) == set(FLOAT_STRUCTURES) >= {*STRUCTURES, "free"}


@pytest.mark.parametrize("structure", ORACLE)
def test_a_changed_sign_in_a_projection_is_seen_by_lines_and_differences(structure, monkeypatch):
    def with_sign(form):
        def changed(G, X):
            right = form(G, X)
            return right + (right - G) if structure not in {"entries"} else right + G - G.T

        return changed

    row = STRUCTURES[structure]
    broken = dataclasses.replace(row, forms=tuple(map(with_sign, row.forms)))
    monkeypatch.setitem(structured.STRUCTURES, structure, broken)
    shapes = {"vector": "X: n, A: n x n, B: n"}.get(row.shapes, "X: n x n, A: n x n, B: n x n")
    text = "sum((A*X) .* (A*X) .* B)"
    node, shape = parse(text, shapes), read_shapes(shapes)
    node, (x,), asked = with_facts_of_structures(node, (shape["X"],), {shape["X"]: structure})
    trace = structured_trace(node, (x,), asked)
    verdicts = [claim.examine(Plan()).verdict for claim in line_claims(trace, x)]
    assert "refuted" in verdicts
    rng, result = random.Random(3), trace.results[0][1]
    assert is_wrong_along(structure, node, x, result, {"n": 4}, rng) is True


def test_random_gradients_in_factors_agree_with_differences():
    tried = 0
    for seed in range(400):
        function, variable, rng = case(seed)
        if variable.facts or 1 in variable.shape:
            continue
        found = factored_trace(function, variable)
        for factor, (_, result) in zip(found.factors, found.trace.results, strict=True):
            sizes = {**rng.choice(SIZES[:2]), str(factor.shape[1]): 6}  # X has full rank
            verdict = is_wrong(found.function, factor, result, sizes, rng)
            assert not verdict, seed
            tried += verdict is not None
    assert tried > 60


@pytest.mark.parametrize(
    ("structure", "known"),
    [("stiefel", "orthogonal"), ("psd", "symmetric"), ("symetric", "symmetric")],
)
def test_another_name_of_a_structure_is_translated(structure, known):
    with pytest.raises(ArgumentError, match=f"to fix   : structure='{known}'"):
        gradient("tr(S)", "S", shapes="S: n x n", structure=structure)
