"""The normal form: what a person would cross out, and nothing more.

``tidy`` cancels (``A inv(A)``, equal powers, terms of opposite sign), merges like terms,
turns ``diag(v) u`` into ``v o u`` and ``1'v`` into a sum, opens traces at thin places, and
hands every sum to ``factor``.  It never expands.  Nodes of the question itself (``kept``)
stay as their author wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache

from derive.engine.factor import factored
from derive.engine.indicators import settled_exponent
from derive.engine.inverses import opened_inverse
from derive.engine.kronecker import holds_stacking, kronecker_form
from derive.engine.maps import tidy_map
from derive.engine.matrix_forms import (
    shorter_determinant,
    shorter_frechet,
    shorter_inverse,
    shorter_matrix_map,
    shorter_pinv,
    shorter_power,
    trace_with_frechet,
)
from derive.engine.opening import opened
from derive.engine.products import tidy_hadamard, tidy_total, times
from derive.engine.projectors import is_complement_of_projector
from derive.engine.rebuilding import rebuild
from derive.engine.special_values import special_value
from derive.engine.sums import tidy_sum_over
from derive.engine.terms import merged
from derive.engine.traces import tidy_trace, tidy_transpose, turned
from derive.language.blocks import part_of
from derive.language.canonical import canonical, power_parts
from derive.language.cost import cost
from derive.language.exponents import symbolic_power
from derive.language.expression import (
    ONE,
    Node,
    add,
    chain_of,
    elementwise_power,
    inverse,
    matrix_power,
    multiply,
    number,
    product,
    split_product,
    transpose,
)
from derive.language.functions import (
    contains,
    determinant,
    diagonal_vector,
    elementwise,
    logdet,
    norm1,
    norm2,
    postorder,
)
from derive.language.whole_numbers import is_whole

MOST_PASSES = 8  # what one pass pulls out may give the next something to cancel


class Tidier:
    """Normal forms with one memory: nodes in `kept` stay as written, results are reused.

    A 1 x 1 chain that `kept` holds the other way round (``a'b`` for ``b'a``), or a sum in
    another order, is written as its author did.
    """

    def __init__(self, kept: Collection[Node] = frozenset()):
        # several exponentials become one wherever they meet, or equal terms would not cancel
        kept = frozenset(node for node in kept if len(_exponentials_of([node])) < 2)
        self.done: dict[Node, Node] = dict(zip(kept, kept, strict=True))
        # a sum that stays elsewhere in the answer keeps its name
        self.fixed = frozenset(
            arg for node in kept if node.data != "log" for arg in node.args if arg.op == "add"
        )
        self.written = _as_authors_write(kept)

    def __call__(self, node: Node) -> Node:
        done = self.done
        for part in postorder(node, known=done):
            if part not in done:
                tidied = tidy_one(part, [done[arg] for arg in part.args], self, self.fixed)
                done[part] = self._as_written(tidied)
                done.setdefault(done[part], done[part])
        return done[node]

    def _as_written(self, node: Node) -> Node:
        if node.op == "add" and self.written:
            return self.written.get(canonical(node), node)
        if node.op != "mul" or not self.written:
            return node
        if _is_chain(node):
            return self.written.get(canonical(node), node)
        coefficient, scalars, chain = split_product(node)
        known = [self.written.get(canonical(s), s) if _is_chain(s) else s for s in scalars]
        return product(coefficient, known, chain)


@lru_cache(maxsize=8)  # one derivation makes many tidiers for the same nodes
def _as_authors_write(kept: frozenset[Node]) -> Mapping[Node, Node]:
    """The chains and sums among nodes, by their canonical form; of two alike the first by text."""
    written: dict[Node, Node] = {}
    for node in kept:
        if _is_chain(node) or node.op == "add":
            other = written.setdefault(canonical(node), node)
            if other is not node and repr(node) < repr(other):
                written[canonical(node)] = node
    return written


def _is_chain(node: Node) -> bool:
    """Whether a node is a 1 x 1 product of matrices alone."""
    return node.op == "mul" and node.is_scalar and not node.args[0].is_scalar


def tidy(node: Node, kept: Collection[Node] = frozenset()) -> Node:
    """The normal form of a node; nodes in `kept` are left as written."""
    for _ in range(MOST_PASSES):
        before, node = node, Tidier(kept)(node)
        if node is before:
            break
    return node


# operators whose builders put scalar factors of the argument before them
_HOMOGENEOUS = frozenset(
    {
        "trace",
        "total",
        "diag",
        "diagonal",
        "kron",
        "vec",
        "unvec",
        "block_inner",
        "block_sum",
        "part",
    }
)


def tidy_one(
    node: Node,
    args: list[Node],
    tidier: Callable[[Node], Node] = tidy,
    fixed: Collection[Node] = frozenset(),
) -> Node:
    """One operator whose arguments are tidy; `tidier` takes what is made of new nodes.

    Into denominators among the sums `fixed` nothing is multiplied.
    """
    if not args or node.op == "differential":  # of what a differential is taken stays
        return node
    if node.op == "mul":
        whole = opened(times(*args), fixed)
        if whole is node:
            return node
        is_new = holds_stacking(args) or _exponentials_of([whole]) - _exponentials_of(args)
        return tidier(whole) if is_new else whole
    if node.op == "add":
        return opened(factored(merged(args)), fixed)
    if node.op == "had":
        whole = opened(_tidy_had(args), fixed)
        simpler = kronecker_form(whole) if whole.op == "had" else None
        if simpler is None and _exponentials_of([whole]) - _exponentials_of(args):
            simpler = whole
        return whole if simpler is None else tidier(simpler)
    if node.op == "sum_over":
        return tidy_sum_over(args[0], node.data)
    again = rebuild(node, args)
    if node.op == "transpose" and again.op == "mul":  # it went into the factors
        return times(*map(tidy_transpose, again.args))
    if again.op == "mul" and node.op in _HOMOGENEOUS:  # scalars came out of it
        return times(*(_crossed_out(factor, tidier) for factor in again.args))
    return _crossed_out(again, tidier)


def _exponentials_of(nodes: Iterable[Node]) -> set[Node]:
    """The exponentials among the factors of nodes."""
    found: set[Node] = set()
    for node in nodes:
        _, scalars, chain = split_product(node)
        arrays = chain[0].args if len(chain) == 1 and chain[0].op == "had" else chain
        found |= {f for f in (*scalars, *arrays) if f.op == "map" and f.data == "exp"}
    return found


def _crossed_out(node: Node, tidier: Callable[[Node], Node]) -> Node:
    """What one operator with tidy arguments becomes."""
    simpler = kronecker_form(node)
    if simpler is None and node.op == "part":
        simpler = _opened_part(node)
    if simpler is not None:
        return tidier(simpler)
    known = special_value(node)
    if known is not node:
        return tidier(known)
    special = _SPECIAL.get(node.op)
    if special is None:
        return node
    shorter = special(node)
    # what a function of a matrix became has parts that were never looked at
    return tidy(shorter) if shorter is not node and node.op in _OPENED else shorter


def _tidy_had(args: list[Node]) -> Node:
    """An elementwise product; where it was multiplied into a sum, the sum is tidied again."""
    whole = tidy_hadamard(args)
    coefficient, scalars, chain = split_product(whole)
    if len(chain) != 1 or chain[0].op != "add":
        return whole
    return times(product(coefficient, scalars, []), factored(merged(chain[0].args)))


# --- operators with something to cross out ----------------------------------------------


def _tidy_trace(node: Node) -> Node:
    """A trace; of a product with a derivative of a matrix function, in closed form."""
    coefficient, scalars, chain = split_product(node.args[0])
    if (closed := trace_with_frechet(chain)) is not None:
        return tidy(multiply(product(coefficient, scalars, []), closed))
    return tidy_trace(node)


def _tidy_diagonal(node: Node) -> Node:
    """The diagonal of a b' is a o b; of a sum, the sum of the diagonals where that is cheaper."""
    if node.op != "diagonal":
        return node
    if node.args[0].op == "transpose":
        return _tidy_diagonal(diagonal_vector(node.args[0].args[0]))
    if node.args[0].op == "add":
        diagonals = map(diagonal_vector, node.args[0].args)
        parts = merged([times(*map(_tidy_diagonal, _factors(d))) for d in diagonals])
        return parts if cost(parts) < cost(node) else node
    coefficient, scalars, chain = split_product(node.args[0])
    for k in range(1, len(chain)):
        if chain[k].shape[0] == 1:
            left = times(*chain[:k])
            right = times(*(turned(f) for f in reversed(chain[k:])))
            return times(product(coefficient, scalars, []), tidy_hadamard([left, right]))
    return node


