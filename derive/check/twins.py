"""Twins: the same claims with small sizes in the place of large fixed ones.

Every fixed size past ``LARGEST_KEPT`` becomes a symbolic size, in the question and in the
answer alike, and the twin is then examined at several small numbers of it, as any claim
with symbolic sizes is.  Numbers stay what they are, whether or not they were once a size:
the 1/1000 of a mean stands in both twins, and the statement is still exact.

Where the derivation itself turned a size into a number (the trace of an identity), the
twin is false though the claim is true.  So a twin never refutes, and it verifies only if
every replaced size took two numbers or more: a number that depends on a size cannot
fit both.  Inequalities have no twin: a bound may hold for few entries and fail for many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from derive.check.claim import Finding
from derive.check.claims import PointClaim
from derive.language.expression import Node, make
from derive.language.functions import postorder
from derive.language.relations import Relation, Words
from derive.language.sizes import Dim, Size

LARGEST_KEPT = 5
# operators whose shape is computed from numbers in their arguments' shapes, or is written out
TIED = frozenset(
    {"array", "kron", "vec", "unvec", "commutation", "block_inner", "block_sum", "block", "part"}
)


@dataclass(frozen=True)
class Twin:
    """Claims with small sizes, and the sizes that were replaced, in order of appearance."""

    claims: tuple[PointClaim, ...]
    replaced: tuple[int, ...]

    def is_telling(self, findings: Sequence[Finding]) -> bool:
        """Whether each claim was seen with two numbers or more for every replaced size."""
        for finding in findings:
            rows = [dict(row) for row in finding.sizes]
            for name in map(str, self.replaced):
                if len({row[name] for row in rows if name in row}) == 1:
                    return False
        return True

    def words(self, findings: Sequence[Finding]) -> str:
        """What was put in the place of what: ``sizes 1000 x 500 replaced by 4 x 3``."""
        names = list(map(str, self.replaced))
        rows = [dict(row) for finding in findings for row in finding.sizes]
        numbers = dict.fromkeys(
            " x ".join(str(row[name]) for name in names)
            for row in rows
            if all(name in row for name in names)
        )
        noun = "size" if len(names) == 1 else "sizes"
        text = f"{noun} {' x '.join(names)} replaced by"
        return f"{text} {', '.join(numbers)}" if numbers else f"{text} small ones"


def twin_of(claims: Sequence[PointClaim]) -> Twin | None:
    """The twin of some claims; None if no size can be replaced or a claim has no twin."""
    if not all(claim.has_twin for claim in claims):
        return None
    nodes = postorder(*(root for claim in claims for root in claim.setting().nodes))
    replaced = large_sizes(nodes)
    if not replaced:
        return None
    names = {size: Size.named(str(size)) for size in replaced}
    twins: dict[Node, Node] = {}
    return Twin(tuple(_twin(claim, names, twins) for claim in claims), replaced)


def large_sizes(nodes: Sequence[Node]) -> tuple[int, ...]:
    """The fixed sizes past ``LARGEST_KEPT``, but for those that are tied to other sizes."""
    sizes = dict.fromkeys(size for node in nodes for size in node.shape)
    given = {
        size
        for node in nodes
        if node.op in TIED
        for part in (node, *node.args)
        for size in part.shape
    }
    return tuple(
        size
        for size in sizes
        if not isinstance(size, Size) and size > LARGEST_KEPT and size not in given
    )


def _twin(value: Any, names: dict[int, Size], twins: dict[Node, Node]) -> Any:
    """The twin of a claim or of a part of one; anything without nodes is its own."""
    if isinstance(value, Node):
        return _node(value, names, twins)
    if isinstance(value, tuple):
        return tuple(_twin(part, names, twins) for part in value)
    if isinstance(value, Relation | Words | PointClaim):
        parts = {
            field.name: _twin(getattr(value, field.name), names, twins)
            for field in fields(value)  # type: ignore[arg-type]  # every claim is a dataclass
        }
        return replace(value, **parts)  # type: ignore[type-var]  # as above
    return value


def _node(root: Node, names: dict[int, Size], twins: dict[Node, Node]) -> Node:
    """The twin of a tree, made part by part, so that nothing is folded on the way."""
    for node in postorder(root, known=twins):
        rows, columns = (_size(size, names) for size in node.shape)
        args = tuple(twins[arg] for arg in node.args)
        data = node.data
        if node.op == "index" and not isinstance(data.last, Node):
            data = data._replace(last=_size(data.last, names))
        elif node.op == "sum_over":
            data = _node(data, names, twins)
        twins[node] = make(node.op, args, (rows, columns), data)
    return twins[root]


def _size(size: Dim, names: dict[int, Size]) -> Dim:
    return size if isinstance(size, Size) else names.get(size, size)
