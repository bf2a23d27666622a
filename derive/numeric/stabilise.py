"""Forms that do not overflow or cancel, found before anything is planned.

Each row of ``STABLE`` looks at one node whose arguments are stable already and returns a
better node or None.  Two elementwise names exist in this room only: ``log1p``, ``expm1``.

To add a form, add a row under its operator.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    inverse,
    make,
    matrix_power,
    multiply,
    negative,
    number,
    ones,
    split_product,
    transpose,
)
from derive.language.functions import (
    elementwise,
    hadamard,
    logdet,
    postorder,
    total,
)
from derive.numeric.definite import is_unit_number, properties

Form: TypeAlias = Callable[[Node], Node | None]


def stabilise(*roots: Node) -> tuple[Node, ...]:
    """The same values in stable forms."""
    stable: dict[Node, Node] = {}
    for node in postorder(*roots):
        stable[node] = _settle(_rebuild(node, tuple(stable[arg] for arg in node.args)))
    return tuple(stable[root] for root in roots)


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
}


# --- parts ----------------------------------------------------------------------------


def _map(name: str, node: Node) -> Node:
    """An elementwise function, also of the two names that exist in this room only."""
    return make("map", (node,), node.shape, name)


def _is_map(node: Node, name: str) -> bool:
    return node.op == "map" and node.data == name


def _constant(node: Node) -> Fraction | None:
    """The value of a number or of an array of one number."""
    coefficient, scalars, chain = split_product(node)
    if not scalars and all(is_unit_number(factor) for factor in chain):
        return coefficient
    return None


def _without(node: Node, value: int) -> Node | None:
    """The sum without its constant term, if that is `value`."""
    if node.op != "add":
        return None
    for k, term in enumerate(node.args):
        if _constant(term) == value:
            return add(*node.args[:k], *node.args[k + 1 :])
    return None


def _spread(scalar: Node, like: Node) -> Node:
    """A scalar in every entry of the shape of another node."""
    return scalar if like.is_scalar else multiply(scalar, ones(*like.shape))


# --- forms ----------------------------------------------------------------------------


def _log_of_sum(node: Node) -> Node | None:
    """log(1 + e^x), log(e^x + e^y), log(1 - sigmoid(x)), log(1 + x)."""
    inside = node.args[0]
    if not _is_map(node, "log") or inside.op != "add":
        return None
    if all(_is_map(term, "exp") for term in inside.args):
        result = inside.args[0].args[0]
        for term in inside.args[1:]:
            result = add(result, elementwise("softplus", add(term.args[0], negative(result))))
        return result
    rest = _without(inside, 1)
    if rest is None:
        return None
    if _is_map(rest, "exp"):
        return elementwise("softplus", rest.args[0])
    flipped = negative(rest)
    if _is_map(flipped, "sigmoid"):
        return negative(elementwise("softplus", flipped.args[0]))
    return _map("log1p", rest)


def _log_of_function(node: Node) -> Node | None:
    """log of exp, sigmoid, softmax, a sum of exponentials, a determinant."""
    if not _is_map(node, "log"):
        return None
    inside = node.args[0]
    if _is_map(inside, "exp"):
        return inside.args[0]
    if _is_map(inside, "sigmoid"):
        return negative(elementwise("softplus", negative(inside.args[0])))
    if inside.op == "softmax":
        scores = inside.args[0]
        return add(scores, negative(_spread(make("logsumexp", (scores,), (1, 1)), scores)))
    if inside.op == "rowsoftmax":
        scores = inside.args[0]
        peak = make("rowlogsumexp", (scores,), (scores.shape[0], 1))
        return add(scores, negative(multiply(peak, transpose(ones(scores.shape[1])))))
    if inside.op == "total" and _is_map(inside.args[0], "exp"):
        return make("logsumexp", (inside.args[0].args[0],), (1, 1))
    return logdet(inside.args[0]) if inside.op == "det" else None


def _log_of_product(node: Node) -> Node | None:
    """The logarithm of a product with a determinant or an exponential, factor by factor."""
    inside = node.args[0]
    if not _is_map(node, "log") or not inside.is_scalar:
        return None
    coefficient, scalars, _ = split_product(inside)
    parts = [(s.args if s.op == "pow" else (s, number(1))) for s in scalars]
    if not any(base.op == "det" or _is_map(base, "exp") for base, _ in parts):
        return None
    known = properties(inside)
    if coefficient <= 0 or any("positive" not in known.get(base, ()) for base, _ in parts):
        return None
    logs = [multiply(power, _settle(elementwise("log", base))) for base, power in parts]
    head = [] if coefficient == 1 else [elementwise("log", number(coefficient))]
    return add(*head, *logs)


def _exp_minus_one(node: Node) -> Node | None:
    """e^x - 1."""
    rest = _without(node, -1)
    if rest is None:
        return None
    terms = rest.args if rest.op == "add" else (rest,)
    for k, term in enumerate(terms):
        if _is_map(term, "exp"):
            return add(*terms[:k], _map("expm1", term.args[0]), *terms[k + 1 :])
    return None


def _logistic(node: Node) -> Node | None:
    """1/(1 + e^-x), and its powers."""
    base, exponent = node.args
    rest = _without(base, 1)
    if rest is None or not _is_map(rest, "exp"):
        return None
    if not exponent.is_number or exponent.data >= 0:
        return None
    return elementwise_power(elementwise("sigmoid", negative(rest.args[0])), number(-exponent.data))


def _exp_times_logistic(node: Node) -> Node | None:
    """e^x sigmoid(-x) = sigmoid(x)."""
    factors = node.args
    for k, factor in enumerate(factors):
        if not _is_map(factor, "exp"):
            continue
        for j, other in enumerate(factors):
            base, power = other.args if other.op == "pow" else (other, number(1))
            if not _is_map(base, "sigmoid") or base.args[0] is not negative(factor.args[0]):
                continue
            if power.is_number and power.data >= 1:
                lower = elementwise_power(base, number(power.data - 1))
                swapped = [elementwise("sigmoid", factor.args[0]), lower]
                kept = [f for i, f in enumerate(factors) if i not in {k, j}]
                builder = multiply if node.op == "mul" else hadamard
                return builder(*kept, *swapped)
    return None


def _sum_by_ones(node: Node) -> Node | None:
    """1'x is the total of x."""
    if node.is_scalar and len(node.args) == 2:
        for one, other in (node.args, node.args[::-1]):
            if one.op == "ones" and one.shape != (1, 1) and 1 in other.shape:
                return total(other if other.shape[1] == 1 else transpose(other))
    return None


STABLE: dict[str, tuple[Form, ...]] = {
    "map": (_log_of_function, _log_of_sum, _log_of_product),
    "add": (_exp_minus_one,),
    "pow": (_logistic,),
    "mul": (_sum_by_ones, _exp_times_logistic),
    "had": (_exp_times_logistic,),
}