def _factors(node: Node) -> tuple[Node, ...]:
    return node.args if node.op == "mul" else (node,)


def _tidy_total(node: Node) -> Node:
    if node.op != "total":
        return node
    return tidy_total(node.args[0])


def _tidy_power(node: Node) -> Node:
    if node.op != "pow":
        return node
    base, exponent = node.args
    if base.op == "zero" and exponent.op == "number" and exponent.data > 0:
        return base
    innermost, whole = power_parts(node)
    if innermost not in {node, base} and (innermost.op != "number" or is_whole(whole)):
        return elementwise_power(innermost, whole)  # 1/sqrt(2) stays
    if base.op == "mul" and not base.is_scalar and exponent.op == "number":
        return _opened_power(node, base, exponent)
    if base.op == "map" and exponent.op == "number":
        exponent = number(settled_exponent(base, exponent.data))
        node = elementwise_power(base, exponent)
    if base.op == "map" and base.data == "exp" and exponent.op == "number":
        grown = elementwise("exp", multiply(exponent, base.args[0]))
        return grown if cost(grown) < cost(node) else node
    return node


def _opened_power(node: Node, base: Node, exponent: Node) -> Node:
    """The whole power of each entry of a multiple, as a multiple where that is cheaper."""
    coefficient, scalars, chain = split_product(base)
    if exponent.data.denominator != 1 or (coefficient == 1 and not scalars):
        return node
    scale = elementwise_power(product(coefficient, scalars, []), exponent)
    opened = times(tidy(scale), elementwise_power(product(ONE, [], chain), exponent))
    return opened if cost(opened) < cost(node) else node


