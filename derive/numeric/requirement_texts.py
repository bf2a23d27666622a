"""The lines of a function that refuse arguments for which its answer does not hold."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from itertools import groupby

from derive.language.expression import Node
from derive.numeric.elementwise_texts import ElementwiseTexts
from derive.numeric.forms import ATOM, SUM
from derive.numeric.requirements import COMPARED, PROPERTIES, Planned, Requirement, sizes_of
from derive.numeric.size_arguments import SizeTexts
from derive.numeric.terms import Term

LONGEST_CALL = 88
CALL = "require("


class RequirementTexts(ElementwiseTexts):
    """The part of the writer of functions that writes what the arguments must satisfy."""

    arguments: Mapping[Node, str]
    sizes: SizeTexts
    lines: list[str]

    @abstractmethod
    def write_terms(self, terms: Sequence[Term], wanted: Mapping[Term, str]) -> None:
        """Write the terms, arguments before their users."""

    def write_requirements(self, planned: Sequence[Planned]) -> None:
        """Write a line for each thing that is said, after what it needs."""
        self.write_terms([term for one in planned for term in one.terms], {})
        for _, together in groupby(planned, key=lambda one: (one.requirement.said, one.rank)):
            self.lines.append(self._line(list(together)))

    def _line(self, together: Sequence[Planned]) -> str:
        """The line of what is said in the same words of truths with the same axes."""
        truths = [self._truth(one) for one in together]
        several = [truth if _is_call(truth) else f"({truth})" for truth in truths]
        whole = truths[0] if len(truths) == 1 else " & ".join(several)
        values = dict.fromkeys(value for one in together for value in self._values(one))
        parts = [whole, json.dumps(together[0].requirement.said, ensure_ascii=False), *values]
        line = f"{CALL}{', '.join(parts)})"
        if len(line) <= LONGEST_CALL:
            return line
        return "\n".join([CALL, *(f"    {part}," for part in parts), ")"])

    def _truth(self, one: Planned) -> str:
        """The text of what must be true."""
        check = one.requirement.check
        if check in COMPARED:
            left, right = (self.operand(term, one.rank, SUM) for term in one.terms)
            return f"{left} {check} {right}"
        row = PROPERTIES[check]
        is_float = one.terms[0].rank == 0 and not self.is_stack
        text = row.scalar if is_float and row.scalar else row.text
        first, *others = one.terms
        sides = (self.operand(term, one.rank, SUM) for term in others)
        return text.format(self.at(first, ATOM), *sides)

    def _values(self, one: Planned) -> list[str]:
        """The arguments that a requirement speaks of, as they line up with its truth."""
        named = _symbols_of(one.requirement)
        shown = []
        for symbol, name in self.arguments.items():
            if symbol not in named:
                continue
            own = len([size for size in symbol.shape if size != 1])
            missing = one.rank - own
            is_short = self.is_stack and missing > 0
            text = f"{name}[..., {', '.join(['None'] * missing)}]" if is_short else name
            shown.append(f"{name}={text}")
        sizes = () if named else sizes_of(one.requirement.nodes)
        return [*shown, *(f"{size}={self.sizes.text(size)}" for size in sizes)]


def _is_call(text: str) -> bool:
    """Whether a text is a call and nothing beside it."""
    return text.endswith(")") and text.count("(") == 1


def _symbols_of(requirement: Requirement) -> frozenset[Node]:
    return frozenset().union(*(node.symbols for node in requirement.nodes))
