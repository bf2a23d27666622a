"""Inequalities that are linear in what they speak of: whether they can hold together, and where.

Every relation is read as ``sum of rational * atom + rational >= 0`` or ``> 0``; an atom is a
symbol, or a product or function that stays closed.  Atoms are eliminated one by one, each lower
bound set against each upper one (Fourier and Motzkin).  A closed atom is free to take any value
that its sign allows, so "infeasible" is proved and "feasible" is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy
from sympy import Expr

from derive.language.expression import Node, number
from derive.language.law import Law
from derive.language.relations import Condition, Relation
from derive.language.sympy_out import to_sympy

MOST = 400  # inequalities kept at a time; more are not gone into
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
Values = Mapping[Expr, Fraction]


@dataclass(frozen=True)
class Inequality:
    """``sum of weights * atoms + constant >= 0``, or ``> 0`` if it is strict."""

    weights: tuple[tuple[Expr, Fraction], ...]
    constant: Fraction
    is_strict: bool

    def weight(self, atom: Expr) -> Fraction:
        """What stands before an atom."""
        return next((weight for part, weight in self.weights if part == atom), Fraction(0))

    @property
    def is_broken(self) -> bool:
        """Whether it speaks of nothing and is false."""
        too_small = self.constant < 0 or (self.is_strict and self.constant == 0)
        return not self.weights and too_small


def inequalities(conditions: Iterable[Condition]) -> tuple[Inequality, ...]:
    """The conditions that are comparisons by order, and what the signs of their atoms say."""
    found: dict[Inequality, None] = {}
    for condition in conditions:
        read = _read(condition)
        if read is not None:
            found[read] = None
    atoms = dict.fromkeys(atom for one in found for atom, _ in one.weights)
    found.update((sign, None) for atom in atoms for sign in _signs(atom))
    return tuple(found)


def stated_of(law: Law) -> tuple[Relation, ...]:
    """What a law asks of its parameters, as far as it is said by comparisons of order."""
    found: list[Relation] = []
    for place, value in zip(law.parameters, law.values, strict=True):
        if {"positive", "probability"} & set(place.facts):
            found.append(Relation(value, ">", number(0)))
        if "probability" in place.facts:
            found.append(Relation(value, "<", number(1)))
    return (*found, *type(law).needs(*law.values))


def can_hold(conditions: Iterable[Condition]) -> bool:
    """Whether nothing says that the conditions contradict each other.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> a, b, c = map(symbol, "abc")
    >>> can_hold([Relation(a, "<", b), Relation(b, "<", c), Relation(c, "<=", a)])
    False
    """
    return _eliminated(inequalities(conditions)) is not None


def implied(condition: Condition, premises: Iterable[Condition]) -> bool:
    """Whether a comparison certainly holds where the premises do."""
    if not isinstance(condition, Relation) or condition.sign not in OPPOSITE:
        return False
    turned = Relation(condition.left, OPPOSITE[condition.sign], condition.right)
    return _read(turned) is not None and not can_hold((*premises, turned))


def point_near(conditions: Iterable[Condition], wished: Values) -> dict[Expr, Fraction] | None:
    """Values for which all comparisons hold, as wished where they may be; None if none are found.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> a, b = map(symbol, "ab")
    >>> point_near([Relation(a, "<", b), Relation(b, "<=", a + 1)], {})
    {b: Fraction(0, 1), a: Fraction(-1, 2)}
    """
    stages = _eliminated(inequalities(conditions))
    if stages is None:
        return None
    staged = {atom for atom, _ in stages}
    free = {a for _, bounds in stages for one in bounds for a, _ in one.weights} - staged
    values = {a: wished.get(a, Fraction(0)) for a in sorted(free, key=sympy.default_sort_key)}
    for atom, bounds in reversed(stages):
        value = _between(atom, bounds, values, wished.get(atom, Fraction(0)))
        if value is None:
            return None
        values[atom] = value
    return values


def _read(condition: Condition) -> Inequality | None:
    """A comparison of scalars by order; None of anything else."""
    if not isinstance(condition, Relation) or not isinstance(condition.right, Node):
        return None
    if condition.sign not in OPPOSITE or not condition.left.is_scalar:
        return None
    low, high = to_sympy(condition.left), to_sympy(condition.right)
    gap = sympy.expand(high - low if condition.sign[0] == "<" else low - high)
    weights: list[tuple[Expr, Fraction]] = []
    constant = Fraction(0)
    for atom, weight in gap.as_coefficients_dict().items():
        if not (weight.is_Rational and atom.is_commutative) or atom.has(sympy.nan, sympy.oo):
            return None
        value = Fraction(int(weight.p), int(weight.q))
        if atom == 1:
            constant += value
        elif value:
            weights.append((atom, value))
    weights.sort(key=lambda pair: sympy.default_sort_key(pair[0]))
    return Inequality(tuple(weights), constant, len(condition.sign) == 1)


def _signs(atom: Expr) -> tuple[Inequality, ...]:
    """What is known of one atom."""
    one = ((atom, Fraction(1)),)
    if atom.is_positive:
        least = Inequality(one, Fraction(-1), False)
        return (least,) if atom.is_integer else (Inequality(one, Fraction(0), True),)
    if atom.is_nonnegative:
        return (Inequality(one, Fraction(0), False),)
    turned = ((atom, Fraction(-1)),)
    if atom.is_negative:
        return (Inequality(turned, Fraction(0), True),)
    return (Inequality(turned, Fraction(0), False),) if atom.is_nonpositive else ()


def _eliminated(given: Sequence[Inequality]) -> list[tuple[Expr, list[Inequality]]] | None:
    """The atoms in the order of elimination with their bounds; None if the whole is false."""
    stages: list[tuple[Expr, list[Inequality]]] = []
    rest = list(given)
    while True:
        if any(one.is_broken for one in rest):
            return None
        atoms = list(dict.fromkeys(atom for one in rest for atom, _ in one.weights))
        if not atoms or len(rest) > MOST:
            return stages
        atom = min(atoms, key=lambda a: _pairs(rest, a))
        bounds = [one for one in rest if one.weight(atom)]
        stages.append((atom, bounds))
        rest = [one for one in rest if not one.weight(atom)] + _set_against(bounds, atom)
        rest = list(dict.fromkeys(rest))


def _pairs(rest: Sequence[Inequality], atom: Expr) -> int:
    lower = sum(one.weight(atom) > 0 for one in rest)
    return lower * sum(one.weight(atom) < 0 for one in rest)


def _set_against(bounds: Sequence[Inequality], atom: Expr) -> list[Inequality]:
    """Every lower bound of an atom with every upper one."""
    lower = [one for one in bounds if one.weight(atom) > 0]
    upper = [one for one in bounds if one.weight(atom) < 0]
    return [_without(atom, low, high) for low in lower for high in upper]


def _without(atom: Expr, low: Inequality, high: Inequality) -> Inequality:
    first, second = 1 / low.weight(atom), -1 / high.weight(atom)
    total: dict[Expr, Fraction] = {}
    for factor, one in ((first, low), (second, high)):
        for part, weight in one.weights:
            total[part] = total.get(part, Fraction(0)) + factor * weight
    kept = sorted(
        ((a, w) for a, w in total.items() if w), key=lambda p: sympy.default_sort_key(p[0])
    )
    constant = first * low.constant + second * high.constant
    return Inequality(tuple(kept), constant, low.is_strict or high.is_strict)


def _between(
    atom: Expr, bounds: Sequence[Inequality], values: Values, wished: Fraction
) -> Fraction | None:
    """A value between the bounds: the wished one, or one as far inside as it lay outside."""
    low: Fraction | None = None
    high: Fraction | None = None
    is_open_below = is_open_above = False
    for one in bounds:
        weight = one.weight(atom)
        known = sum((w * values[a] for a, w in one.weights if a != atom), one.constant)
        end = -known / weight
        if weight > 0 and (low is None or end >= low):
            is_open_below = one.is_strict or (end == low and is_open_below)
            low = end
        elif weight < 0 and (high is None or end <= high):
            is_open_above = one.is_strict or (end == high and is_open_above)
            high = end
    keeps_low = low is None or wished > low or (wished == low and not is_open_below)
    keeps_high = high is None or wished < high or (wished == high and not is_open_above)
    if keeps_low and keeps_high:
        return wished
    if low is None or high is None:
        if low is not None:
            return low + (abs(wished - low) or 1)
        assert high is not None
        return high - (abs(wished - high) or 1)
    if low > high or (low == high and (is_open_below or is_open_above)):
        return None
    share = abs(wished - low) / (1 + abs(wished - low)) or Fraction(1, 2)
    return low + (high - low) * share
