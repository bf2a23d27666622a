"""Pages about the posterior of a pair: the law, the evidence, the next value, the mode."""

from __future__ import annotations

import sympy

from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.engine.factoring import in_factors
from derive.engine.naming import substituted
from derive.language.expression import Node, add, symbol
from derive.language.laws.line import StudentT
from derive.language.laws.terms import log
from derive.language.relations import Words
from derive.probability.question import free_name
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.pairing import EXTRA_NAMES
from derive.statistics.bayesian.vectors.pages import NextValue
from derive.statistics.bayesian.vectors.pairs import PairPairing, PairReading
from derive.statistics.bayesian.vectors.two_unknowns import (
    arguments_of,
    asked_words,
    evidence_page,
    letters_of,
    mode_page,
    posterior_page,
)
from derive.steps import Step, Trace


def _steps(found: PairReading, letters: Letters) -> tuple[Step, ...]:
    """The lines to the parameters of the posterior."""
    pairing = found.pairing
    unknown = pairing.meaning
    steps: list[Step] = []
    if unknown.meaning is not None:
        words = (unknown.symbol, unknown.meaning, unknown.replaced, unknown.inverse)
        steps.append(Step(None, Words("{0} = {1}, so {2} = {3}", words), "the unknowns"))
    mean, squares = pairing.letters
    held = (mean, pairing.mean, squares, pairing.squares)
    law = found.named_law.words()
    total = log(letters.likelihood) + log(letters.prior) - log(letters.evidence)
    pair = (pairing.place, pairing.spread)
    return (
        *steps,
        Step(None, Words("{0} = {1}, {2} = {3}", held), "mean and squares of the sample"),
        Step(log(letters.likelihood), found.written(found.likelihood), "sum over the sample"),
        Step(log(letters.prior), found.written(found.prior), "log prior"),
        Step(log(letters.posterior), total, "Bayes: likelihood times prior over evidence"),
        Step(
            total,
            found.written(found.kernel, letters.constant),
            Words("collect in the functions of {0} and {1}", pair),
        ),
        Step(None, Words(f"this is the kernel of {law.text}", law.nodes), "read the kernel"),
        *(
            Step(name, value, "compare the coefficients")
            for name, value in zip(found.names, found.lettered, strict=True)
        ),
    )


def _claims(found: PairReading, is_result: bool) -> tuple[Claim, ...]:
    """The log likelihood and log prior as opened, and Bayes at random values of the pair."""
    pairing = found.pairing
    prior = pairing.log_prior_of(pairing.prior)
    evidence = pairing.full(found.log_evidence)
    posterior = pairing.log_prior_of(found.law)
    return (
        SameValue(pairing.declared, pairing.full(found.written(found.likelihood))),
        SameValue(prior, found.written(found.prior)),
        SameValue(
            pairing.declared + prior - evidence, posterior, kind="result" if is_result else "line"
        ),
    )


