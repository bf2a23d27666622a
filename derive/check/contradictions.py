"""Conditions that hold at no point: an answer under one says nothing.

``x != 0`` and its kin (a rank is full, eigenvalues are distinct, one entry is the largest) hold
almost everywhere or nowhere, if no branch is taken on the way.  One that fails at every random
point, with hundreds of bits, fails everywhere.  No size with a name counts as one: there a
matrix is a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb

from derive.check.branches import gaps_of
from derive.check.conditions import nodes_of
from derive.check.evaluate import BallEvaluation, Point
from derive.check.precision import working_precision
from derive.check.sample import MOODS, sample_symbol
from derive.check.stated_properties import certainly_keeps, is_generic
from derive.check.stream import Stream
from derive.check.words import condition_words
from derive.errors import NeverHoldsError, NoRuleError
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.relations import Condition, Relation, Words

BITS = 400
NOTHING = arb(10) ** -60  # what cannot be told from zero and is no larger
MOST_SETS = 4  # of sizes
LEAST_FAILURES = 6

Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Contradiction:
    """A condition that failed at every point tried, and the sizes of these."""

    condition: Condition
    sizes: tuple[Sizes, ...]

    def error(self) -> NeverHoldsError:
        """The error that says so."""
        names = ", ".join(self.sizes[0])
        rows = [", ".join(map(str, row.values())) for row in self.sizes]
        if len(self.sizes[0]) > 1:
            names, rows = f"({names})", [f"({row})" for row in rows]
        at = f", at {names} = {', '.join(rows)}" if names else ""
        return NeverHoldsError(
            f"the answer needs {condition_words(self.condition)}, which never holds: it fails "
            f"at every point that was tried{at}\n"
            f"  to fix   : change the facts, or the expression"
        )


def contradiction(
    conditions: Sequence[Condition],
    definitions: Sequence[tuple[Node, Node]],
    size_sets: Sequence[Sizes],
    stream: Stream,
) -> Contradiction | None:
    """The first condition that fails at every point, at several sizes; None if none does."""
    chosen = list({tuple(sizes.items()): sizes for sizes in size_sets}.values())[:MOST_SETS]
    names = {name for name, _ in definitions}
    meanings = [meaning for _, meaning in definitions]
    for condition in filter(_is_decisive, conditions):
        parts = postorder(*meanings, *nodes_of([condition]))
        if not any(map(gaps_of, parts)):
            symbols = [part for part in parts if part.op == "symbol" and part not in names]
            if _fails_everywhere(condition, symbols, definitions, chosen, stream):
                return Contradiction(condition, tuple(chosen))
    return None


def _is_decisive(condition: Condition) -> bool:
    """Whether a condition that fails at random points fails everywhere."""
    if isinstance(condition, Words):
        return bool(condition.nodes) and is_generic(condition.text)
    if isinstance(condition.right, Words):
        return is_generic(condition.right.text)
    return condition.sign in {"!=", ">", "<"}


def _fails_everywhere(
    condition: Condition,
    symbols: Sequence[Node],
    definitions: Sequence[tuple[Node, Node]],
    size_sets: Sequence[Sizes],
    stream: Stream,
) -> bool:
    """Whether every point at which the condition has a value breaks it."""
    failures = 0
    for sizes in size_sets:
        try:
            batches = {symbol: sample_symbol(symbol, sizes, stream, MOODS) for symbol in symbols}
        except NoRuleError:
            return False
        for k in range(len(MOODS)):
            if not all(batch.is_usable[k] for batch in batches.values()):
                continue
            point = Point(sizes, {symbol: batch.point(k) for symbol, batch in batches.items()})
            with working_precision(BITS):
                fails = _fails(condition, BallEvaluation(point, definitions))
            if fails is False:
                return False
            failures += fails is True
    return failures >= LEAST_FAILURES


def _fails(condition: Condition, evaluation: BallEvaluation) -> bool | None:
    """Whether a condition fails on its edge at a point; None where it has no value."""
    if isinstance(condition, Relation) and not isinstance(condition.right, Words):
        left = evaluation.value(condition.left).entries()
        right = evaluation.value(condition.right).entries()
        gaps = [x - y for x, y in zip(left, right * (len(left) // len(right)), strict=True)]
        return any(map(_is_nothing, gaps)) if all(x.is_finite() for x in gaps) else None
    if isinstance(condition, Words):
        text, node = condition.text, condition.nodes[0]
    else:
        text, node = str(condition.right), condition.left
    value = evaluation.value(node)
    is_known = all(x.is_finite() for x in value.entries())
    return not certainly_keeps(text, value) if is_known else None


def _is_nothing(x: Any) -> bool:
    return bool(x.contains(0) and x.abs_upper() < NOTHING)
