"""Affine extraction: an expression as ``A(x) + b`` with the adjoint of ``A``.

A linear map is kept as a chain of elementary maps, each a row of ``MAPS`` with its
adjoint, so ``<y, A(x)> = <A*(y), x>`` holds by construction and nothing is expanded.
To admit another linear operator, add a row to ``MAPS`` and a line to ``_extend``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.errors import NoRuleError
from derive.language.expression import (
    Node,
    add,
    eye,
    multiply,
    ones,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import (
    diagonal_matrix,
    diagonal_vector,
    dot,
    hadamard,
    postorder,
    total,
    trace,
)
from derive.language.sizes import Shape


@dataclass(frozen=True)
class LinearMap:
    """One elementary linear map: the name of its row, its data, the shape it acts on."""

    name: str
    data: Node | None
    source: Shape

    def apply(self, x: Node) -> Node:
        """The value of the map at `x`."""
        return MAPS[self.name].apply(self, x)

    def adjoint(self, y: Node) -> Node:
        """The value of the adjoint at `y`."""
        return MAPS[self.name].adjoint(self, y)

    @property
    def matrix(self) -> Node:
        """The data of the map; only for rows that have one."""
        assert self.data is not None
        return self.data


@dataclass(frozen=True)
class MapRow:
    """What an elementary map does and what its adjoint does (``m`` is the map)."""

    apply: Callable[[LinearMap, Node], Node]
    adjoint: Callable[[LinearMap, Node], Node]


def _entrywise(data: Node, x: Node) -> Node:
    """``data o x`` with the scalar factors of `x` outside."""
    coefficient, scalars, chain = split_product(x)
    return product(coefficient, scalars, []) * hadamard(data, product(Fraction(1), [], chain))


MAPS: dict[str, MapRow] = {
    "left": MapRow(lambda m, x: m.matrix @ x, lambda m, y: m.matrix.T @ y),
    "right": MapRow(lambda m, x: x @ m.matrix, lambda m, y: y @ m.matrix.T),
    "scale": MapRow(lambda m, x: m.matrix * x, lambda m, y: m.matrix * y),
    "spread": MapRow(lambda m, x: x * m.matrix, lambda m, y: dot(m.matrix, y)),
    "hadamard": MapRow(lambda m, x: _entrywise(m.matrix, x), lambda m, y: _entrywise(m.matrix, y)),
    "transpose": MapRow(lambda m, x: transpose(x), lambda m, y: transpose(y)),
    "trace": MapRow(lambda m, x: trace(x), lambda m, y: y * eye(m.source[0])),
    "total": MapRow(lambda m, x: total(x), lambda m, y: y * ones(*m.source)),
    "diag": MapRow(lambda m, x: diagonal_matrix(x), lambda m, y: diagonal_vector(y)),
    "diagonal": MapRow(lambda m, x: diagonal_vector(x), lambda m, y: diagonal_matrix(y)),
}

TURNED = {"left": "right", "right": "left", "scale": "scale"}  # under a transpose


@dataclass(frozen=True)
class LinearTerm:
    """A chain of elementary maps applied to one variable, the first applied first."""

    variable: Node
    maps: tuple[LinearMap, ...]

    def apply(self, x: Node) -> Node:
        """The value of the chain at `x`."""
        for one in self.maps:
            x = one.apply(x)
        return x

    def adjoint(self, y: Node) -> Node:
        """The value of the adjoint chain at `y`."""
        for one in reversed(self.maps):
            y = one.adjoint(y)
        return y


@dataclass(frozen=True)
class Affine:
    """``sum_i A_i(x_i) + constant``; a variable may occur in several terms.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> X, w = symbol("X", (3, 2)), symbol("w", (2, 1))
    >>> y, nu = symbol("y", (3, 1)), symbol("nu", (3, 1))
    >>> residual = affine(X @ w - y, (w,))
    >>> residual.constant, residual.adjoint(w, nu)
    (-y, X'*nu)
    """

    terms: tuple[LinearTerm, ...]
    constant: Node

    @property
    def shape(self) -> Shape:
        """The shape of the values."""
        return self.constant.shape

    @property
    def variables(self) -> tuple[Node, ...]:
        """The variables that occur, in order of first occurrence."""
        return tuple(dict.fromkeys(term.variable for term in self.terms))

    def part(self, variable: Node) -> tuple[LinearTerm, ...]:
        """The terms in one variable."""
        return tuple(term for term in self.terms if term.variable is variable)

    def without(self, *variables: Node) -> Node:
        """The value where `variables` are zero and every other variable stays itself."""
        kept = [t.apply(t.variable) for t in self.terms if t.variable not in variables]
        return add(*kept, self.constant)

    def adjoint(self, variable: Node, y: Node) -> Node:
        """``A*(y)`` for the linear map that acts on `variable`."""
        parts = [term.adjoint(y) for term in self.part(variable)]
        return add(*parts) if parts else zero(variable.shape)

    def then(self, name: str, data: Node | None = None) -> Affine:
        """The composition with one elementary map."""
        one = LinearMap(name, data, self.shape)
        terms = tuple(LinearTerm(t.variable, _appended(t.maps, one)) for t in self.terms)
        return Affine(terms, one.apply(self.constant))


def _appended(maps: tuple[LinearMap, ...], one: LinearMap) -> tuple[LinearMap, ...]:
    """The chain with one map more; two transposes cancel and turn the products between them."""
    places = [k for k, earlier in enumerate(maps) if earlier.name == "transpose"]
    if one.name != "transpose" or not places:
        return (*maps, one)
    between = maps[places[-1] + 1 :]
    if any(earlier.name not in TURNED for earlier in between):
        return (*maps, one)
    turned = (LinearMap(TURNED[m.name], m.matrix.T, (m.source[1], m.source[0])) for m in between)
    return (*maps[: places[-1]], *turned)


class NotAffineError(NoRuleError):
    """A node depends on the variables otherwise than by an affine map."""

    def __init__(self, node: Node, names: str):
        self.node = node
        super().__init__(
            f"`{node!r}` is not affine in {names}\n"
            f"  to fix   : affine are sums of data, of products with data (A*w, a'*w, a.*w), "
            f"of w', sum, tr and diag"
        )


def affine(node: Node, variables: Sequence[Node]) -> Affine:
    """Write `node` as an affine map of `variables`.

    Parameters
    ----------
    node : Node, any shape
    variables : symbols
        Everything else in `node` is data.

    Returns
    -------
    Affine
        Linear terms with adjoints, and the constant, which has the shape of `node`.

    Raises
    ------
    NoRuleError
        `node` is not affine in the variables, or holds an operator without a linear rule.
    """
    wanted = frozenset(variables)
    found: dict[Node, Affine] = {}
    for part in postorder(node):
        if part in wanted:
            found[part] = Affine((LinearTerm(part, ()),), zero(part.shape))
        elif not part.symbols & wanted:
            found[part] = Affine((), part)
        else:
            found[part] = _extend(part, found, wanted)
    return found[node]


def _extend(node: Node, found: dict[Node, Affine], wanted: frozenset[Node]) -> Affine:
    """The affine form of a node from those of its arguments."""
    if node.op == "add":
        terms = tuple(term for arg in node.args for term in found[arg].terms)
        return Affine(terms, add(*(found[arg].constant for arg in node.args)))
    if node.op in {"transpose", "trace", "total", "diag", "diagonal"}:
        return found[node.args[0]].then(node.op)
    moving = [k for k, arg in enumerate(node.args) if arg.symbols & wanted]
    if node.op == "had" and len(moving) == 1:
        others = [arg for k, arg in enumerate(node.args) if k != moving[0]]
        return found[node.args[moving[0]]].then("hadamard", hadamard(*others))
    if node.op == "mul" and len(moving) == 1:
        return _through_product(node, moving[0], found)
    names = ", ".join(sorted(s.name for s in node.symbols & wanted))
    raise NotAffineError(node, names)


def _through_product(node: Node, position: int, found: dict[Node, Affine]) -> Affine:
    """A product with one moving factor: what stands before, after and beside it."""
    inner = found[node.args[position]]
    if node.args[position].is_scalar:
        rest = [arg for k, arg in enumerate(node.args) if k != position]
        data = multiply(*rest)
        return inner.then("scale" if data.is_scalar else "spread", data)
    coefficient, scalars, _ = split_product(node)
    if node.is_scalar and not node.args[0].is_scalar:
        coefficient, scalars = Fraction(1), ()
    before = [a for a in node.args[:position] if not a.is_scalar]
    after = [a for a in node.args[position + 1 :] if not a.is_scalar]
    if before:
        inner = inner.then("left", multiply(*before))
    if after:
        inner = inner.then("right", multiply(*after))
    factor = product(coefficient, scalars, [])
    return inner if factor.is_number and factor.data == 1 else inner.then("scale", factor)


def linear_matrix(term: LinearTerm) -> Node | None:
    """The matrix ``M`` with ``term(x) = M x``, or None where the map is no left product."""
    matrix = eye(term.variable.shape[0])
    for one in term.maps:
        if one.name in {"left", "scale"}:
            matrix = one.apply(matrix)
        elif one.name == "hadamard" and one.source[1] == 1:
            matrix = diagonal_matrix(one.matrix) @ matrix
        elif one.name == "spread" and one.matrix.shape[1] == 1:
            matrix = one.matrix @ matrix
        elif one.name == "total" and one.source[1] == 1:
            matrix = ones(one.source[0]).T @ matrix
        elif not (one.name in {"trace", "transpose"} and one.source == (1, 1)):
            return None
    return matrix
