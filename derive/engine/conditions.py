"""Conditions of an answer: what the domain table asks, less what the facts already give."""

from __future__ import annotations

from collections.abc import Collection

from derive.engine.normal import tidy
from derive.errors import DomainError
from derive.language.canonical import canonical
from derive.language.expression import Node, is_zero, negative, number
from derive.language.functions import determinant, postorder
from derive.language.properties import (
    is_nonnegative,
    is_positive,
)
from derive.language.relations import Condition, Relation, Words
from derive.rules.domains import DOMAINS, follows


def conditions_of(function: Node, variables: Collection[Node] = ()) -> tuple[Condition, ...]:
    """What `function` needs to be defined and to be smooth in `variables`.

    A kink under a square is smoothed away: the norm in ``|u|^2`` asks for nothing.

    Raises
    ------
    DomainError
        By the declared facts a condition holds nowhere.
    """
    found: dict[tuple[Node, str], Relation] = {}
    said: dict[Words, None] = {}
    squared = _smoothed(function)
    for part in postorder(function):
        domain = DOMAINS.get(part.op)
        if domain is None:
            continue
        needed = list(domain.defined(part))
        for relation in needed:
            if isinstance(relation, Relation):
                require_possible(part, relation)
        if part not in squared and not part.symbols.isdisjoint(variables):
            needed.extend(domain.smooth(part))
        said.update((words, None) for words in needed if isinstance(words, Words))
        compared = (whole for whole in needed if isinstance(whole, Relation))
        for relation in (r for whole in compared for r in _split(whole)):
            if not follows(relation):
                right = relation.right
                sign = str(right) if isinstance(right, Words) else relation.sign
                found.setdefault((canonical(relation.left), sign), relation)
    return (*without_weaker(found), *said)


def require_possible(node: Node, relation: Relation) -> None:
    """Raise if a comparison with zero certainly fails."""
    left, sign = tidy(relation.left), relation.sign
    if left.op == "det" and is_zero(left.args[0]):
        left = number(0)
    fails = {
        ">": is_nonnegative(negative(left)),
        ">=": is_positive(negative(left)),
        "!=": is_zero(left),
    }
    if fails.get(sign, False):
        raise DomainError(
            f"{node!r:.120} is defined nowhere: it needs {relation.left!r:.80} {sign} 0, "
            f"which the declared facts rule out\n  to fix   : change the facts, or the expression"
        )


def _split(relation: Relation) -> list[Relation]:
    """A product is not zero if no factor is; a power, norm or modulus if what is inside is not."""
    left = relation.left
    if relation.sign == ">" and left.op in {"norm2", "norm1"}:
        return [Relation(left, "!=", relation.right)]
    if relation.sign in {">", "!="} and left.op == "map" and left.data == "abs":
        return _split(Relation(left.args[0], "!=", relation.right))
    if relation.sign == ">" and _is_even_power(left):
        return _split(Relation(left.args[0], "!=", relation.right))
    if relation.sign != "!=" or not left.is_scalar:
        return [relation]
    if left.op == "mul" and left.args[0].is_scalar:
        return [part for arg in left.args for part in _split(Relation(arg, "!=", number(0)))]
    if left.op == "det" and left.args[0].op == "kron":
        factors = left.args[0].args
        if all(factor.shape[0] == factor.shape[1] for factor in factors):
            return [p for f in factors for p in _split(Relation(determinant(f), "!=", number(0)))]
    if left.op == "pow" and left.args[1].is_number and left.args[1].data > 0:
        return _split(Relation(left.args[0], "!=", number(0)))
    return [relation]


def _is_even_power(node: Node) -> bool:
    """Whether a node is an even whole power, which is positive where its base is not zero."""
    if node.op != "pow" or node.args[1].op != "number":
        return False
    exponent = node.args[1].data
    return bool(exponent.denominator == 1 and exponent % 2 == 0 and exponent > 0)


def _smoothed(function: Node) -> set[Node]:
    """Norms, moduli and hinges that occur only under powers of at least two."""
    users: dict[Node, list[Node]] = {}
    for part in postorder(function):
        for arg in part.args:
            if arg.op == "norm2" or (arg.op == "map" and arg.data in {"abs", "relu"}):
                users.setdefault(arg, []).append(part)
    return {kinked for kinked, above in users.items() if all(map(_is_square, above))}


def _is_square(node: Node) -> bool:
    return node.op == "pow" and node.args[1].op == "number" and node.args[1].data >= 2


def without_weaker(found: dict[tuple[Node, str], Relation]) -> tuple[Condition, ...]:
    """Drop ``x != 0`` and ``x >= 0`` where ``x > 0`` is asked too, or both together."""
    kept = []
    for (left, sign), weak in dict(found).items():
        relation = weak
        if sign == ">=" and (left, "!=") in found:
            relation, sign = Relation(weak.left, ">", weak.right), ">"
            found[left, ">"] = relation
        stronger = {"!=": (">",), ">=": (">",), "<=": ("<",)}.get(sign, ())
        if not any((left, s) in found for s in stronger):
            kept.append(relation)
    return tuple(kept)
