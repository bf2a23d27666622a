"""The texts of operations that put entries in other places: reshapes, Kronecker products."""

from __future__ import annotations

from abc import ABC, abstractmethod

from derive.language.sizes import Dim
from derive.numeric.forms import ANY, ATOM
from derive.numeric.terms import Term


class ReshapingTexts(ABC):
    """The part of the writer of functions that needs the sizes of its results."""

    is_stack: bool

    @abstractmethod
    def at(self, term: Term, level: int) -> str:
        """The text of a term, in parentheses if it binds less tightly than `level`."""

    @abstractmethod
    def size(self, size: Dim, level: int) -> str:
        """The text of a size."""

    def _reshape(self, term: Term) -> tuple[str, int]:
        """Row by row; a transposed matrix as a vector is the matrix column by column."""
        (source,) = term.args
        if self.is_stack:
            sizes = ", ".join(self.size(size, ANY) for size in term.shape)
            return f"reshaped({self.at(source, ANY)}, {source.rank}, {sizes})", ATOM
        if term.rank == 1 and source.op == "transpose":
            return f'{self.at(source.args[0], ATOM)}.ravel(order="F")', ATOM
        if term.rank == 1:
            return f"{self.at(source, ATOM)}.ravel()", ATOM
        sizes = ", ".join(self.size(size, ANY) for size in term.shape)
        return f"{self.at(source, ATOM)}.reshape({sizes})", ATOM

    def _commutation(self, term: Term) -> tuple[str, int]:
        return f"commutation({', '.join(self.size(size, ANY) for size in term.data)})", ATOM

    def _blocks(self, term: Term) -> tuple[str, int]:
        """A sum over the blocks, or over the entries of each."""
        kind, sizes = term.data
        whole, factor = (self.at(arg, ANY) for arg in term.args)
        shape = ", ".join(self.size(size, ANY) for size in sizes)
        return f"{kind}({whole}, {factor}, ({shape}))", ATOM

    def _block(self, term: Term) -> tuple[str, int]:
        """Arrays side by side and one under the other."""
        entries = [self.at(arg, ANY) for arg in term.args]
        if len(term.shape) == 1:
            listed = f"[{', '.join(entries)}]"
            if self.is_stack:
                return f"stacked_block([{listed}], 1)", ATOM
            return f"np.concatenate({listed})", ATOM
        width: int = term.data
        rows = [", ".join(entries[k : k + width]) for k in range(0, len(entries), width)]
        listed = ", ".join(f"[{row}]" for row in rows)
        return (f"stacked_block([{listed}], 2)" if self.is_stack else f"np.block([{listed}])"), ATOM

    def _part(self, term: Term) -> tuple[str, int]:
        """Slices; an axis of length one is left out by its index."""
        texts = [self._slice(*piece) for piece in term.data]
        if self.is_stack:
            texts.insert(0, "...")
        return f"{self.at(term.args[0], ATOM)}[{', '.join(texts)}]", ATOM

    def _slice(self, first: Dim, count: Dim, whole: Dim) -> str:
        if count == 1:
            return self.size(first, ANY)
        if count == whole:
            return ":"
        start = "" if first == 0 else self.size(first, ANY)
        stop = "" if first + count == whole else self.size(first + count, ANY)
        return f"{start}:{stop}"
