"""Divergence and cross-entropy of two probability vectors: support first, then a finite sum."""

from __future__ import annotations

from typing import Any

from derive.check.finite_laws import MassOutside
from derive.derivation import Derivation
from derive.errors import DomainError
from derive.information.finite_page import (
    ZERO,
    FinitePage,
    entropy_by_splitting,
    named,
)
from derive.information.log_sums import LogTerm, positive_quotient
from derive.information.tables import (
    FiniteLaw,
    positivity,
    probability_vector,
    require_same_length,
    same_names,
    shares,
)
from derive.language.expression import Node, add, constant, divide, multiply
from derive.language.functions import array
from derive.language.law import Value
from derive.language.laws.terms import log
from derive.language.relations import Words
from derive.steps import Step


def masses_divergence(p: Any, q: Any, base: Value | None) -> Derivation:
    """``KL(p || q) = sum p log(p/q)``; infinite where p has mass and q none."""
    first, second, page = _posed("kl_divergence", p, q, base)
    name = named("KL(p ‖ q)")
    words = _question("KL(p ‖ q)", first, second)
    missed = _missed(first, second)
    if missed is not None:
        return _infinite(page, words, (first, second), missed)
    pairs = _kept(first, second)
    page.mean(name, divergence_by_splitting(pairs))
    terms = [LogTerm(m, positive_quotient(m, other)) for m, other in pairs if m is not other]
    rule = "definition: Σ p log(p/q), 0 log 0 = 0"
    value = page.sum_of_logs(name, terms, rule) if terms else ZERO
    if not terms:
        page.say(name, ZERO, "every logarithm is log 1 = 0")
    return page.derivation(words, _symbols(first, second), name, value, terms)


def masses_cross_entropy(p: Any, q: Any, base: Value | None) -> Derivation:
    """``H(p, q) = -sum p log q``.

    Raises
    ------
    DomainError
        p has mass where q has none.
    """
    first, second, page = _posed("cross_entropy", p, q, base)
    missed = _missed(first, second)
    if missed is not None:
        raise DomainError(
            f"the cross-entropy is infinite: value {missed + 1} has mass {first.masses[missed]!r} "
            f"under the first law and none under the second\n"
            f"  to fix   : give the second law mass there"
        )
    name = named("H(p, q)")
    pairs = _kept(first, second)
    entropy = entropy_by_splitting(first.masses)
    page.mean(name, add(entropy, divergence_by_splitting(pairs)))
    terms = [LogTerm(m, other, -1) for m, other in pairs]
    value = page.sum_of_logs(name, terms, "definition: −Σ p log q")
    words = _question("cross-entropy H(p, q)", first, second)
    return page.derivation(words, _symbols(first, second), name, value, terms)


def _posed(
    where: str, p: Any, q: Any, base: Value | None
) -> tuple[FiniteLaw, FiniteLaw, FinitePage]:
    """The two vectors with common names, and an empty page."""
    first, second = same_names(probability_vector(where, p), probability_vector(where, q))
    require_same_length(where, first, second)
    conditions = positivity((*first.masses, *second.masses))
    parts = dict((*shares(first.masses), *shares(second.masses)))
    return first, second, FinitePage.in_base(conditions, tuple(parts.items()), base)


def _kept(first: FiniteLaw, second: FiniteLaw) -> list[tuple[Node, Node]]:
    """The pairs of masses that a mean under the first law sees."""
    pairs = zip(first.masses, second.masses, strict=True)
    return [(m, other) for m, other in pairs if m is not ZERO]


def _missed(first: FiniteLaw, second: FiniteLaw) -> int | None:
    """The first place where p has mass and q has none."""
    pairs = enumerate(zip(first.masses, second.masses, strict=True))
    return next((k for k, (m, other) in pairs if m is not ZERO and other is ZERO), None)


def divergence_by_splitting(pairs: list[tuple[Node, Node]]) -> Node:
    """The meaning of a divergence in the claims, from its chain rule.

    What is left of the values, told apart one after the other, diverges by that of a choice
    between two each time.
    """
    (one, other), *rest = pairs
    parts = [ZERO]
    for m, n in rest:
        whole, total = add(one, m), add(other, n)
        parts.append(multiply(one, log(divide(multiply(one, total), multiply(whole, other)))))
        parts.append(multiply(m, log(divide(multiply(m, total), multiply(whole, n)))))
        one, other = whole, total
    parts.append(multiply(one, log(divide(one, other))))
    return add(*parts)


def _infinite(
    page: FinitePage, words: Words, laws: tuple[FiniteLaw, FiniteLaw], missed: int
) -> Derivation:
    """Infinity, with the value to blame."""
    name, answer = named("KL(p ‖ q)"), constant("infinity")
    first, second = laws
    page.note(f"value {missed + 1} has mass under p and none under q", "mass outside")
    page.steps.append(Step(name, answer, "definition: a term p log(p/0)"))
    claim = MassOutside(first.masses, second.masses, page.shares, page.conditions)
    return page.derivation(words, _symbols(first, second), name, answer, claim=claim)


def _question(asked: str, first: FiniteLaw, second: FiniteLaw) -> Words:
    places = (array([list(first.masses)]), array([list(second.masses)]))
    return Words(f"{asked}, p = {{0}}, q = {{1}}", places)


def _symbols(first: FiniteLaw, second: FiniteLaw) -> tuple[Node, ...]:
    return tuple(dict.fromkeys((*first.symbols, *second.symbols)))
