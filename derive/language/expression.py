"""The expression tree: typed, ordered, immutable, each distinct node made once.

Every way in (SymPy, plain text, LaTeX) is elaborated into this tree, where shapes are
checked; every way out prints it.  A scalar has shape (1, 1), a vector (n, 1).

A sum keeps its terms and a product its factors in the author's order.  What is done on
the way in is only what no reader would notice: nested sums and products are flattened,
numbers are folded, ``0`` and ``1`` disappear.  Declared facts are never used here: a
fact that enters before differentiation corrupts a free gradient.

A product is kept as ``number, scalars..., matrix chain...``; a part of the chain that is
1 x 1 (``w'w``) is a product of its own among the scalars.

Functions of nodes (``norm2``, ``logdet``, ...) are in ``functions.py``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from derive.language import shape_errors
from derive.language.operators import TURNED_INSIDE, TURNED_MASKS
from derive.language.sizes import Dim, Shape, Size
from derive.language.structure import SCALAR, Structure, interned
from derive.language.whole_numbers import is_whole, whole_power

# Square operators whose value is symmetric whatever their argument is.
OWN_TRANSPOSE = frozenset({"eye", "diag", "resolvent_max", "resolvent_min"})

ONE = Fraction(1)  # the number of most products: compared by identity first
ZERO = Fraction(0)
MOST_FREQUENT = 64  # numerator and denominator together, of numbers that are kept for good
_FREQUENT: dict[tuple[int, int], Node] = {}


class Node(Structure):
    """One node: operator name, arguments, data and shape, with the usual operators.

    Equal nodes are the same object, so ``is`` compares and ``hash`` is by identity.
    Build nodes with the functions of this module and of ``functions.py``.

    Examples
    --------
    >>> n, d = Size.named("n"), Size.named("d")
    >>> X, w = symbol("X", (n, d)), symbol("w", (d, 1))
    >>> (X @ w).shape == (n, 1)
    True
    >>> X @ w is X @ w
    True
    """

    __slots__ = ()

    args: tuple[Node, ...]
    symbols: frozenset[Node]
    _canonical: Node | None
    _turned: Node | None

    @property
    def T(self) -> Node:
        """The transpose."""
        return transpose(self)

    def __add__(self, other: Operand) -> Node:
        return add(self, as_node(other))

    def __radd__(self, other: Operand) -> Node:
        return add(as_node(other), self)

    def __sub__(self, other: Operand) -> Node:
        return add(self, negative(as_node(other)))

    def __rsub__(self, other: Operand) -> Node:
        return add(as_node(other), negative(self))

    def __mul__(self, other: Operand) -> Node:
        return multiply(self, as_node(other))

    def __rmul__(self, other: Operand) -> Node:
        return multiply(as_node(other), self)

    def __matmul__(self, other: Node) -> Node:
        return multiply(self, other)

    def __truediv__(self, other: Operand) -> Node:
        return divide(self, as_node(other))

    def __rtruediv__(self, other: Operand) -> Node:
        return divide(as_node(other), self)

    def __pow__(self, exponent: Operand) -> Node:
        return power(self, as_node(exponent))

    def __neg__(self) -> Node:
        return negative(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return make, (self.op, self.args, self.shape, self.data)


Operand: TypeAlias = Node | int | Fraction


def _empty() -> Node:
    return object.__new__(Node)


def make(op: str, args: tuple[Node, ...], shape: Shape, data: Hashable = None) -> Node:
    """The one node with these parts; callers outside `language/` use the named builders."""
    return interned(_empty, op, args, shape, data)


# --- leaves ---------------------------------------------------------------------------


def symbol(name: str, shape: Shape = SCALAR, facts: Iterable[str] = ()) -> Node:
    """A declared symbol; `facts` are closed already (see ``facts.close_facts``)."""
    return make("symbol", (), shape, (name, tuple(sorted(facts))))


def number(value: int | Fraction) -> Node:
    """An exact number."""
    parts = value.numerator, value.denominator
    known = _FREQUENT.get(parts)
    if known is not None:
        return known
    exact = value if isinstance(value, Fraction) else Fraction(value)
    node = make("number", (), SCALAR, exact)
    if abs(parts[0]) + parts[1] <= MOST_FREQUENT:
        _FREQUENT[parts] = node
    return node


def constant(name: str) -> Node:
    """A named constant: ``pi``, ``e``, ``euler_gamma``; ``infinity`` only as a whole result."""
    return make("constant", (), SCALAR, name)


def size_node(size: Dim) -> Node:
    """A size used as a scalar, as the ``n`` of a mean."""
    return make("size", (), SCALAR, size) if isinstance(size, Size) else number(size)


def eye(rows: Dim) -> Node:
    """The identity matrix."""
    return number(1) if rows == 1 else make("eye", (), (rows, rows))


def ones(rows: Dim, columns: Dim = 1) -> Node:
    """The matrix (by default the vector) of ones."""
    return number(1) if (rows, columns) == SCALAR else make("ones", (), (rows, columns))


def zero(shape: Shape) -> Node:
    """The zero of a shape."""
    return number(0) if shape == SCALAR else make("zero", (), shape)


def as_node(value: Operand) -> Node:
    """Exact numbers become nodes; nodes stay."""
    if isinstance(value, Node):
        return value
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return number(value)
    raise TypeError(f"expected a node or an exact number, got {type(value).__name__}")


def is_zero(node: Node) -> bool:
    """Whether the node is the number 0 or a zero matrix."""
    return node.op == "zero" or (node.op == "number" and not node.data)


def is_one(node: Node) -> bool:
    """Whether the node is the number 1."""
    return node.op == "number" and node.data == 1


# --- sums and products ----------------------------------------------------------------


def add(*terms: Node) -> Node:
    """The sum of equal shapes, flattened, numbers folded at the place of the first."""
    if not terms:
        raise ValueError("a sum needs at least one term")
    shape = terms[0].shape
    kept: list[Node] = []
    constant_at, constant_sum = -1, ZERO
    for term in _flatten("add", terms):
        if term.shape != shape:
            raise shape_errors.not_addable(term, terms[0])
        if term.op == "number":
            if constant_at < 0:
                constant_at = len(kept)
            constant_sum += term.data
        elif term.op != "zero":
            kept.append(term)
    if constant_sum:
        kept.insert(constant_at, number(constant_sum))
    if not kept:
        return zero(shape)
    return kept[0] if len(kept) == 1 else make("add", tuple(kept), shape)


def multiply(*factors: Node) -> Node:
    """The product: scalars multiply anything, matrices need matching inner sizes."""
    coefficient = ONE
    scalars: list[Node] = []
    chain: list[Node] = []
    for factor in factors:
        c, s, part = split_product(factor)
        coefficient = scaled(coefficient, c)
        scalars.extend(s)
        if not part:
            continue
        if chain and chain[-1].shape[1] != part[0].shape[0]:
            raise shape_errors.not_multipliable(chain[-1], part[0])
        chain.extend(part)
    return product(coefficient, scalars, chain)


def scaled(coefficient: Fraction, factor: Fraction) -> Fraction:
    """A coefficient times a factor, most of which are one."""
    if factor is ONE:
        return coefficient
    return factor if coefficient is ONE else coefficient * factor


def product(coefficient: Fraction, scalars: Sequence[Node], chain: Sequence[Node]) -> Node:
    """A product from its parts, in the one form products are kept in."""
    unit = coefficient is ONE or coefficient == 1
    if unit and len(scalars) + len(chain) == 1:
        return scalars[0] if scalars else chain[0]
    scalars, chain = list(scalars), list(chain)
    shape = (chain[0].shape[0], chain[-1].shape[1]) if chain else SCALAR
    if not (unit or coefficient) or any(map(is_zero, scalars)) or any(map(is_zero, chain)):
        return zero(shape)
    rest: list[Node] = []
    for segment in _thin_segments([f for f in chain if f.op != "eye"]):
        if segment[0].shape[0] == 1 and segment[-1].shape[1] == 1:
            scalars.append(_chain(segment))
        else:
            rest.extend(segment)
    if not rest and shape != SCALAR:
        rest = [eye(shape[0])]
    if not scalars and unit:
        return _chain(rest) if rest else number(1)
    if not rest and len(scalars) == 1 and unit:
        return scalars[0]
    head = [] if unit else [number(coefficient)]
    args = (*head, *scalars, *rest)
    return args[0] if len(args) == 1 else make("mul", args, shape)


def split_product(node: Node) -> tuple[Fraction, tuple[Node, ...], tuple[Node, ...]]:
    """A node as (number, scalar factors, matrix chain); a 1 x 1 chain is one scalar factor."""
    if node.op == "number":
        return node.data, (), ()
    if node.op != "mul":
        return (ONE, (node,), ()) if node.is_scalar else (ONE, (), (node,))
    if node.is_scalar and not node.args[0].is_scalar:
        return ONE, (node,), ()
    coefficient, args = ONE, node.args
    if args[0].op == "number":
        coefficient, args = args[0].data, args[1:]
    count = next((k for k, a in enumerate(args) if not a.is_scalar), len(args))
    return coefficient, args[:count], args[count:]


def chain_of(node: Node) -> tuple[Node, ...]:
    """The matrix factors of a node: of a pure 1 x 1 chain too."""
    if node.op == "mul" and not node.args[0].is_scalar:
        return node.args
    return split_product(node)[2]


def negative(node: Node) -> Node:
    """Minus the node; a sum is negated term by term."""
    if node.op == "add":
        return add(*map(negative, node.args))
    return multiply(number(-1), node)


def divide(numerator: Node, denominator: Node) -> Node:
    """The quotient by a scalar."""
    if not denominator.is_scalar:
        raise shape_errors.not_a_divisor(denominator)
    return multiply(numerator, power(denominator, number(-1)))


def _flatten(op: str, nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.op == op:
            yield from node.args
        else:
            yield node


def _thin_segments(chain: list[Node]) -> Iterator[list[Node]]:
    """Cut a chain at every place where the inner size is 1."""
    segment: list[Node] = []
    for factor in chain:
        if segment and factor.shape[0] == 1:
            yield segment
            segment = []
        segment.append(factor)
    if segment:
        yield segment


def _chain(factors: Sequence[Node]) -> Node:
    if len(factors) == 1:
        return factors[0]
    return make("mul", tuple(factors), (factors[0].shape[0], factors[-1].shape[1]))


# --- powers and transposes ------------------------------------------------------------


def power(base: Node, exponent: Node) -> Node:
    """Power of a scalar, or matrix power of a square matrix by a whole number."""
    if not exponent.is_scalar:
        raise shape_errors.not_an_exponent(exponent)
    if base.is_scalar:
        return elementwise_power(base, exponent)
    if base.shape[0] != base.shape[1]:
        raise shape_errors.not_a_base(base)
    if not is_whole(exponent):
        raise shape_errors.not_whole(exponent)
    if exponent.op == "number":
        return matrix_power(base, int(exponent.data))
    return base if base.op == "eye" else make("matpow", (base, exponent), base.shape)


def matrix_power(base: Node, exponent: int) -> Node:
    """Whole power of a square matrix; negative ones are powers of the inverse."""
    if exponent < 0:
        return matrix_power(inverse(base), -exponent)
    if exponent == 0:
        return eye(base.shape[0])
    if exponent == 1 or base.op == "eye":
        return base
    return make("mpow", (base,), base.shape, exponent)


def elementwise_power(base: Node, exponent: Node) -> Node:
    """Each entry to a scalar power."""
    if exponent.op == "number":
        if exponent.data == 1:
            return base
        if exponent.data == 0:
            return ones(*base.shape)
        if base.op == "ones" or is_one(base):
            return base
        if base.op == "number":
            folded = whole_power(base.data, exponent.data)
            if folded is not None:
                return number(folded)
        if base.op == "pow" and base.args[1].op == "number":
            inner, outer = base.args[1].data, exponent.data
            if inner.denominator == 1 and outer.denominator == 1 and not (inner < 0 < -outer):
                return elementwise_power(base.args[0], number(inner * outer))
    return make("pow", (base, exponent), base.shape)


def transpose(node: Node) -> Node:
    """The transpose; pushed into products, powers and inverses, kept on sums and maps."""
    if node.is_scalar or node.op in OWN_TRANSPOSE:
        return node
    if node.op == "transpose":
        return node.args[0]
    shape = (node.shape[1], node.shape[0])
    if node.op in {"ones", "zero"}:
        return make(node.op, (), shape)
    if node.op == "mul":
        coefficient, scalars, chain = split_product(node)
        return product(coefficient, scalars, [transpose(f) for f in reversed(chain)])
    if node.op in TURNED_INSIDE:
        return make(node.op, tuple(map(transpose, node.args)), shape, node.data)
    if node.op == "commutation":
        return make("commutation", (), node.shape, node.data[::-1])
    if node.op == "mask":
        return make("mask", (), shape, TURNED_MASKS[node.data])
    return make("transpose", (node,), shape)


def inverse(node: Node) -> Node:
    """The inverse of a square matrix; of a scalar, its reciprocal."""
    if node.is_scalar:
        return power(node, number(-1))
    shape_errors.require_square("inv", node)
    if node.op == "eye":
        return node
    if node.op == "commutation":
        return transpose(node)
    return make("inverse", (node,), node.shape)
