"""Kullback-Leibler divergence: support first, then the mean of log p - log q."""

from __future__ import annotations

from typing import Any

from derive.check.claim import Claim
from derive.check.law_claims import DivergesClaim, ZeroAtEqualityClaim
from derive.check.law_supports import OutsideClaim
from derive.derivation import Derivation
from derive.errors import DivergentMeanError
from derive.information.finite_divergence import masses_divergence
from derive.information.pair_measures import pair_measure
from derive.information.tables import is_finite_law
from derive.information.units import in_base, unit
from derive.information.vector_measures import both_vectors, vector_divergence
from derive.language.expression import Node, constant, number
from derive.language.functions import elementwise
from derive.language.law import Law, Value, merge_symbols
from derive.language.laws.pairs import PairLaw
from derive.language.properties import is_nonnegative
from derive.language.relations import Relation, Words
from derive.language.vector_law import VectorLaw
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import (
    exponential_steps,
    mean_claims,
    mean_of_sum,
    require_found,
    seconds_of,
)
from derive.probability.question import Question, pose, told
from derive.probability.supports import law_inclusion, support_step
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


def kl_divergence(
    p: Any, q: Any, base: Value | None = None, integrate: float = 0, shapes: str = ""
) -> Derivation:
    """Derive the divergence of one law from another, KL(p || q) = E_p[log p(x) - log q(x)].

    Equal names in the two laws are one parameter.

    Parameters
    ----------
    p : Law, str, or probability vector
        The law averaged over, for example ``Normal("m", 1)`` or ``"Normal(m, 1)"``; the
        parameters are scalars.
    q : Law, str, or probability vector
        The law compared with; it may be of another family.
    base : positive number other than 1, optional
        Of the logarithm; the natural one (nats) if left out, 2 for bits.
    integrate : float
        Seconds that SymPy may spend on each mean that no rule gives; its answer is shown only
        if the certificate verifies it.
    shapes : str
        Shapes and facts of the names in the text of a law of vectors,
        ``"m: d, S: d x d spd"``.

    Returns
    -------
    Derivation
        ``.result`` is the divergence, a scalar; unit nats, or that of `base`.  It is
        infinity, with the reason among the steps, where p has mass outside the support
        of q.

    Raises
    ------
    ArgumentError
        `p` or `q` is no law, or `base` no number.
    ReadError
        The text of a law cannot be read.
    DeclarationError
        One name is given contradicting facts by the two laws.
    DomainError
        `base` is not positive, or is 1.
    NoClosedFormError
        The mean of some term has no closed form; the message names it.

    References
    ----------
    cover2006, sections 2.3 and 8.5; wainwright2008, section 3.

    Examples
    --------
    >>> from derive.language.laws.half_line import Exponential
    >>> kl_divergence(Exponential("a"), Exponential("b"))
    log(a/b) + b/a - 1    # scalar
    """
    if is_finite_law(p) and is_finite_law(q):
        return masses_divergence(p, q, base)
    p = as_law(p, "kl_divergence", vectors=True, pairs=True, shapes=shapes)
    q = as_law(q, "kl_divergence", vectors=True, pairs=True, shapes=shapes)
    unit_name, factor = unit(base)
    if isinstance(p, PairLaw) and isinstance(q, PairLaw):
        title = "KL of ({x}, {t}) = KL of {t} + E KL of {x} given {t}"
        return pair_measure((p, q), kl_divergence, "KL", title, unit_name, factor)
    if both_vectors(p, q):
        assert isinstance(p, VectorLaw) and isinstance(q, VectorLaw)
        return vector_divergence(p, q, unit_name, factor)
    question = pose(merge_symbols(p, q), ("KL", "D"))
    first, second = question.laws
    support = law_inclusion((first, second))
    if support.outside is not None:
        return _infinite(question, unit_name, support.outside)
    return _finite(question.given(support.needs), unit_name, factor, seconds_of(integrate))


