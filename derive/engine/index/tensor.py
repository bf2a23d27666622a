"""Products of entries, and the tensors that are sums of them.

An index is a whole number; ``Factor(A, (i, j))`` is the entry ``A[i, j]`` and
``Factor(u, (i,))`` the entry ``u[i]`` of a vector.  An index of a term that is not free in
its tensor is summed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derive.language.expression import Node
from derive.language.sizes import Dim


class NoMatrixFormError(Exception):
    """A linear map is no product of matrices, as far as index notation can tell."""


@dataclass(frozen=True)
class Factor:
    """One entry of a matrix or a vector."""

    node: Node
    indices: tuple[int, ...]

    def renamed(self, names: Mapping[int, int]) -> Factor:
        """The same entry at other indices."""
        return Factor(self.node, tuple(names.get(i, i) for i in self.indices))


@dataclass(frozen=True)
class Term:
    """A number times scalars times entries."""

    coefficient: Fraction = Fraction(1)
    scalars: tuple[Node, ...] = ()
    factors: tuple[Factor, ...] = ()

    def times(self, other: Term) -> Term:
        """The product of two terms."""
        return Term(
            self.coefficient * other.coefficient,
            (*self.scalars, *other.scalars),
            (*self.factors, *other.factors),
        )

    def renamed(self, names: Mapping[int, int]) -> Term:
        """The same term at other indices."""
        return Term(self.coefficient, self.scalars, tuple(f.renamed(names) for f in self.factors))

    @property
    def indices(self) -> set[int]:
        """All indices that occur."""
        return {i for factor in self.factors for i in factor.indices}


@dataclass(frozen=True)
class Tensor:
    """A sum of terms with free indices: those of the output, then those of the input.

    Attributes
    ----------
    terms : tuple of Term
    output, inputs : tuple of int
        Free indices; an axis of size one has none.
    sizes : mapping of index to Dim
    """

    terms: tuple[Term, ...]
    output: tuple[int, ...]
    inputs: tuple[int, ...]
    sizes: Mapping[int, Dim]

    @property
    def free(self) -> tuple[int, ...]:
        """Output indices, then input indices."""
        return (*self.output, *self.inputs)


@dataclass
class Indices:
    """A supply of fresh indices, each with the size it runs over."""

    sizes: dict[int, Dim] = field(default_factory=dict)

    def fresh(self, size: Dim) -> int:
        """A new index that runs over `size` values."""
        index = len(self.sizes)
        self.sizes[index] = size
        return index


def product_of(terms: Iterable[Term]) -> Term:
    """The product of terms."""
    whole = Term()
    for term in terms:
        whole = whole.times(term)
    return whole
