"""Which nodes branch or end by the sign of their argument, and which signs are plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from derive.check.maps import MAPS
from derive.language.canonical import canonical
from derive.language.combined import is_symmetric_clip
from derive.language.expression import Node, negative
from derive.language.extremes import largest, smallest
from derive.language.functions import elementwise, postorder
from derive.language.incomplete_functions import INCOMPLETE
from derive.language.operators import ELEMENTWISE

EXTREMES = frozenset({"max", "min", "norminf", "peak"})
MOST_SIDES = 8  # the gaps between more scalars are not told one by one


def gaps_of(node: Node) -> tuple[Node, ...]:
    """The nodes by whose signs a node picks its branch; none if it has one branch only."""
    if node.op == "norm1" or (node.op == "map" and MAPS[node.data].is_selector):
        return node.args
    if node.op == "combine":
        return _gaps_of_combined(node)
    if node.op in EXTREMES and node.args[0].op in {"array", "block"}:
        return _gaps_between(_sides_of(node), _extreme_of(node))
    return ()


def _gaps_of_combined(node: Node) -> tuple[Node, ...]:
    if node.data in {"maximum", "minimum"}:
        return (node.args[0] - node.args[1],)
    x, *bounds = node.args
    if node.data == "clip" and not is_symmetric_clip(node):
        return x - bounds[0], bounds[1] - x
    # what lies inside |x| = c may be told by either sign of x, and by its modulus
    return x + bounds[-1], bounds[-1] - x, elementwise("abs", x) - bounds[-1], x


def _extreme_of(node: Node) -> Callable[..., Node]:
    return smallest if "min" in {node.op, node.data} else largest


def _sides_of(node: Node) -> list[Node]:
    """The scalars or blocks that an extreme is taken of, many of them in two halves."""
    parts = list(node.args[0].args)
    if node.op == "norminf":
        parts = [elementwise("abs", part) for part in parts]
    extreme = _extreme_of(node)
    ends = [extreme(part) for part in parts]
    if len(ends) <= MOST_SIDES:
        return ends
    half = len(ends) // 2
    return [extreme(*ends[:half]), extreme(*ends[half:])]


def _gaps_between(sides: list[Node], extreme: Callable[..., Node]) -> tuple[Node, ...]:
    """How far each side lies beyond all others; of two sides once."""
    if len(sides) == 2:
        return (sides[0] - sides[1],)
    return tuple(side - extreme(*sides[:k], *sides[k + 1 :]) for k, side in enumerate(sides))


def guards_of(node: Node) -> tuple[Node, ...]:
    """The nodes by whose signs a node exists or picks its branch."""
    if node.op == "zeta":
        return (node.args[0] - 1,)
    if node.op in INCOMPLETE:
        above = () if node.op == "gammainc" else (1 - node.args[-1],)
        return (*node.args, *above)
    if node.op == "besseli":
        return (
            node.args
            if not node.args[0].is_number
            else node.args[1:] * (node.args[0].data % 1 != 0)
        )
    if node.op == "pow":
        exponent = node.args[1]
        if exponent.op == "size" or (exponent.is_number and exponent.data.denominator == 1):
            return ()
        return node.args[:1]
    if node.op == "polygamma" or (node.op == "map" and ELEMENTWISE[node.data].domain == "positive"):
        return node.args[:1]
    return gaps_of(node)


def guarded_by(nodes: Iterable[Node], definitions: Iterable[tuple[Node, Node]]) -> frozenset[Node]:
    """What some nodes take a logarithm, root or branch of, also by its given name."""
    found: set[Node] = set()
    for node in nodes:
        gaps = gaps_of(node)
        found.update(map(canonical, (*guards_of(node), *map(negative, gaps))))
    found.update(canonical(name) for name, meaning in definitions if canonical(meaning) in found)
    return frozenset(found)


def has_own_branch(sides: Iterable[Node], guarded: frozenset[Node]) -> bool:
    """Whether sides branch or end by a sign that is neither guarded nor plain."""
    own = {guard for node in postorder(*sides) for guard in guards_of(node)}
    return any(not has_forced_sign(guard) and canonical(guard) not in guarded for guard in own)


def has_forced_sign(node: Node) -> bool:
    """Whether the sign of a selector's argument is plain from its form."""
    if not node.symbols:
        return True
    if node.op in {"add", "mul"}:
        return all(_is_plainly_nonnegative(arg) for arg in node.args)
    if node.op == "symbol":
        return bool(node.facts & {"positive", "negative", "nonnegative"})
    if node.op == "map":
        return ELEMENTWISE[node.data].range in {"positive", "nonnegative", "unit"}
    if node.op == "pow" and node.args[1].is_number:
        exponent = node.args[1].data
        return bool(exponent % 2 == 0 or exponent.denominator % 2 == 0)
    return node.op in {"norm1", "norm2", "softmax", "rowsoftmax"}


def _is_plainly_nonnegative(node: Node) -> bool:
    """Whether a term or factor is nonnegative by its form, as a square is."""
    if node.is_number:
        return bool(node.data >= 0)
    return "negative" not in node.facts and has_forced_sign(node)


def is_rough_norm(node: Node) -> bool:
    """Whether a norm is used here otherwise than in an even power."""
    if node.op == "pow" and node.args[1].is_number and node.args[1].data % 2 == 0:
        return False
    return any(arg.op == "norm2" for arg in node.args)
