"""The mode of a posterior of a vector or a matrix: the stationary point of its log kernel."""

from __future__ import annotations

from dataclasses import replace

from derive.calculus.stationary_point import stationary_point
from derive.check.claim import Claim
from derive.engine.naming import substituted
from derive.engine.vector_form import collected
from derive.engine.vector_mean import settled
from derive.engine.vector_reading import read_kernel
from derive.errors import NoClosedFormError
from derive.language.expression import Node, add, number, symbol, transpose
from derive.language.facts import close_facts
from derive.language.functions import trace
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation, Words
from derive.probability.question import free_name
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.vectors.pages import (
    VectorReading,
    arguments_of,
    opening_claims,
    opening_steps,
    reading_steps,
    result_claim,
    vector_words,
)
from derive.steps import Step, Trace

WEIGHT_NAMES = ("w", "v", "b", "w_")


def vector_mode(found: VectorReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the mode: what stands before a statistic is a positive letter.

    Raises
    ------
    NoClosedFormError
        The log kernel has no stationary point in closed form, or one that is no maximum.
    """
    pairing = found.pairing
    letters = Letters.beside(pairing.taken | {name.name for name in found.names})
    function, weights = _weighed(found)
    point = stationary_point(function, pairing.unknown)
    if point.verdict not in {"global maximum", "local maximum"}:
        raise NoClosedFormError(
            f"the mode of the posterior of {pairing.unknown!r} under {pairing.prior!r} is not "
            f"known: its stationary point is {point.verdict}"
        )
    ((_, value),) = point.found.values
    known = dict(zip(found.names, found.law.values, strict=True))
    meant = {x: _short(settled(substituted(meaning, known))) for x, meaning in weights.items()}
    answer = settled(substituted(substituted(value, meant), known))
    hat = symbol(free_name((f"{pairing.unknown.name}_map", "map"), pairing.taken), value.shape)
    named = (Step(x, meaning, "what stands before the statistic") for x, meaning in weights.items())
    trace_of = Trace(
        question=vector_words("mode of the posterior of {m} after", pairing, pairing.unknown),
        definitions=(),
        steps=(
            *opening_steps(found, letters),
            *reading_steps(found, letters),
            *named,
            Step(None, _maximised(pairing.unknown, function), "the log density but for a constant"),
            *point.trace.steps,
            Step(hat, answer, "insert the parameters"),
        ),
        results=((hat.name, answer),),
        conditions=(*pairing.conditions, *_needs(meant)),
        arguments=arguments_of(pairing, answer),
        closing=point.trace.closing,
        lefts=(hat,),
    )
    claims = (*opening_claims(found), replace(result_claim(found), kind="line"))
    return trace_of, (*claims, *point.claims)


def _short(node: Node) -> Node:
    return collected(node) if node.is_scalar else node


def _maximised(unknown: Node, function: Node) -> Words:
    return Words("{0} is where f = {1} is largest", (unknown, function))


def _needs(meant: dict[Node, Node]) -> tuple[Condition, ...]:
    """That what stands before the statistics is positive."""
    return tuple(Relation(value, ">", number(0)) for value in meant.values())


def _weighed(found: VectorReading) -> tuple[Node, dict[Node, Node]]:
    """The log kernel in names, with a positive letter for each weight of unknown sign."""
    pairing, kernel = found.pairing, found.pairing.kernel
    assert kernel.log_kernel is not None
    natural = type(found.named_law).natural(*found.names)  # type: ignore[attr-defined]
    function = settled(kernel.log_kernel(pairing.unknown, *natural))
    part = None if kernel.name == "gaussian_vector" else read_kernel(
        function, pairing.unknown, kernel
    )  # fmt: skip
    if part is None:
        return function, {}
    taken = pairing.taken | {name.name for name in found.names}
    weights: dict[Node, Node] = {}
    terms = []
    for (sign, statistic), slope in zip(
        kernel.statistics(pairing.unknown), part.natural, strict=True
    ):
        weight = slope
        if slope.shape[1] == 1 and sign > 0 and not is_positive(slope):
            name = free_name(WEIGHT_NAMES, taken)
            taken = taken | {name}
            weight = symbol(name, slope.shape, close_facts(("positive",), name, slope.shape))
            weights[weight] = slope
            if slope.is_scalar:
                weights[weight] = collected(settled(2 * slope))
                weight = weight / 2
        product = weight * statistic if weight.is_scalar else trace(transpose(weight) @ statistic)
        terms.append(number(sign) * product)
    return settled(add(*terms)), weights
