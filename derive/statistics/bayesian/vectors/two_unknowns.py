"""The frame of pages about two unknowns at once: the law, the evidence, the mode.

What differs between a pair of numbers and a vector with a matrix, the lines to the posterior and
what is claimed, is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from derive.calculus.stationary_point import stationary_point
from derive.check.claim import Claim
from derive.engine.naming import substituted
from derive.engine.vector_form import collected
from derive.engine.vector_mean import settled
from derive.errors import NoClosedFormError
from derive.language.expression import Node, number, symbol
from derive.language.laws.terms import log
from derive.language.properties import is_positive
from derive.language.relations import Relation, Words
from derive.probability.question import free_name
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.vectors.joint import JointPairing, JointReading
from derive.statistics.bayesian.vectors.pairs import PairPairing, PairReading
from derive.steps import Step, Trace

Pairing: TypeAlias = PairPairing | JointPairing
Reading: TypeAlias = PairReading | JointReading
Steps: TypeAlias = tuple[Step, ...]
Claims: TypeAlias = tuple[Claim, ...]


def asked_words(asked: str, pairing: Pairing, *about: Node) -> Words:
    """The question: what is asked about the nodes ``{m}``, after which sample and prior."""
    k = len(about)
    named = " and ".join(f"{{{j}}}" for j in range(k))
    likelihood = pairing.likelihood.words(k + 1)
    prior = pairing.prior.words(k + 1 + len(likelihood.nodes))
    text = f"{{{k}}} independent values of {likelihood.text}; prior of the pair {prior.text}"
    nodes = (*about, pairing.size, *likelihood.nodes, *prior.nodes)
    return Words(f"{asked.replace('{m}', named)} {text}", nodes)


def arguments_of(pairing: Pairing, *nodes: Node) -> tuple[Node, ...]:
    """What the nodes hold, the sample first."""
    used = frozenset().union(*(node.symbols for node in nodes))
    return tuple(s for s in pairing.symbols if s in used)


def letters_of(found: Reading) -> Letters:
    """Names for prior, likelihood, posterior and evidence that stand for nothing else."""
    taken = found.pairing.taken | {x.name for x in (*found.names, *found.pairing.letters)}
    return Letters.beside(taken)


def posterior_page(found: Reading, steps: Steps) -> Trace:
    """The page of the posterior."""
    pairing = found.pairing
    return Trace(
        question=asked_words("posterior of {m} after", pairing, pairing.place, pairing.spread),
        definitions=(),
        steps=steps,
        results=tuple((x.name, v) for x, v in zip(found.names, found.law.values, strict=True)),
        conditions=pairing.conditions,
        arguments=arguments_of(pairing, *found.law.values),
        lefts=found.names,
    )


def evidence_page(found: Reading, steps: Steps) -> Trace:
    """The page of the evidence."""
    pairing, letters = found.pairing, letters_of(found)
    total = log(letters.likelihood) + log(letters.prior) - log(letters.posterior)
    answer = pairing.full(found.log_evidence)
    left = log(letters.evidence)
    cancel = Words("the functions of {0} and {1} cancel", (pairing.place, pairing.spread))
    return Trace(
        question=asked_words("log evidence {m} of", pairing, letters.evidence),
        definitions=(),
        steps=(
            *steps,
            Step(left, total, "Bayes, solved for the evidence"),
            Step(total, found.log_evidence, cancel),
        ),
        results=((f"log_{letters.evidence.name}", answer),),
        conditions=pairing.conditions,
        arguments=arguments_of(pairing, answer),
        lefts=(left,),
    )


def mode_page(
    found: Reading,
    steps: Steps,
    function: Node,
    weight: Mapping[Node, Node],
    stands: str,
    finish: Callable[[Node], Node] = settled,
) -> tuple[Trace, Claims]:
    """The page of the joint mode: both derivatives of the log kernel are zero.

    Parameters
    ----------
    found : Reading
    steps : tuple of Step
        The lines to the posterior.
    function : Node
        The log kernel, in the names of the parameters and of `weight`.
    weight : mapping of symbol to Node
        A positive letter, and what it stands for.
    stands : str
        Where that letter stands, in words.
    finish : function of a Node
        Writes an answer, the parameters put in, as it is shown.

    Raises
    ------
    NoClosedFormError
        The derivatives have no common zero in closed form, or it is no maximum.
    """
    pairing = found.pairing
    unknowns = [pairing.place, pairing.spread]
    point = stationary_point(function, unknowns)
    if point.verdict not in {"global maximum", "local maximum"}:
        raise NoClosedFormError(
            f"the mode of {pairing.place!r} and {pairing.spread!r} is not known: "
            f"their stationary point is {point.verdict}"
        )
    known = dict(zip(found.names, found.law.values, strict=True))
    meant = {w: collected(settled(substituted(value, known))) for w, value in weight.items()}
    answers = tuple(
        finish(substituted(substituted(value, meant), known)) for _, value in point.found.values
    )
    hats = tuple(
        symbol(free_name((f"{s.name}_map", f"{s.name}_map_"), pairing.taken), s.shape)
        for s in unknowns
    )
    largest = Words("{0} and {1} are where f = {2} is largest", (*unknowns, function))
    page = Trace(
        question=asked_words("mode of the posterior of {m} after", pairing, *unknowns),
        definitions=(),
        steps=(
            *steps,
            *(Step(w, value, f"what stands before {stands}") for w, value in weight.items()),
            Step(None, largest, "the log density but for a constant"),
            *point.trace.steps,
            *(Step(h, v, "insert the parameters") for h, v in zip(hats, answers, strict=True)),
        ),
        results=tuple((h.name, v) for h, v in zip(hats, answers, strict=True)),
        conditions=(
            *pairing.conditions,
            *(Relation(v, ">", number(0)) for v in meant.values() if not is_positive(v)),
        ),
        arguments=arguments_of(pairing, *answers),
        closing=point.trace.closing,
        lefts=hats,
    )
    return page, point.claims