def pair_posterior(found: PairReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the posterior."""
    return posterior_page(found, _steps(found, letters_of(found))), _claims(found, True)


def pair_evidence(found: PairReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the evidence."""
    return evidence_page(found, _steps(found, letters_of(found))), _claims(found, True)


# --- the next value ---------------------------------------------------------------------


def pair_prediction(found: PairReading) -> NextValue:
    """The page of the next value."""
    old = found.pairing
    taken = old.taken | {x.name for x in (*found.names, *old.letters)}
    value = symbol(free_name(EXTRA_NAMES, taken))
    likelihood = old.likelihood
    one = PairReading(
        PairPairing(
            likelihood, found.named_law, old.place, old.spread, old.meaning, old.data, old.algebra,
            value,
        ),
        is_one=True,
    )  # fmt: skip
    raw = one.log_evidence
    known = dict(zip(found.names, found.law.values, strict=True))
    density = log(symbol(free_name(("p", "P", "p_"), taken | {value.name})))
    read = _student(one, raw, value)
    steps = [
        *_steps(found, letters_of(found)),
        Step(density, raw, "ratio of the totals with and without the value"),
    ]
    posterior = old.log_prior_of(one.law)
    product = likelihood.log_density(value) + old.log_prior_of(found.named_law)
    claims: list[Claim] = [*_claims(found, False), SameValue(product - raw, posterior)]
    shown = raw
    if read is not None:
        degrees, centre, scale = read
        law = StudentT(degrees)
        ratio = (value - centre) / scale
        words = law.words(1)
        follows = Words(f"{{0}} follows {words.text}", (ratio, *words.nodes))
        steps.append(Step(None, follows, "read the kernel"))
        shown = law.log_density(ratio) - log(scale)
        claims.append(SameValue(raw, shown))
    answer = substituted(raw, known)
    claims.append(SameValue(answer, substituted(shown, known), kind="result"))
    trace = Trace(
        question=asked_words("log density of the next value {m} after", old, value),
        definitions=(),
        steps=tuple(steps),
        results=((f"log_{density.args[0].name}", answer),),
        conditions=old.conditions,
        arguments=(value, *arguments_of(old, answer)),
        lefts=(density,),
    )
    return NextValue(trace, tuple(claims), value, None)


def _student(one: PairReading, raw: Node, value: Node) -> tuple[Node, Node, Node] | None:
    """Degrees of freedom, centre and scale where the density is ``(b + c (x - m)^2)^(-p)``."""
    expr, x = one.expr(raw), one.expr(value)
    logs = [part for part in expr.atoms(sympy.log) if part.has(x)]
    if len(logs) != 1:
        return None
    (inner,) = logs
    letter = sympy.Dummy()
    power = -sympy.diff(expr.xreplace({inner: letter}), letter)
    quadratic = sympy.Poly(inner.args[0], x)
    if quadratic.degree() != 2 or power.has(x):
        return None
    c, slope, _ = quadratic.all_coeffs()
    centre = in_factors(-slope / (2 * c))
    base = sympy.simplify(inner.args[0].subs(x, centre))
    degrees = sympy.expand(2 * power - 1)
    scale = sympy.sqrt(in_factors(base / (c * degrees)))
    return one.node(degrees), one.node(centre), one.node(scale)


# --- the mode ---------------------------------------------------------------------------


def pair_mode(found: PairReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the joint mode: both derivatives of the log kernel are zero.

    Raises
    ------
    NoClosedFormError
        They have no common zero in closed form, or it is no maximum.
    """
    steps = _steps(found, letters_of(found))
    page, claims = mode_page(
        found, steps, *_weighed(found), "the logarithm", finish=lambda answer: answer
    )
    return page, (*_claims(found, False), *claims)


def _weighed(found: PairReading) -> tuple[Node, dict[Node, Node]]:
    """The log kernel in names, with a positive letter before the logarithm."""
    pairing = found.pairing
    unknowns = {found.expr(s) for s in (pairing.place, pairing.spread)}
    t = sympy.log(found.expr(pairing.spread))
    whole = found.expr(pairing.log_prior_of(found.named_law))
    terms = [
        term
        for term in sympy.Add.make_args(sympy.expand_log(whole, force=True))
        for term in (sympy.Add.make_args(sympy.expand(term)) if term.has(t) else (term,))
        if term.free_symbols & unknowns
    ]
    before = in_factors(sum(term.coeff(t) for term in terms if term.has(t)))
    rest = [found.node(term) for term in terms if not term.has(t)]
    weight, meaning = found.node(before), dict[Node, Node]()
    if (-before).is_positive is not True:
        name = free_name(("w", "u", "w_"), pairing.taken | {x.name for x in found.names})
        weight = symbol(name, facts=("positive",))
        meaning = {weight: found.node(before)}
    return add(weight * log(pairing.spread), *rest), meaning
