"""Where the likelihood of a sample of vectors is largest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from derive.calculus.stationary_point import StationaryPoint, stationary_point
from derive.check.claim import Claim
from derive.engine.naming import substituted
from derive.engine.vector_mean import settled
from derive.engine.vector_reading import read_kernel
from derive.errors import ArgumentError, DomainError, NoClosedFormError, NoRuleError
from derive.language.expression import Node, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import dot, elementwise
from derive.language.relations import Condition, Relation, Words
from derive.language.vector_law import VectorLaw
from derive.numeric import compile_function
from derive.probability.question import free_name
from derive.rules.vector_families import VECTOR_KERNELS
from derive.statistics.likelihood.vectors.domain_of_rows import require_rows_in_domain
from derive.statistics.likelihood.vectors.pages import (
    opening,
    question_words,
    rows_claim,
    vector_score,
)
from derive.statistics.likelihood.vectors.sampling import VectorSampling, vector_sampling
from derive.steps import Step, Trace

SINGULAR = 1e-14  # of the largest eigenvalue


@dataclass(frozen=True)
class VectorEstimator:
    """What turns a sample into arrays for the parameters."""

    law: VectorLaw
    data: Node
    results: tuple[tuple[str, Node], ...]
    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def estimate(self, x: Any, known: Mapping[str, Any]) -> dict[str, Any]:
        """The estimates from an array of shape (n, d), by name.

        Raises
        ------
        ArgumentError
            The sample is no matrix of numbers, or a held parameter is missing.
        DomainError
            A row is no value of the law, all counts are zero, or the estimate lies at the edge of
            the domain: a singular matrix, a probability zero.
        NoRuleError
            A parameter has no closed form.
        """
        if not self.results:
            raise NoRuleError(
                "no parameter has a closed form\n"
                "  to fix   : solve the score equation by numbers: score(law).function()"
            )
        try:
            sample = np.asarray(x, dtype=float)
        except (TypeError, ValueError):
            sample = np.empty(0)
        if sample.ndim != 2 or not sample.size or not np.isfinite(sample).all():
            got = f"shape {sample.shape}" if sample.size else f"{str(x)[:60]}"
            raise ArgumentError(
                f"a sample of vectors is an array of finite numbers of shape (n, d), got {got}"
            )
        require_rows_in_domain(self.law, sample, known)
        values = {self.data.name: sample, **known}
        found = {}
        for name, node in self.results:
            names = sorted(node.symbols, key=lambda s: s.name)
            missing = [s.name for s in names if s.name not in values]
            if missing:
                raise ArgumentError(
                    f"the estimate needs {missing[0]}\n  to fix   : estimate(x, {missing[0]}=...)"
                )
            formula = compile_function([(name, node)], tuple(names))
            found[name] = np.asarray(formula(*(values[s.name] for s in names)))
            _require_inside(self.facts.get(name, frozenset()), name, found[name], len(sample))
        return found


@dataclass(frozen=True)
class VectorEstimate:
    """What the page of an estimate is made of."""

    trace: Trace
    claims: tuple[Claim, ...]
    estimator: VectorEstimator
    relations: tuple[Relation, ...]


def vector_estimate(law: VectorLaw, unknowns: tuple[Node, ...]) -> VectorEstimate:
    """The stationary point of the log-likelihood, where it is a maximum.

    Raises
    ------
    NoClosedFormError
        A parameter takes whole numbers, or the stationary point is no maximum.
    """
    asked = vector_sampling(law, "maximum_likelihood")
    for p in unknowns:
        if "integer" in p.facts:
            raise NoClosedFormError(
                f"{p.name} of {law!r} takes whole numbers alone: no derivative leads to the "
                f"largest likelihood\n  to fix   : hold it, known={p.name!r}"
            )
    function, counts = _function(asked, unknowns)
    try:
        point = stationary_point(function, list(unknowns))
    except NoClosedFormError:
        return _equations(asked, unknowns)
    if point.verdict not in {"global maximum", "local maximum"}:
        raise NoClosedFormError(
            f"the largest likelihood of {law!r} is not known: its stationary point is "
            f"{point.verdict}"
        )
    return _page(asked, unknowns, point, function, counts)


def _page(
    asked: VectorSampling,
    unknowns: tuple[Node, ...],
    point: StationaryPoint,
    function: Node,
    counts: dict[Node, Node],
) -> VectorEstimate:
    values = [(p, settled(substituted(value, counts))) for p, value in point.found.values]
    steps = [*opening(asked)]
    for letter, meaning in counts.items():
        steps.append(Step(letter, meaning, "sums over the rows"))
    words = Words("f = {0} is made largest", (asked.name,))
    if counts:
        words = Words("f = {0} is made largest, {1} but for a constant", (function, asked.name))
    steps.append(Step(None, words, "what the unknown is in"))
    steps += point.trace.steps
    steps += [
        Step(None, Relation(p, "=", value), "insert the sums")
        for p, value in values
        if counts
    ]  # fmt: skip
    needs: list[Condition] = [Relation(c, ">", number(0)) for c in counts.values()]
    needs += [c for c in point.trace.conditions if not _speaks_of(c, counts)]
    trace = Trace(
        question=question_words(asked, "maximum likelihood", unknowns),
        definitions=(),
        steps=tuple(steps),
        results=tuple((p.name, value) for p, value in values),
        conditions=(*asked.conditions, *dict.fromkeys(needs)),
        arguments=asked.arguments,
        closing=point.trace.closing,
        lefts=unknowns,
    )
    results = tuple((p.name, value) for p, value in values)
    claims = (rows_claim(asked, False), *point.claims)
    facts = {p.name: p.facts for p in unknowns}
    return VectorEstimate(trace, claims, VectorEstimator(asked.law, asked.data, results, facts), ())


def _require_inside(facts: frozenset[str], name: str, value: Any, count: int) -> None:
    """Refuse an estimate at the edge of its domain: a singular matrix, a zero."""
    because = ""
    if "spd" in facts:
        spectrum = np.linalg.eigvalsh(value)
        if not spectrum[0] > SINGULAR * len(value) * spectrum[-1]:
            because = f"{name} is singular there, the values lie in a subspace"
    elif "positive" in facts and not np.all(value > 0):
        because = f"{name} has a zero there"
    if because:
        raise DomainError(
            f"the likelihood of this sample has no maximum inside the domain of {name}: {because}\n"
            f"  to fix   : give more values, or different ones ({count} were given)"
        )


def _speaks_of(condition: Condition, letters: dict[Node, Node]) -> bool:
    nodes = condition.nodes if isinstance(condition, Words) else (condition.left,)
    return any(node.symbols & set(letters) for node in nodes)


def _function(asked: VectorSampling, unknowns: tuple[Node, ...]) -> tuple[Node, dict[Node, Node]]:
    """What is made largest: for probabilities their counts times their logarithms."""
    if len(unknowns) == 1 and "simplex" in unknowns[0].facts:
        (p,) = unknowns
        part = read_kernel(asked.log_likelihood, p, VECTOR_KERNELS["dirichlet"])
        if part is not None:
            taken = {s.name for s in asked.arguments} | {asked.name.name}
            name = free_name(("c", "k", "c_"), taken)
            c = symbol(name, p.shape, close_facts(("positive",), name, p.shape))
            return dot(c, elementwise("log", p)), {c: part.natural[0]}
    return asked.defined, {}


def _equations(asked: VectorSampling, unknowns: tuple[Node, ...]) -> VectorEstimate:
    """The score equations, where they have no solution in closed form."""
    slopes = vector_score(asked.law, unknowns)
    nodes = [node for _, node in slopes.trace.results]
    relations = tuple(Relation(node, "=", settled(number(0) * node)) for node in nodes)
    words = "score equation: no closed form is known"
    trace = Trace(
        question=question_words(asked, "maximum likelihood", unknowns),
        definitions=slopes.trace.definitions,
        steps=(*slopes.trace.steps, *(Step(None, r, words) for r in relations)),
        results=(),
        conditions=slopes.trace.conditions,
        arguments=asked.arguments,
        closing=(
            Words(
                "wherever there is a maximum, {0} solves the equations; no closed form is known",
                (unknowns[0],),
            ),
        ),
    )
    return VectorEstimate(
        trace, slopes.claims, VectorEstimator(asked.law, asked.data, ()), relations
    )
