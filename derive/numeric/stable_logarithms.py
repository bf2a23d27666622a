"""Logarithms of what overflows, underflows or cancels before the logarithm is taken."""

from __future__ import annotations

from derive.language.expression import (
    Node,
    add,
    make,
    multiply,
    negative,
    number,
    ones,
    split_product,
    transpose,
)
from derive.language.functions import elementwise, hadamard, logdet
from derive.language.properties import is_positive
from derive.numeric.stable_bessel import log_of_bessel
from derive.numeric.stable_normal import log_of_normal
from derive.numeric.stable_parts import complements, constant_of, is_map, map_of, spread, without


def stable_log(node: Node) -> Node:
    """The logarithm of a node, in a stable form."""
    plain = elementwise("log", node)
    if not is_map(plain, "log"):
        return plain
    return next((better for form in LOGARITHMS if (better := form(plain.args[0]))), plain)


def stable_log_of(node: Node) -> Node | None:
    """A better form of a logarithm, if there is one."""
    better = stable_log(node.args[0]) if is_map(node, "log") else node
    return None if better is node else better


# --- sums of exponentials -------------------------------------------------------------


def log_of_exponentials(node: Node) -> Node | None:
    """The logarithm of a sum of exponentials: of entries, along rows, of several arrays."""
    if node.op == "total" and is_map(node.args[0], "exp"):
        return make("logsumexp", (node.args[0].args[0],), (1, 1))
    if node.op == "add":
        logs = [t.args[0] if is_map(t, "exp") else log_of_exponentials(t) for t in node.args]
        result = logs[0]
        for log in logs[1:]:
            if result is None or log is None:
                return None
            result = add(result, elementwise("softplus", add(log, negative(result))))
        return result
    if node.op != "mul" or is_map(node.args[0], "log"):
        return None
    if len(node.args) == 2 and (scores := row_sums_of_exponentials(node)) is not None:
        return make("rowlogsumexp", (scores,), (scores.shape[0], 1))
    if is_map(node.args[0], "exp") and all(arg.op == "ones" for arg in node.args[1:]):
        return _row_sums_repeated(node)
    return None


def _row_sums_repeated(node: Node) -> Node | None:
    """e^X 1 1': the row sums in every column."""
    scores = node.args[0].args[0]
    (_, inner), columns = scores.shape, node.shape[1]
    shapes = [arg.shape for arg in node.args[1:]]
    if shapes not in ([(inner, 1), (1, columns)], [(inner, columns)]):
        return None
    log_sums = make("rowlogsumexp", (scores,), (scores.shape[0], 1))
    return multiply(log_sums, transpose(ones(node.shape[1])))


def row_sums_of_exponentials(node: Node) -> Node | None:
    """X, of e^X 1."""
    if node.op != "mul" or len(node.args) != 2 or node.args[1].op != "ones":
        return None
    left, right = node.args
    if right.shape[1] != 1 or right.shape[0] == 1:
        return None
    if is_map(left, "exp"):
        return left.args[0]
    if left.op == "transpose" and is_map(left.args[0], "exp"):
        return transpose(left.args[0].args[0])
    return None


# --- forms of log(inside) -------------------------------------------------------------


def _of_function(inside: Node) -> Node | None:
    """log of exp, expm1, sigmoid, cosh, softmax, a determinant."""
    if is_map(inside, "exp"):
        return inside.args[0]
    if is_map(inside, "sigmoid"):
        return negative(elementwise("softplus", negative(inside.args[0])))
    if is_map(inside, "cosh"):
        return map_of("logcosh", inside.args[0])
    if is_map(inside, "expm1"):
        return add(inside.args[0], map_of("log1mexp", negative(inside.args[0])))
    if is_map(negative(inside), "expm1"):
        return map_of("log1mexp", negative(inside).args[0])
    if inside.op == "softmax":
        scores = inside.args[0]
        return add(scores, negative(spread(make("logsumexp", (scores,), (1, 1)), scores)))
    if inside.op == "rowsoftmax":
        scores = inside.args[0]
        peak = make("rowlogsumexp", (scores,), (scores.shape[0], 1))
        return add(scores, negative(multiply(peak, transpose(ones(scores.shape[1])))))
    return logdet(inside.args[0]) if inside.op == "det" else None


