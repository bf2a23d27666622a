"""Exponentials and sigmoids that cancel with a number, or that overflow above their sum."""

from __future__ import annotations

from collections.abc import Collection

from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    make,
    multiply,
    negative,
    number,
    transpose,
)
from derive.language.functions import elementwise, hadamard, logdet, total
from derive.language.properties import is_positive_definite
from derive.numeric.stable_logarithms import log_of_exponentials, row_sums_of_exponentials
from derive.numeric.stable_parts import complements, constant_of, is_map, map_of, spread, without


def one_minus(node: Node) -> Node | None:
    """c - c e^x and c - c sigmoid(x), which cancel; c is a number."""
    for value, function, others in complements(node):
        if is_map(function, "exp"):
            less_one = map_of("expm1", function.args[0])
        elif is_map(function, "sigmoid"):
            less_one = negative(elementwise("sigmoid", negative(function.args[0])))
        else:
            continue
        return add(*others, multiply(number(-value), less_one))
    return None


def slope_of_tanh(node: Node, needed: Collection[Node]) -> Node | None:
    """c - c tanh(x)^2, which cancels, unless tanh(x) is among the nodes `needed` anyway."""
    for value, square, others in complements(node):
        if square.op != "pow" or constant_of(square.args[1]) != 2:
            continue
        if is_map(square.args[0], "tanh") and square.args[0] not in needed:
            slope = map_of("sech2", square.args[0].args[0])
            return add(*others, multiply(number(value), slope))
    return None


def over_sum(node: Node) -> Node | None:
    """e^u over a sum of exponentials, anywhere in a product."""
    for k, below in enumerate(node.args):
        parts = _one_over_exponentials(below)
        if parts is None:
            continue
        log_sum, kept = parts
        for j, factor in enumerate(node.args):
            smaller = _divided(factor, log_sum)
            if smaller is not None:
                changed = {k: kept, j: smaller}
                builder = multiply if node.op == "mul" else hadamard
                return builder(*(changed.get(i, arg) for i, arg in enumerate(node.args)))
    return None


def _one_over_exponentials(node: Node) -> tuple[Node, Node] | None:
    """Of 1/s or (1/s) 1' with a sum s of exponentials: its logarithm, and what else is there."""
    is_repeated = node.op == "mul" and all(arg.op == "ones" for arg in node.args[1:])
    power, *repeats = node.args if is_repeated else (node,)
    if power.op != "pow" or not power.args[1].is_number or power.args[1].data > -1:
        return None
    log_sum = log_of_exponentials(power.args[0])
    if log_sum is None:
        return None
    left = power.args[1].data + 1
    kept = multiply(elementwise_power(power.args[0], number(left)), *repeats)
    return multiply(log_sum, *repeats), kept if left else spread(number(1), node)


def _divided(node: Node, log_sum: Node) -> Node | None:
    """A node divided by e^log_sum inside an exponential in it, if it is linear in one."""
    if is_map(node, "exp"):
        scores = node.args[0]
        is_own = log_sum.op == "logsumexp" and log_sum.args[0] is scores
        if is_own and scores.shape[1] == 1:
            return make("softmax", (scores,), scores.shape)
        if log_sum.op == "mul" and log_sum.args[0] is make(
            "rowlogsumexp", (scores,), (scores.shape[0], 1)
        ):
            return make("rowsoftmax", (scores,), scores.shape)
        if log_sum.is_scalar or log_sum.shape == scores.shape:
            parts = log_sum.args if log_sum.op == "add" else (log_sum,)
            below = [spread(p, scores) if log_sum.is_scalar else p for p in parts]
            return elementwise("exp", _difference(scores, below))
        return None
    if not log_sum.is_scalar:
        return None
    if node.op in {"transpose", "total"}:
        smaller = _divided(node.args[0], log_sum)
        builder = transpose if node.op == "transpose" else total
        return None if smaller is None else builder(smaller)
    if node.op == "add":
        smaller_terms = [_divided(term, log_sum) for term in node.args]
        found = [term for term in smaller_terms if term is not None]
        return add(*found) if len(found) == len(node.args) else None
    if node.op in {"mul", "had"}:
        product = multiply if node.op == "mul" else hadamard
        for k, arg in enumerate(node.args):
            smaller = _divided(arg, log_sum)
            if smaller is not None:
                return product(*node.args[:k], smaller, *node.args[k + 1 :])
    return None


