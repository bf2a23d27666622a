"""Forms that do not overflow or cancel, found before anything is planned.

Each row of ``STABLE`` looks at one node whose arguments are stable already and returns a
better node or None.  Five elementwise names exist in this room only: ``log1p``, ``expm1``,
``log1mexp``, ``logcosh`` and ``sech2``, the square of 1/cosh.

To add a form, add a row under its operator; the forms are in ``stable_logarithms`` and
``stable_exponentials``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    inverse,
    make,
    matrix_power,
    multiply,
    size_node,
    transpose,
)
from derive.language.functions import elementwise, hadamard, logdet, norm2, postorder, total, trace
from derive.language.kronecker import kron
from derive.language.properties import is_positive_definite
from derive.numeric.stable_exponentials import (
    exp_times_logistic,
    logistic,
    one_exponential,
    one_minus,
    over_row_sums,
    over_sum,
    slope_of_tanh,
    sum_by_ones,
)
from derive.numeric.stable_logarithms import stable_log_of
from derive.numeric.stable_normal import normal_ratio, one_minus_error
from derive.numeric.stable_parts import is_map

Form: TypeAlias = Callable[[Node], Node | None]


def stabilise(*roots: Node) -> tuple[Node, ...]:
    """The same values in stable forms."""
    stable: dict[Node, Node] = {}
    for node in postorder(*roots):
        stable[node] = _settle(_rebuild(node, tuple(stable[arg] for arg in node.args)))
    return _with_slopes(*(stable[root] for root in roots))


def _with_slopes(*roots: Node) -> tuple[Node, ...]:
    """``1 - tanh(x)^2`` without cancellation, where tanh(x) is not needed for itself."""
    nodes = postorder(*roots)
    needed = {arg for node in nodes if node.op != "pow" for arg in node.args} | set(roots)
    if all(not is_map(node, "tanh") or node in needed for node in nodes):
        return roots
    done: dict[Node, Node] = {}
    for node in nodes:
        slope = slope_of_tanh(node, needed)
        again = _rebuild(node, tuple(done[arg] for arg in node.args)) if slope is None else slope
        done[node] = again
    return tuple(done[root] for root in roots)


def _settle(node: Node) -> Node:
    """Apply forms until none fits."""
    for _ in range(8):
        better = next((b for form in STABLE.get(node.op, ()) if (b := form(node))), None)
        if better is None:
            return node
        node = better
    return node


def _rebuild(node: Node, args: tuple[Node, ...]) -> Node:
    if args == node.args:
        return node
    if node.op in BUILDERS:
        return BUILDERS[node.op](*args)
    if node.op == "mpow":
        return matrix_power(args[0], node.data)
    return make(node.op, args, node.shape, node.data)


BUILDERS: dict[str, Callable[..., Node]] = {
    "add": add,
    "mul": multiply,
    "had": hadamard,
    "pow": elementwise_power,
    "transpose": transpose,
    "inverse": inverse,
    "kron": kron,
}


def parted(node: Node) -> Node | None:
    """A function of a Kronecker product from the same function of its factors."""
    if node.args[0].op != "kron":
        return None
    left, right = node.args[0].args
    if node.op == "norm2":
        return multiply(norm2(left), norm2(right))
    if node.op == "total":
        return multiply(total(left), total(right))
    if left.shape[0] != left.shape[1] or right.shape[0] != right.shape[1]:
        return None
    if node.op == "trace":
        return multiply(trace(left), trace(right))
    if node.op == "inverse":
        return kron(inverse(left), inverse(right))
    # a product of even size may have a positive determinant that its factors do not have
    if not (is_positive_definite(left) and is_positive_definite(right)):
        return None
    rows, block = size_node(left.shape[0]), size_node(right.shape[0])
    return add(multiply(block, logdet(left)), multiply(rows, logdet(right)))


def power_of_determinant(node: Node) -> Node | None:
    """A power of a positive determinant through its logarithm, which is small."""
    base, exponent = node.args
    if base.op != "det" or not is_positive_definite(base.args[0]):
        return None
    return elementwise("exp", multiply(exponent, logdet(base.args[0])))


STABLE: dict[str, tuple[Form, ...]] = {
    "map": (stable_log_of,),
    "add": (one_minus, one_minus_error),
    "pow": (logistic, power_of_determinant),
    "mul": (
        *(sum_by_ones, exp_times_logistic, normal_ratio),
        *(over_sum, over_row_sums, one_exponential),
    ),
    "had": (exp_times_logistic, normal_ratio, over_sum, one_exponential),
    **dict.fromkeys(("norm2", "total", "trace", "inverse", "logdet"), (parted,)),
}
