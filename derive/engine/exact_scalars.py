"""Scalars of matrices of numbers written out: ``tr(A)``, ``a'b``, ``log det A`` of explicit A."""

from __future__ import annotations

from fractions import Fraction

from sympy import Matrix

from derive.engine.exact_matrix import exact_matrix
from derive.engine.naming import substituted
from derive.language.expression import Node, number
from derive.language.functions import postorder
from derive.language.laws.terms import log

SCALARS = {"mul", "total", "trace", "det", "logdet"}


def with_numbers_written_out(node: Node) -> Node:
    """The node with scalars of explicit matrices as numbers, or as logarithms of numbers."""
    changed: dict[Node, Node] = {}
    for part in postorder(node):
        if part.is_scalar and part.op in SCALARS and not part.symbols:
            value = _value(part)
            if value is not None:
                changed[part] = value
    return substituted(node, changed) if changed else node


def _value(node: Node) -> Node | None:
    if node.op == "mul":
        matrices = [_matrix(arg) for arg in node.args]
        known = [m for m in matrices if m is not None]
        if len(known) < len(matrices) or all(m.shape == (1, 1) for m in known):
            return None
        whole = known[0]
        for m in known[1:]:
            whole = whole[0] * m if whole.shape == (1, 1) and m.rows != 1 else whole * m
        return _number(whole[0])
    inside = _matrix(node.args[0])
    if inside is None:
        return None
    if node.op == "total":
        return _number(sum(inside))
    if node.op == "trace":
        return _number(inside.trace())
    value = _number(inside.det())
    return log(value) if node.op == "logdet" else value


def _matrix(node: Node) -> Matrix | None:
    """The exact entries; of an inverse and of a product with one too."""
    if node.op == "inverse":
        inside = _matrix(node.args[0])
        return None if inside is None or inside.det() == 0 else inside.inv()
    if node.op == "mul":
        factors = [_matrix(arg) for arg in node.args]
        known = [m for m in factors if m is not None]
        if len(known) < len(factors):
            return None
        whole = known[0]
        for m in known[1:]:
            is_scaled = whole.shape == (1, 1) and m.rows != 1
            whole = whole[0] * m if is_scaled else whole * m
        return whole
    if node.op == "add":
        terms = [_matrix(arg) for arg in node.args]
        known = [m for m in terms if m is not None]
        return None if len(known) < len(terms) else sum(known[1:], known[0])
    return exact_matrix(node)


def _number(value: object) -> Node:
    return number(Fraction(int(value.p), int(value.q)))  # type: ignore[attr-defined]
