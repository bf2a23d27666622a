"""Jensen-Shannon divergence: the mean divergence of two laws from their mixture."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from derive.check.mixture_bounds import MixtureDivergence
from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError, NoClosedFormError
from derive.information.finite_page import ZERO, FinitePage, entropy_by_splitting, named
from derive.information.log_sums import LogTerm, log_sum, positive_quotient
from derive.information.mixture_quadrature import mixture_divergence
from derive.information.tables import (
    FiniteLaw,
    is_finite_law,
    positivity,
    probability_vector,
    require_same_length,
    same_names,
    shares,
)
from derive.language.expression import Node, add, multiply, negative, number
from derive.language.functions import array
from derive.language.law import Law, Value, merge_symbols
from derive.language.properties import range_of
from derive.language.relations import Words
from derive.language.support import Support
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy
from derive.probability.law_text import as_law
from derive.probability.masses import simplified

NAME = named("JS(p, q)")


def js_divergence(
    p: Any, q: Any, weights: Any = ("1/2", "1/2"), base: Value | None = None
) -> Derivation:
    """Derive the Jensen-Shannon divergence, w1 KL(p || m) + w2 KL(q || m), m = w1 p + w2 q.

    Parameters
    ----------
    p, q : Law, str, or probability vector
        For example ``"Bernoulli(a)"`` or ``["1/2", "1/2"]``; equal names are one parameter.
    weights : two masses
        Of the mixture; one half each if left out.
    base : positive number other than 1, optional
        Of the logarithm; the natural one (nats) if left out, 2 for bits.

    Returns
    -------
    Derivation
        ``.result`` is the divergence, between 0 and the entropy of the weights (log 2 for
        halves); unit nats, or that of `base`.  In closed form for finitely many values, equal
        laws and laws without common values; else, for laws of numbers, a decimal found by
        quadrature, with its error among the steps.

    Raises
    ------
    ArgumentError
        `p` or `q` is no law, or `base` no number.
    ShapeError
        Two vectors have different lengths, or the weights are not two.
    DomainError
        Masses are negative or do not sum to one.
    NoClosedFormError
        Laws with symbols, or with supports that overlap in part, have no closed form here.

    References
    ----------
    lin1991

    Examples
    --------
    >>> js_divergence(["1/2", "1/2", 0], [0, "1/2", "1/2"], base=2)
    1/2    # scalar
    >>> js_divergence("Uniform(0, 1)", "Uniform(2, 3)")
    log(2)    # scalar
    """
    mixed = probability_vector("js_divergence: weights", list(weights))
    if len(mixed.masses) != 2 or ZERO in mixed.masses:
        raise DomainError(
            f"js_divergence mixes with two positive weights, got {list(weights)!r:.60}\n"
            "  to fix   : give two masses that sum to one"
        )
    if is_finite_law(p) and is_finite_law(q):
        return _finite(
            probability_vector("js_divergence", p),
            probability_vector("js_divergence", q),
            mixed,
            base,
        )
    first, second = merge_symbols(as_law(p, "js_divergence"), as_law(q, "js_divergence"))
    enumerated = _enumerated(first, second)
    if enumerated is not None:
        return _finite(*enumerated, mixed, base, (first, second))
    if first == second:
        return _plain(first, second, mixed, base, "the two laws are one, and so is their mixture")
    if _are_apart(first.support, second.support):
        words = "the laws have no values in common"
        return _plain(first, second, mixed, base, words, is_apart=True)
    return _by_numbers(first, second, mixed, base)


# --- finitely many values ------------------------------------------------------------------


def _finite(
    p: FiniteLaw,
    q: FiniteLaw,
    weights: FiniteLaw,
    base: Value | None,
    laws: tuple[Law, ...] = (),
) -> Derivation:
    """A finite sum of logarithms."""
    p, q, weights = same_names(p, q, weights)
    require_same_length("js_divergence", p, q)
    groups = (p.masses, q.masses, weights.masses)
    conditions = positivity([m for group in groups for m in group])
    known = dict(pair for group in groups for pair in shares(group))
    page = FinitePage.in_base(conditions, tuple(known.items()), base)
    one, other = weights.masses
    mixture = tuple(
        simplified(multiply(one, a) + multiply(other, b))
        for a, b in zip(p.masses, q.masses, strict=True)
    )
    page.note("{0} = {1}", "mixture", (named("m"), array([list(mixture)])))
    terms = [
        LogTerm(multiply(w, a), positive_quotient(a, m))
        for w, law in ((one, p), (other, q))
        for a, m in zip(law.masses, mixture, strict=True)
        if a is not ZERO and a is not m
    ]
    page.mean(NAME, _by_entropies(p, q, weights))
    rule = f"mean divergence from the mixture, weights {one!r} and {other!r}"
    if terms:
        value = page.sum_of_logs(NAME, terms, rule, mixture)
    else:
        value = ZERO
        page.say(NAME, ZERO, "the two laws are one, and so is their mixture")
    places = (array([list(p.masses)]), array([list(q.masses)]))
    text = "Jensen-Shannon divergence of p = {0} and q = {1}"
    symbols = tuple(dict.fromkeys((*p.symbols, *q.symbols, *weights.symbols)))
    return page.derivation(Words(text, places), symbols, NAME, value, terms, mixture)


def _by_entropies(p: FiniteLaw, q: FiniteLaw, weights: FiniteLaw) -> Node:
    """The meaning in the claims: entropy of the mixture less the mean entropy."""
    one, other = weights.masses
    mixture = [
        multiply(one, a) + multiply(other, b) for a, b in zip(p.masses, q.masses, strict=True)
    ]
    kept = [m for m, a, b in zip(mixture, p.masses, q.masses, strict=True) if not a is b is ZERO]
    parts = [multiply(one, entropy_by_splitting(p.masses))]
    parts.append(multiply(other, entropy_by_splitting(q.masses)))
    return add(entropy_by_splitting(kept), *(negative(part) for part in parts))


def _enumerated(p: Law, q: Law) -> tuple[FiniteLaw, FiniteLaw] | None:
    """Both laws as vectors over the values of either, if those are finitely many."""
    if p.support.points is None or q.support.points is None:
        return None
    values = sorted({*p.support.points, *q.support.points})
    vectors = []
    for law in (p, q):
        points = law.support.points or ()
        vectors.append([_mass(law, v) if v in points else ZERO for v in values])
    first, second = (FiniteLaw((tuple(vector),)) for vector in vectors)
    return first, second


def _mass(law: Law, value: int) -> Node:
    """The mass of a value."""
    height = to_sympy(law.log_density(number(value)))
    return from_sympy(sympy.exp(sympy.expand_func(height)))


# --- what needs no integral ----------------------------------------------------------------


def _are_apart(one: Support, other: Support) -> bool:
    """Whether no value is common to both, up to what has no mass."""
    if one.is_whole != other.is_whole:
        return True
    for low, high in ((one, other), (other, one)):
        if low.upper is not None and high.lower is not None:
            gap = range_of(high.lower - low.upper)
            if gap.is_positive or (gap.is_nonnegative and not one.is_whole):
                return True
    return False


def _plain(
    p: Law, q: Law, weights: FiniteLaw, base: Value | None, reason: str, is_apart: bool = False
) -> Derivation:
    """0 of equal laws, the entropy of the weights of laws that are apart."""
    conditions = (*p.conditions, *q.conditions, *weights.conditions)
    page = FinitePage.in_base(tuple(dict.fromkeys(conditions)), (), base)
    terms = [LogTerm(w, w, -1) for w in weights.masses] if is_apart else []
    value = log_sum(terms)
    page.note(reason, "compare the supports" if is_apart else "equal laws")
    if is_apart:
        page.note("the mixture is w p where p lives, and w q where q lives", "mixture")
    page.mean(NAME, entropy_by_splitting(weights.masses) if is_apart else ZERO)
    page.say(NAME, value, "mean of −log w" if is_apart else "every logarithm is log 1 = 0")
    return page.derivation(_question(p, q), (), NAME, value, terms)


# --- by numbers ----------------------------------------------------------------------------


def _by_numbers(p: Law, q: Law, weights: FiniteLaw, base: Value | None) -> Derivation:
    """A decimal by quadrature, for laws of numbers on one support."""
    symbols = [s for node in (*p.values, *q.values, *weights.masses) for s in node.symbols]
    if symbols or not _is_one(p.support, q.support):
        what = "with symbols" if symbols else "whose supports overlap in part"
        raise NoClosedFormError(
            f"the entropy of a mixture of {p!r} and {q!r}, laws {what}, has no closed form\n"
            "  to fix   : give numbers for the parameters, and laws on one support; "
            "renyi_divergence and hellinger_distance have closed forms for symbols"
        )
    page = FinitePage.in_base((), (), base)
    if page.base is not None and not page.base.is_number:
        raise ArgumentError("a divergence by numbers needs a rational base, such as 2")
    unit = None if page.base is None else page.base.data
    share = weights.masses[0].data
    found = mixture_divergence(p, q, share, unit)
    page.note("no closed form: the entropy of a mixture is no sum of known means", "mixture")
    value, gap = number(found.value), number(Fraction(f"{float(found.gap):.0e}"))
    page.note("{0} ≈ {1} within {2}", "by quadrature of the densities", (NAME, value, gap))
    one, other = weights.masses
    bound = log_sum([LogTerm(w, w, -1) for w in (one, other)], page.base)
    page.note("0 ≤ {0} ≤ {1}", "entropy of the weights", (NAME, bound))
    claim = MixtureDivergence(p, q, share, found.value, found.gap, unit)
    return page.derivation(_question(p, q), (), named("round(JS)"), value, claim=claim)


def _is_one(one: Support, other: Support) -> bool:
    """Whether two supports are equal, up to ends without mass."""
    parts = [(s.lower, s.upper, s.is_whole, s.step) for s in (one, other)]
    return parts[0] == parts[1]


def _question(p: Law, q: Law) -> Words:
    one, other = p.words(), q.words(len(p.values))
    text = f"Jensen-Shannon divergence of p = {one.text} and q = {other.text}"
    return Words(text, (*one.nodes, *other.nodes))
