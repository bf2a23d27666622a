"""Forms that do not overflow or cancel, found before anything is planned.

Each row of ``STABLE`` looks at one node whose arguments are stable already and returns a
better node or None.  Some elementwise names exist in this room only: ``log1p``, ``expm1``,
``log1mexp``, ``logcosh``, ``mills_excess`` and ``sech2``, the square of 1/cosh; so do the
``combine`` nodes of differences, which hold two points of a function.

To add a form, add a row under its operator; the forms are in the files ``stable_...``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from derive.language.expression import (
    Node,
    add,
    inverse,
    multiply,
    size_node,
)
from derive.language.functions import elementwise, logdet, norm2, postorder, total, trace
from derive.language.kronecker import kron
from derive.language.properties import is_positive_definite
from derive.numeric.stable_at_zero import with_series
from derive.numeric.stable_bessel import ratio_of_bessel
from derive.numeric.stable_differences import (
    difference_of_values,
    number_less_value,
    one_less_over_root,
    right_angle_less_arctan,
    root_less_term,
    softplus_less_point,
    without_opposites,
)
from derive.numeric.stable_excess import excess_over_log
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
from derive.numeric.stable_hazards import hazard_beside_point, share_of_interval
from derive.numeric.stable_logarithms import multiple_of_log, stable_log_of
from derive.numeric.stable_moments import moment_about_mean
from derive.numeric.stable_normal import normal_ratio, one_minus_error
from derive.numeric.stable_parts import is_map, rebuilt
from derive.numeric.stable_shares import from_above

Form: TypeAlias = Callable[[Node], Node | None]


def stabilise(*roots: Node) -> tuple[Node, ...]:
    """The same values in stable forms."""
    stable: dict[Node, Node] = {}
    for node in postorder(*roots):
        stable[node] = _settle(rebuilt(node, tuple(stable[arg] for arg in node.args)))
    return with_series(*_with_slopes(*(stable[root] for root in roots)))


def _with_slopes(*roots: Node) -> tuple[Node, ...]:
    """``1 - tanh(x)^2`` without cancellation, where tanh(x) is not needed for itself."""
    nodes = postorder(*roots)
    needed = {arg for node in nodes if node.op != "pow" for arg in node.args} | set(roots)
    if all(not is_map(node, "tanh") or node in needed for node in nodes):
        return roots
    done: dict[Node, Node] = {}
    for node in nodes:
        slope = slope_of_tanh(node, needed)
        again = rebuilt(node, tuple(done[arg] for arg in node.args)) if slope is None else slope
        done[node] = again
    return tuple(done[root] for root in roots)


def _settle(node: Node) -> Node:
    """Apply forms until none fits."""
    for _ in range(8):
        better = next((b for form in STABLE.get(node.op, ()) if (b := form(node))), None)
        if better is None:
            return node
        node = _with_new_products(better, node) if better.op == "add" else better
    return node


def _with_new_products(better: Node, before: Node) -> Node:
    """A sum whose products that a form has made are looked at too."""
    return rebuilt(
        better,
        tuple(
            _settle(arg) if arg.op in {"mul", "had"} and arg not in before.args else arg
            for arg in better.args
        ),
    )


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
    "add": (
        *(one_minus, one_minus_error, without_opposites, softplus_less_point),
        *(excess_over_log, number_less_value, right_angle_less_arctan, difference_of_values),
        *(root_less_term, one_less_over_root, hazard_beside_point, moment_about_mean),
    ),
    "pow": (logistic, power_of_determinant),
    "mul": (
        *(sum_by_ones, exp_times_logistic, normal_ratio, share_of_interval),
        *(over_sum, over_row_sums, one_exponential, ratio_of_bessel, multiple_of_log),
    ),
    "had": (exp_times_logistic, normal_ratio, share_of_interval, over_sum, one_exponential),
    **dict.fromkeys(("normquantile", "gammaincinv", "betaincinv"), (from_above,)),
    **dict.fromkeys(("norm2", "total", "trace", "inverse", "logdet"), (parted,)),
}
