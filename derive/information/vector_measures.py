"""Entropy, cross-entropy and divergence of laws of vectors and matrices.

The verbs of this room hand such laws over to here; their pages have the same lines.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.check.claim import Claim, Plan
from derive.check.special_case import SpecialCase
from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.information.units import in_base
from derive.language.expression import Node, negative, number
from derive.language.law import Law
from derive.language.laws.pairs import PairLaw
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.under_conditions import DerivationUnderConditions
from derive.probability.vector_question import (
    FoundMean,
    VectorQuestion,
    lines_of,
    mean_of,
    merge_vector_symbols,
    pose_vectors,
    support_step,
)
from derive.steps import Step, Trace


def vector_entropy(law: VectorLaw, unit_name: str, factor: Node | None) -> Derivation:
    """H = -E[log p(x)]."""
    question = pose_vectors((law,), ("H", "S", "h"))
    log_density = negative(law.log_density(question.value))
    found = mean_of(question, log_density)
    defined = question.mean(negative(question.log_of(0)))
    name = law.glossed_words()
    words = Words(f"entropy of {name.text}; in {unit_name}", name.nodes)
    return _derived(
        found,
        words,
        defined,
        "definition of the entropy",
        factor,
        lambda law: vector_entropy(law, unit_name, factor),
    )


def vector_cross_entropy(
    p: VectorLaw, q: VectorLaw, unit_name: str, factor: Node | None
) -> Derivation:
    """H(p, q) = -E_p[log q(x)]."""
    question = _of_two(p, q, ("H", "C"), "cross-entropy")
    found = mean_of(question, negative(question.laws[1].log_density(question.value)))
    defined = question.mean(negative(question.log_of(1)))
    words = _named(question, "H({p}, {q})", unit_name)
    return _derived(
        found,
        words,
        defined,
        "definition of the cross-entropy",
        factor,
        lambda p, q: vector_cross_entropy(p, q, unit_name, factor),
    )


def vector_divergence(
    p: VectorLaw, q: VectorLaw, unit_name: str, factor: Node | None
) -> Derivation:
    """KL(p || q) = E_p[log p(x) - log q(x)]."""
    question = _of_two(p, q, ("KL", "D"), "divergence")
    first, second = question.laws
    ratio = first.log_density(question.value) - second.log_density(question.value)
    found = mean_of(question, number(0) if first == second else ratio)
    defined = question.mean(question.log_of(0) - question.log_of(1))
    words = _named(question, "KL({p} ‖ {q})", unit_name)
    return _derived(
        found,
        words,
        defined,
        "definition of the divergence",
        factor,
        lambda p, q: vector_divergence(p, q, unit_name, factor),
    )


def both_vectors(p: Law, q: Law) -> bool:
    """Whether both laws are of vectors or matrices.

    Raises
    ------
    ArgumentError
        Only one is.
    """
    kinds = [isinstance(law, VectorLaw | PairLaw) for law in (p, q)]
    is_pair = {isinstance(law, PairLaw) for law in (p, q)}
    if (any(kinds) and not all(kinds)) or len(is_pair) == 2:
        raise ArgumentError(
            f"{p!r} and {q!r} are laws of different kinds of value (a number, a "
            f"vector or matrix, or a pair)\n  to fix   : give two laws of one kind of value"
        )
    return all(kinds)


def _of_two(p: VectorLaw, q: VectorLaw, answers: tuple[str, ...], asked: str) -> VectorQuestion:
    if type(p).domain != type(q).domain:
        raise ArgumentError(
            f"no {asked} of {p!r} and {q!r}: their values lie in different spaces "
            f"({type(p).domain} and {type(q).domain}), so neither has a density for the other\n"
            f"  to fix   : give two laws of one kind of value"
        )
    question = pose_vectors(merge_vector_symbols(p, q), answers)
    one, other = (law.support_words(question.value) for law in question.laws)
    if one != other:
        raise ArgumentError(
            f"no {asked} of {p!r} and {q!r}: their counts have the sums {p.values[0]} and "
            f"{q.values[0]}, so neither has mass where the other has\n"
            f"  to fix   : give both the same number of trials"
        )
    return question


def _named(question: VectorQuestion, title: str, unit_name: str) -> Words:
    first, second = question.laws
    p, q = (letter.name for letter in question.letters)
    title = title.replace("{p}", p).replace("{q}", q)
    one, other = first.words(), second.words(len(first.values))
    glosses = "; ".join(dict.fromkeys(law.glosses for law in question.laws))
    text = f"{title}, {p} = {one.text}, {q} = {other.text}: {glosses}; in {unit_name}"
    return Words(text, (*one.nodes, *other.nodes))


def _derived(
    found: FoundMean,
    words: Words,
    defined: Node,
    rule: str,
    factor: Node | None,
    ask: Callable[..., Derivation],
) -> Derivation:
    question = found.question
    answer, conversion = in_base(found.closed, factor)
    steps: tuple[Step, ...] = lines_of(found, defined, (support_step(question),), rule)
    trace = Trace(
        question=words,
        definitions=question.definitions,
        steps=(*steps, *conversion),
        results=((question.answer.name, answer),),
        conditions=question.conditions(found.requires),
        arguments=question.symbols,
    )
    claims: tuple[Claim, ...] = found.claims(found.function, answer, factor)
    if not question.bench(found.requires).places(Plan()):
        claims = _by_letters(question.laws, ask, answer) or claims
    return DerivationUnderConditions(trace, claims)


def _by_letters(
    laws: tuple[VectorLaw, ...], ask: Callable[..., Derivation], answer: Node
) -> tuple[Claim, ...]:
    """The claims of the answer for letters, and that it is this one for these sizes.

    Laws of many entries are not summed over; with letters for their sizes they are, at small
    ones.
    """
    sizes = {letter: size for law in laws for letter, size in law.size_of.items()}
    if not all(isinstance(size, int) for size in sizes.values()):
        return ()
    letters = tuple(
        type(law)(**{place.name: f"{place.name}_{k + 1}" for place in law.parameters})
        for k, law in enumerate(laws)
    )
    general = ask(*letters)
    ((_, node),) = general.trace.results
    parameters = tuple(
        pair
        for one, law in zip(letters, laws, strict=True)
        for pair in zip(one.values, law.values, strict=True)
    )
    fixed = {letter: size for letter, size in sizes.items() if isinstance(size, int)}
    return (*general.claims, SpecialCase(node, answer, parameters, fixed))
