"""What all terms of a sum share: a number, scalars, elementwise factors, a transpose."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from derive.engine.fusion import numeric_power
from derive.engine.products import cheapest, tidy_hadamard, times
from derive.engine.terms import Factored, Term, joined, merged
from derive.language.canonical import canonical, is_symmetric
from derive.language.cost import cost
from derive.language.expression import (
    ONE,
    Node,
    add,
    elementwise_power,
    eye,
    multiply,
    number,
    ones,
    product,
    split_product,
    transpose,
)
from derive.language.functions import diagonal_matrix, elementwise, hadamard

Powers = dict[Node, Fraction]


def common_number(node: Node, factored: Factored) -> Node | None:
    """A whole number > 1 that divides every coefficient; a fraction shared but for signs."""
    terms = [split_product(term) for term in node.args]
    coefficients = [term[0] for term in terms]
    if any(term.op == "number" for term in node.args):
        return None
    common = Fraction(gcd(*(c.numerator for c in coefficients)))
    if all(abs(c) == abs(coefficients[0]) for c in coefficients):
        common = abs(coefficients[0])
        if common != 1 and all(c < 0 for c in coefficients):
            common = -common
    if common == 1:
        return None
    return times(number(common), factored(joined([(c / common, s, m) for c, s, m in terms])))


# --- scalars and elementwise factors ----------------------------------------------------


def common_scalars(node: Node, factored: Factored) -> Node | None:
    """Scalar factors of every term, each to the power nearest to zero that occurs."""
    terms = _with_common_exponential([split_product(term) for term in node.args])
    bases: dict[Node, Node] = {}
    shared = _shared([_powers(scalars, bases) for _, scalars, _ in terms])
    if not shared:
        return None
    outside = multiply(*_factors(shared, bases, terms[0][1]))
    rest = [(c, _divided(scalars, shared), chain) for c, scalars, chain in terms]
    inner = factored(joined(rest))
    return times(outside, inner) if inner.op == "add" else times(inner, outside)


def _with_common_exponential(terms: Sequence[Term]) -> Sequence[Term]:
    """``e^(a + b)`` as ``e^a e^b`` where every term holds ``e^a``, one of them as it stands."""
    grown = [[s for s in scalars if s.op == "map" and s.data == "exp"] for _, scalars, _ in terms]
    if any(len(found) != 1 for found in grown):
        return terms
    exponents = [found[0].args[0] for found in grown]
    for shared in exponents:
        parts = set(map(canonical, _summands(shared)))
        rests = [[t for t in _summands(e) if canonical(t) not in parts] for e in exponents]
        counts = [len(_summands(e)) - len(r) for e, r in zip(exponents, rests, strict=True)]
        if any(rests) and set(counts) == {len(parts)}:
            split = []
            for (coefficient, scalars, chain), (whole,), rest in zip(
                terms, grown, rests, strict=True
            ):
                pair = [elementwise("exp", e) for e in (shared, *([add(*rest)] if rest else []))]
                kept = [f for s in scalars for f in (pair if s is whole else [s])]
                split.append((coefficient, tuple(kept), chain))
            return split
    return terms


def _summands(exponent: Node) -> tuple[Node, ...]:
    return exponent.args if exponent.op == "add" else (exponent,)


def common_hadamard(node: Node, factored: Factored) -> Node | None:
    """Elementwise factors of every term; ``s - s o s`` is ``s o (1 - s)``."""
    if node.is_scalar:
        return None
    terms = [split_product(term) for term in node.args]
    if any(len(chain) not in {1, 2} for _, _, chain in terms):
        return None
    candidates = [_elementwise(chain) for _, _, chain in terms]
    found = _pulled(node, terms, [factors for factors, _ in candidates], factored)
    if found is not None or not any(wide for _, wide in candidates):
        return found
    return _pulled(node, terms, [wide or factors for factors, wide in candidates], factored)


def _elementwise(chain: Sequence[Node]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The elementwise factors of a chain; a second reading of ``diag(u) M`` is ``M o (u 1')``."""
    if len(chain) == 1:
        return (chain[0].args if chain[0].op == "had" else (chain[0],)), ()
    left, right = chain
    if left.op == "diag":
        body, spread = right, left.args[0] @ ones(1, right.shape[1])
    elif right.op == "diag":
        body, spread = left, ones(left.shape[0]) @ transpose(right.args[0])
    else:
        return (left @ right,), ()
    return (left @ right,), (*(body.args if body.op == "had" else (body,)), spread)


def _pulled(
    node: Node, terms: Sequence[Term], lists: Sequence[tuple[Node, ...]], factored: Factored
) -> Node | None:
    bases: dict[Node, Node] = {}
    shared = _shared([_powers(factors, bases) for factors in lists])
    if not shared:
        return None
    rest = []
    for (coefficient, scalars, _), factors in zip(terms, lists, strict=True):
        left = _divided(factors, shared)
        if not left and scalars:  # a sum of vectors and multiples of ones is not simpler
            return None
        body = tidy_hadamard(left) if left else ones(*node.shape)
        rest.append(product(coefficient, scalars, [body]))
    inner = merged(rest)
    if cost(inner) >= cost(node):
        return None
    # a one within a sum reads as one part, unlike ones that stand by themselves
    free = int(any(split_product(term)[2][0].op == "ones" for term in rest))
    inner = factored(inner)
    found = tidy_hadamard([*_factors(shared, bases, lists[0]), inner])
    return found if cost(found) <= cost(node) + free else None


def _powers(factors: Sequence[Node], bases: dict[Node, Node]) -> Powers:
    """The exponent of each base among factors; `bases` keeps each base as it is written."""
    found: Powers = {}
    for factor in factors:
        base, exponent = numeric_power(factor)
        key = canonical(base)
        bases.setdefault(key, base)
        found[key] = found.get(key, Fraction(0)) + exponent
    return found


