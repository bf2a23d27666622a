"""Pages about a mean and its covariance: the law, the evidence, the next value, the mode."""

from __future__ import annotations

from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.check.vector_bench import VectorBench
from derive.check.vector_claims import mass_claims
from derive.engine.factoring import in_factors
from derive.engine.naming import substituted
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.vector_form import collected
from derive.engine.vector_mean import settled
from derive.engine.vector_reading import read_kernel
from derive.language.expression import (
    Node,
    add,
    inverse,
    number,
    ones,
    power,
    size_node,
    symbol,
    transpose,
    zero,
)
from derive.language.functions import trace as trace_of
from derive.language.laws.terms import log
from derive.language.laws.vectors import MultivariateT
from derive.language.relations import Words
from derive.probability.question import free_name
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.vectors.joint import (
    JointReading,
    JointUpdate,
    lettered_values,
    log_evidence_of,
    log_kernel_of,
    updated,
)
from derive.statistics.bayesian.vectors.pages import COMPARE, NextValue
from derive.statistics.bayesian.vectors.pairing import EXTRA_NAMES
from derive.statistics.bayesian.vectors.two_unknowns import (
    arguments_of,
    asked_words,
    evidence_page,
    letters_of,
    mode_page,
    posterior_page,
)
from derive.steps import Step, Trace


def _steps(found: JointReading, letters: Letters) -> tuple[Step, ...]:
    """The lines to the parameters of the posterior."""
    pairing = found.pairing
    steps = [Step(None, Words("the rows of {0} are the values", (pairing.data,)), "the sample")]
    if pairing.meaning is not None:
        meaning = Words("{0} = {1}", (pairing.spread, pairing.meaning))
        steps.append(Step(None, meaning, "the unknown"))
    law = found.named_law.words()
    total = log(letters.likelihood) + log(letters.prior) - log(letters.evidence)
    pair = (pairing.place, pairing.spread)
    mean = found.lettered[0]
    return (
        *steps,
        *(Step(x, value, "mean and squares of the sample") for x, value in pairing.letters.items()),
        Step(log(letters.likelihood), pairing.log_likelihood, "sum over the sample"),
        Step(log(letters.prior), pairing.log_prior_of(pairing.prior), "log prior"),
        Step(log(letters.posterior), total, "Bayes: likelihood times prior over evidence"),
        Step(
            total,
            found.log_kernel + letters.constant,
            Words("complete the square in {0}, collect in {1}", pair),
        ),
        Step(None, Words(f"this is the kernel of {law.text}", law.nodes), "read the kernel"),
        Step(found.names[0], mean, Words("centre of the square in {0}", (pairing.place,))),
        *(
            Step(name, value, COMPARE)
            for name, value in zip(found.names[1:], found.lettered[1:], strict=True)
        ),
    )


def _claims(found: JointReading, is_result: bool) -> tuple[Claim, ...]:
    """The sample by its mean and squares, and Bayes at random values of the pair."""
    pairing = found.pairing
    prior = pairing.log_prior_of(pairing.prior)
    evidence = pairing.full(found.log_evidence)
    posterior = pairing.log_prior_of(found.law)
    drawn = VectorBench({"q": found.named_law.first}, pairing.spread)
    return (
        *mass_claims(drawn),
        SameValue(pairing.declared, pairing.full(pairing.log_likelihood), conditions=pairing.needs),
        SameValue(
            pairing.declared + prior - evidence,
            posterior,
            conditions=pairing.needs,
            kind="result" if is_result else "line",
        ),
    )


