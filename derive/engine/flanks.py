"""The end that terms of a sum share: ``A x - A y = A (x - y)``, of chains, scalars and traces."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.engine.products import cheapest, times, turned_factor
from derive.engine.terms import Factored, Term, joined
from derive.language.canonical import canonical, is_symmetric, same
from derive.language.cost import cost
from derive.language.expression import (
    ONE,
    Node,
    add,
    chain_of,
    eye,
    multiply,
    product,
    split_product,
    transpose,
)
from derive.language.functions import trace

Chain = tuple[Node, ...]


def common_flanks(node: Node, factored: Factored) -> Node | None:
    """The largest group of terms with a common first or last factor, if that is cheaper."""
    if node.is_scalar:
        return None
    terms = [split_product(term) for term in node.args]
    candidates = [*_prefixed(terms, factored), *_suffixed(terms, factored)]
    candidates = [found for found in candidates if cost(found) <= cost(node)]
    if candidates and _reads_as_symmetric(node):
        candidates = [found for found in candidates if _keeps_symmetry(found)]
    if not candidates:
        return None
    best = cheapest(candidates)
    return factored(best) if best.op == "add" else best


def common_with_identity(node: Node, factored: Factored) -> Node | None:
    """``P V - V = (P - I) V`` where one term is the factor alone; cheaper, or V is a matrix.

    Only of products of two: a longer one reads better beside the term it belongs to.
    """
    terms = [split_product(term) for term in node.args]
    if node.is_scalar or any(len(chain) > 2 for _, _, chain in terms):
        return None
    candidates = [*_prefixed(terms, factored, True), *_suffixed(terms, factored, True)]
    limit = cost(node) + (1 not in node.shape)
    candidates = [found for found in candidates if cost(found) < limit]
    if not candidates or _reads_as_symmetric(node):
        return None
    best = cheapest(candidates)
    return factored(best) if best.op == "add" else best


def _reads_as_symmetric(node: Node) -> bool:
    """Whether a sum is its own transpose once symmetric letters are taken for theirs."""
    if node.shape[0] != node.shape[1] or is_symmetric(node):
        return node.shape[0] == node.shape[1]
    if not any("symmetric" in symbol.facts for symbol in node.symbols):
        return False
    turned = []
    for term in node.args:
        coefficient, scalars, chain = split_product(term)
        factors = [f if "symmetric" in f.facts else transpose(f) for f in reversed(chain)]
        turned.append(product(coefficient, scalars, factors))
    return same(add(*turned), node)


def _keeps_symmetry(node: Node) -> bool:
    """Whether every term still reads as symmetric: flanks that are each other's transpose."""
    for term in node.args if node.op == "add" else (node,):
        _, _, chain = split_product(term)
        if len(chain) > 1 and not same(chain[0], transpose(chain[-1])):
            return False
    return True


def _prefixed(terms: Sequence[Term], factored: Factored, with_alone: bool = False) -> list[Node]:
    return _grouped(terms, _cut_before, times, factored, with_alone)


def _suffixed(terms: Sequence[Term], factored: Factored, with_alone: bool = False) -> list[Node]:
    def attach(factor: Node, inner: Node) -> Node:
        return times(inner, factor)

    return _grouped(terms, _cut_after, attach, factored, with_alone)


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


def _grouped(
    terms: Sequence[Term],
    cut: Callable[[Chain], tuple[Chain, Chain]],
    attach: Callable[[Node, Node], Node],
    factored: Factored,
    with_alone: bool,
) -> list[Node]:
    """Pull the end that most terms share.

    A term that is that factor alone stays out, or (`with_alone`) one must be there, without
    letters before it.
    """
    ends: dict[Node, list[int]] = {}
    alone: set[Node] = set()
    for k, (_, scalars, chain) in enumerate(terms):
        end, rest = cut(chain) if len(chain) > 1 else (chain, ())
        key = canonical(multiply(*end))
        if rest or (with_alone and not scalars):
            ends.setdefault(key, []).append(k)
            alone |= set() if rest else {key}
    if with_alone:
        ends = {key: members for key, members in ends.items() if key in alone}
    most = max(map(len, ends.values()), default=0)
    if most < 2:
        return []
    found = []
    for members in ends.values():
        if len(members) == most:
            first = terms[members[0]][2]
            factor = multiply(*(cut(first)[0] if len(first) > 1 else first))
            inside = [(c, s, _rest(m, cut, attach)) for c, s, m in (terms[k] for k in members)]
            inner = factored(joined(inside))
            whole = attach(factor, inner)
            kept = [
                whole if k == members[0] else product(*terms[k])
                for k in range(len(terms))
                if k == members[0] or k not in members
            ]
            found.append(add(*kept))
    return found


