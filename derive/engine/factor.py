"""Factoring of sums: the common prefix, suffix, scalar or number a person would pull out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd

from derive.engine.fusion import power_parts
from derive.engine.matrix_forms import joined_masks
from derive.engine.products import times
from derive.language.canonical import canonical, is_symmetric, length, same
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    multiply,
    number,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import hadamard

Chain = tuple[Node, ...]
Term = tuple[Fraction, Chain, Chain]


def merged(terms: Sequence[Node]) -> Node:
    """The sum with like terms merged at the place of the first, zeros dropped."""
    joined = add(*terms)
    amounts: dict[Node, Fraction] = {}
    first: dict[Node, Node] = {}
    for term in joined.args if joined.op == "add" else (joined,):
        coefficient, scalars, chain = split_product(term)
        core = product(Fraction(1), scalars, chain)
        key = canonical(core)
        amounts[key] = amounts.get(key, Fraction(0)) + coefficient
        first.setdefault(key, core)
    kept = [multiply(number(c), first[key]) for key, c in amounts.items() if c != 0]
    return add(*joined_masks(kept)) if kept else zero(joined.shape)


def factored(node: Node) -> Node:
    """A sum with what its terms share pulled out; other nodes are returned as they are."""
    if node.op != "add":
        return node
    for attempt in (
        _distributed,
        _common_number,
        _common_scalars,
        _common_flanks,
        _common_hadamard,
    ):
        found = attempt(node)
        if found is not None:
            return found
    return node


def _join(terms: Sequence[Term]) -> Node:
    return merged([product(*term) for term in terms])


def _distributed(node: Node) -> Node | None:
    """Open products of sums one level where that makes terms cancel and the sum shorter."""
    opened = [part for term in node.args for part in opened_term(term)]
    if len(opened) == len(node.args):
        return None
    joined = merged(opened)
    left = len(joined.args) if joined.op == "add" else 1
    if left + 1 >= len(opened) and left > 1:
        return None
    shorter = factored(joined)
    return shorter if length(shorter) < length(node) else None


def opened_term(term: Node) -> list[Node]:
    """A product with one sum among its factors as the terms of its expansion."""
    coefficient, scalars, chain = split_product(term)
    for k, scalar in enumerate(scalars):
        if scalar.op == "add":
            others = [*scalars[:k], *scalars[k + 1 :]]
            return [product(coefficient, [*others, part], chain) for part in scalar.args]
    if len(chain) == 1 and chain[0].op == "had":
        factors = chain[0].args
        for k, factor in enumerate(factors):
            if factor.op == "add":
                rest = [*factors[:k], *factors[k + 1 :]]
                return [
                    multiply(product(coefficient, scalars, []), hadamard(*rest, part))
                    for part in factor.args
                ]
    for k, factor in enumerate(chain):
        if factor.op == "add":
            outside = product(coefficient, scalars, [])
            before, after = chain[:k], chain[k + 1 :]
            return [multiply(outside, *before, part, *after) for part in factor.args]
    return [term]


def _common_number(node: Node) -> Node | None:
    """A whole number > 1 that divides every coefficient; a fraction shared with its sign."""
    terms = [split_product(term) for term in node.args]
    coefficients = [term[0] for term in terms]
    if any(term.op == "number" for term in node.args):
        return None
    common = Fraction(gcd(*(c.numerator for c in coefficients)))
    if all(c == coefficients[0] for c in coefficients) and coefficients[0] != -1:
        common = coefficients[0]
    if common == 1:
        return None
    return times(number(common), factored(_join([(c / common, s, m) for c, s, m in terms])))


def _common_scalars(node: Node) -> Node | None:
    """Scalar factors of every term, each to the power nearest to zero that occurs."""
    terms = [split_product(term) for term in node.args]
    powers: list[dict[Node, Fraction]] = []
    bases: dict[Node, Node] = {}
    for _, scalars, _ in terms:
        found: dict[Node, Fraction] = {}
        for scalar in scalars:
            base, exponent = power_parts(scalar)
            key = canonical(base)
            bases.setdefault(key, base)
            found[key] = found.get(key, Fraction(0)) + exponent
        powers.append(found)
    shared: dict[Node, Fraction] = {}
    for key in powers[0]:
        exponents = [found.get(key, Fraction(0)) for found in powers]
        if all(e > 0 for e in exponents) or all(e < 0 for e in exponents):
            shared[key] = min(exponents, key=abs)
    if not shared:
        return None
    outside = multiply(*(elementwise_power(bases[k], number(e)) for k, e in shared.items()))
    rest = []
    for coefficient, scalars, chain in terms:
        left = _divided(scalars, shared)
        rest.append((coefficient, left, chain))
    return times(outside, factored(_join(rest)))


def _divided(scalars: Sequence[Node], shared: dict[Node, Fraction]) -> tuple[Node, ...]:
    """The scalars of a term without the shared powers, in their order."""
    remaining = dict(shared)
    left: list[Node] = []
    for scalar in scalars:
        base, exponent = power_parts(scalar)
        exponent -= remaining.pop(canonical(base), Fraction(0))
        if exponent:
            left.append(elementwise_power(base, number(exponent)))
    return tuple(left)


def _common_flanks(node: Node) -> Node | None:
    """The largest group of terms with a common prefix or suffix, if the sum gets smaller."""
    if node.is_scalar:
        return None
    terms = [split_product(term) for term in node.args]
    candidates = []
    for grouping in (_prefix_group, _suffix_group):
        found = grouping(terms)
        if found is not None:
            candidates.append(found)
    if not candidates:
        return None
    best = min(candidates, key=length)
    if length(best) > length(node):
        return None
    if is_symmetric(node) and not _keeps_symmetry(best):
        return None
    return factored(best) if best.op == "add" else best


def _keeps_symmetry(node: Node) -> bool:
    """Whether every term still reads as symmetric: flanks that are each other's transpose."""
    for term in node.args if node.op == "add" else (node,):
        _, _, chain = split_product(term)
        if len(chain) > 1 and not same(chain[0], transpose(chain[-1])):
            return False
    return True