def joint_posterior(found: JointReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the posterior."""
    return posterior_page(found, _steps(found, letters_of(found))), _claims(found, True)


def joint_evidence(found: JointReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the evidence."""
    return evidence_page(found, _steps(found, letters_of(found))), _claims(found, True)


# --- the next value ---------------------------------------------------------------------


def joint_prediction(found: JointReading) -> NextValue:
    """The page of the next value: the evidence of one value under the posterior, by name."""
    pairing, prior = found.pairing, found.named_law
    taken = pairing.taken | {x.name for x in (*found.names, *pairing.letters)}
    value = symbol(free_name(EXTRA_NAMES, taken), pairing.place.shape)
    after = updated(pairing, prior, pairing.likelihood.log_density(value))
    raw = log_evidence_of(pairing, after)
    law, lemma = _student(found, value, after)
    shown = law.log_density(value)
    known = dict(zip(found.names, found.law.values, strict=True))
    full = law.with_values(*(settled(substituted(v, known)) for v in law.values))
    answer = full.log_density(value)
    density = log(symbol(free_name(("p", "P", "p_"), taken | {value.name})))
    words = law.words(1)
    named = prior.with_values(*lettered_values(pairing, prior, after))
    both = pairing.likelihood.log_density(value) + pairing.log_prior_of(prior)
    posterior = pairing.log_prior_of(named)  # type: ignore[arg-type]
    claims: tuple[Claim, ...] = (
        *_claims(found, False),
        SameValue(both - raw, posterior, conditions=prior.relations()),
        SameValue(both - shown, posterior, conditions=prior.relations(), kind="result"),
    )
    page = Trace(
        question=asked_words("log density of the next value {m} after", pairing, value),
        definitions=(),
        steps=(
            *_steps(found, letters_of(found)),
            Step(density, raw, "ratio of the totals with and without the value"),
            Step(None, lemma, "determinant of a rank-one change"),
            Step(
                None, Words(f"{{0}} follows {words.text}", (value, *words.nodes)), "read the kernel"
            ),
        ),
        results=((f"log_{density.args[0].name}", answer),),
        conditions=pairing.conditions,
        arguments=(value, *arguments_of(pairing, answer)),
        lefts=(density,),
    )
    return NextValue(page, claims, value, full)


def _student(found: JointReading, value: Node, after: JointUpdate) -> tuple[MultivariateT, Words]:
    """``det(B + w u u')^(-a)`` in ``u = x - m``: the kernel of Student's t, and the lemma."""
    prior, d = found.named_law, size_node(value.shape[0])
    mean = prior.values[0]
    a, changed = after.natural
    own: tuple[Node, ...] = type(prior.first).natural(*prior.first.values)  # type: ignore[attr-defined]
    gap = settled(changed - own[1])
    at_ones = settled(substituted(gap, {value: ones(value.shape[0]), mean: zero(mean.shape)}))
    w = collected(settled(trace_of(at_ones) / d))
    degrees = collected(settled(2 * a - d))
    algebra = ScalarAlgebra(prior.symbols)
    half = in_factors(1 / (2 * algebra.expr(w)))
    scale = settled(2 * own[1])
    law = MultivariateT(degrees, mean, settled(algebra.node(half) / degrees * scale))
    u = value - mean
    base = number(1) + algebra.node(1 / half) * (transpose(u) @ settled(inverse(scale)) @ u)
    return law, Words("the density is proportional to {0}", (power(base, -a),))


# --- the mode ---------------------------------------------------------------------------


def joint_mode(found: JointReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the joint mode: both derivatives of the log kernel are zero.

    Raises
    ------
    NoClosedFormError
        They have no common zero in closed form, or it is no maximum.
    """
    steps = _steps(found, letters_of(found))
    page, claims = mode_page(found, steps, *_weighed(found), "the log determinant")
    return page, (*_claims(found, False), *claims)


def _weighed(found: JointReading) -> tuple[Node, dict[Node, Node]]:
    """The log kernel in names, with a positive letter before the log determinant."""
    pairing, prior = found.pairing, found.named_law
    mean, observations = prior.values[:2]
    own: tuple[Node, ...] = type(prior.first).natural(*prior.first.values)  # type: ignore[attr-defined]
    whole = log_kernel_of(pairing, mean, observations, own)
    at_mean = settled(substituted(whole, {pairing.place: mean}))
    part = read_kernel(at_mean, pairing.spread, pairing.kernel)
    assert part is not None
    (sign, logs), _ = pairing.kernel.statistics(pairing.spread)
    taken = pairing.taken | {x.name for x in found.names}
    name = free_name(("w", "u", "w_"), taken)
    weight = symbol(name, facts=("positive",))
    before = collected(settled(2 * part.natural[0]))
    function = settled(add(whole, number(-sign) * part.natural[0] * logs))
    return add(number(sign) / 2 * (weight * logs), function), {weight: before}
