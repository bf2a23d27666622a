"""Declared facts, applied in one labelled line after the derivation.

A fact that enters before differentiation gives a wrong free gradient, so the engine never
looks at facts until the gradient is read off.  Here each fact replaces a node by one that
is equal to it wherever the fact holds.
"""

from __future__ import annotations

from collections.abc import Collection

from derive.engine.facts_of_spectrum import OF_SPECTRUM
from derive.engine.facts_of_structure import OF_STRUCTURE, orthonormal_words
from derive.engine.indicators import without_settled_signs
from derive.engine.normal import tidy
from derive.engine.onehot import picked_entry
from derive.engine.rebuilding import rebuild
from derive.engine.spectral import power_of_decomposed
from derive.language.blocks import block, grid_of, part_of
from derive.language.canonical import same
from derive.language.combined import held_scalar
from derive.language.expression import (
    Node,
    chain_of,
    eye,
    inverse,
    multiply,
    number,
    ones,
    product,
    size_node,
    split_product,
    transpose,
)
from derive.language.functions import logdet, postorder
from derive.language.properties import (
    is_nonnegative,
    is_positive,
    is_positive_definite,
    is_symmetric_by_facts,
)
from derive.language.relations import Words

OF_FORM = {**OF_STRUCTURE, **OF_SPECTRUM}


def with_facts(node: Node, kept: Collection[Node] = frozenset()) -> tuple[Node, tuple[Words, ...]]:
    """The node simplified by the facts of its symbols, and the facts used."""
    used: dict[Words, None] = {}
    done: dict[Node, Node] = {}
    for part in postorder(node):
        again = rebuild(part, [done[arg] for arg in part.args])
        done[part] = _by_fact(again, used)
    if not used:
        return node, ()
    return tidy(done[node], kept), tuple(used)


def _by_fact(node: Node, used: dict[Words, None]) -> Node:
    """One node whose arguments are done, rewritten by the first fact that applies."""
    if node.op in OF_FORM:
        simpler = OF_FORM[node.op](node, used)
        if simpler is not node:
            return simpler
    if node.op == "transpose":
        return _symmetric_transpose(node, used)
    if node.op == "inverse":
        inner = node.args[0]
        base = inner.args[0] if inner.op == "transpose" else inner
        if "orthogonal" in base.facts:
            used[Words("{0} orthogonal", (base,))] = None
            return transpose(inner)
    if node.op == "pinv" and "invertible" in node.args[0].facts:
        used[Words("{0} invertible", (node.args[0],))] = None
        return inverse(node.args[0])
    if node.op == "mul":
        for rewritten in (_assembled, _sums_in_products, _row_sums):
            node = rewritten(node, used)
        return _orthogonal_products(node, used)
    if node.op == "total" and "onehot_rows" in node.args[0].facts:
        used[Words("rows of {0} sum to one", (node.args[0],))] = None
        return size_node(node.args[0].shape[0])
    if node.op == "total" and node.args[0].facts & {"simplex", "onehot"}:
        used[Words("entries of {0} sum to one", (node.args[0],))] = None
        return number(1)
    if node.op == "map" and node.data == "abs" and is_nonnegative(node.args[0]):
        used[Words("{0} nonnegative", (node.args[0],))] = None
        return node.args[0]
    if node.op == "map" and node.data in {"sign", "step"} and is_positive(node.args[0]):
        used[Words("{0} positive", (node.args[0],))] = None
        return ones(*node.shape)
    if node.op == "map" and node.data == "closed_step" and is_nonnegative(node.args[0]):
        used[Words("{0} nonnegative", (node.args[0],))] = None
        return ones(*node.shape)
    if node.op == "had" and (found := picked_entry(node)) is not None:
        simpler, onehot = found
        used[Words("{0} one-hot", (onehot,))] = None
        return simpler
    if node.op in {"had", "pow"}:
        return _idempotent(node, used)
    if node.op == "logdet" and node.args[0].op == "kron":
        return _logdet_of_factors(node, used)
    return node