def _finite(question: Question, unit_name: str, factor: Node | None, seconds: float) -> Derivation:
    """The divergence by the means of the terms of log p - log q."""
    p, q = question.opened
    log_ratio = p.log_density(question.variable) - q.log_density(question.variable)
    try:
        found = mean_of_sum(question, log_ratio, "rational last", seconds)
    except DivergentMeanError as error:
        return _without_mean(question, unit_name, error)
    question = question.given((*question.needs, *found.requires))
    in_nats = found.closed
    answer, conversion = in_base(in_nats, factor)
    ratio = question.log_of(0) - question.log_of(1)
    defined = question.mean(ratio)
    steps = told(
        support_step(question.laws, question.letters, _within(question.needs)),
        *exponential_steps(found),
        Step(ratio, found.expanded, "expand the log densities"),
        *found.mean_steps(),
        Step(question.answer, defined, "definition of the divergence"),
        Step(defined, found.averaged, "linearity of expectation"),
        Step(found.averaged, in_nats, "insert the means"),
        *conversion,
    )
    first, second = question.laws
    given = first.log_density(question.variable) - second.log_density(question.variable)
    if first == second:
        given = number(0)
    claims: list[Claim] = list(mean_claims(question, found, given, answer, factor))
    pairs = _comparable(first, second)
    if pairs is not None:
        claims.append(ZeroAtEqualityClaim(question.bench, answer, pairs))
    trace = _trace(question, unit_name, steps, answer, question.definitions)
    return require_found(found, DerivationUnderConditions(trace, tuple(claims)))


def _without_mean(question: Question, unit_name: str, error: DivergentMeanError) -> Derivation:
    """Infinity, where exactly one mean of log p - log q is infinite and the others are finite."""
    answer, node = constant("infinity"), question.algebra.node(error.function)
    mean = question.mean(node if is_nonnegative(node) else elementwise("abs", node))
    steps = (
        support_step(question.laws, question.letters, ""),
        Step(mean, answer, "no such mean: the integral diverges"),
        Step(
            None,
            Words(
                "log {0} − log {1} has no finite mean, and its negative part has one",
                question.letters,
            ),
            "the other terms have finite means",
        ),
        Step(question.answer, answer, "definition of the divergence"),
    )
    claim = DivergesClaim(question.bench, node)
    return DerivationUnderConditions(
        _trace(question, unit_name, steps, answer, question.definitions), (claim,)
    )


def _within(needs: tuple[Relation, ...]) -> str:
    """What the comparison of the supports found."""
    found = "so KL is finite if the means are"
    return f"{found}, under the conditions below; else KL is infinite" if needs else found


def _infinite(question: Question, unit_name: str, reason: Words) -> Derivation:
    """The divergence of a law from one whose support is too small."""
    answer = constant("infinity")
    p, q = question.letters
    steps = (
        support_step(question.laws, question.letters, ""),
        Step(None, reason, "mass outside"),
        Step(None, Words("{0} has mass where {1} has none", (p, q)), "not absolutely continuous"),
        Step(question.answer, answer, "definition of the divergence"),
    )
    first, second = question.laws
    claim = OutsideClaim(first, second, question.variable)
    return DerivationUnderConditions(_trace(question, unit_name, steps, answer, ()), (claim,))


def _comparable(p: Law, q: Law) -> tuple[tuple[Node, Node], ...] | None:
    """Pairs of parameters of two laws of one family, if those of q are free of p's."""
    free = len(set(q.values)) == len(q.values) and not set(q.values) & set(p.symbols)
    if type(p) is not type(q) or not free or any(v.op != "symbol" for v in q.values):
        return None
    return tuple(zip(p.values, q.values, strict=True))


def _trace(
    question: Question,
    unit_name: str,
    steps: tuple[Step, ...],
    answer: Node,
    definitions: tuple[tuple[Node, Node], ...],
) -> Trace:
    (p, q), (first, second) = question.letters, question.laws
    one, other = first.words(), second.words(len(first.values))
    text = f"KL({p.name} ‖ {q.name}), {p.name} = {one.text}, {q.name} = {other.text}: "
    glosses = "; ".join(dict.fromkeys(law.glosses for law in question.laws))
    return Trace(
        question=Words(f"{text}{glosses}; in {unit_name}", (*one.nodes, *other.nodes)),
        definitions=definitions,
        steps=steps,
        results=((question.answer.name, answer),),
        conditions=question.conditions,
        arguments=tuple(dict.fromkeys(s for law in question.laws for s in law.symbols)),
    )
