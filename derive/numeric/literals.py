"""Texts of numbers, of sizes and of the docstring of a generated function."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.errors import DomainError
from derive.language.expression import Node
from derive.language.sizes import Size, shape_text
from derive.numeric.forms import ATOM, PRODUCT, SUM
from derive.numeric.terms import Term

LARGEST_INTEGER = 2**53
LINE_OF_DOCSTRING = 84


@dataclass(frozen=True)
class Output:
    """One result: its name as given, its node and its term."""

    name: str
    node: Node
    term: Term


def number_text(value: Fraction) -> tuple[str, int]:
    """An exact number as a literal, or as a quotient of two."""
    try:
        nearest = float(value)
    except OverflowError:
        raise DomainError("a number is too large for floating point (1.8e308)") from None
    if value and not nearest:
        raise DomainError("a number is too small for floating point (4.9e-324)")
    level = SUM if value < 0 else ATOM
    if value.denominator == 1:
        is_small = abs(value) <= LARGEST_INTEGER
        return (str(value.numerator) if is_small else repr(nearest)), level
    is_exact = value.denominator & (value.denominator - 1) == 0
    is_short = max(abs(value.numerator), value.denominator) <= LARGEST_INTEGER
    if is_exact or not is_short:
        return repr(nearest), level
    return f"{value.numerator} / {value.denominator}", SUM if value < 0 else PRODUCT


def size_source(name: str, node: Node, identifier: str, is_stack: bool) -> str | None:
    """How a size is read off an argument of this shape, if it can be."""
    axes = [axis for axis, size in enumerate(node.shape) if size != 1]
    is_row = node.shape[0] == 1 and node.shape[1] != 1
    for place, axis in enumerate(axes):
        size = node.shape[axis]
        if not isinstance(size, Size) or size.names != {name}:
            continue
        if not all(isinstance(atom, str) for monomial, _ in size.terms for atom in monomial):
            continue
        by_power = {len(monomial): coefficient for monomial, coefficient in size.terms}
        if set(by_power) - {0, 1}:
            continue
        index = (place - len(axes)) if is_stack else (axis if is_row else place)
        text = f"{identifier}.shape[{index}]"
        offset, factor = by_power.get(0, 0), by_power[1]
        if offset:
            text = f"{text} - {offset}" if offset > 0 else f"{text} + {-offset}"
        if factor == 1:
            return text
        return f"({text}) // {factor}" if offset else f"{text} // {factor}"
    return None


def shapes_text(arguments: Mapping[Node, str]) -> str:
    return ", ".join(f"{name}: {shape_text(node.shape)}" for node, name in arguments.items())


def docstring(
    outputs: Sequence[Output],
    arguments: Sequence[Node],
    identifiers: Sequence[str],
    told: Iterable[str],
    is_stack: bool,
) -> list[str]:
    """The docstring: what comes out, then what goes in, with shapes; the sizes told last."""
    results = [f"{_plain(o.name)} ({_plain(shape_text(o.node.shape))})" for o in outputs]
    shapes = [
        f"{identifier}: {_plain(shape_text(node.shape))}"
        for node, identifier in zip(arguments, identifiers, strict=True)
    ] + [f"{identifier}: whole number" for identifier in told]
    ending = ", with leading batch axes." if is_stack else "."
    head = _wrapped('"""Return ', results, ending)
    return [*head, "", *_wrapped("Arguments: ", shapes or ["none"], "."), '"""']


def _wrapped(start: str, items: Sequence[str], ending: str) -> list[str]:
    """A list in words, broken only between items."""
    glued = [item.replace(" ", "\0") for item in items]
    lines = textwrap.wrap(f"{start}{', '.join(glued)}{ending}", LINE_OF_DOCSTRING)
    return [line.replace("\0", " ") for line in lines]


def _plain(text: str) -> str:
    """A user's text as it may stand in a docstring: no quotes, escapes or line breaks."""
    return "".join(c if c.isalnum() or c in "_ *+-" else "_" for c in text)
