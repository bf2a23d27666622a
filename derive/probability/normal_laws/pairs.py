"""The two groups of blocks that a question about a joint normal law is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derive.errors import ArgumentError
from derive.language.blocks import block, part_of, vstack
from derive.language.expression import Node, symbol
from derive.language.facts import close_facts
from derive.language.law import Law
from derive.language.relations import Condition, Words
from derive.probability.normal_laws.entries import written_out
from derive.probability.normal_laws.joint import JointNormal, Names, as_normal
from derive.probability.question import free_name


@dataclass(frozen=True)
class Pair:
    """Two groups of a joint law, and the letters of a page for their blocks.

    Attributes
    ----------
    values, means : pair of symbol
    first, cross, second : symbol
        The blocks of the matrix: of the first group, of both, of the second.
    meanings : mapping of symbol to Node
        What letters stand for that are no parameters themselves.
    is_precision : bool
    whole : symbol
        The whole matrix as one symbol; only claims see it.
    members : pair of tuple of symbol
        The vectors in each group.
    stated : Node
        The matrix of the joint law, as it was given.
    opened : Node
        The matrix of both groups with what its letters stand for.
    """

    values: tuple[Node, Node]
    means: tuple[Node, Node]
    first: Node
    cross: Node
    second: Node
    meanings: Mapping[Node, Node]
    is_precision: bool
    whole: Node
    members: tuple[tuple[Node, ...], tuple[Node, ...]]
    stated: Node
    opened: Node

    @property
    def turned(self) -> Pair:
        """The same with the two groups exchanged."""
        one, other = self.values
        m, n = self.means
        members = self.members[1], self.members[0]
        cross = self.cross.T
        return Pair(
            (other, one), (n, m), self.second, cross, self.first,
            self.meanings, self.is_precision, self.whole, members, self.stated, self.opened,
        )  # fmt: skip

    @property
    def mean(self) -> Node:
        """The mean of both, one under the other."""
        return vstack(*self.means)

    @property
    def matrix(self) -> Node:
        """The matrix of both."""
        return block([[self.first, self.cross], [self.cross.T, self.second]])

    @property
    def parts(self) -> dict[Node, Node]:
        """The blocks as parts of one positive definite matrix, for the claims."""
        a, b = self.first.shape[0], self.second.shape[0]
        W = self.whole
        cross = part_of(W, 0, a, a, b)
        found = {self.first: part_of(W, 0, 0, a, a), self.second: part_of(W, a, a, b, b)}
        if self.cross.op == "transpose":
            return {**found, self.cross.args[0]: cross.T}
        return {**found, self.cross: cross}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """That the matrix of both is one that a law has."""
        if not self.stated.symbols:
            return ()
        return (Words("{0} symmetric positive definite", (self.stated,)),)

    def full(self, node: Node) -> Node:
        """The meaning of a letter."""
        if node.op == "transpose":
            return self.full(node.args[0]).T
        return self.meanings.get(node, node)


def paired(joint: JointNormal, one: Sequence[str], other: Sequence[str]) -> Pair:
    """Two groups of blocks with letters for their parts."""
    values: list[Node] = []
    means: list[Node] = []
    meanings: dict[Node, Node] = {}
    used: set[Node] = set()
    taken = {s.name for v in joint.values.values() for s in v.symbols}
    taken |= {
        s.name for node in (*joint.means.values(), *joint.blocks.values()) for s in node.symbols
    }
    groups = (tuple(one), tuple(other))
    tags = [g[0] if len(g) == 1 else tag for g, tag in zip(groups, ("A", "B"), strict=True)]

    def lettered(name: str, meaning: Node, facts: tuple[str, ...] = ()) -> Node:
        if meaning.op == "symbol" and meaning not in used:
            used.add(meaning)
            return meaning
        letter = symbol(
            free_name((name, f"{name}_", f"{name}__"), taken),
            meaning.shape,
            close_facts(facts, name, meaning.shape),
        )
        meanings[letter] = meaning
        return letter

    for group, tag in zip(groups, tags, strict=True):
        values.append(lettered(f"x_{tag}", vstack(*(joint.values[a] for a in group))))
        means.append(lettered(f"mu_{tag}", written_out(vstack(*(joint.means[a] for a in group)))))
    kind = "P" if joint.is_precision else "S"

    def matrix(rows: int, columns: int) -> Node:
        grid = [[joint.between(a, b) for b in groups[columns]] for a in groups[rows]]
        facts = ("spd",) if rows == columns else ()
        whole = written_out(block(grid))
        if whole.op == "transpose" and whole.args[0].op == "symbol" and whole.args[0] not in used:
            used.add(whole.args[0])
            return whole
        return lettered(f"{kind}_{tags[rows]}{tags[columns]}", whole, facts)

    first, cross, second = matrix(0, 0), matrix(0, 1), matrix(1, 1)
    size = first.shape[0] + second.shape[0]
    name = free_name(("W", "W_", "W__"), taken)
    whole = symbol(name, (size, size), close_facts(("spd",), name, (size, size)))
    both = (*groups[0], *groups[1])
    members = tuple(tuple(joint.values[a] for a in group) for group in groups)
    return Pair(
        (values[0], values[1]), (means[0], means[1]), first, cross, second,
        meanings, joint.is_precision, whole, (members[0], members[1]), joint.matrix,
        written_out(block([[joint.between(a, b) for b in both] for a in both])),
    )  # fmt: skip


def names_of(given: Names, what: str) -> tuple[str | int, ...]:
    """Blocks or indices as a tuple: ``"x"``, ``"x, z"``, ``0`` or ``[0, 2]``."""
    if isinstance(given, str):
        found: tuple[str | int, ...] = tuple(
            part.strip() for part in given.replace(",", " ").split()
        )
    elif isinstance(given, int) and not isinstance(given, bool):
        found = (given,)
    elif isinstance(given, Sequence):
        found = tuple(given)
    else:
        raise ArgumentError(f"{what}: a block is a name or an index from 0, got {given!r}")
    if not found:
        raise ArgumentError(f"{what} names no block")
    for name in found:
        if isinstance(name, bool) or not isinstance(name, str | int):
            raise ArgumentError(f"{what}: a block is a name or an index from 0, got {name!r}")
        if found.count(name) > 1:
            raise ArgumentError(f"{what}: {name!r} is there twice")
    return found


def grouped(
    law: JointNormal | Law | str,
    one: Names,
    other: Names | None,
    asked_by: str,
    labels: tuple[str, str],
) -> tuple[JointNormal, tuple[str, ...], tuple[str, ...]]:
    """The joint law with the blocks of the first and second group; all others where None."""
    first = names_of(one, labels[0])
    second = None if other is None else names_of(other, labels[1])
    if isinstance(law, JointNormal):
        known: tuple[str | int, ...] = tuple(law.values)
    else:
        normal = as_normal(law, asked_by)
        size = normal.size_of["d"]
        if not isinstance(size, int):
            raise ArgumentError(
                f"{asked_by}: {normal!r} has {size} entries, which is no number to index by\n"
                f"  to fix   : give blocks, JointNormal('x: d1, y: d2'), or d=3"
            )
        known = tuple(range(size))
    for name in (*first, *(second or ())):
        if name not in known:
            listed = ", ".join(map(str, known))
            raise ArgumentError(f"{asked_by}: there is no block {name!r}; there are {listed}")
    if second is None:
        second = tuple(name for name in known if name not in first)
    both = [name for name in first if name in second]
    if both:
        raise ArgumentError(f"{asked_by}: {both[0]!r} is in both groups")
    if isinstance(law, JointNormal):
        return law, tuple(map(str, first)), tuple(map(str, second))
    groups = [("A", [int(k) for k in first])]
    if second:
        groups.append(("B", [int(k) for k in second]))
    joint = JointNormal.of_entries(normal, groups)
    return joint, ("A",), ("B",) if second else ()
