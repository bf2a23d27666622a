"""The sweep: from a scalar down to its variables, one true line after the other.

The state is an ordered list of slots (node, adjoint), at first (f, 1).  It always stands
for the true equation ``df = sum of <adjoint, d node>``; where a node holds an index, its term is
summed over that index.  Opening a slot puts in its place
the slots of the node's arguments, which keeps the author's order.  A node is opened once
no other slot lies above it, so that its adjoint is complete; linear nodes close behind the
nonlinear ones in the same line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.engine.normal import Tidier
from derive.engine.products import positive_first
from derive.engine.terms import merged
from derive.engine.transposition import transposed
from derive.errors import NoRuleError
from derive.language.expression import Node, number, symbol, zero
from derive.language.functions import postorder
from derive.language.indices import closed, free_indices
from derive.rules.differentials import DIFFERENTIALS
from derive.rules.elementwise import DERIVATIVES
from derive.rules.rule import Rule

Slots = list[tuple[Node, Node]]
COLLECT = "collect"
PRODUCTS = frozenset({"mul", "had", "kron", "block_inner", "block_sum"})  # linear in each factor


@dataclass(frozen=True)
class Line:
    """The slots after one round and the rules that led there."""

    slots: tuple[tuple[Node, Node], ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Swept:
    """All lines of a sweep and the collected adjoint of each variable, in the order asked."""

    function: Node
    lines: tuple[Line, ...]
    gradients: tuple[Node, ...]


def sweep(function: Node, variables: Sequence[Node]) -> Swept:
    """Differentiate a scalar node by symbols, all at once.

    Raises
    ------
    NoRuleError
        A node that contains the variable has no differential; the message names it.
    """
    run = _Run(function, variables)
    run.start()
    while run.open_round():
        pass
    return run.finish()


def moves(node: Node, variables: frozenset[Node]) -> bool:
    """Whether one of the variables occurs in a node."""
    return not variables.isdisjoint(node.symbols)


def is_linear(node: Node, variables: frozenset[Node]) -> bool:
    """Whether the differential of a node passes straight through to one argument each."""
    if node.op in PRODUCTS:
        return sum(moves(arg, variables) for arg in node.args) == 1
    return rule_for(node, variables).linear


def rule_for(node: Node, variables: frozenset[Node]) -> Rule:
    """The first row of the table that fits a node."""
    for rule in DIFFERENTIALS:
        if rule.op == node.op and rule.fits(node, variables):
            if node.op == "map" and node.data not in DERIVATIVES:
                break
            return rule
    what = f"the function {node.data!r}" if node.op == "map" else f"{node.op!r}"
    raise NoRuleError(
        f"no differential is known for {what}\n"
        f"  in       : {node!r:.200}\n"
        f"  to fix   : take an expression without it, or add a row to derive/rules"
    )


class _Run:
    """One sweep: the slots, what lies below what, and the lines so far."""

    def __init__(self, function: Node, variables: Sequence[Node]):
        self.function = function
        self.asked = tuple(variables)
        self.variables = frozenset(variables)
        parts = postorder(function)
        self.tidy = Tidier(parts)
        self.below = descendants(parts, self.variables)
        self.affine = self._affine(parts)
        self.slots: Slots = [(function, number(1))] if self.moves(function) else []
        self.lines: list[Line] = []

    def start(self) -> None:
        """The first line: linear operators alone; left out where it would say nothing new."""
        self.close()
        done = all(node in self.variables for node, _ in self.slots)
        if self.slots and (len(self.slots) > 1 or done):
            self.record(["linearity"])

    def open_round(self) -> bool:
        """Open every ready nonlinear node, then the linear ones; False when none is left."""
        ready = self.ready()
        if not ready:
            return False
        names: list[str] = []
        slots: Slots = []
        for node, adjoint in self.slots:
            if node in ready:
                rule = rule_for(node, self.variables)
                names.append(rule_name(rule, node))
                slots.extend(self.opened(rule, node, adjoint))
            else:
                slots.append((node, adjoint))
        self.slots = self.joined(slots)
        self.close()
        self.record(list(dict.fromkeys(names)))
        return True

    def close(self) -> None:
        """Open linear nodes that are ready until none is left."""
        while linear := {n for n in self.ready() if is_linear(n, self.variables)}:
            slots: Slots = []
            for node, adjoint in self.slots:
                if node in linear:
                    slots.extend(self.opened(rule_for(node, self.variables), node, adjoint))
                else:
                    slots.append((node, adjoint))
            self.slots = self.joined(slots)

    def ready(self) -> set[Node]:
        """The nodes, other than the variables, that lie below no other slot."""
        covered = 0
        for node, _ in self.slots:
            covered |= self.below[node][1]
        return {
            node
            for node, _ in self.slots
            if node not in self.variables
            and (node in self.affine or not covered >> self.below[node][0] & 1)
        }

    def _affine(self, parts: list[Node]) -> set[Node]:
        """Nodes with nothing but linear operators down to the variables: they never wait."""
        affine = set(self.variables)
        for part in parts:
            moving = [arg for arg in part.args if self.moves(arg)]
            if moving and all(arg in affine for arg in moving) and is_linear(part, self.variables):
                affine.add(part)
        return affine

    def moves(self, node: Node) -> bool:
        return moves(node, self.variables)

    def opened(self, rule: Rule, node: Node, adjoint: Node) -> Slots:
        """The slots of the arguments: the differential of the node, transposed."""
        args = rule.parts(node)
        moving: dict[Node, Node] = {}
        dargs = []
        for k, arg in enumerate(args):
            if self.moves(arg):
                placeholder = symbol(f"d{k} ", arg.shape)
                moving[placeholder] = arg
                dargs.append(placeholder)
            else:
                dargs.append(zero(arg.shape))
        linear = rule.differential(node, args, dargs)
        # a slot stands under the sums whose indices its node holds; other sums close here
        around = free_indices(node)
        return [
            (arg, self.tidy(closed(a, around, free_indices(arg))))
            for arg, a in transposed(linear, adjoint, moving)
        ]

    def joined(self, slots: Slots) -> Slots:
        """Slots of one node as one; where the node is affine only if they are like terms."""
        first: dict[Node, list[int]] = {}
        kept: Slots = []
        for node, adjoint in slots:
            if adjoint.op == "zero" or adjoint is number(0):
                continue
            place = self.place(first.get(node, []), kept, node, adjoint)
            if place is None:
                first.setdefault(node, []).append(len(kept))
                kept.append((node, adjoint))
            else:
                kept[place] = (node, self.tidy(kept[place][1] + adjoint))
        return [(n, a) for n, a in kept if a.op != "zero" and a is not number(0)]

    def place(self, places: list[int], kept: Slots, node: Node, adjoint: Node) -> int | None:
        """Where an adjoint joins an earlier one of the same node."""
        if node not in self.affine:
            return places[0] if places else None
        for k in places:
            if merged([kept[k][1], adjoint]).op != "add":
                return k
        return None

    def record(self, rules: list[str]) -> None:
        self.lines.append(Line(tuple(self.slots), tuple(rules)))

    def finish(self) -> Swept:
        """Collect what stands before the differential of each variable."""
        slots, gradients = [], []
        for variable in self.asked:
            adjoints = [adjoint for node, adjoint in self.slots if node is variable]
            gradient = self.collected(adjoints) if adjoints else zero(variable.shape)
            gradients.append(gradient)
            if adjoints:
                slots.append((variable, gradient))
        if len(self.slots) > len(slots):
            self.slots = slots
            self.record([COLLECT])
        return Swept(self.function, tuple(self.lines), tuple(gradients))

    def collected(self, adjoints: Sequence[Node]) -> Node:
        """The sum of the adjoints of one variable, positive terms first."""
        gradient = adjoints[0]
        for adjoint in adjoints[1:]:
            gradient = gradient + adjoint
        (gradient,), sign = positive_first([self.tidy(gradient)])
        return gradient if sign == 1 else -gradient


def rule_name(rule: Rule, node: Node) -> str:
    """The name printed: an elementwise function is named by its own statement."""
    return DERIVATIVES[node.data].statement if node.op == "map" else rule.name


def descendants(parts: list[Node], variables: frozenset[Node]) -> dict[Node, tuple[int, int]]:
    """For each node with a variable: its number, and those strictly below it as a bit mask."""
    below: dict[Node, tuple[int, int]] = {}
    for part in parts:
        if moves(part, variables):
            mask = 0
            for arg in part.args:
                if arg in below:
                    index, deeper = below[arg]
                    mask |= deeper | 1 << index
            below[part] = (len(below), mask)
    return below
