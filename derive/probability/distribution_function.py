"""Distribution function and quantile of a law, by its standard form.

A law is x = T(y) with y of a kernel whose mass up to a value is known
(``rules/distribution_functions.py``).  T is read as a chain of one-to-one steps and solved for
y; the mass below x is that below y, or above it where T falls.  The quantile is the inverse of
the distribution function, read as such a chain itself.
"""

from __future__ import annotations

import math

import sympy

from derive.check.law_claims import density_claims
from derive.check.law_masses import MassClaim, PlaceClaim
from derive.engine.closed_form import Order
from derive.engine.standard_form import standard_form
from derive.errors import ArgumentError
from derive.language.expression import Node, number, symbol
from derive.language.law import Law
from derive.language.relations import Words
from derive.language.support import Support
from derive.numeric.guarded import Guard
from derive.probability.discrete_quantile import DiscreteQuantile, discrete_quantile
from derive.probability.guarded_page import GuardedDerivation
from derive.probability.law_parts import Part, parts_of, place_below, share_below, tidied
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import MeanOfSum, exponential_steps
from derive.probability.question import Question, free_name, pose, support_words, told
from derive.probability.tails import place_from_tails, share_from_tails
from derive.steps import Step, Trace

ORDER: Order = "rational first"


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
    1 - exp(-x*r)    # scalar
    >>> float(cdf("Logistic(m, s)").function()(0.0, 0.0, 1.0))
    0.5
    """
    law = as_law(law, "cdf")
    question = pose((law,), ("F", "F_"))
    variable = question.variable
    found = parts_of(question)
    answer = share_below(found, question)
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
    stable = share_from_tails(found, question)
    return GuardedDerivation(trace, claims, law=law, guard=guard, stable=stable)


def quantile(law: Law | str, p: str | None = None) -> GuardedDerivation | DiscreteQuantile:
    """Derive the quantile of a law: the place x with P(X <= x) = p.

    Of a discrete law it is the least point x with P(X <= x) >= p, found by search in the
    distribution function; where that is solved for x, the line above it is shown.

    Parameters
    ----------
    law : Law or str
        For example ``Weibull("k", "lam")`` or ``"Weibull(k, lam)"``.
    p : str, optional
        The name of the probability, 0 < p < 1; a letter no parameter has if left out.

    Returns
    -------
    GuardedDerivation, of a discrete law DiscreteQuantile
        ``.result`` is the quantile, a scalar; a discrete law has none in closed form.
        ``.function()`` is the quantile, nan for p outside [0, 1]; at 0 and 1 it is the ends of
        the support.

    Raises
    ------
    ArgumentError
        `law` is no law, or p is one of its parameters.
    NoClosedFormError
        The distribution function has no closed form, or that of a continuous law is not solved
        for x in closed form.

    References
    ----------
    wasserman2004, section 2.2.

    Examples
    --------
    >>> quantile("Exponential(r)")
    -log(1 - p)/r    # scalar
    >>> quantile("DiscreteUniform(n)")
    the least x with x/n >= p
    >>> float(quantile("Poisson(lam)").function()(0.975, 3.0))
    7.0
    """
    law = as_law(law, "quantile")
    names = {s.name for s in law.symbols}
    if p is not None and p in names:
        raise ArgumentError(f"{p} is a parameter of {law!r} and cannot be the probability too")
    probability = symbol(p or free_name(("p", "u", "w", "p_"), names), facts=("probability",))
    if law.support.is_whole:
        return discrete_quantile(law, cdf(law), probability)
    question = pose((law,), ("x", "x_"), None, (probability,))
    algebra, variable = question.algebra, question.variable
    found = parts_of(question)
    answer = place_below(found, question, algebra.expr(probability))
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
    unit = Support(number(0), number(1))
    guard = Guard(probability, unit, math.nan, math.nan, at_ends=law.support)
    stable = place_from_tails(found, question, algebra.expr(probability))
    return GuardedDerivation(trace, claims, law=law, guard=guard, stable=stable)


def _probability_condition(probability: Node) -> tuple[Words, ...]:
    return (Words("0 < {0} < 1", (probability,)),)


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
    solved = algebra.node(tidied(part.change.inverse(algebra.expr(question.variable))))
    mass = algebra.node(tidied(part.mass(algebra.expr(y))))
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