def _logdet_of_factors(node: Node, used: dict[Words, None]) -> Node:
    """log det(S (x) T) for S of m x m and T of p x p, both positive definite."""
    left, right = node.args[0].args
    if not (is_positive_definite(left) and is_positive_definite(right)):
        return node
    for factor in (left, right):
        used[Words("{0} positive definite", (factor,))] = None
    m, p = size_node(left.shape[0]), size_node(right.shape[0])
    return p * logdet(left) + m * logdet(right)


def _symmetric_transpose(node: Node, used: dict[Words, None]) -> Node:
    inner = node.args[0]
    if _is_symmetric(inner, used):
        return inner
    if inner.op == "part" and _is_symmetric(inner.args[0], used):
        row, column = inner.data
        return part_of(inner.args[0], column, row, *node.shape)
    return node


def _is_symmetric(node: Node, used: dict[Words, None]) -> bool:
    """Whether a node is its own transpose by the facts of its symbols, which are noted."""
    if "symmetric" in node.facts:
        used[Words("{0} symmetric", (node,))] = None
        return True
    # a sum or map of symmetric parts: turn it around and see whether it is itself
    turned = _turned(node)
    if turned is None or not same(turned, node):
        return False
    symmetric = [s for s in node.symbols if "symmetric" in s.facts]
    for name in sorted(symmetric, key=lambda s: s.name):
        used[Words("{0} symmetric", (name,))] = None
    return True


def _turned(node: Node) -> Node | None:
    """The transpose of a node with every symmetric symbol left as it is."""
    if node.shape[0] != node.shape[1]:
        return None
    done: dict[Node, Node] = {}
    pushed = transpose_inside(node)
    for part in postorder(pushed):
        if part.op == "transpose" and "symmetric" in part.args[0].facts:
            done[part] = part.args[0]
        else:
            done[part] = rebuild(part, [done[arg] for arg in part.args])
    return done[pushed]


def transpose_inside(node: Node) -> Node:
    """The transpose pushed through sums and elementwise operators."""
    if node.op in {"add", "had"}:
        return (
            rebuild(node, [transpose_inside(arg) for arg in node.args])
            if (node.op == "had" or node.shape[0] == node.shape[1])
            else transpose(node)
        )
    if node.op in {"map", "pow"} and not node.is_scalar and node.shape[0] == node.shape[1]:
        return rebuild(node, [transpose_inside(node.args[0]), *node.args[1:]])
    if node.op == "mul":
        coefficient, scalars, chain = split_product(node)
        turned = [_turn_factor(f) for f in reversed(chain)]
        return product(coefficient, scalars, turned)
    return _turn_factor(node)


def _turn_factor(node: Node) -> Node:
    if node.op == "block":
        columns = zip(*grid_of(node), strict=True)
        return block([[transpose_inside(entry) for entry in column] for column in columns])
    if node.op in {"add", "had", "map", "pow"} and node.shape[0] == node.shape[1]:
        return transpose_inside(node)
    if node.op == "inverse":
        return rebuild(node, [_turn_factor(node.args[0])])
    return transpose(node)


def _sums_in_products(node: Node, used: dict[Words, None]) -> Node:
    """1'p of a simplex or one-hot vector is one."""
    if not node.is_scalar or node.args[0].is_scalar:
        return node
    factors = chain_of(node)
    if len(factors) != 2:
        return node
    for one, other in (factors, (transpose(factors[1]), transpose(factors[0]))):
        if one.op == "ones" and other.facts & {"simplex", "onehot"}:
            used[Words("entries of {0} sum to one", (other,))] = None
            return number(1)
    return node


def _assembled(node: Node, used: dict[Words, None]) -> Node:
    """U diag(s) V' is what was decomposed; Q diag(lam) Q' too, with powers of lam a power."""
    coefficient, scalars, chain = split_product(node)
    for k in range(len(chain) - 2):
        whole = power_of_decomposed(*chain[k : k + 3])
        if whole is not None:
            used[Words("decomposition of {0}", (chain[k].args[0],))] = None
            joined = product(coefficient, scalars, [*chain[:k], whole, *chain[k + 3 :]])
            return _assembled(joined, used)
    return node


