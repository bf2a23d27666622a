"""What a law of largest entropy has to satisfy: where its values lie, and means it must have.

In: ``{"x": "mu", "(x - mu)^2": "sigma^2"}`` or texts ``"E[x] = mu"``, and a support as text such
as ``"R"``, ``"(0, oo)"``, ``"[a, b]"``, ``"{0, 1, 2, ...}"``, or a list of points.  Out: nodes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy

from derive.engine.naming import substituted
from derive.errors import ArgumentError, DomainError, LimitError
from derive.language.expression import Node, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import postorder
from derive.language.law import Parameter, parameter_value
from derive.language.properties import range_of
from derive.language.support import REAL_LINE, Support
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy
from derive.reading import parse

MOST_CONSTRAINTS = 4
MOST_POINTS = 50
_EQUATION = re.compile(r"\s*(E|Var)\s*\[(.*)\]\s*={1,2}\s*(.*\S)\s*", re.DOTALL)
_AFTER = re.compile(r"[,;]\s*(?=(?:E|Var)\s*\[)")
_INTERVAL = re.compile(r"\s*([(\[])(.*),(.*)([)\]])\s*", re.DOTALL)
INFINITE = {"oo", "inf", "infinity", "∞", "+oo", "-oo", "-inf", "-infinity", "-∞"}


@dataclass(frozen=True)
class MeanConstraint:
    """``E[function] = value``."""

    function: Node
    value: Node


@dataclass(frozen=True)
class Points:
    """A finite set of numbers."""

    values: tuple[Fraction, ...]


# --- the support ---------------------------------------------------------------------------


def support_of(value: Any) -> Support | Points:
    """The set on which the law lives.

    Raises
    ------
    ArgumentError
        It cannot be read.
    DomainError
        An interval is empty.
    """
    if isinstance(value, Support):
        return value
    if isinstance(value, (list, tuple, range, set, frozenset)):
        return _points([_number(v) for v in value])
    if not isinstance(value, str):
        raise _unread(value)
    text = value.strip()
    if text in {"R", "ℝ", "(-oo, oo)", "(-inf, inf)"}:
        return REAL_LINE
    if text.startswith("{") and text.endswith("}"):
        return _listed([part.strip() for part in text[1:-1].split(",")], value)
    found = _INTERVAL.fullmatch(text)
    if found is None:
        raise _unread(value)
    low, high = (_end(found[k].strip()) for k in (2, 3))
    if low is not None and high is not None:
        gap = to_sympy(high - low)
        if gap.is_nonpositive:
            raise DomainError(f"the support {text} is empty: its lower end is not below the upper")
    return Support(low, high, is_closed=low is not None and high is not None)


def _listed(parts: list[str], value: str) -> Support | Points:
    """``{0, 1, 2, ...}``, ``{1, ..., 6}`` or points one by one."""
    if parts.count("...") > 1 or parts[0] == "...":
        raise _unread(value)
    if "..." not in parts:
        return _points([_number(part) for part in parts])
    place = parts.index("...")
    start = [_number(part) for part in parts[:place]]
    steps = {b - a for a, b in pairwise(start)} or {Fraction(1)}
    if steps != {Fraction(1)} or any(v.denominator != 1 for v in start):
        raise _unread(value)
    if place == len(parts) - 1:
        return Support(number(start[0]), None, is_whole=True)
    last = _number(parts[-1])
    return _points([start[0] + k for k in range(int(last - start[0]) + 1)])


def _points(values: Sequence[Fraction]) -> Points:
    if len(set(values)) != len(values) or not values:
        raise ArgumentError("the points of a support are different numbers, at least one")
    if len(values) > MOST_POINTS:
        raise LimitError(f"{len(values)} points are over the limit of {MOST_POINTS}")
    return Points(tuple(sorted(values)))


def _number(value: Any) -> Fraction:
    node = parse(value) if isinstance(value, str) else None
    node = parameter_value("support", Parameter("point", "real", "point"), node or value)
    if not node.is_number:
        raise ArgumentError(f"the points of a support are numbers, got {node!r}")
    return Fraction(node.data)


def _end(text: str) -> Node | None:
    return None if text in INFINITE else parse(text, undeclared="scalar")


def _unread(value: Any) -> ArgumentError:
    return ArgumentError(
        f"no support is written {str(value)[:60]!r}\n"
        "  to fix   : give 'R', '(0, oo)', '[a, b]', '{0, 1, 2, ...}', '{1, 2, ..., 6}' or a list"
    )


# --- the constraints -----------------------------------------------------------------------


def mean_constraints(value: Any, of: str, facts: tuple[str, ...]) -> tuple[MeanConstraint, ...]:
    """The means that are given, as nodes in the value of the law.

    Raises
    ------
    ArgumentError
        One is no function of the value, or no equation of a mean.
    LimitError
        There are more than four.
    """
    pairs = _pairs(value)
    if len(pairs) > MOST_CONSTRAINTS:
        raise LimitError(f"{len(pairs)} constraints are over the limit of {MOST_CONSTRAINTS}")
    nodes = [(_scalar(f, "function"), _scalar(c, "value")) for f, c in pairs]
    variable = symbol(of, (1, 1), close_facts(facts, of, (1, 1)))
    symbols = {s for pair in nodes for n in pair for s in postorder(n) if s.op == "symbol"}
    named = {s: variable for s in symbols if s.name == of}
    found = []
    for function, mean in nodes:
        placed = substituted(function, named)
        if variable not in placed.symbols:
            raise ArgumentError(
                f"the constraint on {function!r} does not speak of the value {of}\n"
                f"  to fix   : give functions of {of}, such as {{'{of}': 'mu'}}"
            )
        if of in {s.name for s in mean.symbols}:
            raise ArgumentError(f"the mean of {function!r} cannot depend on {of}, got {mean!r}")
        found.append(MeanConstraint(placed, mean))
    return tuple(found)


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return list(value.items())
    texts = _AFTER.split(value) if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)):
        raise _not_means(value)
    found = []
    for text in texts:
        match = _EQUATION.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise _not_means(text)
        found.append((match[1], match[2].strip(), match[3]))
    means = {function: mean for kind, function, mean in found if kind == "E"}
    return [
        (function if kind == "E" else _square_about_mean(function, means), value)
        for kind, function, value in found
    ]


def _square_about_mean(function: str, means: Mapping[str, str]) -> str:
    """The function whose mean is a variance, where the mean is held too."""
    if function not in means:
        short = function[:60]
        raise ArgumentError(
            f"the variance of {short} is held, and its mean is not\n"
            f"  to fix   : give the mean beside it, E[{short}] = m, Var[{short}] = v"
        )
    return f"({function} - ({means[function]}))^2"


def _not_means(value: Any) -> ArgumentError:
    return ArgumentError(
        f"constraints are means, got {str(value)[:60]!r}\n"
        "  to fix   : give {'x': 'mu', '(x - mu)^2': 'sigma^2'} or ['E[x] = mu']"
    )


def _scalar(value: Any, what: str) -> Node:
    if isinstance(value, str):
        value = parse(value, undeclared="scalar")
    elif isinstance(value, sympy.Basic):
        value = from_sympy(value)
    return parameter_value("maximum_entropy", Parameter(what, "real", what), value)


def with_signs(
    constraints: Sequence[MeanConstraint], support: Support | Points
) -> tuple[MeanConstraint, ...]:
    """The constraints where a letter that is the mean of something positive is positive."""
    positive = set()
    for constraint in constraints:
        low, _ = bounds_of(constraint.function, support)
        if low is not None and low.is_number and low.data >= 0:
            root = constraint.value
            if root.op == "pow" and root.args[1].is_number:
                root = root.args[0]
            if root.op == "symbol":
                positive.add(root)
    renamed = {
        s: symbol(s.name, (1, 1), close_facts((*sorted(s.facts), "positive"), s.name, (1, 1)))
        for s in positive
    }
    return with_symbols(constraints, renamed)


def with_symbols(
    constraints: Sequence[MeanConstraint], renamed: Mapping[Node, Node]
) -> tuple[MeanConstraint, ...]:
    """The constraints with symbols replaced."""
    return tuple(
        MeanConstraint(substituted(c.function, renamed), substituted(c.value, renamed))
        for c in constraints
    )


def bounds_of(function: Node, support: Support | Points) -> tuple[Node | None, Node | None]:
    """Bounds that a mean of the function lies strictly between; None where there is none."""
    if isinstance(support, Points):
        return None, None
    if function.op == "symbol":
        return support.lower, support.upper
    found = range_of(function)
    ends = (found.low, found.high)
    return tuple(  # type: ignore[return-value] # two ends
        None if abs(end) == float("inf") else number(Fraction(end)) for end in ends
    )


def require_feasible(constraints: Sequence[MeanConstraint], support: Support) -> None:
    """Raise unless each mean may lie where the function has values.

    Raises
    ------
    DomainError
        Names the mean and the bound that it breaks.
    """
    for constraint in constraints:
        bounds = bounds_of(constraint.function, support)
        for bound, sign, word in zip(bounds, (1, -1), ("above", "below"), strict=True):
            if bound is None:
                continue
            gap = to_sympy(constraint.value - bound) * sign
            if gap.is_nonpositive:
                raise DomainError(
                    f"no density on {support} has E[{constraint.function!r}] = "
                    f"{constraint.value!r}: it lies strictly {word} {bound!r}\n"
                    f"  to fix   : give a mean {word} {bound!r}"
                )
