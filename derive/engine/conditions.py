"""Conditions of an answer: what the domain table asks, less what the facts already give."""

from __future__ import annotations

from derive.engine.signs import is_invertible, is_nonnegative, is_nonzero, is_positive
from derive.language.canonical import canonical
from derive.language.expression import Node, number
from derive.language.functions import postorder
from derive.language.operators import ELEMENTWISE
from derive.language.relations import Condition, Relation
from derive.rules.domains import DOMAINS


def conditions_of(function: Node, variable: Node | None = None) -> tuple[Condition, ...]:
    """What `function` needs to be defined and, if given, smooth in `variable`.

    A squared norm is smooth everywhere, so the norm inside it asks for nothing.
    """
    found: dict[tuple[Node, str], Relation] = {}
    squared = _squared_norms(function)
    for part in postorder(function):
        domain = DOMAINS.get(part.op)
        if domain is None:
            continue
        needed = list(domain.defined(part))
        if variable is not None and part.depends_on(variable) and part not in squared:
            needed.extend(domain.smooth(part))
        for relation in (r for whole in needed for r in _split(whole)):
            if not follows(relation):
                found.setdefault((canonical(relation.left), relation.sign), relation)
    return _without_weaker(found)


def follows(relation: Relation) -> bool:
    """Whether a comparison with zero (or |x| <= 1) certainly holds by the declared facts."""
    left, sign = relation.left, relation.sign
    if left.op == "map" and left.data == "abs":
        inner = left.args[0]
        within = inner.op == "number" and abs(inner.data) <= 1
        return within or (inner.op == "map" and ELEMENTWISE[inner.data].range == "unit")
    if sign == ">":
        return is_positive(left)
    if sign == ">=":
        return is_nonnegative(left)
    if left.op == "det":
        return is_invertible(left.args[0])
    return sign == "!=" and is_nonzero(left)


def _split(relation: Relation) -> list[Relation]:
    """A product is not zero if no factor is; a power if its base is not."""
    left = relation.left
    if relation.sign != "!=" or not left.is_scalar:
        return [relation]
    if left.op == "mul" and left.args[0].is_scalar:
        return [part for arg in left.args for part in _split(Relation(arg, "!=", number(0)))]
    if left.op == "pow" and left.args[1].is_number and left.args[1].data > 0:
        return _split(Relation(left.args[0], "!=", number(0)))
    return [relation]


def _squared_norms(function: Node) -> set[Node]:
    """Norms that occur only as squares."""
    users: dict[Node, list[Node]] = {}
    for part in postorder(function):
        for arg in part.args:
            if arg.op == "norm2":
                users.setdefault(arg, []).append(part)
    return {
        norm
        for norm, above in users.items()
        if all(p.op == "pow" and p.args[1].op == "number" and p.args[1].data == 2 for p in above)
    }


def _without_weaker(found: dict[tuple[Node, str], Relation]) -> tuple[Condition, ...]:
    """Drop ``x != 0`` and ``x >= 0`` where ``x > 0`` is asked too."""
    kept = []
    for (left, sign), relation in found.items():
        stronger = {"!=": (">",), ">=": (">",), "<=": ("<",)}.get(sign, ())
        if not any((left, s) in found for s in stronger):
            kept.append(relation)
    return tuple(kept)
