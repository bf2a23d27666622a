"""Gradients of log totals at the parameters of a law, in the form that a textbook gives them.

Logarithms of determinants are taken apart, ``softmax(log p)`` is p, and on the sphere the
ratios of Bessel functions are written with the one ratio ``A = I_(d/2)/I_(d/2 - 1)``.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from derive.engine.factoring import cancelled
from derive.engine.facts import with_facts
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.vector_form import Letters
from derive.language.expression import (
    Node,
    add,
    multiply,
    number,
    product,
    size_node,
    split_product,
    symbol,
)
from derive.language.functions import logdet, postorder, total
from derive.language.laws.terms import log
from derive.language.special_functions import besseli


def along_direction(node: Node, mu: Node, kappa: Node) -> Node:
    """The node with lengths opened and Bessel functions of kappa as their ratio A.

    ``I_(v+2) = I_v - 2 (v+1)/kappa I_(v+1)`` leaves two orders, and each coefficient holds
    them as a ratio alone.
    """
    opened = with_lengths(node, mu, kappa)
    order = size_node(mu.shape[0]) / 2 - 1
    names = {s.name for s in (*opened.symbols, *mu.symbols, *kappa.symbols)}
    ratio = symbol(next(n for n in ("A", "A_", "A__", "A___") if n not in names))
    known = _bessel_in_ratio(opened, order, kappa, ratio)
    if known is None:
        return opened
    found: dict[Node, list[Node]] = {}
    for coefficient, matrix in _matrix_terms(substituted(opened, known), number(1)):
        found.setdefault(matrix, []).append(coefficient)
    meaning = {ratio: besseli(order + 1, kappa) / besseli(order, kappa)}
    terms = []
    for matrix, coefficients in found.items():
        shortest = _shortest(add(*coefficients))
        terms.append(multiply(substituted(shortest, meaning), matrix))
    return _settled(add(*terms))


def with_lengths(node: Node, mu: Node, kappa: Node) -> Node:
    """``|c mu| = c`` for a direction mu and positive c."""
    changed: dict[Node, Node] = {}
    for part in postorder(node):
        if part.op == "norm2":
            coefficient, scalars, chain = split_product(part.args[0])
            if list(chain) == [mu] and coefficient > 0 and set(scalars) <= {kappa}:
                changed[part] = product(coefficient, scalars, [])
    return _settled(substituted(node, changed))


def _bessel_in_ratio(node: Node, v: Node, kappa: Node, ratio: Node) -> dict[Node, Node] | None:
    """The Bessel functions of kappa over that of order v; None where there are others."""
    known: dict[Node, Node] = {}
    for part in postorder(node):
        if part.op == "besseli":
            order, x = part.args
            step = _settled(order - v)
            if x is not kappa or not step.is_number or step.data not in (0, 1, 2):
                return None
            over = (number(1), ratio, 1 - 2 * (v + 1) / kappa * ratio)
            known[part] = over[int(step.data)]
    return known


def _shortest(coefficient: Node) -> Node:
    """A rational function of letters in its shortest form."""
    algebra, letters = ScalarAlgebra(()), Letters(coefficient)
    whole = algebra.expr(letters.closed(coefficient))
    forms = (cancelled(whole), sympy.expand(cancelled(whole)))
    short = min(forms, key=lambda e: (sympy.count_ops(e), str(e)))
    return letters.opened(algebra.node(short))


def _matrix_terms(node: Node, coefficient: Node) -> Iterator[tuple[Node, Node]]:
    """The node as scalars times products of matrices, opened over sums."""
    if node.op == "add":
        for arg in node.args:
            yield from _matrix_terms(arg, coefficient)
        return
    if node.is_scalar:
        yield multiply(coefficient, node), number(1)
        return
    head, scalars, chain = split_product(node)
    outer = multiply(coefficient, product(head, scalars, []))
    if len(chain) == 1 and chain[0] is not node:
        yield from _matrix_terms(chain[0], outer)
    else:
        yield outer, multiply(*chain)


def _settled(node: Node) -> Node:
    return with_facts(tidy(node))[0]


def without_softmax(node: Node) -> Node:
    """``softmax(log p) = p`` for p on the simplex."""
    changed = {}
    for part in postorder(node):
        if part.op == "softmax" and part.args[0].op == "map" and part.args[0].data == "log":
            p = part.args[0].args[0]
            if p.op == "array" or (p.op == "symbol" and "simplex" in p.facts):
                changed[part] = p  # numbers were checked to sum to one
    return substituted(node, changed)


def opened_logdets(node: Node) -> Node:
    """Log determinants of inverses and of multiples taken apart: log det(c A^-1)."""
    changed: dict[Node, Node] = {}
    for part in postorder(node):
        if part.op == "logdet":
            changed[part] = _opened_logdet(part.args[0])
    return substituted(node, {k: v for k, v in changed.items() if v is not k})


def _is_reciprocal(node: Node) -> bool:
    return node.op == "pow" and node.args[1] is number(-1)


def _opened_logdet(A: Node) -> Node:
    if A.op == "diag":
        return total(log(A.args[0]))
    if A.op == "inverse":
        return -_opened_logdet(A.args[0])
    if A.op == "mul":
        coefficient, scalars, chain = split_product(A)
        outer = product(coefficient, scalars, [])
        if outer is not number(1) and len(chain) == 1:
            is_below = outer.data < 1 if outer.is_number else _is_reciprocal(outer)
            log_outer = -log(1 / outer) if is_below else log(outer)
            return size_node(A.shape[0]) * log_outer + _opened_logdet(chain[0])
    return logdet(A)