def _shared(powers: Sequence[Powers]) -> Powers:
    shared: Powers = {}
    for key in powers[0]:
        exponents = [found.get(key, Fraction(0)) for found in powers]
        if all(e > 0 for e in exponents) or all(e < 0 for e in exponents):
            shared[key] = min(exponents, key=abs)
    return shared


def _factors(shared: Powers, bases: dict[Node, Node], written: Sequence[Node]) -> list[Node]:
    """The shared powers; one that a term has as a factor as it is written there."""
    as_written = {}
    for factor in written:
        base, exponent = numeric_power(factor)
        as_written[canonical(base), exponent] = factor
    return [
        as_written.get((key, e)) or elementwise_power(bases[key], number(e))
        for key, e in shared.items()
    ]


def _divided(factors: Sequence[Node], shared: Powers) -> tuple[Node, ...]:
    """The factors of a term without the shared powers, in their order."""
    remaining = dict(shared)
    left: list[Node] = []
    for factor in factors:
        base, exponent = numeric_power(factor)
        taken = remaining.pop(canonical(base), Fraction(0))
        if not taken:
            left.append(factor)
        elif exponent != taken:
            left.append(elementwise_power(base, number(exponent - taken)))
    return tuple(left)


# --- diagonals and transposes -----------------------------------------------------------


def common_diagonal(node: Node, factored: Factored) -> Node | None:
    """``A diag(u) B + A diag(v) B = A diag(u + v) B``; ``A B`` is taken for ``A diag(1) B``."""
    if node.is_scalar or not any(term.op in {"diag", "mul"} for term in node.args):
        return None
    terms = [split_product(term) for term in node.args]
    groups: dict[tuple[Node, int], list[int]] = {}
    for k, (_, _, chain) in enumerate(terms):
        for place, factor in enumerate(chain):
            if factor.op == "diag" and factor.args[0].op != "diagonal":  # a projection stays
                groups.setdefault((_around(chain, place), place), []).append(k)
    if not groups:
        return None
    cores: dict[Node, list[int]] = {}
    for k, (_, _, chain) in enumerate(terms):
        cores.setdefault(canonical(product(ONE, [], chain)), []).append(k)
    candidates = []
    for (around, place), members in groups.items():
        bare = [k for k in cores.get(around, []) if k not in members]
        if len(members) + len(bare) > 1:
            candidates.append(_one_diagonal(terms, members, place, bare, factored))
    candidates = [found for found in candidates if cost(found) < cost(node)]
    if not candidates:
        return None
    best = cheapest(candidates)
    return factored(best) if best.op == "add" else best


def _around(chain: Sequence[Node], place: int) -> Node:
    """What is left of a chain without the diagonal matrix at a place."""
    rest = [f for k, f in enumerate(chain) if k != place]
    return canonical(multiply(*rest) if rest else eye(chain[place].shape[0]))


def _one_diagonal(
    terms: Sequence[Term],
    members: Sequence[int],
    place: int,
    bare: Sequence[int],
    factored: Factored,
) -> Node:
    """The sum with the terms `members`, and `bare` ones without a diagonal, as one."""
    chain = terms[members[0]][2]
    one = ones(chain[place].shape[0])
    taken = sorted({*members, *bare})
    parts = [
        product(*terms[k][:2], [terms[k][2][place].args[0] if k in members else one]) for k in taken
    ]
    inner = diagonal_matrix(factored(merged(parts)))
    whole = times(*chain[:place], inner, *chain[place + 1 :])
    kept = [
        whole if k == taken[0] else product(*terms[k])
        for k in range(len(terms))
        if k == taken[0] or k not in taken
    ]
    return add(*kept)


def common_diagonal_end(node: Node, factored: Factored) -> Node | None:
    """``A diag(u o s) + B diag(s) = (A diag(u) + B) diag(s)``, and the same from the left."""
    terms = [split_product(term) for term in node.args]
    candidates = []
    for end in (-1, 0):
        ends = [m[end] for _, _, m in terms if len(m) > 1 and m[end].op == "diag"]
        if len(ends) != len(terms):
            continue
        lists = [d.args[0].args if d.args[0].op == "had" else d.args for d in ends]
        bases: dict[Node, Node] = {}
        shared = _shared([_powers(factors, bases) for factors in lists])
        if not shared:
            continue
        rest = []
        for (coefficient, scalars, chain), factors in zip(terms, lists, strict=True):
            left = _divided(factors, shared)
            between = [diagonal_matrix(hadamard(*left))] if left else []
            inner = [*chain[:-1], *between] if end else [*between, *chain[1:]]
            rest.append(times(product(coefficient, scalars, []), *inner))
        pulled = diagonal_matrix(hadamard(*_factors(shared, bases, lists[0])))
        inside = factored(merged(rest))
        candidates.append(times(inside, pulled) if end else times(pulled, inside))
    candidates = [found for found in candidates if cost(found) < cost(node)]
    if is_symmetric(node):
        return None
    return cheapest(candidates) if candidates else None


def common_transpose(node: Node, factored: Factored) -> Node | None:
    """``(A o B)' - C'D`` as the transpose of one sum, where that is cheaper."""
    if not any(map(_is_turned, node.args)):
        return None
    inner = merged([transpose(term) for term in node.args])
    if cost(inner) >= cost(node):
        return None
    turned = transpose(factored(inner))
    return turned if cost(turned) < cost(node) else None


def _is_turned(term: Node) -> bool:
    """Whether a term is the transpose of more than a letter, but for scalars before it."""
    chain = split_product(term)[2]
    return len(chain) == 1 and chain[0].op == "transpose" and bool(chain[0].args[0].args)
