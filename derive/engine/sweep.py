"""The sweep: from a scalar down to the variable, one true line after the other.

The state is an ordered list of slots (node, adjoint), at first (f, 1).  It always stands
for the true equation ``df = sum of <adjoint, d node>``.  Opening a slot puts in its place
the slots of the node's arguments, which keeps the author's order.  A node is opened once
no other slot lies above it, so that its adjoint is complete; linear nodes close behind the
nonlinear ones in the same line.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.engine.factor import merged
from derive.engine.normal import Tidier
from derive.engine.products import positive_first
from derive.engine.transposition import transposed
from derive.errors import NoRuleError
from derive.language.expression import Node, number, symbol, zero
from derive.language.functions import postorder
from derive.rules.differentials import DIFFERENTIALS
from derive.rules.elementwise import DERIVATIVES
from derive.rules.rule import Rule

Slots = list[tuple[Node, Node]]
COLLECT = "collect"


@dataclass(frozen=True)
class Line:
    """The slots after one round and the rules that led there."""

    slots: tuple[tuple[Node, Node], ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Swept:
    """All lines of a sweep and the collected adjoint of the variable."""

    lines: tuple[Line, ...]
    gradient: Node


def sweep(function: Node, variable: Node) -> Swept:
    """Differentiate a scalar node by a symbol.

    Raises
    ------
    NoRuleError
        A node that contains the variable has no differential; the message names it.
    """
    run = _Run(function, variable)
    run.start()
    while run.open_round():
        pass
    return run.finish()


def rule_for(node: Node, variable: Node) -> Rule:
    """The first row of the table that fits a node."""
    for rule in DIFFERENTIALS:
        if rule.op == node.op and rule.fits(node, variable):
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

    def __init__(self, function: Node, variable: Node):
        self.variable = variable
        parts = postorder(function)
        self.tidy = Tidier(parts)
        self.below = _descendants(parts, variable)
        self.affine = self._affine(parts)
        self.slots: Slots = [(function, number(1))] if function.depends_on(variable) else []
        self.lines: list[Line] = []

    def start(self) -> None:
        """The first line: linear operators alone; left out where it would say nothing new."""
        self.close()
        done = all(node is self.variable for node, _ in self.slots)
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
                rule = rule_for(node, self.variable)
                names.append(_rule_name(rule, node))
                slots.extend(self.opened(rule, node, adjoint))
            else:
                slots.append((node, adjoint))
        self.slots = self.joined(slots)
        self.close()
        self.record(list(dict.fromkeys(names)))
        return True

    def close(self) -> None:
        """Open linear nodes that are ready until none is left."""
        while linear := {node for node in self.ready() if self.is_linear(node)}:
            slots: Slots = []
            for node, adjoint in self.slots:
                if node in linear:
                    slots.extend(self.opened(rule_for(node, self.variable), node, adjoint))
                else:
                    slots.append((node, adjoint))
            self.slots = self.joined(slots)

    def ready(self) -> set[Node]:
        """The nodes, other than the variable, that lie below no other slot."""
        covered = 0
        for node, _ in self.slots:
            covered |= self.below[node][1]
        return {
            node
            for node, _ in self.slots
            if node is not self.variable
            and (node in self.affine or not covered >> self.below[node][0] & 1)
        }

    def _affine(self, parts: list[Node]) -> set[Node]:
        """Nodes with nothing but linear operators down to the variable: they never wait."""
        affine = {self.variable}
        for part in parts:
            moving = [arg for arg in part.args if arg.depends_on(self.variable)]
            if moving and all(arg in affine for arg in moving) and self.is_linear(part):
                affine.add(part)
        return affine

    def is_linear(self, node: Node) -> bool:
        if node.op in {"mul", "had"}:
            return sum(arg.depends_on(self.variable) for arg in node.args) == 1
        return rule_for(node, self.variable).linear

    def opened(self, rule: Rule, node: Node, adjoint: Node) -> Slots:
        """The slots of the arguments: the differential of the node, transposed."""
        args = rule.parts(node)
        moving: dict[Node, Node] = {}
        dargs = []
        for k, arg in enumerate(args):
            if arg.depends_on(self.variable):
                placeholder = symbol(f"d{k} ", arg.shape)
                moving[placeholder] = arg
                dargs.append(placeholder)
            else:
                dargs.append(zero(arg.shape))
        linear = rule.differential(node, args, dargs)
        return [(arg, self.tidy(a)) for arg, a in transposed(linear, adjoint, moving)]

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
        """Collect what stands before the differential of the variable."""
        if not self.slots:
            return Swept(tuple(self.lines), zero(self.variable.shape))
        gradient = self.slots[0][1]
        for _, adjoint in self.slots[1:]:
            gradient = gradient + adjoint
        (gradient,), sign = positive_first([self.tidy(gradient)])
        gradient = gradient if sign == 1 else -gradient
        if len(self.slots) > 1:
            self.slots = [(self.variable, gradient)]
            self.record([COLLECT])
        return Swept(tuple(self.lines), gradient)


def _rule_name(rule: Rule, node: Node) -> str:
    """The name printed: an elementwise function is named by its own statement."""
    return DERIVATIVES[node.data].statement if node.op == "map" else rule.name


def _descendants(parts: list[Node], variable: Node) -> dict[Node, tuple[int, int]]:
    """For each node with the variable: its number, and those strictly below it as a bit mask."""
    below: dict[Node, tuple[int, int]] = {}
    for part in parts:
        if part.depends_on(variable):
            mask = 0
            for arg in part.args:
                if arg in below:
                    index, deeper = below[arg]
                    mask |= deeper | 1 << index
            below[part] = (len(below), mask)
    return below