def _rest(
    chain: Chain, cut: Callable[[Chain], tuple[Chain, Chain]], attach: Callable[[Node, Node], Node]
) -> Chain:
    """A chain without the end that was cut; of the end alone, an identity."""
    if len(chain) > 1:
        return cut(chain)[1]
    return (eye(chain[0].shape[1] if attach is times else chain[0].shape[0]),)


# --- scalars ----------------------------------------------------------------------------


def common_vector(node: Node, factored: Factored) -> Node | None:
    """``a'b + a'c = a'(b + c)`` where every term has the vector at one of its ends."""
    parts = _single_scalars(node, lambda s: s.op == "mul" and not s.args[0].is_scalar)
    if parts is None:
        return None
    chains = [chain_of(inner) for _, inner in parts]
    candidates = []
    for end in (transpose(chains[0][0]), chains[0][-1]):
        terms = [_behind(chain, end) for chain in chains]
        rests = [outside * rest for (outside, _), rest in zip(parts, terms, strict=True) if rest]
        if len(rests) == len(parts):
            inner = factored(joined([split_product(rest) for rest in rests]))
            candidates.append(times(transpose(end), inner))
    return _cheaper(candidates, node)


def _behind(chain: Chain, end: Node) -> Node | None:
    """The column b with ``end' b`` equal to a 1 x 1 chain."""
    if same(transpose(chain[0]), end):
        return multiply(*chain[1:])
    if same(chain[-1], end):
        return multiply(*map(turned_factor, reversed(chain[:-1])))
    return None


def common_trace(node: Node, factored: Factored) -> Node | None:
    """``tr(A B) - tr(A C) = tr(A (B - C))`` where every term has the factor somewhere."""
    parts = _single_scalars(node, lambda s: s.op == "trace")
    if parts is None:
        return None
    turns = [_rotations(inner.args[0]) for _, inner in parts]
    candidates = []
    for first, *_ in turns[0]:
        matching = [[turn for turn in all_turns if same(turn[0], first)] for all_turns in turns]
        if all(matching):
            terms = []
            for (outside, _), rotations in zip(parts, matching, strict=True):
                rest = cheapest([product(ONE, [], turn[1:]) for turn in rotations])
                terms.append(split_product(outside * rest))
            inner = factored(joined(terms))
            candidates.append(trace(times(first, inner)))
    return _cheaper(candidates, node)


def _rotations(inner: Node) -> list[Chain]:
    """The factors under a trace from each of them on, as they stand and transposed."""
    chain = chain_of(inner) or (inner,)
    if len(chain) < 2:
        return []
    turned = tuple(map(turned_factor, reversed(chain)))
    return [(*c[k:], *c[:k]) for c in (chain, turned) for k in range(len(chain))]


def _single_scalars(node: Node, wanted: Callable[[Node], bool]) -> list[tuple[Node, Node]] | None:
    """Each term of a scalar sum as (factors outside, its one wanted factor)."""
    if not node.is_scalar:
        return None
    parts = []
    for term in node.args:
        coefficient, scalars, _ = split_product(term)
        found = [s for s in scalars if wanted(s)]
        if len(found) != 1:
            return None
        others = [s for s in scalars if s is not found[0]]
        parts.append((product(coefficient, others, []), found[0]))
    return parts


def _cheaper(candidates: Sequence[Node], node: Node) -> Node | None:
    candidates = [found for found in candidates if cost(found) < cost(node)]
    return cheapest(candidates) if candidates else None