def _tidy_matrix_power(node: Node) -> Node:
    if node.op == "mpow" and is_complement_of_projector(node.args[0], times):
        return node.args[0]
    return shorter_power(node)


def _tidy_inverse(node: Node) -> Node:
    if node.op != "inverse":
        return node
    inner = node.args[0]
    if inner.op == "inverse":
        return inner.args[0]
    if inner.op == "matpow":
        return symbolic_power(inner.args[0], -inner.args[1])
    if inner.op == "mpow":
        return matrix_power(_tidy_inverse(inverse(inner.args[0])), inner.data)
    if (shorter := shorter_inverse(inner)) is not None:
        return tidy(shorter)
    coefficient, scalars, chain = split_product(inner)
    if coefficient != 1 or scalars:
        outside = elementwise_power(product(coefficient, scalars, []), number(-1))
        return multiply(outside, _tidy_inverse(inverse(product(Fraction(1), [], chain))))
    factored_out = opened_inverse(node)
    return node if factored_out is node else times(*chain_of(factored_out))


def _opened_part(node: Node) -> Node | None:
    """Of a product, a part of its ends; of a sum, the sum of the parts where one is a block."""
    (inside,), (row, column), (rows, columns) = node.args, node.data, node.shape
    chain = split_product(inside)[2]
    if len(chain) > 1:
        first = part_of(chain[0], row, 0, rows, chain[0].shape[1])
        last = part_of(chain[-1], 0, column, chain[-1].shape[0], columns)
        return multiply(first, *chain[1:-1], last)
    if inside.op == "transpose":
        return transpose(part_of(inside.args[0], column, row, columns, rows))
    if inside.op == "add":
        parts = add(*(part_of(term, row, column, rows, columns) for term in inside.args))
        if not contains(parts, "part") or cost(parts) < cost(node):
            return parts
    return None


def _drop_transpose(build: Callable[[Node], Node]) -> Callable[[Node], Node]:
    """For functions that do not see a transpose of their argument."""

    def special(node: Node) -> Node:
        if node.args and node.args[0].op == "transpose":
            return build(node.args[0].args[0])
        return node

    return special


def _tidy_determinant(build: Callable[[Node], Node]) -> Callable[[Node], Node]:
    """det and log det, which do not see a transpose and close over powers and exponentials."""
    drop = _drop_transpose(build)

    def special(node: Node) -> Node:
        plain = drop(node)
        if plain.op == "det" and plain.args[0].op == "matpow":
            base, exponent = plain.args[0].args
            return elementwise_power(determinant(base), exponent)
        shorter = shorter_determinant(plain) if plain.op in {"det", "logdet"} else None
        return plain if shorter is None else tidy(shorter)

    return special


_SPECIAL: dict[str, Callable[[Node], Node]] = {
    "transpose": tidy_transpose,
    "trace": _tidy_trace,
    "total": _tidy_total,
    "diagonal": _tidy_diagonal,
    "pow": _tidy_power,
    "map": tidy_map,
    "inverse": _tidy_inverse,
    "det": _tidy_determinant(determinant),
    "logdet": _tidy_determinant(logdet),
    "norm2": _drop_transpose(norm2),
    "norm1": _drop_transpose(norm1),
    "mpow": _tidy_matrix_power,
    "matrixmap": shorter_matrix_map,
    "frechet": shorter_frechet,
    "pinv": shorter_pinv,
}
_OPENED = frozenset({"mpow", "matrixmap", "frechet"})
