"""The computational graph of a scalar: nodes, local differentials, adjoints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from derive.asking import elaborate, symbols_of
from derive.check.claim import Claim, Kind
from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.derivation import Derivation
from derive.engine.conditions import conditions_of
from derive.engine.gradient import arguments_of, places
from derive.engine.graph import Vertex, graph_of
from derive.engine.naming import substituted
from derive.errors import ArgumentError
from derive.language.expression import Node
from derive.language.functions import differential
from derive.language.relations import Relation, Words
from derive.language.sizes import shape_text
from derive.steps import Step, Trace
from derive.writing.glossary import leaves_of
from derive.writing.text import TextNotation

HEADS = ("node", "shape", "value", "differential", "adjoint")


@dataclass(frozen=True, repr=False)
class ComputationalGraph(Derivation):
    """A scalar as a graph: ``.table()`` and ``.dot()`` show it, ``.result`` has the gradients.

    Examples
    --------
    >>> import derive as dv
    >>> graph = dv.computational_graph("norm2(X*w - y)^2/2", "w", shapes="X: n x d, w: d, y: n")
    >>> print(graph.table())
    node  shape   value   differential     adjoint
    w     d       w                        w̄ = Xᵀv̄₁
    v₁    n       Xw      dv₁ = X dw       v̄₁ = v̄₂
    v₂    n       v₁ − y  dv₂ = dv₁        v̄₂ = 2v̄₃v₂
    v₃    scalar  ‖v₂‖²   dv₃ = 2 v₂ᵀ dv₂  v̄₃ = v̄₄/2
    v₄    scalar  v₃/2    dv₄ = 1/2 dv₃    v̄₄ = 1
    """

    vertices: tuple[Vertex, ...] = field(kw_only=True, compare=False)

    def table(self, unicode: bool = True) -> str:
        """One line a node, arguments before their users.

        Parameters
        ----------
        unicode : bool
            False for ASCII alone.

        Returns
        -------
        str
            Columns: name, shape, value, differential, adjoint.
        """
        notation = self._notation(unicode)
        rows = [list(HEADS), *(_row(vertex, notation) for vertex in self.vertices)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)

    def dot(self) -> str:
        """The graph in the DOT language of Graphviz, edges from arguments to users.

        Returns
        -------
        str
            ASCII; a node is labelled with its name, its value and its adjoint.
        """
        notation = self._notation(False)
        lines = ["digraph {", "  rankdir=BT;", "  node [shape=box];"]
        for vertex in self.vertices:
            name, _, value, _, adjoint = _row(vertex, notation)
            said = [name if vertex.is_symbol else f"{name} = {value}", adjoint]
            label = r"\n".join(map(_quoted, said))
            lines.append(f'  "{_quoted(name)}" [label="{label}"];')
        for vertex in self.vertices:
            for below in vertex.below:
                source, target = _text(below, notation), _text(vertex.name, notation)
                lines.append(f'  "{_quoted(source)}" -> "{_quoted(target)}";')
        return "\n".join([*lines, "}"])

    def _notation(self, unicode: bool) -> TextNotation:
        nodes = [n for v in self.vertices for n in (v.name, v.value, v.adjoint, v.adjoint_value)]
        return TextNotation(leaves_of(*nodes), unicode)


def computational_graph(expression: Any, wrt: Any = None, shapes: str = "") -> ComputationalGraph:
    """Lay a scalar out as a graph, with the differential and the adjoint of every node.

    Parameters
    ----------
    expression : str, SymPy expression or Node, shape (1, 1)
        The scalar; of unit u.
    wrt : str, SymPy symbol or Node, or a list of them
        What varies, of unit v; by default every symbol.  Nodes without it are constants.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    ComputationalGraph
        ``.vertices`` are the nodes; ``.result`` the adjoints of the symbols, each of the shape
        of its symbol and of unit u/v: the gradients.

    Raises
    ------
    ShapeError
        `expression` is not a scalar.
    ArgumentError
        Nothing varies.
    NoRuleError
        A node that varies has no differential.
    RefutedError
        A check found an adjoint to be wrong; it is withheld.

    References
    ----------
    griewank2008, Evaluating Derivatives, chapter 3.

    Examples
    --------
    >>> graph = computational_graph("x*y + sin(x)", shapes="x: scalar, y: scalar")
    >>> graph.result
    (y + cos(x), x)
    >>> print(graph.table(unicode=False).splitlines()[-1])
    v3    scalar  v1 + v2  dv3 = dv1 + dv2    v3_bar = 1
    """
    node = elaborate(expression, shapes, (wrt,))
    if wrt is None:
        variables = tuple(s for s in arguments_of(node, ()) if s.op == "symbol")
    else:
        variables = symbols_of(wrt, node, shapes)
    moving = [variable for variable in variables if variable in node.symbols]
    if not moving:
        raise ArgumentError("nothing varies: the expression holds none of the variables")
    vertices = graph_of(node, moving)
    return ComputationalGraph(
        _trace(node, moving, vertices), _claims(node, moving, vertices), vertices=vertices
    )


def _trace(node: Node, variables: list[Node], vertices: tuple[Vertex, ...]) -> Trace:
    """Values upwards, differentials beside them, adjoints downwards."""
    computed = [vertex for vertex in vertices if not vertex.is_symbol]
    steps = [Step(None, Relation(v.name, "=", v.value), "") for v in computed]
    steps += [
        Step(differential(v.name), v.differential, v.rule)
        for v in computed
        if v.differential is not None
    ]
    for vertex in reversed(vertices):
        users = [v.name for v in vertices if vertex.name in v.below]
        rule = Words("from {" + "}, {".join(map(str, range(len(users)))) + "}", tuple(users))
        reason = rule if users else "the scalar itself"
        steps.append(Step(vertex.adjoint, vertex.adjoint_value, reason))
        if vertex.is_symbol and vertex.adjoint_node is not vertex.adjoint_value:
            steps.append(Step(vertex.adjoint_value, vertex.adjoint_node, "names put in"))
    found = {vertex.name: vertex.adjoint_node for vertex in vertices}
    return Trace(
        question=Words(f"graph of {{0}} in {places(variables)}", (node, *variables)),
        definitions=(),
        steps=tuple(steps),
        results=tuple((f"gradient_{v.name}", found[v]) for v in variables),
        conditions=conditions_of(node, variables),
        arguments=arguments_of(node, variables),
    )


def _claims(node: Node, variables: list[Node], vertices: tuple[Vertex, ...]) -> tuple[Claim, ...]:
    """Each differential, and each adjoint as the gradient in its node, the node standing free."""
    conditions = conditions_of(node, variables)
    values = tuple((v.name, v.value) for v in vertices if not v.is_symbol)
    claims: list[Claim] = [
        SameValue(differential(v.name), v.differential, values, tuple(variables), conditions)
        for v in vertices
        if v.differential is not None
    ]
    for vertex in vertices:
        free = {} if vertex.is_symbol else {vertex.node: vertex.name}
        function = substituted(node, free)
        known = {v.name: substituted(v.node, free) for v in vertices if not v.is_symbol}
        adjoint = vertex.adjoint_node
        if free:
            adjoint = substituted(vertex.adjoint_named, known)
        needed = conditions_of(function, [vertex.name])
        kind: Kind = "result" if vertex.is_symbol else "line"
        claims.append(GradientOf(function, vertex.name, adjoint, conditions=needed, kind=kind))
    return tuple(claims)


# --- text ---------------------------------------------------------------------------------


def _row(vertex: Vertex, notation: TextNotation) -> list[str]:
    d = vertex.differential
    local = ""
    if d is not None:
        local = f"{_text(differential(vertex.name), notation)} = {_text(d, notation)}"
    adjoint = f"{_text(vertex.adjoint, notation)} = {_text(vertex.adjoint_value, notation)}"
    name, value = _text(vertex.name, notation), _text(vertex.value, notation)
    return [name, shape_text(vertex.name.shape), value, local, adjoint]


def _text(node: Node, notation: TextNotation) -> str:
    return notation.signed(notation.write(node))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', r"\"")
