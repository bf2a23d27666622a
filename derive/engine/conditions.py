"""Conditions of an answer: what the domain table asks, less what the facts already give."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

from derive.engine.decisions import decided, put_into
from derive.engine.normal import tidy
from derive.errors import DomainError
from derive.language.canonical import canonical
from derive.language.exponents import whole_power_of_root
from derive.language.expression import Node, negative, number
from derive.language.functions import determinant, norm2, postorder
from derive.language.indices import free_indices, last_value
from derive.language.operators import ELEMENTWISE
from derive.language.properties import is_nonnegative
from derive.language.relations import Condition, Relation, Words
from derive.rules.domains import DOMAINS


def conditions_of(
    function: Node,
    variables: Collection[Node] = (),
    order: int = 1,
    results: Sequence[Node] = (),
) -> tuple[Condition, ...]:
    """What `function` needs to be defined and to be smooth in `variables`.

    Derivatives up to the `order` are meant.  A kink under a square is smoothed away: the norm
    in ``|u|^2`` asks for nothing.  What `results` divide by, gaps between eigenvalues and
    norms, must not vanish either.

    Raises
    ------
    DomainError
        By the declared facts a condition holds nowhere.
    """
    found: dict[tuple[Node, str], Relation] = {}
    said: dict[Words, None] = {}
    smoothed = _smoothed(function, order)
    for part in postorder(function):
        domain = DOMAINS.get(part.op)
        if domain is None:
            continue
        needed = list(domain.defined(part))
        _require_possible(needed, f"{part!r:.120} is defined nowhere")
        if not part.symbols.isdisjoint(variables):
            smooth = [] if part in smoothed else list(domain.smooth(part))
            if smooth and not _is_constant(part, smooth, variables):
                _require_possible(smooth, f"no rule gives the derivative of {part!r:.120}")
                needed += smooth
            written = domain.written(part)
            _require_possible(written, f"the derivative of {part!r:.120} is not written here")
            needed += written
        _note(needed, found, said)
    _note([c for part in postorder(*results) for c in _divided_by(part)], found, said)
    return (*without_weaker(found), *said)


def written_with(node: Node) -> tuple[Condition, ...]:
    """What the singular vectors need with which a node is written, though its value does not."""
    parts = [part for part in postorder(node) if part.op in {"leftvecs", "rightvecs"}]
    return tuple(dict.fromkeys(c for part in parts for c in DOMAINS[part.op].defined(part)))


def _note(
    needed: Collection[Condition],
    found: dict[tuple[Node, str], Relation],
    said: dict[Words, None],
) -> None:
    """Keep the open parts of conditions, each once."""
    for asked_for in (part for condition in needed for part in open_parts(condition)):
        if isinstance(asked_for, Words):
            said[asked_for] = None
            continue
        right = asked_for.right
        sign = str(right) if isinstance(right, Words) else asked_for.sign
        found.setdefault((canonical(asked_for.left), sign), asked_for)


def _divided_by(part: Node) -> Sequence[Condition]:
    """What a part of a result needs that the function may not: a gap or a norm to divide by."""
    if part.op == "gaps":
        (values,) = part.args
        values = values.args[0] if values.op == "pow" else values
        is_spectrum = values.op in {"eigvals", "svdvals"}
        return DOMAINS[values.op].smooth(values) if is_spectrum else DOMAINS["gaps"].defined(part)
    if part.op == "pow" and part.args[0].op == "norm2" and part.args[1].is_number:
        base, exponent = part.args
        return [Relation(base, "!=", number(0))] if exponent.data < 0 else ()
    return ()


def open_parts(condition: Condition) -> Sequence[Condition]:
    """The parts of a condition that do not certainly hold: what is to be printed."""
    parts: Sequence[Condition] = [condition] if isinstance(condition, Words) else _split(condition)
    return [part for part in parts if not decided(part)]


def _is_constant(part: Node, needed: Collection[Condition], variables: Collection[Node]) -> bool:
    """Whether a node whose kink is everywhere does not move at all, as ``|x - x|``."""
    # the differential of a root or an arcsine divides by what is 0 everywhere
    if part.op == "pow" or (part.op == "map" and ELEMENTWISE[part.data].domain == "inside_one"):
        return False
    is_kinked = any(decided(condition) is False for condition in needed)
    return is_kinked and tidy(part).symbols.isdisjoint(variables)


def _require_possible(needed: Collection[Condition], complaint: str) -> None:
    """Raise if a condition certainly fails."""
    for condition in needed:
        if decided(condition) is False:
            raise DomainError(
                f"{complaint}: it needs {asked(condition)}, which never holds\n"
                f"  to fix   : change the facts, or the expression"
            )
        for i, j in combinations(_indices(condition), 2):
            if last_value(i) is last_value(j) and decided(put_into(condition, {j: i})) is False:
                raise DomainError(
                    f"{complaint}: it needs {asked(condition)}, which fails in the terms "
                    f"with {j.name} = {i.name}\n"
                    f"  to fix   : make it hold there too, as in sqrt(norm2(r)^2 + c) with "
                    f"`c: positive`, or take squares"
                )


def _indices(condition: Condition) -> tuple[Node, ...]:
    """The indices of the sums in which a comparison stands."""
    return () if isinstance(condition, Words) else free_indices(condition.left)


def asked(condition: Condition) -> str:
    """A condition for an error message."""
    if isinstance(condition, Words):
        return f"{condition!r:.120}"
    right = condition.right
    side = str(right) if isinstance(right, Words) else f"{right!r:.80}"
    return f"{condition.left!r:.80} {condition.sign} {side}"


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
    if left.op == "det" and left.args[0].op == "diag":
        return [Relation(left.args[0].args[0], "!=", number(0))]
    return [relation]


def _is_even_power(node: Node) -> bool:
    """Whether a node is an even whole power, which is positive where its base is not zero."""
    if node.op != "pow" or node.args[1].op != "number":
        return False
    exponent = node.args[1].data
    return bool(exponent.denominator == 1 and exponent % 2 == 0 and exponent > 0)


def _smoothed(function: Node, order: int) -> set[Node]:
    """Norms, moduli, roots and hinges that occur only under powers above the order.

    Even powers of norms and moduli are polynomials, smooth to any order; Huber's loss has one
    continuous derivative.
    """
    users: dict[Node, list[Node]] = {}
    found: set[Node] = set()
    for part in postorder(function):
        if (part.op, part.data) == ("combine", "huber") and order < 2:
            found.add(part)
        for arg in part.args:
            if arg.op in {"norm2", "pow"} or (arg.op == "map" and arg.data in {"abs", "relu"}):
                users.setdefault(arg, []).append(part)
    return found | {
        kinked
        for kinked, above in users.items()
        if all(_is_smooth_power(power, order) for power in above)
    }


def _is_smooth_power(node: Node, order: int) -> bool:
    """Whether a power of a norm, modulus or hinge has continuous derivatives up to an order."""
    if node.op != "pow" or node.args[1].op != "number":
        return False
    if node.args[0].op == "pow":  # of a root whose argument is nowhere negative
        return whole_power_of_root(node) is not None and is_nonnegative(node.args[0].args[0])
    is_hinge = node.args[0].op == "map" and node.args[0].data == "relu"
    return bool(node.args[1].data > order) or (_is_even_power(node) and not is_hinge)


def _turned(node: Node) -> Node:
    """The negative of a node; of a norm, the norm of the negative."""
    if node.op == "norm2":
        return canonical(norm2(negative(node.args[0])))
    return canonical(negative(node))


def without_weaker(found: dict[tuple[Node, str], Relation]) -> tuple[Condition, ...]:
    """Drop ``x != 0`` and ``x >= 0`` where ``x > 0`` is asked too, or both together.

    ``a - b != 0`` and ``b - a != 0`` are one condition.
    """
    kept: list[Relation] = []
    told: set[Node] = set()
    for (left, sign), weak in dict(found).items():
        relation = weak
        if sign == "!=":
            turned = _turned(left)
            if turned in told or (turned, ">") in found:
                continue
            told.add(left)
        if sign == ">=" and (left, "!=") in found:
            relation, sign = Relation(weak.left, ">", weak.right), ">"
            found[left, ">"] = relation
        stronger = {"!=": (">",), ">=": (">",), "<=": ("<",)}.get(sign, ())
        if not any((left, s) in found for s in stronger):
            kept.append(relation)
    return tuple(kept)
