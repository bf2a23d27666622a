"""The graph of a scalar: each node with its differential and its adjoint, from the rule table.

What the sweep does to a whole expression is laid out here node by node.  A node is named, its
differential is its row of the table in the names of its arguments, and its adjoint, the
derivative of the scalar in it, is the sum over its users of that row transposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derive.engine.forward import differentiate, upright
from derive.engine.naming import substituted
from derive.engine.normal import Tidier
from derive.engine.sweep import is_linear, moves, rule_for, rule_name
from derive.engine.transposition import transposed
from derive.errors import ShapeError
from derive.language.expression import Node, add, number, symbol, zero
from derive.language.functions import differential, postorder
from derive.language.indices import closed, free_indices
from derive.language.sizes import shape_text, size_names
from derive.rules.rule import Rule

LETTERS = "vuqtgc"
ADJOINTS = ("_bar", "_adjoint")


@dataclass(frozen=True)
class Vertex:
    """One node of a graph.

    Attributes
    ----------
    name : symbol
        What the page calls it; a symbol of the question keeps its name.
    node : Node
        In the symbols of the question.
    value : Node
        In the names of the nodes below it; of a symbol the symbol itself.
    differential : Node or None
        ``d name`` in the differentials of the names below; None for a symbol.
    rule : str
        The name of the rule of the differential; empty for a symbol.
    adjoint : symbol
        The name of its adjoint.
    adjoint_value : Node
        In names of nodes and in the adjoints of the users.
    adjoint_node : Node
        In the symbols of the question.
    adjoint_named : Node
        In the names of nodes alone.
    below : tuple of symbol
        The names of the moving nodes it is computed from, each once.
    """

    name: Node
    node: Node
    value: Node
    differential: Node | None
    rule: str
    adjoint: Node
    adjoint_value: Node
    adjoint_node: Node
    adjoint_named: Node
    below: tuple[Node, ...]

    @property
    def is_symbol(self) -> bool:
        """Whether this is a symbol of the question."""
        return self.name is self.node


def graph_of(function: Node, variables: Sequence[Node]) -> tuple[Vertex, ...]:
    """The nodes of a scalar that hold one of the variables, arguments first.

    Raises
    ------
    ShapeError
        `function` is not a scalar.
    NoRuleError
        A node that holds a variable has no differential.
    """
    if not function.is_scalar:
        raise ShapeError(
            f"a computational graph needs a scalar, got shape {shape_text(function.shape)}\n"
            f"  to fix   : take a norm, a trace, a sum or one entry of it, as part(f, i, j, 1, 1)"
        )
    return _Graph(function, variables).vertices()


def placeholder(name: Node) -> Node:
    """What stands for the differential of a node while its row is transposed."""
    return symbol(f"d{name.name} ", name.shape)


def _held(node: Node) -> list[Node]:
    """The largest parts of a sum over an index that hold no index: its terms differ in the rest."""
    found: list[Node] = []
    seen: set[Node] = set()
    stack = [node.args[0]]
    while stack:
        part = stack.pop()
        if part in seen:
            continue
        seen.add(part)
        if free_indices(part) or part.op == "transpose":
            stack.extend(reversed(part.args))
        else:
            found.append(part)
    return found


class _Graph:
    """The moving nodes, their names, and the adjoints collected so far."""

    def __init__(self, function: Node, variables: Sequence[Node]):
        self.variables = frozenset(variables)
        self.function = function
        self.rules: dict[Node, Rule] = {}
        self.order = self._order()
        self.names, self.adjoints = self._named(variables)
        self.tidy = Tidier([*self.names.values(), *self.adjoints.values()])

    def _order(self) -> list[Node]:
        """The moving nodes that rules lead to, arguments before their users."""
        order: list[Node] = []
        seen: set[Node] = set()
        stack = [(self.function, False)] if moves(self.function, self.variables) else []
        while stack:
            node, is_done = stack.pop()
            if is_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((part, False) for part in reversed(self._parts(node)))
        return order

    def _parts(self, node: Node) -> list[Node]:
        """What moves among the parts of a node that its rule speaks of."""
        if node in self.variables:
            return []
        if node.op == "sum_over":
            return [part for part in _held(node) if moves(part, self.variables)]
        rule = self.rules.setdefault(node, rule_for(node, self.variables))
        return [part for part in rule.parts(node) if moves(part, self.variables)]

    def _named(self, variables: Sequence[Node]) -> tuple[dict[Node, Node], dict[Node, Node]]:
        """A name for each node and for its adjoint."""
        parts = postorder(self.function, *variables)
        taken = {part.name for part in parts if part.op == "symbol"}
        taken |= {name for part in parts for name in size_names(part.shape)}
        letter = next((c for c in LETTERS if not any(t.startswith(c) for t in taken)), "node_")
        names: dict[Node, Node] = {}
        for node in self.order:
            k = 1 + sum(name is not part for part, name in names.items())
            names[node] = node if node in self.variables else symbol(f"{letter}{k}", node.shape)
        known = taken | {name.name for name in names.values()}
        ending = next(
            (end for end in ADJOINTS if not any(f"{name}{end}" in known for name in known)),
            ADJOINTS[0] * 2,
        )
        adjoints = {
            node: symbol(f"{name.name}{ending}", node.shape) for node, name in names.items()
        }
        return names, adjoints

    def vertices(self) -> tuple[Vertex, ...]:
        """Every node, its adjoint being the sum over its users."""
        local = {node: self._local(node) for node in self.order if node not in self.variables}
        terms: dict[Node, list[Node]] = {node: [] for node in self.order}
        if self.order:
            terms[self.function].append(number(1))
        values: dict[Node, Node] = {}
        named: dict[Node, Node] = {}
        for node in reversed(self.order):
            found = terms[node]
            values[node] = self.tidy(add(*found)) if found else zero(node.shape)
            users = {self.adjoints[user]: adjoint for user, adjoint in named.items()}
            named[node] = substituted(values[node], users)
            if node in local:
                self._hand_down(node, local[node][1], terms)
        return tuple(self._vertex(node, local, values[node], named[node]) for node in self.order)

    def _local(self, node: Node) -> tuple[Node, Node]:
        """A node in the names of its parts, and its differential."""
        inside = {part: self.names[part] for part in self._parts(node)}
        value = substituted(node, inside)
        if node.op == "sum_over":
            opened = differentiate(value, list(inside.values())).differential
            held = {differential(name): placeholder(name) for name in inside.values()}
            return value, substituted(opened, held)
        rule = self.rules[node]
        parts = rule.parts(value)
        held = {name: placeholder(name) for name in inside.values()}
        dparts = [held.get(part, zero(part.shape)) for part in parts]
        linear = rule.differential(value, parts, dparts)
        return value, substituted(linear, {value: self.names[node]})

    def _hand_down(self, node: Node, local: Node, terms: Mapping[Node, list[Node]]) -> None:
        """Add what a node gives to the adjoints of its parts."""
        own = {part: self.names[part] for part in self._parts(node)}
        places = {placeholder(name): part for part, name in own.items()}
        for part, adjoint in transposed(local, self.adjoints[node], places):
            terms[part].append(closed(adjoint))

    def _full(self, named: Node) -> Node:
        """An adjoint in the symbols of the question."""
        known = {self.names[node]: node for node in self.order if node not in self.variables}
        return Tidier(postorder(self.function))(substituted(named, known))

    def _rule_name(self, node: Node) -> str:
        """The rule of a node; of a sum over an index, those that open its terms."""
        if node.op != "sum_over":
            return rule_name(self.rules[node], node)
        opened = differentiate(node, self._parts(node)).lines
        names = dict.fromkeys(name for line in opened for name in line.rules)
        return ", ".join(name for name in names if name != "linearity") or "linearity"

    def _vertex(
        self, node: Node, local: Mapping[Node, tuple[Node, Node]], adjoint: Node, named: Node
    ) -> Vertex:
        name, bar, full = self.names[node], self.adjoints[node], self._full(named)
        if node in self.variables:
            return Vertex(name, node, node, None, "", bar, adjoint, full, named, ())
        value, found = local[node]
        below = tuple(dict.fromkeys(self.names[part] for part in self._parts(node)))
        is_plain = node.op != "sum_over" and is_linear(node, self.variables)
        rule = "linearity" if is_plain else self._rule_name(node)
        shown = {placeholder(inner): differential(inner) for inner in below}
        line = upright(self.tidy(substituted(found, shown)))
        return Vertex(name, node, value, line, rule, bar, adjoint, full, named, below)