def _difference(left: Node, subtracted: list[Node]) -> Node:
    """A sum less others; what stands in both is left out."""
    terms = list(left.args) if left.op == "add" else [left]
    kept = []
    for part in subtracted:
        if part in terms:
            terms.remove(part)
        else:
            kept.append(negative(part))
    return add(*terms, *kept) if terms or kept else spread(number(0), left)


def over_row_sums(node: Node) -> Node | None:
    """diag(1/(e^X 1)) e^X: each row over its sum."""
    for k in range(len(node.args) - 1):
        rows, exponential = node.args[k : k + 2]
        below = rows.args[0] if rows.op == "diag" else rows
        if rows.op != "diag" or below.op != "pow" or not is_map(exponential, "exp"):
            continue
        scores = row_sums_of_exponentials(below.args[0])
        if scores is exponential.args[0] and constant_of(below.args[1]) == -1:
            softmax = make("rowsoftmax", (scores,), scores.shape)
            return multiply(*node.args[:k], softmax, *node.args[k + 2 :])
    return None


def logistic(node: Node) -> Node | None:
    """1/(1 + e^-x), and its powers."""
    base, exponent = node.args
    rest = without(base, 1)
    if rest is None or not is_map(rest, "exp"):
        return None
    if not exponent.is_number or exponent.data >= 0:
        return None
    return elementwise_power(elementwise("sigmoid", negative(rest.args[0])), number(-exponent.data))


def exp_times_logistic(node: Node) -> Node | None:
    """e^x sigmoid(-x) = sigmoid(x)."""
    factors = node.args
    for k, factor in enumerate(factors):
        if not is_map(factor, "exp"):
            continue
        for j, other in enumerate(factors):
            base, power = other.args if other.op == "pow" else (other, number(1))
            if not is_map(base, "sigmoid") or base.args[0] is not negative(factor.args[0]):
                continue
            if power.is_number and power.data >= 1:
                lower = elementwise_power(base, number(power.data - 1))
                swapped = [elementwise("sigmoid", factor.args[0]), lower]
                kept = [f for i, f in enumerate(factors) if i not in {k, j}]
                builder = multiply if node.op == "mul" else hadamard
                return builder(*kept, *swapped)
    return None


def one_exponential(node: Node) -> Node | None:
    """e^a e^b = e^(a + b), and the same of numeric powers."""
    found = {k: exponent for k, f in enumerate(node.args) if (exponent := _exponent(f))}
    if len({exponent.shape for exponent in found.values()}) != 1 or len(found) < 2:
        return None
    whole = elementwise("exp", add(*found.values()))
    kept = [whole if k == min(found) else f for k, f in enumerate(node.args)]
    kept = [f for k, f in enumerate(kept) if k == min(found) or k not in found]
    builder = multiply if node.op == "mul" else hadamard
    return builder(*kept)


def _exponent(factor: Node) -> Node | None:
    """k a, of a factor (e^a)^k of a product of numbers or an elementwise one.

    A positive determinant is the exponential of its logarithm.
    """
    base, power = factor.args if factor.op == "pow" else (factor, number(1))
    if base.op == "det" and is_positive_definite(base.args[0]):
        return multiply(power, logdet(base.args[0]))
    if is_map(base, "exp") and power.is_number:
        return multiply(power, base.args[0])
    return None


def sum_by_ones(node: Node) -> Node | None:
    """1'x is the total of x."""
    if node.is_scalar and len(node.args) == 2:
        for one, other in (node.args, node.args[::-1]):
            if one.op == "ones" and one.shape != (1, 1) and 1 in other.shape:
                return total(other if other.shape[1] == 1 else transpose(other))
    return None