def _prefix_group(terms: list[Term]) -> Node | None:
    return _group(terms, _cut_before, times)


def _suffix_group(terms: list[Term]) -> Node | None:
    return _group(terms, _cut_after, lambda factor, inner: times(inner, factor))


def _cut_before(chain: Chain) -> tuple[Chain, Chain]:
    """The first factor and the rest; a row ``X'e_i`` is one factor."""
    width = 2 if len(chain) > 1 and chain[1].op == "unit" else 1
    return chain[:width], chain[width:]


def _cut_after(chain: Chain) -> tuple[Chain, Chain]:
    """The last factor and the rest."""
    before = chain[-2] if len(chain) > 1 else None
    is_row = before is not None and before.op == "transpose" and before.args[0].op == "unit"
    width = 2 if is_row else 1
    return chain[-width:], chain[:-width]


def _group(
    terms: list[Term],
    cut: Callable[[Chain], tuple[Chain, Chain]],
    attach: Callable[[Node, Node], Node],
) -> Node | None:
    """Pull the end factor that most terms share; a term that is that factor alone stays out."""
    ends: dict[Node, list[int]] = {}
    for k, (_, _, chain) in enumerate(terms):
        end, rest = cut(chain) if chain else (chain, chain)
        if rest:
            ends.setdefault(canonical(multiply(*end)), []).append(k)
    groups = [members for members in ends.values() if len(members) > 1]
    if not groups:
        return None
    members = max(groups, key=len)
    factor = multiply(*cut(terms[members[0]][2])[0])
    inner = factored(_join([(c, s, cut(m)[1]) for c, s, m in (terms[k] for k in members)]))
    joined = attach(factor, inner)
    kept = [
        joined if k == members[0] else product(*terms[k])
        for k in range(len(terms))
        if k == members[0] or k not in members
    ]
    return add(*kept)


def _common_hadamard(node: Node) -> Node | None:
    """A common elementwise factor of terms that are elementwise products."""
    terms = [split_product(term) for term in node.args]
    lists = [m[0].args if len(m) == 1 and m[0].op == "had" else () for _, _, m in terms]
    if not all(lists):
        return None
    for factor in lists[0]:
        if all(any(same(factor, other) for other in items) for items in lists):
            inner = []
            for (coefficient, scalars, _), items in zip(terms, lists, strict=True):
                left = list(items)
                left.remove(next(f for f in left if same(f, factor)))
                inner.append(multiply(product(coefficient, scalars, []), hadamard(*left)))
            return hadamard(factor, factored(merged(inner)))
    return None
