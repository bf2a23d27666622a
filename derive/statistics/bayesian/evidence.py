"""The evidence of a sample and the law of the next value: ratios of totals of one kernel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy
from sympy import Expr

from derive.check.law_bench import law_variable
from derive.check.posterior_claims import SampleClaim
from derive.derivation import Derivation
from derive.engine.factoring import in_factors
from derive.engine.law_reading import Range, common_families, parts_of, read_law, shortest
from derive.engine.naming import substituted
from derive.language.distributions import LAWS
from derive.language.expression import Node, number, symbol
from derive.language.functions import elementwise
from derive.language.law import Law
from derive.language.laws.terms import log
from derive.language.laws.whole_numbers import Bernoulli
from derive.language.relations import Words
from derive.language.support import ZERO_ONE
from derive.numeric.guarded import Guard, GuardedFunction
from derive.probability.guarded_page import require_plain
from derive.probability.question import free_name
from derive.probability.under_conditions import DerivationUnderConditions, requirements_of_trace
from derive.statistics.bayesian.function_of_data import DerivationOfPairing, sample_requirements
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.pairing import (
    EXTRA_NAMES,
    Pairing,
    closed_law,
    constant_text,
)
from derive.statistics.bayesian.places import lies_in
from derive.statistics.bayesian.posterior import (
    Reading,
    arguments_of,
    asked_words,
    opening_claims,
    opening_steps,
    parameter_steps,
    read_posterior,
    reading_steps,
    result_claims,
    updated_names,
)
from derive.statistics.bayesian.putting_together import paired
from derive.statistics.bayesian.vectors.asked import shaped_reading
from derive.statistics.bayesian.vectors.joint import JointReading
from derive.statistics.bayesian.vectors.joint_pages import joint_evidence, joint_prediction
from derive.statistics.bayesian.vectors.pages import vector_evidence
from derive.statistics.bayesian.vectors.pair_pages import pair_evidence, pair_prediction
from derive.statistics.bayesian.vectors.pairs import PairReading
from derive.statistics.bayesian.vectors.prediction import vector_prediction
from derive.steps import Step, Trace


@dataclass(frozen=True, repr=False)
class Predictive(DerivationUnderConditions):
    """A derivation whose result is the log density of the next value given the sample.

    Attributes
    ----------
    law : Law or None
        The law of the next value, where it is one with a name.
    value : symbol
        The next value.
    posterior : Law
        What the density is averaged over.

    Examples
    --------
    >>> posterior_predictive("Poisson(lam)", "Gamma(k, theta)").law
    NegativeBinomial(k + sum(x), (theta*n + 1)/(theta*n + theta + 1))
    """

    law: Law | None = field(kw_only=True)
    value: Node = field(kw_only=True)
    posterior: Law = field(kw_only=True)
    pairing: Pairing | None = field(kw_only=True, default=None, compare=False)

    @property
    def density(self) -> Node:
        """The density (the mass, if discrete) of the next value, shape (1, 1)."""
        (name_and_node,) = self.trace.results
        return elementwise("exp", name_and_node[1])

    def function(self, backend: str = "numpy", value: bool = False) -> Any:
        """Compile the log density: -inf where the next value cannot lie.

        Of a vector, a matrix or a pair it is compiled as it is.

        Raises
        ------
        ArgumentError
            The backend is not known, or `value` is asked for.
        DomainError
            When called: a value of the sample lies outside the support of the likelihood.
        """
        if self.pairing is None:
            return super().function(backend, value)
        require_plain(backend, value)
        (named,) = self.trace.results
        guard = Guard(self.value, self.pairing.joined_support(), -math.inf, -math.inf)
        sample = sample_requirements(self.pairing)
        required = requirements_of_trace(self.trace, sample, but=(self.value,))
        return GuardedFunction(named, self.trace.arguments, guard, required)


def marginal_likelihood(
    likelihood: Law | str, prior: Law | str, of: str | None = None, n: str | None = None
) -> Derivation:
    """Derive the evidence of a sample, the log of its density with the parameter averaged out.

    Parameters
    ----------
    likelihood, prior, of, n
        As for ``posterior``.

    Returns
    -------
    Derivation
        ``.result`` is log m(x), a scalar function of the sample and of the parameters of the
        prior: its exponential compares models.

    Raises
    ------
    ArgumentError
        A law is none, or the unknown is not named or no parameter of the likelihood.
    DomainError
        The prior has mass where the likelihood has no such parameter, or no density.
    NoClosedFormError
        The posterior is no known law; the message prints its log density.

    References
    ----------
    bishop2006, section 3.4.

    Examples
    --------
    >>> from derive.language.laws.half_line import Exponential, Gamma
    >>> marginal_likelihood(Exponential("rate"), Gamma("k", "theta"))
    loggamma(k + n) - loggamma(k) - k*log(theta) - (k + n)*log(1/theta + sum(x))    # scalar
    """
    shaped = shaped_reading(likelihood, prior, of, n, "marginal_likelihood")
    if shaped is not None:
        if isinstance(shaped, PairReading):
            return DerivationUnderConditions(*pair_evidence(shaped))
        if isinstance(shaped, JointReading):
            return DerivationUnderConditions(*joint_evidence(shaped))
        return DerivationUnderConditions(*vector_evidence(shaped))
    pairing = paired(likelihood, prior, of, n, "marginal_likelihood")
    found = read_posterior(pairing)
    letters = Letters.beside(pairing.taken)
    names = updated_names(found)
    answer = log_evidence(found)
    total = log(letters.likelihood) + log(letters.prior) - log(letters.posterior)
    steps = (
        *opening_steps(found, letters),
        *reading_steps(found, letters, names),
        *parameter_steps(found, names),
        Step(log(letters.evidence), total, "Bayes, solved for the evidence"),
        Step(total, answer, Words("the functions of {0} cancel", (pairing.unknown.symbol,))),
    )
    trace = Trace(
        question=asked_words("log evidence {m} of", pairing, letters.evidence),
        definitions=(),
        steps=steps,
        results=((f"log_{letters.evidence.name}", answer),),
        conditions=found.conditions,
        arguments=arguments_of(pairing, answer),
    )
    words = "the evidence is the mean likelihood under the prior"
    claim = SampleClaim(pairing.bench, "log evidence", answer, words, "result")
    return DerivationOfPairing(
        trace, (*opening_claims(found), *_as_lines(found), claim), pairing=pairing
    )


def _as_lines(found: Reading) -> tuple[SampleClaim, ...]:
    return tuple(replace(claim, kind="line") for claim in result_claims(found))


def log_evidence(found: Reading, values: Mapping[Expr, Expr] | None = None) -> Node:
    """What is left of log likelihood + log prior - log posterior, at values of some letters."""
    terms = [found.likelihood.constant, found.prior.constant, -found.read.constant]
    moved = [settled(term, values or {}) for term in terms]
    return constant_text(moved, found.pairing.algebra)


def flat(expr: Expr) -> Expr:
    """The shortest form without a sum under a fraction under a fraction."""
    short = shortest(expr)
    below = [p.base for p in short.atoms(sympy.Pow) if p.exp == -1 and p.base.is_Add]
    if any(q.exp == -1 and q.base.is_Add for base in below for q in base.atoms(sympy.Pow)):
        return in_factors(sympy.together(short))
    return short


def settled(expr: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """The expression at some values, the arguments of its functions in their shortest form."""
    if not expr.free_symbols & set(values):
        return expr
    moved = expr.xreplace(dict(values))
    inside = {f: f.func(*map(shortest, f.args)) for f in moved.atoms(sympy.log, sympy.loggamma)}
    return moved.xreplace(inside)


def posterior_predictive(
    likelihood: Law | str, prior: Law | str, of: str | None = None, n: str | None = None
) -> Predictive:
    """Derive the law of the next value given a sample, the parameter averaged out.

    Parameters
    ----------
    likelihood, prior, of, n
        As for ``posterior``.

    Returns
    -------
    Predictive
        ``.result`` is the log density of the next value ``x_new``, a scalar function of it,
        of the sample and of the parameters of the prior; ``.density`` its exponential;
        ``.law`` is the law where it has a name.

    Raises
    ------
    ArgumentError
        A law is none, or the unknown is not named or no parameter of the likelihood.
    DomainError
        The prior has mass where the likelihood has no such parameter, or no density.
    NoClosedFormError
        The posterior is no known law; the message prints its log density.

    References
    ----------
    bishop2006, section 2.1.1; murphy2012, section 3.3.

    Examples
    --------
    >>> from derive.language.laws.half_line import Exponential, Gamma
    >>> posterior_predictive(Exponential("rate"), Gamma("k", "theta")).law
    Lomax(k + n, 1/theta + sum(x))
    """
    shaped = shaped_reading(likelihood, prior, of, n, "posterior_predictive")
    if shaped is not None:
        if isinstance(shaped, PairReading):
            page = pair_prediction(shaped)
        elif isinstance(shaped, JointReading):
            page = joint_prediction(shaped)
        else:
            page = vector_prediction(shaped)
        return Predictive(
            page.trace, page.claims, law=page.law, value=page.value, posterior=shaped.law
        )
    pairing = paired(likelihood, prior, of, n, "posterior_predictive")
    found = read_posterior(pairing)
    names = updated_names(found)
    to_expr = pairing.algebra.expr
    values = dict(zip(map(to_expr, names), found.read.values, strict=True))
    one = _one_more(found, names)
    again = read_posterior(one)
    answer = log_evidence(again)
    named = _named(answer, one)
    letters = Letters.beside(one.taken)
    left = dict(zip(names, found.law.values, strict=True))  # names inside a largest value
    full, law = substituted(log_evidence(again, values), left), None
    about = "the density of the next value is a ratio of two evidences"
    bench = replace(pairing.bench, extra=one.data)
    claims = [*opening_claims(found), *_as_lines(found)]
    density = log(symbol(free_name(("p", "P", "p_"), one.taken)))
    ratio = "ratio of the totals with and without the value"
    steps = [
        *opening_steps(found, letters),
        *reading_steps(found, letters, names),
        *parameter_steps(found, names),
        Step(density, answer, ratio),
    ]
    if named is not None:
        claims.append(SampleClaim(bench, "log predictive", full, about))
        about = f"the next value follows {type(named).__name__}"
        words = named.words(1)
        follows = Words(f"{{0}} follows {words.text}", (one.data, *words.nodes))
        steps.append(Step(None, follows, "read the kernel"))
        node = pairing.algebra.node
        law = named.with_values(*(node(flat(to_expr(v).xreplace(values))) for v in named.values))
        full = law.log_density(one.data)
    claims.append(SampleClaim(bench, "log predictive", full, about, "result"))
    support = pairing.joined_support()
    trace = Trace(
        question=asked_words("log density of the next value {m} after", pairing, one.data),
        definitions=(),
        steps=tuple(steps),
        results=((f"log_{density.args[0].name}", full),),
        conditions=(*found.conditions, *lies_in(support, one.data, "{0}")),
        arguments=(one.data, *arguments_of(pairing, full, *support.moves_with)),
        lefts=(density,),
    )
    return Predictive(
        trace, tuple(claims), law=law, value=one.data, posterior=found.law, pairing=pairing
    )


def _one_more(found: Reading, names: tuple[Node, ...]) -> Pairing:
    """The pairing of the posterior, with names for its parameters, and one value more."""
    old = found.pairing
    prior = found.read.family(*names)
    taken = old.taken | {name.name for name in names}
    value = law_variable(old.likelihood, free_name(EXTRA_NAMES, taken))
    return Pairing(old.likelihood, prior, old.unknown, value, number(1), old.algebra, value)


def _named(answer: Node, one: Pairing) -> Law | None:
    """The law with that log density, if it has a name."""
    algebra = one.algebra
    if one.cut_words() is not None:
        return None
    expr, value = algebra.expr(answer), algebra.expr(one.data)
    likelihood = closed_law(one.likelihood, algebra)
    if likelihood.support == ZERO_ONE:
        success = shortest(_gammas_cancelled(sympy.exp(expr.subs(value, 1))))
        return Bernoulli(algebra.node(success)) if success.is_positive else None
    own = type(one.likelihood)
    ends = Range.of(likelihood.support, algebra)
    read = read_law(parts_of(expr, value), one.data, ends, common_families(LAWS, (own,)), algebra)
    return None if read is None or read.open_facts else read.law(algebra)


def _gammas_cancelled(expr: Expr) -> Expr:
    """A ratio of gamma functions whose arguments differ by whole numbers, without them."""
    opened = expr.replace(sympy.loggamma, lambda z: sympy.log(sympy.gamma(z)))
    return sympy.gammasimp(sympy.powsimp(opened))
