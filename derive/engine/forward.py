"""Forward mode: from ``dF`` down to the differentials of the variables, line by line.

The state is one expression, at first ``d(F)`` itself, that is linear in the differentials
it holds.  A round opens every differential of a nonlinear node that lies below no other, by
its row in the table of rules, then the linear ones behind it.  The rows are the same as in
the sweep, so gradient, Jacobian and all higher orders rest on one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.engine.naming import substituted
from derive.engine.normal import Tidier
from derive.engine.products import turned_factor
from derive.engine.sweep import descendants, is_linear, moves, rule_for, rule_name
from derive.language.expression import Node, chain_of, multiply, zero
from derive.language.functions import differential, postorder


@dataclass(frozen=True)
class ForwardLine:
    """The expression after one round and the rules that led there."""

    expression: Node
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Differentiated:
    """All lines from ``d(function)`` to an expression in differentials of variables alone."""

    function: Node
    lines: tuple[ForwardLine, ...]
    differential: Node


def differentiate(function: Node, variables: Sequence[Node]) -> Differentiated:
    """The differential of a node of any shape, every entry of the variables being free.

    Raises
    ------
    NoRuleError
        A node that contains a variable has no differential; the message names it.
    """
    run = _Run(function, variables)
    run.close()
    if run.expression is not differential(function):
        run.record(["linearity"])
    while run.open_round():
        pass
    return Differentiated(function, tuple(run.lines), run.expression)


class _Run:
    """One differentiation: the expression, what lies below what, and the lines so far."""

    def __init__(self, function: Node, variables: Sequence[Node]):
        self.variables = frozenset(variables)
        parts = postorder(function)
        self.tidy = Tidier(parts)
        self.below = descendants(parts, self.variables)
        moving = moves(function, self.variables)
        self.expression = differential(function) if moving else zero(function.shape)
        self.lines: list[ForwardLine] = []

    def open_round(self) -> bool:
        """Open the uppermost nonlinear nodes, then linear ones; False when none is left."""
        ready = self.ready()
        if not ready:
            return False
        names = [rule_name(rule_for(node, self.variables), node) for node in ready]
        self.open(ready)
        self.close()
        self.record(list(dict.fromkeys(names)))
        return True

    def close(self) -> None:
        """Open linear nodes until none is left."""
        while linear := [node for node in self.ready() if is_linear(node, self.variables)]:
            self.open(linear)

    def ready(self) -> list[Node]:
        """The nodes under a differential, variables apart, that lie below no other."""
        found = [
            part.args[0]
            for part in postorder(self.expression)
            if part.op == "differential" and part.args[0] not in self.variables
        ]
        covered = 0
        for node in found:
            covered |= self.below[node][1]
        return [node for node in found if not covered >> self.below[node][0] & 1]

    def open(self, nodes: Sequence[Node]) -> None:
        opened = {differential(node): self.opened(node) for node in nodes}
        self.expression = upright(self.tidy(substituted(self.expression, opened)))

    def opened(self, node: Node) -> Node:
        """The differential of a node by its row."""
        rule = rule_for(node, self.variables)
        parts = rule.parts(node)
        moving = (moves(part, self.variables) for part in parts)
        dparts = [
            differential(part) if is_moving else zero(part.shape)
            for part, is_moving in zip(parts, moving, strict=True)
        ]
        return rule.differential(node, parts, dparts)

    def record(self, rules: list[str]) -> None:
        self.lines.append(ForwardLine(self.expression, tuple(rules)))


def upright(node: Node) -> Node:
    """Scalar chains with the differential at the right end: ``w'A' dw`` for ``dw' A w``."""
    turned: dict[Node, Node] = {}
    for part in postorder(node):
        if part.op == "mul" and part.is_scalar and not part.args[0].is_scalar:
            first, last = chain_of(part)[0], chain_of(part)[-1]
            if _is_lying(first) and not _holds_differential(last):
                turned[part] = turned_chain(part)
    return substituted(node, turned) if turned else node


def turned_chain(node: Node) -> Node:
    """A 1 x 1 chain read from its other end."""
    return multiply(*map(turned_factor, reversed(chain_of(node))))


def _is_lying(node: Node) -> bool:
    return node.op == "transpose" and node.args[0].op == "differential"


def _holds_differential(node: Node) -> bool:
    return any(part.op == "differential" for part in postorder(node))