def _of_one_plus(inside: Node) -> Node | None:
    """log(1 + e^x) and log(1 + x)."""
    rest = without(inside, 1)
    if rest is None:
        return None
    return elementwise("softplus", rest.args[0]) if is_map(rest, "exp") else map_of("log1p", rest)


def _of_slope(inside: Node) -> Node | None:
    """log(c - c tanh(x)^2), which is log c - 2 log cosh x."""
    for value, square, others in complements(inside):
        if others or value < 0 or square.op != "pow" or constant_of(square.args[1]) != 2:
            continue
        if is_map(square.args[0], "tanh"):
            twice = multiply(number(-2), map_of("logcosh", square.args[0].args[0]))
            outside = elementwise("log", number(value))
            return twice if value == 1 else add(spread(outside, inside), twice)
    return None


def _is_split(node: Node) -> bool:
    """Whether a positive factor is better taken out of a logarithm."""
    if is_map(node, "expm1") or is_map(negative(node), "expm1"):
        return False
    if node.op in {"besseli", "det"}:
        return is_positive(node)
    return any(
        form(node) is not None for form in (log_of_normal, _of_function, log_of_exponentials)
    )


def _of_product(inside: Node) -> Node | None:
    """The logarithm of a product with a determinant or exponentials, factor by factor.

    What is positive stands apart; the other factors stay together under one logarithm.
    """
    if inside.op == "had":
        split = [arg for arg in inside.args if _is_split(arg)]
        kept = [arg for arg in inside.args if arg not in split]
        if not split or not kept:
            return add(*map(stable_log, split)) if split else None
        return add(stable_log(hadamard(*kept)), *map(stable_log, split))
    if inside.op != "mul":
        return None
    coefficient, scalars, chain = split_product(inside)
    array = multiply(*chain) if chain else None
    if array is not None and (not _is_split(array) or array is inside):
        return None
    parts = [(s.args if s.op == "pow" else (s, number(1))) for s in scalars]
    if array is None and not any(_is_split(base) for base, _ in parts):
        return None
    logs, rest = [], [number(coefficient)]
    for scalar, (base, power) in zip(scalars, parts, strict=True):
        if is_positive(base) or _is_split(base):
            logs.append(multiply(power, stable_log(base)))
        else:
            rest.append(scalar)
    if coefficient < 0 and len(rest) == 1:
        return None
    if coefficient != 1 or len(rest) > 1:
        logs.append(stable_log(multiply(*rest)))
    outside = add(*logs)
    return outside if array is None else add(spread(outside, inside), stable_log(array))


def _of_power(inside: Node) -> Node | None:
    """The logarithm of constants times a power of one positive scalar: the power may overflow."""
    coefficient, scalars, chain = split_product(inside)
    named = [scalar for scalar in scalars if scalar.symbols]
    if chain or len(named) != 1 or named[0].op != "pow" or coefficient <= 0:
        return None
    base, exponent = named[0].args
    constants = [scalar for scalar in scalars if not scalar.symbols]
    if not (exponent.is_number and base.op == "symbol" and is_positive(base)):
        return None
    log = multiply(exponent, elementwise("log", base))
    if coefficient == 1 and not constants:
        return log
    return add(elementwise("log", multiply(number(coefficient), *constants)), log)


def multiple_of_log(node: Node) -> Node | None:
    """A number times log c + k log x, term by term."""
    if node.op != "mul" or len(node.args) != 2 or not node.args[0].is_number:
        return None
    factor, inside = node.args
    if inside.op != "add" or len(inside.args) != 2:
        return None
    constant, log = inside.args
    is_log = log.op == "mul" and len(log.args) == 2 and is_map(log.args[1], "log")
    if constant.symbols or not is_log or not log.args[0].is_number:
        return None
    return add(multiply(factor, constant), multiply(factor, log))


LOGARITHMS = (
    *(log_of_normal, log_of_bessel, _of_function, _of_slope, _of_power),
    *(log_of_exponentials, _of_one_plus, _of_product),
)
