"""Distribution function and quantile of a law, by its standard form.

A law is x = T(y) with y of a kernel whose mass up to a value is known
(``rules/distribution_functions.py``).  T is read as a chain of one-to-one steps and solved for
y; the mass below x is that below y, or above it where T falls.  The quantile is the inverse of
the distribution function, read as such a chain itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol, oo

from derive.check.law_claims import density_claims
from derive.check.law_masses import MassClaim, PlaceClaim
from derive.engine.closed_form import Order
from derive.engine.inversion import Monotone, monotone
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import Branch, simplest, standard_form
from derive.errors import ArgumentError, NoClosedFormError, NoRuleError
from derive.language.expression import Node, number, symbol
from derive.language.functions import elementwise
from derive.language.law import Law
from derive.language.relations import Words
from derive.language.support import Support
from derive.language.sympy_scalars import normcdf
from derive.numeric.guarded import Guard
from derive.probability.guarded_page import GuardedDerivation
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import MeanOfSum, exponential_steps
from derive.probability.question import Question, free_name, pose, support_words, told
from derive.rules.distribution_functions import MassBelow, mass_below
from derive.steps import Step, Trace

ORDER: Order = "rational first"
HALF = sympy.Rational(1, 2)
ODD = (sympy.atan, sympy.erf, sympy.tan, sympy.asin)


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


def cdf(law: Law | str) -> GuardedDerivation:
    """Derive the distribution function of a law, F(x) = P(X <= x).

    Parameters
    ----------
    law : Law or str
        For example ``Weibull("k", "lam")`` or ``"Weibull(k, lam)"``.

    Returns
    -------
    GuardedDerivation
        ``.result`` is F on the support, a scalar; ``.function()`` is 0 below and 1 above it,
        and a step function for a discrete law.

    Raises
    ------
    ArgumentError
        `law` is no law.
    NoClosedFormError
        F is no elementary function (nor one of the normal law); the message names the kernel.

    References
    ----------
    wasserman2004, section 2.2.

    Examples
    --------
    >>> cdf("Exponential(r)")
    1 - exp(-r*x)    # scalar
    >>> cdf("Logistic(m, s)").function()(0.0, 0.0, 1.0)
    0.5
    """
    law = as_law(law, "cdf")
    question = pose((law,), ("F", "F_"))
    variable = question.variable
    found = _parts(question)
    answer = _whole(found, question)
    steps = told(
        Step(None, support_words(question), "support"),
        *_standard_steps(question),
        Step(
            None,
            Words(
                "{0} is the probability that a value is at most {1}", (question.answer, variable)
            ),
            "definition of the distribution function",
        ),
        *(step for part in found for step in _mass_steps(part, question)),
        Step(question.answer, answer, _insertion(found)),
    )
    name = law.glossed_words()
    places = len(name.nodes)
    ends = _end_words(law.support, question.answer)
    trace = Trace(
        question=Words(
            f"distribution function of {name.text}, at {{{places}}}", (*name.nodes, variable)
        ),
        definitions=(),
        steps=steps,
        results=((question.answer.name, answer),),
        conditions=question.conditions,
        arguments=(variable, *law.symbols),
        closing=ends,
        lefts=(question.answer,),
    )
    bench = question.bench
    claims = (
        *density_claims(bench),
        *_change_claims(found, question),
        MassClaim(bench, variable, answer, "the mass up to x", "result"),
    )
    guard = Guard(variable, law.support, 0.0, 1.0, "floor")
    return GuardedDerivation(trace, claims, law=law, guard=guard)


def quantile(law: Law | str, p: str | None = None) -> GuardedDerivation:
    """Derive the quantile of a continuous law: the place x with P(X <= x) = p.

    Parameters
    ----------
    law : Law or str
        For example ``Weibull("k", "lam")`` or ``"Weibull(k, lam)"``.
    p : str, optional
        The name of the probability, 0 < p < 1; a letter no parameter has if left out.

    Returns
    -------
    GuardedDerivation
        ``.result`` is the quantile, a scalar; ``.function()`` is nan for p outside (0, 1).

    Raises
    ------
    ArgumentError
        `law` is no law, or p is one of its parameters.
    NoClosedFormError
        The distribution function has no closed form or is not solved for x in closed form.

    References
    ----------
    wasserman2004, section 2.2.

    Examples
    --------
    >>> quantile("Exponential(r)")
    -log(1 - p)/r    # scalar
    """
    law = as_law(law, "quantile")
    names = {s.name for s in law.symbols}
    if p is not None and p in names:
        raise ArgumentError(f"{p} is a parameter of {law!r} and cannot be the probability too")
    if law.support.is_whole:
        raise NoClosedFormError(
            f"the quantile of {law!r} is the least whole number with enough mass below it, "
            f"which no formula here writes\n  to fix   : search in cdf({law!r}).function()"
        )
    probability = symbol(p or free_name(("p", "u", "w", "p_"), names), facts=("probability",))
    question = pose((law,), ("x", "x_"), None, (probability,))
    algebra, variable = question.algebra, question.variable
    found = _parts(question)
    answer = _solved(found, question, algebra.expr(probability))
    steps = told(
        Step(None, support_words(question), "support"),
        *_standard_steps(question),
        *(step for part in found for step in _mass_steps(part, question)),
        Step(variable, answer, Words("mass {0} lies below; solve for the value", (probability,))),
    )
    name = law.glossed_words()
    places = len(name.nodes)
    trace = Trace(
        question=Words(f"quantile of {name.text}, at {{{places}}}", (*name.nodes, probability)),
        definitions=(),
        steps=steps,
        results=(("quantile", answer),),
        conditions=(*question.conditions, *_probability_condition(probability)),
        arguments=(probability, *law.symbols),
        lefts=(variable,),
    )
    bench = question.bench
    claims = (
        *density_claims(bench),
        *_change_claims(found, question),
        MassClaim(bench, answer, probability, "the mass up to the quantile", "result"),
    )
    guard = Guard(probability, Support(number(0), number(1)), math.nan, math.nan)
    return GuardedDerivation(trace, claims, law=law, guard=guard)


def _probability_condition(probability: Node) -> tuple[Words, ...]:
    return (Words("0 < {0} < 1", (probability,)),)


# --- the parts of a law -------------------------------------------------------------------


def _parts(question: Question) -> tuple[Part, ...]:
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
        shapes = "give numbers for the shapes (whole or half ones), or " if law.symbols else ""
        raise NoClosedFormError(
            f"the distribution function of {law!r} has no closed form here: the {kernel.title} "
            f"with natural parameters {', '.join(map(str, branch.natural))} has none\n"
            f"  to fix   : {shapes}integrate density({law!r}).function()"
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


def _whole(parts: tuple[Part, ...], question: Question) -> Node:
    """F as a node: of one branch, or of two that meet."""
    algebra = question.algebra
    x = algebra.expr(question.variable)
    if len(parts) == 1:
        return algebra.node(_tidy(parts[0].below(x)))
    first, second = parts
    meeting = first.change.upper
    u = sympy.Dummy("u", positive=True)
    low = first.branch.weight * first.below(meeting - u)
    high = second.branch.weight * (1 - second.below(meeting + u))
    low, high = _tidy(low), _tidy(high)
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
    half = _tidy(half)
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


def _solved(parts: tuple[Part, ...], question: Question, p: Expr) -> Node:
    """The place with mass p below it."""
    algebra = question.algebra
    if len(parts) == 1:
        return algebra.node(_tidy(_place(parts[0], p, question)))
    first, second = parts
    meeting, weight = first.change.upper, sympy.factor(sympy.together(first.branch.weight))
    u = sympy.Dummy("u", positive=True)
    # u is the mass between the place and the meeting point
    low = _tidy(meeting - _place(first, 1 - u / weight, question))
    high = _tidy(_place(second, u / second.branch.weight, question) - meeting)
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


def _place(part: Part, mass: Expr, question: Question) -> Expr:
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
    found = part.branch.change.xreplace({kernel.value: _tidy(solved.xreplace(kept))})
    found = sympy.expand_log(found) if kept else found
    return found.xreplace({letter: function for function, letter in kept.items()})


def _tidy(expr: Expr) -> Expr:
    """The shortest of a few forms."""
    expr = expr.replace(normcdf, lambda z: normcdf(sympy.factor(z)))
    sums = [p for p in expr.atoms(sympy.Pow) if p.base.is_Add and not p.exp.is_Integer]
    expr = expr.xreplace({p: _power_of_sum(p) for p in sums})
    candidates = [expr, sympy.powdenest(sympy.powsimp(expr)), simplest(expr)]
    candidates += [sympy.powsimp(sympy.powdenest(sympy.factor_terms(expr)))]
    candidates += [sympy.expand_power_base(c) for c in candidates[:1]]
    real = [c for c in candidates if not c.has(sympy.I)]
    shortest = min(real or candidates[:1], key=sympy.count_ops)
    return shortest.replace(lambda e: e.is_Mul, _with_one_root)


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
    base = sympy.factor(sympy.together(power.base))
    if not sympy.fraction(base)[0].is_number:
        return sympy.Pow(simplest(base), power.exp)
    return sympy.Pow(sympy.expand(1 / base), -power.exp)


# --- lines and claims ---------------------------------------------------------------------


def _standard_steps(question: Question) -> tuple[Step, ...]:
    """The standard form, as for means."""
    form = standard_form(question.opened[0], question.variable, question.algebra)
    return exponential_steps(MeanOfSum(question, form, sympy.Integer(0), (), ORDER))


def _inner_value(part: Part, question: Question) -> Node:
    taken = {s.name for law in question.laws for s in law.symbols} | {question.variable.name}
    if part.branch.is_direct:
        return question.variable
    return symbol(free_name(("y", "s", "y_"), taken))


def _mass_steps(part: Part, question: Question) -> tuple[Step, ...]:
    """y as a function of x, and the mass up to y."""
    algebra = question.algebra
    if part.branch.is_direct:
        return ()
    y = _inner_value(part, question)
    solved = algebra.node(_tidy(part.change.inverse(algebra.expr(question.variable))))
    mass = algebra.node(_tidy(part.mass(algebra.expr(y))))
    how = "rises" if part.change.rises else "falls"
    return (
        Step(
            None,
            Words("a share {0} of its mass lies up to {1}", (mass, y)),
            part.row.statement,
        ),
        Step(y, solved, Words(f"{{0}} {how} with {{1}}; solve for {{1}}", (question.variable, y))),
    )


def _insertion(parts: tuple[Part, ...]) -> str:
    if len(parts) == 1 and parts[0].branch.is_direct:
        return parts[0].row.statement
    if len(parts) == 1:
        return "the mass up to y" if parts[0].change.rises else "the mass from y on"
    return "the branches, each with its probability"


def _end_words(support: Support, answer: Node) -> tuple[Words, ...]:
    words = support.words(1)
    if words.text == "R":
        return ()
    if support.is_whole:
        return (
            Words(f"{{0}} is constant between the points of {words.text}", (answer, *words.nodes)),
        )
    return (Words(f"{{0}} = 0 below {words.text}, 1 above", (answer, *words.nodes)),)


def _change_claims(parts: tuple[Part, ...], question: Question) -> list[PlaceClaim]:
    """That y solves x = T(y)."""
    if len(parts) > 1 or parts[0].branch.is_direct:
        return []
    (part,) = parts
    algebra = question.algebra
    x = algebra.expr(question.variable)
    back = part.branch.change.xreplace({part.branch.kernel.value: part.change.inverse(x)})
    return [PlaceClaim(question.bench, algebra.node(back), question.variable, "y solves x = T(y)")]
