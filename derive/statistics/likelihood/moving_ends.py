"""Parameters that move an end of the support: where the likelihood of a sample is largest in them.

An end ``e(p)`` that is monotone in one parameter bounds it by the least or the largest value of
the sample.  Where the likelihood rises with ``p`` it is put at its upper bound, where it falls
at its lower one; the score need not be zero there.  What cannot be shown so is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import sympy
from sympy import Expr, Symbol

from derive.engine.factoring import in_factors
from derive.engine.score_equations import with_letters
from derive.engine.standard_form import simplest
from derive.errors import NoClosedFormError
from derive.language.expression import Node
from derive.language.extremes import largest, norminf, smallest
from derive.language.relations import Relation
from derive.language.sympy_scalars import normcdf, normpdf
from derive.statistics.likelihood.sampling import Sampling

Kind = Literal["root", "least", "greatest"]


@dataclass(frozen=True)
class Stage:
    """One parameter and where the likelihood is largest in it.

    Attributes
    ----------
    unknown : symbol
    kind : "root", "least" or "greatest"
        A root of the score, or the smallest or the largest value of the sample.
    score : Expr
        The score, what was found before put in.
    value : Node
        May hold parameters that are found later, or stay.
    closed : Expr
        The same.
    slope : Expr or None
        The second derivative at a root.
    needs : tuple of Relation
        What the other end of the support asks of the value.
    """

    unknown: Node
    kind: Kind
    score: Expr
    value: Node
    closed: Expr
    slope: Expr | None = None
    needs: tuple[Relation, ...] = ()


@dataclass(frozen=True)
class Bound:
    """What one end of the support asks of a parameter: at least, or at most, a value."""

    end: Expr
    extreme: Node
    closed: Expr
    is_least: bool


def ends_that_move(asked: Sampling, unknowns: tuple[Node, ...]) -> list[Stage]:
    """The parameters that move an end of the support, where the likelihood is largest.

    Raises
    ------
    NoClosedFormError
        A parameter moves an end, and where its likelihood is largest cannot be shown.
    """
    stages = []
    for p in unknowns:
        moved = [end for end in _ends(asked) if end is not None and p in end.symbols]
        if moved:
            stages.append(_stage(asked, p, moved, unknowns))
    return stages


def _ends(asked: Sampling) -> tuple[Node | None, Node | None]:
    return asked.law.support.lower, asked.law.support.upper


def _stage(asked: Sampling, p: Node, moved: list[Node], unknowns: tuple[Node, ...]) -> Stage:
    """The parameter at the bound that the sample sets it."""
    together = [q.name for end in moved for q in unknowns if q is not p and q in end.symbols]
    if together:
        raise _refusal(asked, p, f"{together[0]} moves it too", together[0])
    if asked.law.support.is_whole and moved != [p]:
        raise _refusal(asked, p, "the support holds whole numbers alone")
    slope = sympy.diff(asked.log_density(), asked.question.algebra.expr(p))
    sign = _sign(asked, slope, p)
    for end in moved:
        if end is p:
            _require_bounded(asked, p, end is asked.law.support.lower)
    if not sign:
        raise _refusal(asked, p, _why_no_sign(p, slope))
    bounds = [_bound(asked, p, end) for end in moved]
    binding = [one for one in bounds if one.is_least == (sign < 0)]
    if not binding:
        way = "rises" if sign > 0 else "falls"
        raise _refusal(asked, p, f"the likelihood {way} with {p.name}, and no value bounds it")
    value, closed = _joined(asked, binding, sign)
    kind: Kind = "least" if sign > 0 else "greatest"
    needs = tuple(
        Relation(value, "<=" if sign < 0 else ">=", _node(asked, one))
        for one in bounds
        if one not in binding
    )
    return Stage(p, kind, asked.sample.summed(slope), value, closed, needs=needs)


def _why_no_sign(p: Node, slope: Expr) -> str:
    if "integer" in p.facts:
        return f"{p.name} takes whole numbers alone"
    if slope == 0:
        return f"the likelihood is the same for every {p.name} that the sample allows"
    return f"the likelihood is not seen to rise or to fall with {p.name}"


def _node(asked: Sampling, bound: Bound) -> Node:
    return bound.extreme if bound.end == bound.closed else asked.shown(bound.closed)


def _joined(asked: Sampling, bounds: list[Bound], sign: int) -> tuple[Node, Expr]:
    """The bound that binds: the only one, or the tighter of two."""
    if len(bounds) == 1:
        (one,) = bounds
        return _node(asked, one), one.closed
    algebra, vector = asked.question.algebra, asked.sample.vector
    low, high = bounds
    reach = algebra.expr(algebra.closed(norminf(vector), "norminf", ("nonnegative",)))
    over = low.closed.xreplace({low.end: -reach})
    if sign < 0 and over == high.closed.xreplace({high.end: reach}):
        return asked.shown(over), over
    sides = [_node(asked, one) for one in bounds]
    node = largest(*sides) if sign < 0 else smallest(*sides)
    return node, algebra.expr(algebra.closed(node, node.op, ()))


def _bound(asked: Sampling, p: Node, end: Node) -> Bound:
    """The parameter at which an end meets the extreme value of the sample."""
    algebra, vector = asked.question.algebra, asked.sample.vector
    is_lower = end is asked.law.support.lower
    extreme = smallest(vector) if is_lower else largest(vector)
    facts = tuple(f for f in ("positive",) if f in vector.facts)
    letter = algebra.expr(algebra.closed(extreme, extreme.op, facts))
    if end is p:
        return Bound(letter, extreme, letter, not is_lower)
    unknown, place = algebra.expr(p), algebra.expr(end)
    rise, roots = sympy.diff(place, unknown), _roots(place - letter, unknown)
    if len(roots) != 1 or not (rise.is_positive or rise.is_negative):
        raise _refusal(asked, p, "it is not seen to be one to one there")
    return Bound(letter, extreme, roots[0], bool(rise.is_positive) != is_lower)


def _roots(equation: Expr, unknown: Symbol) -> list[Expr]:
    try:
        return list(sympy.solve(equation, unknown))
    except NotImplementedError:
        return []


def _refusal(asked: Sampling, p: Node, because: str, held: str | None = None) -> NoClosedFormError:
    lower, upper = _ends(asked)
    named = [
        f"the {side} end {end!r}"
        for side, end in (("lower", lower), ("upper", upper))
        if end is not None and p in end.symbols
    ]
    verb = "moves" if len(named) == 1 else "move"
    return NoClosedFormError(
        f"{' and '.join(named)} of the support of {asked.law!r} {verb} with {p.name}: the largest "
        f"likelihood need not be where the score is zero, and where it is, is not known\n"
        f"  because  : {because}\n"
        f"  to fix   : hold it, known={held or p.name!r}"
    )


def _sign(asked: Sampling, slope: Expr, p: Node) -> int:
    """1 or -1 if the slope has that sign on the support, for all parameters; else 0."""
    gaps: dict[Expr, Symbol] = {}
    for known in _inside(asked, slope, p):
        for form in (known, simplest(known), in_factors(known)):
            form = with_letters(form, gaps)
            if form.is_positive:
                return 1
            if form.is_negative:
                return -1
            signed = _sign_of_gaps(form)
            if signed:
                return signed
    return 0


def _inside(asked: Sampling, slope: Expr, p: Node) -> list[Expr]:
    """The slope with positive letters for the distances from the ends, in one or two ways."""
    algebra, x, unknown = asked.question.algebra, asked.sample.x, asked.question.algebra.expr(p)
    low, high = (None if end is None else algebra.expr(end) for end in _ends(asked))
    up, across = sympy.Dummy("up", positive=True), sympy.Dummy("across", positive=True)
    if low is not None and slope.has(x):
        slope = slope.xreplace({x: low + up})
    ways: list[dict[Expr, Expr]] = [{}]
    if low is not None and high is not None:
        if low.is_Symbol and high.is_Symbol:
            ways = [{high: low * sympy.exp(across) if low.is_positive else low + across}]
        else:
            ways = [{unknown: r} for r in _roots(high - low - across, unknown)]
            if low.is_positive:
                ratio = _roots(high - low * sympy.exp(across), unknown)
                ways += [{unknown: r} for r in ratio]
            if len(ways) > 1 + bool(low.is_positive):
                return []
    elif low is not None and not low.is_positive and _is_positive_place(asked):
        ways = [{unknown: r} for r in _roots(low - across, unknown)]
        if len(ways) != 1:
            return []
    return [sympy.expand_log(slope.xreplace(way)) for way in ways]


def _is_positive_place(asked: Sampling) -> bool:
    """Whether the law asks its lower end to be positive."""
    law = asked.law
    return any(
        value is law.support.lower and "positive" in place.facts
        for place, value in zip(law.parameters, law.values, strict=True)
    )


def _sign_of_gaps(form: Expr) -> int:
    """The sign of a product in which ``1 - exp(-u)``, u positive, or a normal mass may stand."""
    letters: dict[Expr, Symbol] = {}
    letters |= {part: sympy.Dummy(positive=True) for part in form.atoms(normpdf)}
    for one, other in permutations(form.atoms(normcdf), 2):
        if sympy.expand(one.args[0] - other.args[0]).is_positive:
            letters[one - other] = sympy.Dummy(positive=True)
    for part in form.atoms(sympy.exp):
        gap = sympy.Dummy(positive=True)
        if part.args[0].is_negative:
            letters[1 - part] = gap
        elif part.args[0].is_positive:
            letters[part - 1] = gap
    known = with_letters(form, letters)
    return 1 if known.is_positive else -1 if known.is_negative else 0


def _require_bounded(asked: Sampling, p: Node, is_lower: bool) -> None:
    """Refuse a density that is infinite at an end of the support that moves."""
    x, end = asked.sample.x, asked.question.algebra.expr(p)
    gap = sympy.Dummy("gap", positive=True)
    near = asked.log_density().xreplace({x: end + gap if is_lower else end - gap})
    below = sympy.Dummy("width", positive=True)
    other = asked.law.support.upper if is_lower else asked.law.support.lower
    if other is not None and other.op == "symbol":
        end_there = asked.question.algebra.expr(other)
        near = near.xreplace({end_there: end + below if is_lower else end - below})
    if sympy.limit(near, gap, 0, "+") == sympy.oo:
        value = "smallest" if is_lower else "largest"
        raise NoClosedFormError(
            f"the likelihood of {asked.law!r} is unbounded in {p.name}: there is no maximum\n"
            f"  because  : the density is infinite at {p.name}, and {p.name} may come as near to "
            f"the {value} value as it likes\n"
            f"  to fix   : hold it, known={p.name!r}"
        )
