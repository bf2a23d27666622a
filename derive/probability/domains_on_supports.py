"""Where a function of a random value must be defined: at every value that the law can take.

In: a function and a law.  Out: what must hold between the parameters, or an error that names
the values at which the function has none.  A finite support is gone through point by point.
On an interval a condition ``u(x) > 0`` is decided at the ends, if u is linear, monotone or
concave there; single points of an interval have no mass, so a zero at an end does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from derive.engine.conditions import asked as asked_for
from derive.engine.conditions import open_parts
from derive.engine.decisions import decided, put_into
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.errors import DeriveError, DomainError, NoClosedFormError
from derive.language.expression import Node, negative, number
from derive.language.functions import postorder
from derive.language.inequalities import can_hold, implied, stated_of
from derive.language.law import Law
from derive.language.properties import is_nonnegative, is_positive
from derive.language.relations import Condition, Relation
from derive.language.sympy_out import to_sympy
from derive.language.whole_numbers import is_whole
from derive.rules.domains import DOMAINS

ZERO = number(0)
SMOOTH = {sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tanh, sympy.atan}


def needed_on_support(function: Node, variable: Node, law: Law) -> tuple[Relation, ...]:
    """What must hold for a function to be defined wherever the law has mass.

    Raises
    ------
    DomainError
        It is undefined at some value of the law, whatever the parameters.
    NoClosedFormError
        Nothing proves that it is defined at all values, and no condition is known that would.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.functions import elementwise
    >>> from derive.language.laws.intervals import Arcsine
    >>> x = symbol("x")
    >>> needed_on_support(elementwise("log", x), x, Arcsine("a", "b"))
    (Relation(left=a, sign='>=', right=0),)
    """
    asked = _Asked(function, variable, law)
    found: dict[Relation, None] = {}
    if law.support.points is not None and function.depends_on(variable):
        for point in law.support.points:
            found.update(dict.fromkeys(asked.at(point)))
    else:
        for condition in _defined(function, variable):
            found.update(dict.fromkeys(asked.everywhere(condition)))
    if not can_hold((*stated_of(law), *found)):
        needed = " and ".join(map(asked_for, found))
        raise DomainError(
            f"{function!r:.120} is not defined wherever {law!r} has mass\n"
            f"  because  : it needs {needed}\n"
            f"  to fix   : choose a function that is defined on {law.support}"
        )
    return _without_implied(tuple(found), stated_of(law))


def _without_implied(
    found: tuple[Relation, ...], stated: tuple[Relation, ...]
) -> tuple[Relation, ...]:
    """The relations but for those that follow from the others."""
    kept = found
    for one in reversed(found):
        others = tuple(r for r in kept if r is not one)
        signs = ("<", ">") if one.sign == "!=" else (one.sign,)
        stronger = (Relation(one.left, sign, one.right) for sign in signs)
        if any(implied(r, (*stated, *others)) for r in stronger):
            kept = others
    return kept


def _defined(function: Node, variable: Node) -> Iterator[Condition]:
    """What each part of a function needs to have a value; ``|u| <= 1`` as two comparisons."""
    for part in postorder(function):
        if part.op == "pow" and part.args[1].depends_on(variable) and not is_whole(part.args[1]):
            yield Relation(part.args[0], ">", ZERO)
            continue
        if _is_power_of_zero(part):
            yield Relation(part.args[1], ">", ZERO)
            continue
        domain = DOMAINS.get(part.op)
        for condition in () if domain is None else domain.defined(part):
            yield from _without_modulus(condition)


def _is_power_of_zero(part: Node) -> bool:
    """Whether a part is a power with a name above a base that may be 0 and is never below."""
    if part.op != "pow" or part.args[1].is_number or is_whole(part.args[1]):
        return False
    return is_nonnegative(part.args[0]) and not is_positive(part.args[0])


def _without_modulus(condition: Condition) -> Iterator[Condition]:
    if not isinstance(condition, Relation) or condition.sign not in {"<", "<="}:
        yield condition
        return
    left, right = condition.left, condition.right
    if left.op == "map" and left.data == "abs" and isinstance(right, Node):
        turned = condition.sign.replace("<", ">")
        yield Relation(right - left.args[0], turned, ZERO)
        yield Relation(right + left.args[0], turned, ZERO)
    else:
        yield condition


@dataclass(frozen=True)
class _Asked:
    """A function that is averaged under a law."""

    function: Node
    variable: Node
    law: Law

    def at(self, point: int) -> Iterator[Relation]:
        """What the function needs at one value."""
        try:
            there = substituted(self.function, {self.variable: number(point)})
            conditions = list(_defined(there, self.variable))
        except DeriveError as error:
            raise self._undefined(f"at {self.variable.name} = {point}") from error
        for condition in conditions:
            yield from self._settled(condition, f"at {self.variable.name} = {point}")

    def everywhere(self, condition: Condition) -> Iterator[Relation]:
        """What a condition on the value asks of the parameters."""
        nodes = (condition.left,) if isinstance(condition, Relation) else condition.nodes
        if not any(node.depends_on(self.variable) for node in nodes):
            yield from self._settled(condition, "")
            return
        if decided(condition) is True:
            return
        if not isinstance(condition, Relation) or not isinstance(condition.right, Node):
            raise self._unproved(condition)
        gap = tidy(condition.left - condition.right)
        if condition.sign == "!=":
            yield from self._not_zero(gap)
        elif condition.sign in {">", ">="}:
            yield from self._positive(gap, condition.sign)
        else:
            raise self._unproved(condition)

    def _not_zero(self, u: Node) -> Iterator[Relation]:
        """Of a density a zero does no harm by itself: what diverges there has no mean."""
        if not self.law.support.is_whole:
            return
        try:
            found = list(self._positive(u, ">"))
        except DeriveError:
            found = list(self._positive(tidy(negative(u)), ">"))
        yield from found

    def _positive(self, u: Node, sign: str) -> Iterator[Relation]:
        """What makes u positive at all values, but for ends without mass."""
        sign = sign if self.law.support.is_whole else ">="
        if is_positive(u) or (sign == ">=" and is_nonnegative(u)):
            return
        if not u.depends_on(self.variable):
            yield from self._settled(Relation(u, sign, ZERO), "")
        elif u.op == "mul":
            yield from self._product(u, sign)
        elif _base(u) is not u:
            yield from self._positive(_base(u), sign)
        else:
            yield from self._by_shape(u, sign)

    def _product(self, u: Node, sign: str) -> Iterator[Relation]:
        """Every factor positive; two that are negative are turned."""
        turned = [f for f in u.args if is_positive(negative(f))]
        rest = [f for f in u.args if f not in turned and not is_positive(f)]
        if not rest and len(turned) % 2:
            raise self._undefined("")
        if len(rest) == 1:
            (factor,) = rest
            yield from self._factor(tidy(negative(factor)) if len(turned) % 2 else factor, sign)
            return
        try:
            if rest and len(turned) % 2:
                rest[0] = tidy(negative(rest[0]))
            found = [r for factor in rest for r in self._factor(factor, sign)]
        except DomainError as error:  # they may be negative together
            raise self._unproved(Relation(u, sign, ZERO)) from error
        yield from found

    def _factor(self, u: Node, sign: str) -> Iterator[Relation]:
        """One factor positive; what does not move may not be 0."""
        if not u.depends_on(self.variable):
            yield from self._settled(Relation(_base(u), ">", ZERO), "")
        elif u.op == "mul":  # one factor with its sign turned
            yield from self._by_shape(u, sign)
        elif not (sign == ">=" and is_nonnegative(u)):
            yield from self._positive(_base(u), sign)

    def _by_shape(self, u: Node, sign: str) -> Iterator[Relation]:
        """At the ends, where u is linear, monotone or concave; a square and more everywhere."""
        expr, x = to_sympy(u), to_sympy(self.variable)
        low, high = self.law.support.lower, self.law.support.upper
        slope = sympy.simplify(sympy.diff(expr, x))
        if not slope.has(x):
            yield from self._linear(u, slope, sign)
            return
        bend = sympy.simplify(sympy.diff(slope, x))
        if not _is_continuous(expr, x):
            raise self._unproved(Relation(u, sign, ZERO))
        if slope.is_nonnegative and low is not None:
            yield from self._at(u, low, sign)
        elif slope.is_nonpositive and high is not None:
            yield from self._at(u, high, sign)
        elif bend.is_nonpositive and low is not None and high is not None:
            yield from self._at(u, low, sign)
            yield from self._at(u, high, sign)
        elif not (bend.is_positive and not bend.has(x) and _least(expr, x, bend).is_positive):
            raise self._unproved(Relation(u, sign, ZERO))

    def _linear(self, u: Node, slope: sympy.Expr, sign: str) -> Iterator[Relation]:
        """A linear u is positive if it is so at both ends, or at one and does not fall from it."""
        low, high = self.law.support.lower, self.law.support.upper
        if low is None and high is None:
            raise self._undefined(f"on a part of {self.law.support}")
        x = self.variable
        along = tidy(substituted(u, {x: number(1)}) - substituted(u, {x: ZERO}))
        if low is not None and not (slope.is_nonpositive and high is not None):
            yield from self._at(u, low, sign)
        if high is not None and not (slope.is_nonnegative and low is not None):
            yield from self._at(u, high, sign)
        if low is None or high is None:
            away = Relation(along, ">=" if high is None else "<=", ZERO)
            yield from self._settled(away, f"on a part of {self.law.support}")

    def _at(self, u: Node, end: Node, sign: str) -> Iterator[Relation]:
        there = put_into(Relation(u, sign, ZERO), {self.variable: end})
        yield from self._settled(there, f"near {self.variable.name} = {end!r}")

    def _settled(self, condition: Condition, where: str) -> Iterator[Relation]:
        """The open parts of a condition on the parameters.

        Raises
        ------
        DomainError
            It never holds.
        """
        stated = stated_of(self.law)
        for part in open_parts(condition):
            if not isinstance(part, Relation) or not isinstance(part.right, Node):
                raise self._unproved(part)
            if decided(part) is False or not can_hold((*stated, part)):
                raise self._undefined(where, part)
            if not implied(part, stated):
                yield part

    def _undefined(self, where: str, needed: Relation | None = None) -> DomainError:
        text = f"{self.function!r:.120} has no value {where}".rstrip()
        reason = "" if needed is None else f"\n  because  : {asked_for(needed)} fails"
        return DomainError(
            f"{text}, where {self.law!r} has mass{reason}\n"
            f"  to fix   : choose a function that is defined on {self.law.support}"
        )

    def _unproved(self, condition: Condition) -> NoClosedFormError:
        return NoClosedFormError(
            f"nothing proves that {self.function!r:.120} is defined wherever {self.law!r} "
            f"has mass\n  needed   : {asked_for(condition)}\n"
            f"  to fix   : declare facts of the letters, or give numbers"
        )


def _is_continuous(expr: sympy.Expr, x: sympy.Symbol) -> bool:
    """Whether nothing in it has a pole between the ends."""
    functions = {part.func for part in expr.atoms(sympy.Function) if part.has(x)}
    below = [p.base for p in expr.atoms(sympy.Pow) if p.base.has(x) and not p.exp.is_nonnegative]
    return functions <= SMOOTH and all(base.is_positive for base in below)


def _base(factor: Node) -> Node:
    """What must be positive for a power to be: its base."""
    return factor.args[0] if factor.op == "pow" and factor.args[1].is_number else factor


def _least(expr: sympy.Expr, x: sympy.Symbol, bend: sympy.Expr) -> sympy.Expr:
    """The least value of a quadratic function that bends upward."""
    start, slope = expr.subs(x, 0), sympy.diff(expr, x).subs(x, 0)
    return sympy.simplify(start - slope**2 / (2 * bend))
