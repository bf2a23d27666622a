"""Means under a law by integration and summation, from the declared log density alone.

``mean`` encloses E[g(x)] at one point of the parameters: Arb's verified integral between
two cuts, plus a bound on what lies beyond them.  The half line is first stretched to the
whole line by ``x = lower + exp(t)``, which tames poles at the end and heavy tails.  The
bound beyond a cut is that of a log-concave tail, ``|F(b)|/(-slope)`` with the slope of the
chord before it; that the slopes go on falling is looked at on a few longer chords, not
proved, so a mean is *tested*, never *proved*.  A sum is cut where its ratios have fallen
below one half, with the geometric series as bound.

No kernel, no table and no line of the engine is used here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import flint
from flint import acb, arb

from derive.check.evaluate import BallEvaluation, Point
from derive.check.precision import bits_for, working_precision
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.law import Law, Support

MOST_TERMS = 4_000
EVALUATIONS = 20_000
FAR_CHORDS = (1, 2, 4, 8)
NEAREST, STRETCH, FARTHEST = 1 / 64, 1.5, 1e7
PROBES = (0.0, 0.5, -0.25, 1.125)  # a function that is 0 at all of these is 0
NOTHING = -1e300  # the logarithm of zero

Function = Callable[[Any, bool], Any]
Row = Callable[[Mapping[Node, Any], Any, bool], Any]


def mean(function: Node, law: Law, variable: Node, point: Point, digits: int = 50) -> Any:
    """Enclose E[function] under `law` at a point of its parameters.

    Parameters
    ----------
    function : Node, shape (1, 1)
        A function of `variable` and of the symbols of the point.
    law : Law
    variable : symbol
        The value that is averaged over.
    point : Point
        A value for every other symbol.
    digits : int
        Working precision in decimal digits.

    Returns
    -------
    flint.arb
        A ball that holds the mean; its radius includes the bound beyond the cuts.

    Raises
    ------
    NoRuleError
        The function has no complex value, or the support no way to be integrated over.
    DomainError
        The integral does not settle: the mean does not exist or is out of reach.

    References
    ----------
    johansson2017
    """
    with working_precision(bits_for(digits)):
        density = along(law.log_density(variable), variable, point, law.support)
        values = along(function, variable, point, law.support)
        if law.support.is_whole:
            return _sum(density, values, law.support)
        return _integral(with_measure(density, law.support), values)


# --- functions of one complex number --------------------------------------------------


def along(node: Node, variable: Node, point: Point, support: Support) -> Function:
    """A node as a function of ``t``; on a half line ``x = lower + exp(t)``, else ``x = t``."""
    if is_stretched(support) and support.upper is not None:
        raise NoRuleError(f"no integration over the support {support}")
    fixed, order = BallEvaluation(point), [p for p in postorder(node) if p.depends_on(variable)]
    if not order:
        constant = acb(fixed.value(node)[0, 0])
        return lambda t, analytic: constant
    known = {
        arg: acb(fixed.value(arg)[0, 0])
        for part in order
        for arg in part.args
        if not arg.depends_on(variable)
    }
    lines = _lines(order, variable, known) if is_stretched(support) and not support.lower else {}
    program = [(part, _row(part, variable, support, lines)) for part in order]

    def value(t: Any, analytic: bool) -> Any:
        memo = dict(known)
        for part, row in program:
            memo[part] = row(memo, t, analytic)
        return memo[node]

    return value


def is_stretched(support: Support) -> bool:
    """Whether the support is a half line, which is integrated over as a whole line."""
    return not support.is_whole and support.lower is not None


def with_measure(log_density: Function, support: Support) -> Function:
    """The log density in ``t``: on a stretched line ``dx = exp(t) dt``."""
    if not is_stretched(support):
        return log_density
    return lambda t, analytic: log_density(t, analytic) + t


def _lines(
    order: list[Node], variable: Node, known: Mapping[Node, Any]
) -> dict[Node, tuple[Any, Any]]:
    """Nodes that are ``exp(a t + c)`` where ``x = exp(t)``, by (a, c).

    Their logarithms and powers have no branch cut then, which the complex logarithm of a
    wide ball would run into.
    """
    lines = {variable: (acb(1), acb(0))}
    for part in order:
        if part.op == "pow" and part.args[0] in lines and part.args[1] in known:
            slope, shift = lines[part.args[0]]
            lines[part] = (known[part.args[1]] * slope, known[part.args[1]] * shift)
        elif part.op == "mul" and all(
            arg in lines or _is_positive(arg, known) for arg in part.args
        ):
            factors = [lines.get(arg) or (acb(0), known[arg].log()) for arg in part.args]
            slope = sum((a for a, _ in factors), acb(0))
            lines[part] = (slope, sum((c for _, c in factors), acb(0)))
    return lines


def _is_positive(node: Node, known: Mapping[Node, Any]) -> bool:
    return node in known and bool(known[node].real > 0)


def _row(
    node: Node, variable: Node, support: Support, lines: Mapping[Node, tuple[Any, Any]]
) -> Row:
    """How the value of a node follows from those of its arguments and ``t``."""
    args = node.args
    if node is variable:
        shift = acb(support.lower or 0)
        stretched = is_stretched(support)
        return lambda memo, t, analytic: shift + t.exp() if stretched else t
    if node in lines:
        a, c = lines[node]
        return lambda memo, t, analytic: (a * t + c).exp()
    if node.op == "map" and node.data == "log" and args[0] in lines:
        slope, start = lines[args[0]]
        return lambda memo, t, analytic: slope * t + start
    if node.op == "add":
        return lambda memo, t, analytic: sum((memo[arg] for arg in args[1:]), memo[args[0]])
    if node.op == "mul":
        return lambda memo, t, analytic: math.prod((memo[a] for a in args[1:]), start=memo[args[0]])
    if node.op == "pow" and args[1].is_number and args[1].data.denominator == 1:
        whole = int(args[1].data)
        return lambda memo, t, analytic: memo[args[0]] ** whole
    if node.op == "pow":
        return lambda memo, t, analytic: (
            memo[args[1]] * memo[args[0]].log(analytic=analytic)
        ).exp()
    if node.op == "map" and node.data in COMPLEX_MAPS:
        function = COMPLEX_MAPS[node.data]
        return lambda memo, t, analytic: function(memo[args[0]], analytic)
    raise NoRuleError(f"no complex value is known for `{node.data or node.op}` in {node!r}")


COMPLEX_MAPS: Mapping[str, Callable[[Any, bool], Any]] = {
    "exp": lambda z, analytic: z.exp(),
    "log": lambda z, analytic: z.log(analytic=analytic),
    "loggamma": lambda z, analytic: z.lgamma(),
    "digamma": lambda z, analytic: z.digamma(),
}


# --- integrals ------------------------------------------------------------------------


@dataclass(frozen=True)
class Cut:
    """Where an integral is cut, and a bound on what lies beyond."""

    place: float
    beyond: Any


def _integral(weight: Function, function: Function) -> Any:
    """The integral over the line of exp(weight) times function, in ``t``."""

    def integrand(t: Any, analytic: bool) -> Any:
        return weight(t, analytic).exp() * function(t, analytic)

    top = _peak(weight)
    if all(function(acb(top + step), False).is_zero() for step in PROBES):
        return arb(0)
    left, right = (_cut(weight, integrand, top, side) for side in (-1, 1))
    total = acb(0)
    goal = 2.0 ** -(flint.ctx.prec - 16)
    for start, stop in ((left.place, top), (top, right.place)):
        total += acb.integral(
            integrand, start, stop, rel_tol=goal, abs_tol=goal, eval_limit=EVALUATIONS
        )
    if not total.is_finite():
        raise DomainError("the integral does not settle")
    return total.real + arb(0, left.beyond + right.beyond)


def _real(function: Function, t: float) -> float:
    """The value at a real place, as a float; far down the tails, a large negative number."""
    value = float(function(acb(t), False).real)
    return value if math.isfinite(value) else NOTHING


def _peak(weight: Function) -> float:
    """Where the log-concave weight is largest, to a fraction of its width."""
    place, step, best = 0.0, 1.0, _real(weight, 0.0)
    while step > 1e-4:
        for candidate in (place + step, place - step):
            value = _real(weight, candidate)
            if value > best:
                place, best, step = candidate, value, 2 * step
                break
        else:
            step /= 4
    return place


def _cut(weight: Function, integrand: Function, top: float, side: int) -> Cut:
    """Go out from the peak until nothing is left of the density and of the integrand."""
    floor = _real(weight, top) - flint.ctx.prec * math.log(2) - 20
    inner, reach, before = 0.0, NEAREST, _height(integrand, top)
    while True:
        place, here = top + side * reach, _height(integrand, top + side * reach)
        if NOTHING < here < floor and before > NOTHING and _real(weight, place) < floor:
            break
        inner, reach, before = reach, reach * STRETCH, here
        if reach > FARTHEST:
            raise DomainError("the integrand does not fall off")
    depth = reach - inner
    slopes = [(here - before) / depth]
    for chord in (depth * times for times in FAR_CHORDS):
        slopes += [(_height(integrand, place + side * chord) - here) / chord]
    if slopes[0] >= 0:
        raise DomainError("the integrand does not fall off")
    if not all(after <= ahead + 1e-6 * abs(ahead) for ahead, after in pairwise(slopes)):
        raise DomainError("the tail of the integrand is not log-concave")
    return Cut(place, arb(here).exp() / arb(-slopes[0]))


def _height(integrand: Function, t: float) -> float:
    """log |integrand| at a real place; at a zero, a large negative number."""
    value = abs(integrand(acb(t), False).real)
    if not value.is_finite() or value.contains(0):
        return NOTHING
    return float(arb(value.upper()).log())


# --- sums -----------------------------------------------------------------------------


def _sum(density: Function, function: Function, support: Support) -> Any:
    """The sum over whole numbers from the lower end on."""
    if support.lower is None:
        raise NoRuleError(f"no summation over the support {support}")
    if support.points is not None:
        return sum((_term(density, function, k) for k in support.points), arb(0))
    if not _is_negligible(density, support.lower + MOST_TERMS):
        raise DomainError(f"the sum needs more than {MOST_TERMS} terms")
    total, last = arb(0), arb(0)
    for k in range(support.lower, support.lower + MOST_TERMS + 1):
        term = _term(density, function, k)
        if not term.is_finite():
            raise DomainError(f"the term at {k} is not finite")
        total += term
        if _is_negligible(density, k) and abs(term) <= abs(last) / 2:
            return total + arb(0, 2 * abs(last).upper())
        last = term
    raise DomainError(f"the sum needs more than {MOST_TERMS} terms")


def _term(density: Function, function: Function, k: int) -> Any:
    weight = density(acb(k), False).exp()
    return (weight * function(acb(k), False)).real


def _is_negligible(density: Function, k: int) -> bool:
    """Whether the mass at k is nothing and shrinks by more than half from here on.

    That it goes on shrinking is looked at on one longer step.
    """
    heights = [float(density(acb(j), False).real) for j in (k, k + 1, 2 * k + 2)]
    return (
        heights[0] < -(flint.ctx.prec + 20) * math.log(2)
        and heights[1] - heights[0] < -1
        and heights[2] < heights[1]
    )
