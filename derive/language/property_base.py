"""What is known of a node (range and properties), and what the rules of properties share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from derive.language.expression import Node
from derive.language.ranges import (
    INSIDE_ONE,
    INSIDE_UNIT,
    NEGATIVE,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT,
    WITHIN_ONE,
    Range,
    exactly,
)

Names: TypeAlias = frozenset[str]

NOTHING: Names = frozenset()
PSD: Names = frozenset({"symmetric", "psd"})
SPD: Names = frozenset({"symmetric", "psd", "spd", "invertible"})
ZEROS: Names = frozenset({"diagonal", "lower", "upper"})  # where entries are zero
TURNED = {"lower": "upper", "upper": "lower"}
KEPT_BY_INVERSION: Names = SPD | ZEROS | {"orthogonal"}
KEPT_ENTRY_BY_ENTRY: Names = PSD | {"spd", "diagonal"}  # by products of entries: Schur

ONE = exactly(1)

FACT_RANGES: dict[str, Range] = {
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "negative": NEGATIVE,
    "probability": INSIDE_UNIT,
    "simplex": UNIT,
    "onehot": UNIT,
    "onehot_rows": UNIT,
    "binary": UNIT,
    "sign": WITHIN_ONE,
}
MAP_RANGES: dict[str, Range] = {
    "real": REAL,
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "unit": INSIDE_UNIT,
    "inside_one": WITHIN_ONE,
    "strictly_inside_one": INSIDE_ONE,
}


@dataclass(frozen=True, slots=True)
class Properties:
    """The range of the entries of a node, and what else is provable of it."""

    entries: Range = REAL
    names: Names = NOTHING


def known(node: Node) -> Properties:
    """What was proved of an argument."""
    found: Properties = node._properties
    return found


def common(arguments: Iterable[Node]) -> Names:
    """The properties that all arguments share."""
    return frozenset.intersection(*(known(arg).names for arg in arguments))


def nothing(node: Node) -> Properties:
    """The rule of operators that say nothing."""
    return Properties()


def within(entries: Range) -> Callable[[Node], Properties]:
    """The rule of operators of which only the range is known."""
    return lambda node: Properties(entries)


def sign_of(inside: Properties) -> Range:
    """The sign of what is positive for spd matrices and not negative for psd ones."""
    if "spd" in inside.names:
        return POSITIVE
    return NONNEGATIVE if "psd" in inside.names else REAL
