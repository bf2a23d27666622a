"""A law of its own, from a density in the letters of its parameters."""

from __future__ import annotations

from collections.abc import Sequence

from derive.engine.naming import substituted
from derive.language.expression import Node
from derive.language.functions import elementwise
from derive.language.law import Law, Parameter
from derive.language.relations import Relation
from derive.language.support import Support


def law_of_density(density: Node, variable: Node, symbols: Sequence[Node], support: Support) -> Law:
    """A law with this density, its parameters the symbols.

    It has no standard form: means under it are found by integration alone.
    """
    names = tuple(symbols)

    def at(node: Node, values: tuple[Node, ...]) -> Node:
        return substituted(node, dict(zip(names, values, strict=True)))

    def log_density_terms(value: Node, *values: Node) -> Node:
        return substituted(elementwise("log", at(density, values)), {variable: value})

    def support_at(*values: Node) -> Support:
        low, high = (
            None if end is None else at(end, values) for end in (support.lower, support.upper)
        )
        return Support(low, high, is_closed=support.is_closed)

    def needs(*values: Node) -> tuple[Relation, ...]:
        found = support_at(*values)
        if found.lower is None or found.upper is None:
            return ()
        return (Relation(found.lower, "<", found.upper),)

    body = {
        "__doc__": f"The law of the density {density!r}.",
        "name": "own_law",
        "parameters": tuple(Parameter(s.name, _fact(s), s.name) for s in names),
        "pieces": (),
        "log_density_terms": staticmethod(log_density_terms),
        "support_at": staticmethod(support_at),
        "needs": staticmethod(needs),
    }
    family: type[Law] = type("OwnLaw", (Law,), body)
    return family(*names)


def _fact(name: Node) -> str:
    """The facts of a symbol as a law wants them of a place."""
    if "probability" in name.facts:
        return "probability"
    return " ".join(f for f in ("positive", "integer") if f in name.facts) or "real"
