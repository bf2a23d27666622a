"""The state of lowering: terms made so far and which products are shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from derive.errors import NoRuleError
from derive.language.expression import Node, split_product
from derive.language.sizes import shape_text
from derive.numeric.products import Products
from derive.numeric.terms import Term, Terms


@dataclass
class Lowering:
    """The terms of some nodes."""

    rules: Mapping[str, Rule]
    terms: Terms
    products: Products
    done: dict[Node, Term] = field(default_factory=dict)

    def term(self, node: Node) -> Term:
        """The term of a node; of a transposed node too."""
        pending = [node]
        while pending:
            part = pending[-1]
            missing = [p for p in _parts(part) if p not in self.done]
            if missing and part not in self.done:
                pending.extend(reversed(missing))
                continue
            pending.pop()
            if part not in self.done:
                self.done[part] = self._lowered(part)
        return self.done[node]

    def _lowered(self, node: Node) -> Term:
        if node.op not in self.rules:
            raise NoRuleError(
                f"no numeric function is known for the operator {node.op!r}\n"
                f"  in       : {node!r} of shape {shape_text(node.shape)}"
            )
        return self.rules[node.op](self, node)


Rule: TypeAlias = Callable[[Lowering, Node], Term]


def _parts(node: Node) -> tuple[Node, ...]:
    """What is lowered before a node: of a product under a trace, its factors alone."""
    if node.op not in {"trace", "diagonal", "total"}:
        return node.args
    inside = node.args[0]
    terms = inside.args if inside.op == "add" and node.op != "total" else (inside,)
    parts: list[Node] = []
    for term in terms:
        _, scalars, chain = split_product(term)
        parts += [*scalars, *chain]
    return tuple(parts)
