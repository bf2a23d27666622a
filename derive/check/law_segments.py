"""Intervals between two cuts of an integral, and the evenly spaced places on them.

A double-exponential change of variable (takahasi1974) makes places of the whole line of those
between two ends.  What a law weighs at a place, and what is known there, is found once for all
functions that are averaged, and for many places at a time.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress
from typing import Any, NamedTuple

import flint
from flint import arb

from derive.check.law_functions import Memo, Program

NOTHING_LEFT = arb(2) ** -(10**6)  # no power of a place of the support makes up for this


class Changed(NamedTuple):
    """``pi/2 cosh t``, ``e = exp(pi/2 sinh t)``, ``1/(1 + e)``; how many t come before 0."""

    slopes: list[Any]
    stretched: list[Any]
    below: list[Any]
    early: int


@dataclass
class Block:
    """Places of one spacing that follow one another.

    Attributes
    ----------
    numbers : range
        In units of the spacing.
    living : list of int
        The numbers of the places that weigh anything.
    weights, places : list of arb
        One for each of these.
    memo : dict
        Columns of what is known at them.
    """

    numbers: range
    living: list[int]
    weights: list[Any]
    places: list[Any]
    memo: Memo

    def terms(self, program: Program, wanted: range) -> dict[int, Any]:
        """Weight times value at the living places that are wanted."""
        terms = map(operator.mul, self.weights, program(self.places, self.memo))
        found = zip(self.living, terms, strict=True)
        if wanted[0] <= self.numbers[0] and self.numbers[-1] <= wanted[-1]:
            return dict(found)
        return {k: term for k, term in found if wanted[0] <= k <= wanted[-1]}


@dataclass
class Segment:
    """An interval between two cuts, ``None`` for no end; `scale` is the width of the bulk."""

    start: Any
    stop: Any
    scale: Any
    blocks: dict[int, list[Block]] = field(default_factory=dict)

    def spread(self, changed: Changed) -> tuple[list[Any], list[Any]]:
        """x and dx/dt at places of the changed variable t, in order."""
        slopes, stretched, below, early = changed
        start, stop, scale = self.start, self.stop, self.scale
        if stop is None or start is None:
            far = [scale * e for e in stretched]
            places = [start + x for x in far] if stop is None else [stop - x for x in far]
            return places, list(map(operator.mul, far, slopes))
        width = stop - start
        near = [width * e * b for e, b in zip(stretched[:early], below, strict=False)]
        away = [width * b for b in below[early:]]
        places = [start + x for x in near] + [stop - x for x in away]
        shares = [x * b for x, b in zip(near, below, strict=False)]
        shares += [x * (1 - b) for x, b in zip(away, below[early:], strict=True)]
        return places, list(map(operator.mul, shares, slopes))

    def terms(
        self, level: int, wanted: range, density: Program, program: Program
    ) -> dict[int, Any]:
        """The integrand at those places of spacing 1/2^level that weigh anything, by number."""
        if not wanted:
            return {}
        blocks = self.blocks.setdefault(level, [])
        for numbers in _missing(blocks, wanted):
            blocks.append(self._block(level, numbers, density))
        found: dict[int, Any] = {}
        for block in blocks:
            if block.numbers[0] <= wanted[-1] and wanted[0] <= block.numbers[-1]:
                found |= block.terms(program, wanted)
        return found

    def _block(self, level: int, numbers: range, density: Program) -> Block:
        """Places, and how much the density weighs there."""
        memo: Memo = {}
        places, slopes = self.spread(_spaced(level, numbers, flint.ctx.prec))
        heights = density(places, memo)
        weights = [height.exp() * slope for height, slope in zip(heights, slopes, strict=True)]
        alive = [not _is_nothing(weight) for weight in weights]

        def kept(column: Sequence[Any]) -> list[Any]:
            return list(compress(column, alive))

        known = {node: kept(column) for node, column in memo.items()}
        return Block(numbers, kept(numbers), kept(weights), kept(places), known)


def _missing(blocks: list[Block], wanted: range) -> list[range]:
    """What is wanted and not there, with what lies between; the blocks have no gaps."""
    if not blocks:
        return [wanted]
    first = min(block.numbers[0] for block in blocks)
    last = max(block.numbers[-1] for block in blocks)
    step = wanted.step
    parts = (range(wanted[0], first, step), range(last + step, wanted[-1] + step, step))
    return [part for part in parts if part]


def _is_nothing(weight: Any) -> bool:
    return bool(weight.is_zero() or (weight.is_finite() and weight.abs_upper() < NOTHING_LEFT))


def changed(column: Sequence[Any]) -> Changed:
    """The change of variable at a column of balls, in order."""
    half = arb.pi() / 2
    stretched = [(half * t.sinh()).exp() for t in column]
    slopes, below = [half * t.cosh() for t in column], [1 / (1 + e) for e in stretched]
    return Changed(slopes, stretched, below, sum(bool(t < 0) for t in column))


@lru_cache(maxsize=500)
def _spaced(level: int, numbers: range, bits: int) -> Changed:
    """The change of variable at evenly spaced places, the same for every law."""
    return changed([arb(k) / 2**level for k in numbers])
