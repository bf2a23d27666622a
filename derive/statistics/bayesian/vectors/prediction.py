"""The law of the next vector: the likelihood of one more value, averaged over the posterior."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.engine.naming import substituted
from derive.engine.vector_form import collected
from derive.engine.vector_mean import VectorMeans, settled
from derive.language.expression import Node, inverse, number, power, size_node, symbol
from derive.language.laws.terms import log
from derive.language.laws.vectors import Categorical, MultivariateNormal, MultivariateT
from derive.language.relations import Words
from derive.language.vector_law import DOMAIN_WORDS, VectorLaw
from derive.probability.question import free_name
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.vectors.pages import (
    NextValue,
    VectorReading,
    arguments_of,
    evidence_of_one,
    one_value_claim,
    opening_claims,
    opening_steps,
    reading_steps,
    result_claim,
    vector_words,
)
from derive.statistics.bayesian.vectors.pairing import EXTRA_NAMES
from derive.steps import Step, Trace


@dataclass(frozen=True)
class Prediction:
    """The next value: its log density in names for the posterior's parameters, and its law."""

    value: Node
    log_density: Node
    law: VectorLaw | None
    steps: tuple[Step, ...]


def predicted(found: VectorReading) -> Prediction:
    """Average the density of one more value over the posterior, whose parameters are letters."""
    pairing = found.pairing
    taken = pairing.taken | {name.name for name in found.names}
    x = pairing.likelihood.value(free_name(EXTRA_NAMES, taken))
    answer, after = evidence_of_one(found, x, found.named_law)
    law, steps = _named(found, x, after[0])
    return Prediction(x, answer, law, steps)


def _named(found: VectorReading, x: Node, after: Node) -> tuple[VectorLaw | None, tuple[Step, ...]]:
    """The law of the next value where it has a name, and why it is that."""
    pairing, likelihood = found.pairing, found.pairing.likelihood
    outer = VectorMeans(found.named_law, pairing.unknown)
    if isinstance(likelihood, Categorical):
        mean = outer.mean(pairing.unknown).value
        law: VectorLaw = likelihood.with_values(mean)
        return law, (Step(None, _follows(x, law), "a unit vector is known by its mean"),)
    if pairing.kernel.name == "gaussian_vector":
        return _gaussian(found, x)
    if isinstance(likelihood, MultivariateNormal):
        return _student(found, x, after)
    return None, ()


def _gaussian(found: VectorReading, x: Node) -> tuple[VectorLaw, tuple[Step, ...]]:
    """A Gaussian about a Gaussian mean: mean and covariance of the tower."""
    likelihood, unknown = found.pairing.likelihood, found.pairing.unknown
    outer = VectorMeans(found.named_law, unknown)
    centre, noise = likelihood.values
    mean = settled(outer.averaged(centre, lambda core: outer.mean(core).value))
    gap = centre - mean
    square = outer.averaged(settled(gap @ gap.T), lambda core: outer.mean(core).value)
    law = likelihood.with_values(mean, settled(noise + square))
    words = Words(
        "{0} = {1} + noise of covariance {2}, {3} of mean {4} and covariance {5}",
        (x, centre, noise, unknown, *found.names),
    )
    return law, (
        Step(None, words, "means and covariances of independent parts add"),
        Step(None, _follows(x, law), "a sum of Gaussians"),
    )


def _student(found: VectorReading, x: Node, a: Node) -> tuple[VectorLaw, tuple[Step, ...]]:
    """``det(B + u u'/2)^(-a)`` in u: the kernel of Student's t."""
    likelihood = found.pairing.likelihood
    _, before = type(found.named_law).natural(*found.names)  # type: ignore[attr-defined]
    mean = VectorMeans(likelihood, x).mean(x).value
    scale = settled(2 * before)
    degrees = collected(settled(2 * a - size_node(x.shape[0])))
    law = MultivariateT(degrees, mean, settled(scale / degrees))
    u = x - mean
    base = number(1) + u.T @ settled(inverse(scale)) @ u
    lemma = Words("the density is proportional to {0}", (power(base, -a),))
    return law, (
        Step(None, lemma, "determinant of a rank-one change"),
        Step(None, _follows(x, law), "read the kernel"),
    )


def _follows(x: Node, law: VectorLaw) -> Words:
    words = law.words(1)
    return Words(f"{{0}} follows {words.text}", (x, *words.nodes))


def _inside(x: Node, law: VectorLaw) -> tuple[Words, ...]:
    """Where the next value lies, as far as it is not declared to lie there."""
    if law.domain != "counts":
        return ()
    return (Words(f"{{0}}: {DOMAIN_WORDS['counts'].format(n='{1}')}", (x, law.values[0])),)


def vector_prediction(found: VectorReading) -> NextValue:
    """The page of the next value."""
    pairing, one = found.pairing, predicted(found)
    letters = Letters.beside(pairing.taken | {name.name for name in found.names})
    taken = pairing.taken | {name.name for name in (*found.names, one.value)}
    density = log(symbol(free_name(("p", "P", "p_"), taken)))
    known = dict(zip(found.names, found.law.values, strict=True))
    law, full = None, settled(substituted(one.log_density, known))
    if one.law is not None:
        law = one.law.with_values(*(settled(substituted(v, known)) for v in one.law.values))
        full = law.log_density(one.value)
    in_names = one.log_density if one.law is None else one.law.log_density(one.value)
    words = "the density of the next value is its mean under the posterior"
    averaged = (one.value, found.named_law)
    claims = (
        *opening_claims(found),
        replace(result_claim(found), kind="line"),
        one_value_claim(found, *averaged, one.log_density, words, "line"),
        one_value_claim(found, *averaged, in_names, words, "result"),
    )
    trace = Trace(
        question=vector_words("log density of the next value {m} after", pairing, one.value),
        definitions=(),
        steps=(
            *opening_steps(found, letters),
            *reading_steps(found, letters),
            Step(density, one.log_density, "ratio of the totals with and without the value"),
            *one.steps,
        ),
        results=((f"log_{density.args[0].name}", full),),
        conditions=(*pairing.conditions, *_inside(one.value, pairing.likelihood)),
        arguments=(one.value, *arguments_of(pairing, full)),
        lefts=(density,),
    )
    return NextValue(trace, claims, one.value, law)
