"""The text of a sum that is a loop over its index, and of what an index picks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from derive.language.expression import Node
from derive.language.sizes import Dim
from derive.numeric.forms import ANY, ATOM, PRODUCT, SUM
from derive.numeric.names import Names
from derive.numeric.terms import Term, terms_below


def free_of(term: Term, known: Mapping[Term, frozenset[Node]]) -> frozenset[Node]:
    """The indices that a term holds outside their loops; `known` holds those of its parts."""
    if term.op == "index":
        return frozenset((term.data,))
    if term.op == "loop":
        body, count = (known[arg] for arg in term.args)
        return body - {term.data} | count
    return frozenset[Node]().union(*(known[arg] for arg in term.args))


class LoopWriter(ABC):
    """The part of the writer that knows loops.

    Attributes
    ----------
    free : dict from Term to set of index Node
        The indices of the loops that a term must stand in.
    running : dict from index Node to str
        What counts from 0 in the loop of an index.
    """

    names: Names
    is_stack: bool
    lines: list[str]
    texts: dict[Term, tuple[str, int]]
    free: dict[Term, frozenset[Node]]
    running: dict[Node, str]

    @abstractmethod
    def write_term(self, term: Term, wanted: Mapping[Term, str]) -> None:
        """Find the text of a term."""

    @abstractmethod
    def at(self, term: Term, level: int) -> str:
        """The text of a term that binds at least as tightly as `level`."""

    @abstractmethod
    def size(self, size: Dim, level: int) -> str:
        """The text of a size."""

    def write_loop(self, term: Term) -> None:
        """A sum over an index: what holds the index is written inside the loop."""
        (body, count), i = term.args, term.data
        times = self.at(count, ANY)
        times = times if count.op in {"size", "number"} else f"whole_count({times})"
        lines, texts = self.lines, dict(self.texts)
        self.lines, self.running[i] = [], self.names.take(i.name)
        row = self._row_of(body, i)
        for part in terms_below([body if row is None else row]):
            is_here = i in self.free[part] and self.free[part] <= self.running.keys()
            if is_here and part not in self.texts:
                self.write_term(part, {})
        total = self.names.take("total")
        inside = [*self.lines, self._added(total, body, i)]
        block = [f"{total} = {self._nothing(term)}", f"for {self.running[i]} in range({times}):"]
        block += [f"    {line}" for text in inside for line in text.split("\n")]
        # the names given inside mean nothing behind the loop
        self.lines, self.texts = [*lines, "\n".join(block)], texts
        self.texts[term] = total, ATOM
        del self.running[i]

    def _nothing(self, term: Term) -> str:
        """What a sum begins with."""
        if not term.rank:
            return "0.0"
        sizes = ", ".join(self.size(size, ANY) for size in term.shape)
        return f"np.zeros({sizes if term.rank == 1 else f'({sizes})'})"

    def _row_of(self, body: Term, i: Node) -> Term | None:
        """The row of a term that is one row of a matrix, zero elsewhere."""
        if body.op == "outer" and not self.is_stack:
            place, row = body.args
            if place.op == "one_hot" and place.args[0].data is i:
                return row
        return None

    def _added(self, total: str, body: Term, i: Node) -> str:
        """The line that adds a term; a term that is one row of a matrix is put in its place."""
        if (row := self._row_of(body, i)) is not None:
            return f"{total}[{self.running[i]}] = {self.at(row, ANY)}"
        return f"{total} = {total} + {self.at(body, PRODUCT)}"

    # --- the texts of what an index picks -------------------------------------------

    def _index(self, term: Term) -> tuple[str, int]:
        """The value of an index; a loop counts from 0."""
        name, first = self.running[term.data], term.data.data.first
        text = f"{name} + {first}" if first else name
        if self.is_stack:
            return f"np.float64({text})", ATOM
        return text, SUM if first else ATOM

    def _one_hot(self, term: Term) -> tuple[str, int]:
        name = self.running[term.args[0].data]
        return f"(np.arange({self.size(term.shape[0], ANY)}) == {name}).astype(float)", ATOM

    def _take(self, term: Term) -> tuple[str, int]:
        """A row of a matrix, or an entry of a vector."""
        name = self.running[term.args[1].data]
        place = f"..., {name}{', :' if term.rank else ''}" if self.is_stack else name
        return f"{self.at(term.args[0], ATOM)}[{place}]", ATOM

    def _take_column(self, term: Term) -> tuple[str, int]:
        name = self.running[term.args[1].data]
        return f"{self.at(term.args[0], ATOM)}[{'...' if self.is_stack else ':'}, {name}]", ATOM

    def _take_entry(self, term: Term) -> tuple[str, int]:
        names = ", ".join(self.running[arg.data] for arg in term.args[1:])
        return f"{self.at(term.args[0], ATOM)}[{'..., ' if self.is_stack else ''}{names}]", ATOM