def _row_sums(node: Node, used: dict[Words, None]) -> Node:
    """Y 1 is 1 for a matrix whose rows are one-hot, and 1'Y' is 1'."""
    if node.op != "mul":
        return node
    is_scalar_chain = node.is_scalar and not node.args[0].is_scalar
    coefficient, scalars, chain = split_product(node)
    factors = list(chain_of(node) if is_scalar_chain else chain)
    for k in range(len(factors) - 1):
        left, right = factors[k], factors[k + 1]
        if "onehot_rows" in left.facts and right.op == "ones":
            used[Words("rows of {0} sum to one", (left,))] = None
            factors[k : k + 2] = [ones(left.shape[0], right.shape[1])]
            break
        if right.op == "transpose" and "onehot_rows" in right.args[0].facts and left.op == "ones":
            used[Words("rows of {0} sum to one", (right.args[0],))] = None
            factors[k : k + 2] = [ones(left.shape[0], right.shape[1])]
            break
    else:
        return node
    return product(coefficient, () if is_scalar_chain else scalars, factors)


def _orthogonal_products(node: Node, used: dict[Words, None]) -> Node:
    """Q'Q and QQ' vanish from chains, L L' is the matrix it factors."""
    scalar_chain = node.is_scalar and node.op == "mul" and not node.args[0].is_scalar
    coefficient, scalars, chain = split_product(node)
    if scalar_chain:
        scalars, chain = (), chain_of(node)
    stack: list[Node] = []
    for factor in chain:
        whole = _cholesky_product(stack[-1], factor, used) if stack else None
        if whole is not None:
            stack[-1] = whole
        elif stack and _are_orthogonal_pair(stack[-1], factor):
            base = factor.args[0] if factor.op == "transpose" else factor
            used[orthonormal_words(base)] = None
            size = stack.pop().shape[0]
            if not stack:
                stack.append(eye(size))
        else:
            stack.append(factor)
    return node if len(stack) == len(chain) else product(coefficient, scalars, stack)


def _cholesky_product(left: Node, right: Node, used: dict[Words, None]) -> Node | None:
    """``L L' = S`` and ``L^-T L^-1 = S^-1`` of the factor of a symmetric matrix."""
    if right is not transpose(left):
        return None
    factor = left if left.op == "cholesky" else right.args[0] if right.op == "inverse" else right
    if factor.op != "cholesky" or not is_symmetric_by_facts(factor.args[0]):
        return None
    if left.op != "cholesky" and right.op != "inverse":
        return None  # L'L is another matrix
    matrix = factor.args[0]
    used[Words("{0} = {1}", (multiply(factor, transpose(factor)), matrix))] = None
    return matrix if left.op == "cholesky" else inverse(matrix)


def _are_orthogonal_pair(left: Node, right: Node) -> bool:
    base = left.args[0] if left.op == "transpose" else left
    wanted = "orthonormal" if left.op == "transpose" else "orthogonal"
    return wanted in base.facts and right is transpose(left)


def _plain(array: Node) -> Node:
    """The scalar that stands in every entry of an array, else the array."""
    scalar = held_scalar(array)
    return array if scalar is None else scalar


def _idempotent(node: Node, used: dict[Words, None]) -> Node:
    """Entries that are 0 or 1 are their own square; signs square to one."""
    if node.op == "pow":
        base, exponent = node.args
        copies = (
            int(exponent.data)
            if exponent.op == "number" and (exponent.data.denominator == 1 and exponent.data >= 2)
            else 0
        )
        if copies and base.facts & {"binary", "onehot"}:
            used[Words("entries of {0} are 0 or 1", (base,))] = None
            return base
        if copies and copies % 2 == 0 and "sign" in base.facts:
            used[Words("entries of {0} are -1 or 1", (base,))] = None
            return ones(*base.shape)
        return node
    kept: list[Node] = []
    for factor in node.args:
        if factor.facts & {"binary", "onehot"} and factor in kept:
            used[Words("entries of {0} are 0 or 1", (factor,))] = None
        else:
            kept.append(factor)
    whole, bounds = without_settled_signs(kept)
    used.update((Words("{0} nonnegative", (c,)), None) for c in map(_plain, bounds) if c.symbols)
    return whole
