"""The parts of a law with the masses below their places, and these solved for a place.

A part is a branch of the standard form whose kernel has a known mass up to a value
(``rules/distribution_functions.py``); its change is read as a chain of one-to-one steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol, oo

from derive.engine.factoring import cancelled, in_factors
from derive.engine.inversion import Monotone, monotone
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import Branch, simplest, standard_form
from derive.errors import NoClosedFormError, NoRuleError
from derive.language.expression import Node, number
from derive.language.functions import elementwise
from derive.language.sympy_incomplete import IncompleteFunction
from derive.language.sympy_scalars import normcdf
from derive.probability.question import Question
from derive.rules.distribution_functions import MassBelow, mass_below

HALF = sympy.Rational(1, 2)


@dataclass(frozen=True)
class Part:
    """One branch of a law with what is needed for masses.

    Attributes
    ----------
    branch : Branch
    change : Monotone
        x as a function of y.
    row : MassBelow
    """

    branch: Branch
    change: Monotone
    row: MassBelow

    def mass(self, y: Expr) -> Expr:
        """The share of the branch with a value of the kernel up to y."""
        return self.row.mass(y, *self.branch.natural, *self.branch.given)

    def below(self, x: Expr) -> Expr:
        """The share of the branch up to x."""
        found = self.mass(self.change.inverse(x))
        return found if self.change.rises else 1 - found

    def small_share(self, x: Expr, natural: tuple[Expr, ...], is_below: bool) -> Expr:
        """The share up to x, or from x on, as it keeps its digits where it is small.

        The natural parameters may be letters, which keeps ``exp(a y) - 1`` as it is.
        """
        y, letters = self.change.inverse(x), (*natural, *self.branch.given)
        if is_below == self.change.rises:
            return (self.row.compiled or self.row.mass)(y, *letters)
        return self.row.above(y, *letters) if self.row.above else 1 - self.row.mass(y, *letters)


def parts_of(question: Question) -> tuple[Part, ...]:
    """The branches of the law in the order in which they lie on the line."""
    law = question.opened[0]
    form = standard_form(law, question.variable, question.algebra)
    found = [_part(branch, question) for branch in form.branches]
    if len(found) == 2 and found[0].change.lower is not -oo and not _is_below(*found):
        found.reverse()
    return tuple(found)


def _is_below(first: Part, second: Part) -> bool:
    return bool(sympy.expand(first.change.upper - second.change.lower) == 0)


def _part(branch: Branch, question: Question) -> Part:
    kernel, law = branch.kernel, question.laws[0]
    row = mass_below(kernel.name, branch.natural, branch.given)
    if row is None:
        how = "add up" if law.support.is_whole else "integrate"
        raise NoClosedFormError(
            f"the distribution function of {law!r} has no closed form here: the {kernel.title} "
            f"with natural parameters {', '.join(map(str, branch.natural))} has none\n"
            f"  to fix   : {how} density({law!r}).function()"
        )
    y = kernel.value
    if kernel.name == "truncated_gaussian" or kernel.support.is_whole:
        ends = (-oo, oo)
    else:
        support = kernel.support
        ends = (
            -oo if support.lower is None else sympy.Integer(int(support.lower.data)),
            oo if support.upper is None else sympy.Integer(int(support.upper.data)),
        )
    try:
        change = monotone(branch.change, y, *ends)
    except NoRuleError as error:
        raise NoClosedFormError(f"x = {branch.change} is not solved for y: {error}") from error
    return Part(branch, change, row)


def share_below(parts: tuple[Part, ...], question: Question) -> Node:
    """F as a node: of one branch, or of two that meet."""
    algebra = question.algebra
    x = algebra.expr(question.variable)
    if len(parts) == 1:
        return algebra.node(tidied(parts[0].below(x)))
    first, second = parts
    meeting = first.change.upper
    u = sympy.Dummy("u", positive=True)
    low = first.branch.weight * first.below(meeting - u)
    high = second.branch.weight * (1 - second.below(meeting + u))
    low, high = tidied(low), tidied(high)
    distance = algebra.node(sympy.expand(x - meeting))
    if sympy.simplify(low - high) == 0 and first.branch.weight == HALF:
        return _symmetric(HALF - low, u, distance, algebra)
    letter = algebra.closed(elementwise("abs", distance), "distance", ("positive",))
    v = algebra.expr(letter)
    return elementwise("step", -distance) * algebra.node(low.xreplace({u: v})) + elementwise(
        "closed_step", distance
    ) * algebra.node(1 - high.xreplace({u: v}))


def _symmetric(half: Expr, u: Symbol, distance: Node, algebra: ScalarAlgebra) -> Node:
    """1/2 + sign(d) G(|d|); of an odd function, 1/2 + G(d)."""
    half = tidied(half)
    is_odd = _is_odd(half, u)
    if is_odd:
        letter = algebra.closed(distance, "distance")
        return number(1) / 2 + algebra.node(half.xreplace({u: algebra.expr(letter)}))
    letter = algebra.closed(elementwise("abs", distance), "distance", ("positive",))
    return number(1) / 2 + elementwise("sign", distance) * algebra.node(
        half.xreplace({u: algebra.expr(letter)})
    )


def _is_odd(half: Expr, u: Symbol) -> bool:
    """Whether the formula for u > 0 is an odd function of every real u."""
    free = sympy.Dummy("u", real=True)
    whole = half.xreplace({u: free})
    roots = [p for p in whole.atoms(sympy.Pow) if p.base.has(free) and not p.exp.is_integer]
    if any(p.base.subs(free, -free) != p.base for p in roots):
        return False
    return bool(sympy.simplify(whole + whole.subs(free, -free)) == 0)


def place_below(parts: tuple[Part, ...], question: Question, p: Expr) -> Node:
    """The place with mass p below it."""
    algebra = question.algebra
    if len(parts) == 1:
        return algebra.node(tidied(solved_place(parts[0], p, question)))
    first, second = parts
    meeting, weight = first.change.upper, in_factors(sympy.together(first.branch.weight))
    u = sympy.Dummy("u", positive=True)
    # u is the mass between the place and the meeting point
    low = tidied(meeting - solved_place(first, 1 - u / weight, question))
    high = tidied(solved_place(second, u / second.branch.weight, question) - meeting)
    if weight == HALF and sympy.simplify(low - high) == 0:
        distance = algebra.node(p - HALF)
        ahead = algebra.node(meeting)
        if _is_odd(low, u):
            letter = algebra.closed(distance, "distance")
            return ahead + algebra.node(low.xreplace({u: algebra.expr(letter)}))
        letter = algebra.closed(elementwise("abs", distance), "distance", ("positive",))
        return ahead + elementwise("sign", distance) * algebra.node(
            low.xreplace({u: algebra.expr(letter)})
        )
    beyond = algebra.node(p - weight)
    whole = meeting
    for side, expr in ((-beyond, -low), (beyond, high)):
        letter = algebra.closed(elementwise("relu", side), "beyond", ("nonnegative",))
        whole += expr.xreplace({u: algebra.expr(letter)})
    return algebra.node(whole)


def solved_place(part: Part, mass: Expr, question: Question) -> Expr:
    """x with a share of the branch below it."""
    kernel = part.branch.kernel
    share = mass if part.change.rises else 1 - mass
    y = sympy.Dummy("y", positive=kernel.value.is_positive, real=True)
    lower = sympy.Integer(0) if kernel.value.is_positive else -oo
    upper = sympy.Integer(1) if kernel.letters and kernel.support.upper is not None else oo
    if part.row.place is not None:
        natural, given = part.branch.natural, part.branch.given
        return part.branch.change.xreplace({kernel.value: part.row.place(share, *natural, *given)})
    try:
        solved = monotone(part.mass(y), y, lower, upper).inverse(share)
    except NoRuleError as error:
        raise NoClosedFormError(
            f"the distribution function of {question.laws[0]!r} is not solved for x in closed "
            f"form\n  because  : {error}\n"
            f"  to fix   : solve cdf({question.laws[0]!r}).function()(x) = p by bisection"
        ) from error
    # the chain went through the root of y, so a sine or tangent in it is positive
    kept = {f: sympy.Dummy(positive=True) for f in solved.atoms(sympy.sin, sympy.tan)}
    found = part.branch.change.xreplace({kernel.value: tidied(solved.xreplace(kept))})
    found = sympy.expand_log(found) if kept else found
    return found.xreplace({letter: function for function, letter in kept.items()})


def tidied(expr: Expr) -> Expr:
    """The shortest of a few forms."""
    expr = expr.replace(normcdf, lambda z: normcdf(in_factors(z)))
    expr = expr.replace(
        lambda e: isinstance(e, IncompleteFunction), lambda e: e.func(*map(_shortest, e.args))
    )
    sums = [p for p in expr.atoms(sympy.Pow) if p.base.is_Add and not p.exp.is_Integer]
    expr = expr.xreplace({p: _power_of_sum(p) for p in sums})
    candidates = [expr, sympy.powdenest(sympy.powsimp(expr)), simplest(expr)]
    candidates += [sympy.powsimp(sympy.powdenest(sympy.factor_terms(expr)))]
    candidates += [sympy.expand_power_base(c) for c in candidates[:1]]
    real = [c for c in candidates if not c.has(sympy.I)]
    shortest = min(real or candidates[:1], key=sympy.count_ops)
    return shortest.replace(lambda e: e.is_Mul, _with_one_root)


def _shortest(expr: Expr) -> Expr:
    """The shorter of an argument as it is and over one denominator."""
    return min(expr, cancelled(sympy.together(expr)), key=sympy.count_ops)


def _with_one_root(product: Expr) -> Expr:
    """A product with its roots under one sign: rounding leaves their quotient at most 1."""
    roots = [f for f in product.args if f.is_Pow and abs(f.exp) == HALF]
    if len(roots) < 2:
        return product
    inside = sympy.Mul(*(f.base ** (2 * f.exp) for f in roots))
    ahead = sympy.Mul(*(f for f in product.args if f not in roots))
    if ahead.as_coeff_Mul()[0] == HALF:
        ahead, inside = 2 * ahead, inside / 4
    return sympy.Mul(ahead, sympy.Pow(inside, HALF, evaluate=False), evaluate=False)


def _power_of_sum(power: sympy.Pow) -> Expr:
    """A power of a sum that is one over something as the power of that."""
    base = in_factors(sympy.together(power.base))
    if not sympy.fraction(base)[0].is_number:
        return sympy.Pow(simplest(base), power.exp)
    return sympy.Pow(sympy.expand(1 / base), -power.exp)
