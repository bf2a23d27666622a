"""Vectors that are jointly normal, block by block, and the two groups a question is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from derive.errors import ArgumentError, DeriveError, DomainError
from derive.language.blocks import block, vstack
from derive.language.expression import Node, symbol
from derive.language.law import Law
from derive.language.laws.matrices import MatrixNormal
from derive.language.laws.vectors import MultivariateNormal
from derive.language.sizes import Dim
from derive.probability.law_text import as_law
from derive.probability.normal_laws.entries import entries, written_out
from derive.probability.question import free_name
from derive.reading import read_shapes

Names: TypeAlias = str | int | Sequence[str | int]


class JointNormal:
    """Several vectors that are jointly normal, given by blocks of mean and covariance.

    Parameters
    ----------
    blocks : str
        The vectors and their sizes: ``"x: d1, y: d2"``; a size is a name or a number.
    mean : mapping, optional
        The mean of a block by its name: a name, numbers or an expression.  ``mu_x`` and so
        on where nothing is said.
    covariance : mapping, optional
        Blocks of the covariance matrix, ``{"x": ..., ("x", "y"): ...}``; ``S_xx``, ``S_xy``
        and so on where nothing is said.  A block below the diagonal is the transpose of that
        above it.
    precision : True or mapping, optional
        In place of `covariance`: blocks of its inverse, ``P_xx``, ``P_xy`` and so on.

    Raises
    ------
    ArgumentError
        There are fewer than two blocks, both matrices are given, or a key is no block.
    ShapeError
        A block has another shape than its place.
    DomainError
        The whole matrix is of numbers and not positive definite.

    Attributes
    ----------
    values, means : mapping of str to Node
        The vectors and their means, by the names of the blocks.
    blocks : mapping of (str, str) to Node
        Blocks of the matrix, those on and above the diagonal.
    matrix : Node
        All blocks put together.
    is_precision : bool
        Whether they are blocks of the precision matrix.

    Examples
    --------
    >>> joint = JointNormal("x: d1, y: d2")
    >>> joint
    JointNormal(x: d1, y: d2)
    >>> joint.law.values[0]
    [[mu_x], [mu_y]]
    """

    def __init__(
        self,
        blocks: str = "x: d1, y: d2",
        mean: Mapping[str, Any] | None = None,
        covariance: Mapping[Any, Any] | None = None,
        precision: Mapping[Any, Any] | bool | None = None,
    ) -> None:
        self.values = _vectors(blocks)
        if covariance is not None and precision:
            raise ArgumentError(
                "JointNormal takes blocks of the covariance or of the precision matrix, not both"
            )
        self.is_precision = bool(precision) or isinstance(precision, Mapping)
        given = precision if isinstance(precision, Mapping) else covariance
        means, matrix = dict(mean or {}), _by_pair(given or {}, tuple(self.values))
        for name in means:
            if name not in self.values:
                raise ArgumentError(f"no block is called {name!r}; there are {self._listed()}")
        letter = "P" if self.is_precision else "S"
        self.means: dict[str, Node] = {}
        self.blocks: dict[tuple[str, str], Node] = {}
        names = tuple(self.values)
        for k, a in enumerate(names):
            size = self.values[a].shape[0]
            told = matrix.get((a, a), f"{letter}_{a}{a}")
            self.means[a], self.blocks[a, a] = _diagonal(a, size, means.get(a, f"mu_{a}"), told)
            for b in names[k + 1 :]:
                told = matrix.get((a, b), f"{letter}_{a}{b}")
                self.blocks[a, b] = _between(a, b, size, self.values[b].shape[0], told)
        self._require_one_meaning()
        self.matrix = written_out(block([[self.between(a, b) for b in names] for a in names]))
        self._require_definite()

    @classmethod
    def of_entries(
        cls, law: MultivariateNormal, groups: Sequence[tuple[str, Sequence[int]]]
    ) -> JointNormal:
        """The entries of a normal vector of fixed size, in groups of indices from 0."""
        mu, Sigma = law.values
        taken = {s.name for s in law.symbols}
        joint = cls.__new__(cls)
        joint.is_precision, joint.matrix = False, Sigma
        joint.values, joint.means, joint.blocks = {}, {}, {}
        for k, (name, rows) in enumerate(groups):
            free = free_name((f"x_{name}", f"X_{name}", f"x_{name}_"), taken)
            joint.values[name] = symbol(free, (len(rows), 1))
            joint.means[name] = entries(mu, rows, (0,))
            for other, columns in groups[k:]:
                joint.blocks[name, other] = entries(Sigma, rows, columns)
        return joint

    @property
    def law(self) -> MultivariateNormal:
        """The law of all blocks, one under the other."""
        mean = written_out(vstack(*self.means.values()))
        if self.is_precision:
            return MultivariateNormal(mean, precision=self.matrix)
        return MultivariateNormal(mean, self.matrix)

    def between(self, a: str, b: str) -> Node:
        """The block in the rows of a and the columns of b."""
        return self.blocks[a, b] if (a, b) in self.blocks else self.blocks[b, a].T

    def _require_definite(self) -> None:
        """Name numbers that are no covariance at once."""
        try:
            MultivariateNormal(0, self.matrix)
        except DomainError as error:
            what = "precision" if self.is_precision else "covariance"
            reason = str(error).partition(" must be ")[2]
            raise DomainError(f"{self!r}: the {what} matrix must be {reason}") from error

    def _require_one_meaning(self) -> None:
        seen: dict[str, Node] = {}
        nodes = [*self.values.values(), *self.means.values(), *self.blocks.values()]
        for found in (s for node in nodes for s in node.symbols):
            if seen.setdefault(found.name, found) is not found:
                raise ArgumentError(f"{self!r}: {found.name} is used for two things")

    def _listed(self) -> str:
        return ", ".join(self.values)

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}: {value.shape[0]}" for name, value in self.values.items())
        return f"JointNormal({inside})"


def as_normal(law: Law | str, asked_by: str) -> MultivariateNormal:
    """A multivariate normal law, as given or from text."""
    found = as_law(law, asked_by, vectors=True, pairs=True)
    if not isinstance(found, MultivariateNormal):
        raise ArgumentError(
            f"{asked_by} needs a normal law of a vector, got {found!r}\n"
            f"  to fix   : give MultivariateNormal(mean, covariance) or JointNormal('x: d1, y: d2')"
        )
    return found


def _vectors(blocks: str) -> dict[str, Node]:
    found = read_shapes(blocks)
    for name, value in found.items():
        if value.shape[1] != 1:
            raise ArgumentError(f"JointNormal: {name} must be a vector, got shape {value.shape}")
    if len(found) < 2:
        raise ArgumentError(
            f"JointNormal needs two blocks or more, got {blocks!r}\n"
            f"  to fix   : give names with sizes, such as 'x: d1, y: d2'"
        )
    return {name: symbol(name, value.shape) for name, value in found.items()}


def _by_pair(given: Mapping[Any, Any], names: tuple[str, ...]) -> dict[tuple[str, str], Any]:
    """Blocks by their rows and columns, the earlier name first."""
    found: dict[tuple[str, str], Any] = {}
    for key, value in given.items():
        pair = (key, key) if isinstance(key, str) else tuple(key)
        if len(pair) != 2 or any(name not in names for name in pair):
            raise ArgumentError(
                f"{key!r} is no pair of blocks\n"
                f"  to fix   : write {{'x': ..., ('x', 'y'): ...}}; there are {', '.join(names)}"
            )
        if names.index(pair[0]) > names.index(pair[1]):
            raise ArgumentError(f"the block {pair} is the transpose of {pair[::-1]}: give that one")
        found[pair[0], pair[1]] = value
    return found


def _diagonal(name: str, size: Dim, mean: Any, matrix: Any) -> tuple[Node, Node]:
    try:
        law = MultivariateNormal(mean, matrix, d=size)
    except DeriveError as error:
        raise type(error)(f"block {name}: {_of_law(error)}") from error
    return law.values[0], law.values[1]


def _between(one: str, other: str, rows: Dim, columns: Dim, given: Any) -> Node:
    try:
        return MatrixNormal(given, n=rows, p=columns).values[0]
    except DeriveError as error:
        raise type(error)(f"block {one}, {other}: {_of_law(error)}") from error


def _of_law(error: DeriveError) -> str:
    """The message without the name of the law that reads blocks."""
    return str(error).partition(": ")[2] or str(error)
