"""Renyi divergences and the Hellinger distance: means of powers of a density ratio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.check.law_bench import LawBench
from derive.check.law_claims import MeanClaim
from derive.derivation import Derivation
from derive.engine.closed_form import closed_form
from derive.errors import DomainError
from derive.information.distance_page import DistancePage
from derive.information.log_of_product import log_terms
from derive.information.overlap import law_of_both
from derive.information.renyi_order import order_conditions, renyi_order
from derive.information.vector_measures import both_vectors
from derive.information.vector_ratios import vector_ratio
from derive.language.expression import Node, multiply, number, power
from derive.language.functions import elementwise
from derive.language.law import Law, Value, merge_symbols
from derive.language.laws.terms import log
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import (
    MeanOfSum,
    exponential_steps,
    mean_claims,
    mean_of_sum,
)
from derive.probability.question import Question, pose, told
from derive.probability.supports import law_inclusion, support_step
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

HALF = number(Fraction(1, 2))


def renyi_divergence(p: Law | str, q: Law | str, order: Value | None = None) -> Derivation:
    """Derive the Renyi divergence, 1/(alpha - 1) log E_p[(p/q)^(alpha - 1)].

    Parameters
    ----------
    p, q : Law or str
        For example ``Normal("m", 1)`` or ``"Normal(m, 1)"``; equal names are one parameter.
        Two laws of vectors or matrices are of one exponential family.
    order : positive number other than 1, or a name, optional
        The order, ``alpha`` if left out, or another name where a law has that one.  Its limit
        at 1 is ``kl_divergence``.

    Returns
    -------
    Derivation
        ``.result`` is the divergence in nats, a scalar, under the printed conditions; where
        those on the mean fail it is infinite.

    Raises
    ------
    ArgumentError
        `p` or `q` is no law, or `order` no number and no name, or a name of a law.
    DomainError
        The order is 1 or not positive, or p has mass outside the support of q; of orders
        below 1 only where the supports do not meet, or overlap at ends that are no numbers.
    NoClosedFormError
        The mean has no closed form.

    References
    ----------
    vanerven2014

    Examples
    --------
    >>> renyi_divergence("Exponential(a)", "Exponential(b)", 2)
    2*log(a) - log(b*(2*a - b))    # scalar
    """
    alpha = renyi_order([as_law(law, "renyi_divergence", vectors=True) for law in (p, q)], order)
    vectors = _vectors(p, q, "renyi_divergence")
    if vectors is not None:
        return vector_ratio(*vectors, alpha, ("R", "D"), "Renyi divergence of order {}")
    ratio = _ratio(p, q, "renyi_divergence", alpha, ("R", "D"))
    return _derived(
        ratio,
        lambda mean: log(mean) / (alpha - 1),
        "Renyi divergence of order {}",
        _logarithm(ratio),
    )


def hellinger_distance(p: Law | str, q: Law | str) -> Derivation:
    """Derive the Hellinger distance, sqrt(1 - E_p[(q/p)^(1/2)]), between 0 and 1.

    Parameters
    ----------
    p, q : Law or str
        For example ``Normal("m", 1)`` or ``"Normal(m, 1)"``; equal names are one parameter.

    Returns
    -------
    Derivation
        ``.result`` is the distance, a scalar.

    Raises
    ------
    ArgumentError
        `p` or `q` is no law.
    DomainError
        The supports do not meet, or overlap at ends that are no numbers.
    NoClosedFormError
        The mean has no closed form.

    References
    ----------
    vanerven2014

    Examples
    --------
    >>> hellinger_distance("Poisson(a)", "Poisson(b)").certificate.verdict
    'verified'
    >>> hellinger_distance("Uniform(0, 1)", "Uniform(1/2, 1)")
    sqrt(1 - 1/2*sqrt(2))    # scalar
    """
    vectors = _vectors(p, q, "hellinger_distance")
    if vectors is not None:
        asked = "Hellinger distance"
        return vector_ratio(*vectors, HALF, ("h", "H"), asked, _distance_of)
    ratio = _ratio(p, q, "hellinger_distance", HALF, ("h", "H"))
    log_mean = multiply(HALF - 1, _logarithm(ratio))
    return _derived(ratio, _distance_of, "Hellinger distance", log_mean=log_mean)


def _result_claim(
    bench: LawBench, mean: Node, distance: Callable[[Node], Node], answer: Node
) -> MeanClaim:
    """That the distance is the answer; that it is 0, by the mean, as a root at 0 has no digits."""
    if answer is number(0):
        return MeanClaim(bench, mean, number(1), "the answer", "result")
    return MeanClaim(bench, distance(mean), answer, "the answer", "result")


def _distance_of(mean: Node) -> Node:
    """``sqrt(1 - mean)``, the mean that of the root of the ratio of two densities."""
    return number(0) if mean is number(1) else power(1 - mean, HALF)


def _vectors(p: Law | str, q: Law | str, asked_by: str) -> tuple[VectorLaw, VectorLaw] | None:
    """The laws, where they are of vectors or matrices."""
    one, other = (as_law(law, asked_by, vectors=True) for law in (p, q))
    if not both_vectors(one, other):
        return None
    assert isinstance(one, VectorLaw) and isinstance(other, VectorLaw)
    return one, other


@dataclass(frozen=True)
class Ratio:
    """The mean of (q/p)^(1 - alpha) under p, with the density ratio by letters and in full.

    Where p has mass outside the support of q, and the order is below 1, it is the mean of
    p^alpha q^(1 - alpha)/r under a law r on the places where both have mass.
    """

    question: Question
    found: MeanOfSum
    order: Node
    by_letters: Node
    in_full: Node
    laws: tuple[Law, Law]
    letters: tuple[Node, Node]
    overlap: tuple[Step, ...] = ()


def _ratio(
    p: Law | str, q: Law | str, asked_by: str, alpha: Node, answers: tuple[str, str]
) -> Ratio:
    laws = merge_symbols(as_law(p, asked_by), as_law(q, asked_by))
    others = tuple(s for s in alpha.symbols if all(s not in law.symbols for law in laws))
    question = pose(laws, answers, None, others)
    first, second = question.laws
    support = law_inclusion((first, second))
    if support.outside is not None:
        common = law_of_both(laws, alpha)
        if common is None:
            raise DomainError(
                f"{asked_by} needs the support of the first law inside that of the second: "
                f"{support.outside}\n  to fix   : exchange the laws, or choose others; of orders "
                f"below 1 supports that overlap need ends that are numbers"
            )
        return _over_both(pose((common, *laws), answers, None, others), alpha)
    x = question.variable
    one, other = (law.log_density(x) for law in question.opened)
    power_of_ratio = elementwise("exp", (1 - alpha) * (other - one))
    found = mean_of_sum(question, power_of_ratio, "rational last")
    letters = power(question.letters[1] / question.letters[0], 1 - alpha)
    given = elementwise("exp", (1 - alpha) * (second.log_density(x) - first.log_density(x)))
    needs = (*support.needs, *found.requires)
    pair = (question.letters[0], question.letters[1])
    return Ratio(question.given(needs), found, alpha, letters, given, (first, second), pair)


def _over_both(question: Question, alpha: Node) -> Ratio:
    """The mean under the first law r of p^alpha q^(1 - alpha)/r."""
    x, rest = question.variable, 1 - alpha
    p, q, r = question.letters
    question = replace(question, letters=(r, p, q))

    def log_ratio(laws: Sequence[Law]) -> Node:
        common, one, other = (law.log_density(x) for law in laws)
        return alpha * one + rest * other - common

    power_of_ratio = elementwise("exp", log_ratio(question.opened))
    found = mean_of_sum(question, power_of_ratio, "rational last")
    letters = power(p, alpha) * power(q, rest) / r
    common, one, other = question.laws
    words = common.words(1)
    where = Words(f"both have mass on the support of {{0}} = {words.text}", (r, *words.nodes))
    given = elementwise("exp", log_ratio(question.laws))
    return Ratio(
        question.given(found.requires), found, alpha, letters, given, (one, other), (p, q),
        (Step(None, where, "integrate where both densities are positive"),),
    )  # fmt: skip


def _logarithm(ratio: Ratio) -> Node:
    """log E/(alpha - 1), the logarithm opened."""
    question = ratio.question
    algebra, alpha = question.algebra, question.algebra.expr(ratio.order)
    terms = log_terms(ratio.found.value, algebra)
    return closed_form([term / (alpha - 1) for term in terms], algebra, "rational last")


def _derived(
    ratio: Ratio,
    distance: Callable[[Node], Node],
    asked: str,
    short: Node | None = None,
    log_mean: Node | None = None,
) -> Derivation:
    """The lines from the mean of the ratio to a distance of it, and to a shorter form of that."""
    question, found = ratio.question, ratio.found
    (p, q), (first, second) = ratio.letters, ratio.laws
    one, other = first.words(), second.words(len(first.values))
    places = (*one.nodes, *other.nodes, ratio.order)
    name = asked.format(f"{{{len(places) - 1}}}")
    text = f"{name} of {p.name} from {q.name}, {p.name} = {one.text}, {q.name} = {other.text}"
    whole, closed = question.mean(ratio.by_letters), found.closed
    defined, inserted = distance(whole), distance(closed)
    answer = inserted if short is None else short
    steps = told(
        support_step(ratio.laws, ratio.letters, ""),
        *ratio.overlap,
        *exponential_steps(found),
        Step(whole, closed, "ratio of the totals at shifted natural parameters"),
        Step(question.answer, defined, "definition"),
        Step(defined, inserted, "insert the mean"),
        Step(inserted, answer, "open the logarithm"),
    )
    trace = Trace(
        question=Words(text, places),
        definitions=question.definitions,
        steps=steps,
        results=((question.answer.name, answer),),
        conditions=(*question.conditions, *order_conditions(ratio.order)),
        arguments=question.symbols,
    )
    bench, mean = question.bench, question.mean(ratio.in_full)
    claims = (
        *mean_claims(question, found, ratio.in_full, closed, None)[:-1],
        MeanClaim(bench, mean, closed, "the mean of the ratio"),
        _result_claim(bench, mean, distance, answer),
    )
    if log_mean is not None and answer is not number(0):
        return DistancePage(trace, claims, log_mean=log_mean)
    return DerivationUnderConditions(trace, claims)
