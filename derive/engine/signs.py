"""What is known of signs and definiteness from the facts that were declared.

Every answer is "certainly" or "not known"; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.language.canonical import same
from derive.language.expression import Node, chain_of, split_product, transpose
from derive.language.operators import ELEMENTWISE

POSITIVE_RANGE = {name for name, row in ELEMENTWISE.items() if row.range in {"positive", "unit"}}
NONNEGATIVE_RANGE = POSITIVE_RANGE | {
    name for name, row in ELEMENTWISE.items() if row.range == "nonnegative"
}


def is_positive(node: Node) -> bool:
    """Whether every entry is certainly > 0."""
    op, args = node.op, node.args
    if op == "number":
        return bool(node.data > 0)
    if op in {"constant", "size", "ones", "softmax", "rowsoftmax"}:
        return True
    if op == "symbol":
        return "positive" in node.facts
    if op == "map":
        return node.data in POSITIVE_RANGE
    if op == "pow":
        return is_positive(args[0]) or (_is_even(args[1]) and is_nonzero(args[0]))
    if op == "add":
        if all(map(is_nonnegative, args)) and any(map(is_positive, args)):
            return True
        return any(map(is_one, args)) and all(is_one(a) or is_inside_unit(-a) for a in args)
    if op == "transpose":
        return is_positive(args[0])
    if op == "had":
        return all(map(is_positive, args))
    if op == "mul":
        return all(map(is_positive, args))
    if op == "det":
        return is_positive_definite(args[0])
    if op == "total":
        return is_positive(args[0])
    if op == "diagonal":
        return is_positive_definite(args[0])
    return False


def is_one(node: Node) -> bool:
    """Whether every entry is the number 1."""
    return node.op == "ones" or (node.op == "number" and node.data == 1)


def is_inside_unit(node: Node) -> bool:
    """Whether every entry certainly lies strictly between 0 and 1."""
    if node.op == "map":
        return ELEMENTWISE[node.data].range == "unit"
    if node.op == "symbol":
        return "probability" in node.facts
    return node.op == "number" and 0 < node.data < 1


def is_nonnegative(node: Node) -> bool:
    """Whether every entry is certainly >= 0."""
    op, args = node.op, node.args
    if is_positive(node):
        return True
    if op == "number":
        return bool(node.data >= 0)
    if op in {"norm1", "norm2", "zero", "eye"}:
        return True
    if op == "symbol":
        return "nonnegative" in node.facts
    if op == "map":
        return node.data in NONNEGATIVE_RANGE
    if op == "pow":
        return is_nonnegative(args[0]) or _is_even(args[1])
    if op in {"add", "had", "total", "diag", "diagonal", "transpose"}:
        return all(map(is_nonnegative, args))
    if op == "trace":
        return is_nonnegative(args[0]) or is_positive_semidefinite(args[0])
    if op == "mul":
        if node.is_scalar and not args[0].is_scalar:
            factors = chain_of(node)
            half = len(factors) // 2
            left = [transpose(f) for f in reversed(factors[len(factors) - half :])]
            if all(same(a, b) for a, b in zip(factors[:half], left, strict=True)):
                return len(factors) % 2 == 0 or is_positive_semidefinite(factors[half])
        return all(map(is_nonnegative, args))
    return False


def is_nonzero(node: Node) -> bool:
    """Whether no entry can be zero."""
    if is_positive(node) or is_positive(-node):
        return True
    if node.op == "symbol":
        return "nonzero" in node.facts
    if node.op in {"pow", "map"}:
        return node.op == "pow" and is_nonzero(node.args[0])
    if node.op == "had" or (node.op == "mul" and node.is_scalar and node.args[0].is_scalar):
        return all(map(is_nonzero, node.args))
    if node.op == "det":
        return is_invertible(node.args[0])
    return False


def is_positive_definite(node: Node) -> bool:
    """Whether a square node is certainly symmetric positive definite."""
    op, args = node.op, node.args
    if node.is_scalar:
        return is_positive(node)
    if op == "eye":
        return True
    if op == "symbol":
        return "spd" in node.facts or {"diagonal", "positive"} <= node.facts
    if op == "add":
        return all(map(is_positive_semidefinite, args)) and any(map(is_positive_definite, args))
    if op in {"inverse", "mpow", "transpose"}:
        return is_positive_definite(args[0])
    if op == "diag":
        return is_positive(args[0])
    if op == "mul":
        coefficient, scalars, chain = split_product(node)
        if coefficient > 0 and all(map(is_positive, scalars)) and chain:
            return _is_congruence(chain, is_positive_definite, square=True)
    return False


def is_positive_semidefinite(node: Node) -> bool:
    """Whether a square node is certainly symmetric positive semidefinite."""
    if node.is_scalar:
        return is_nonnegative(node)
    if is_positive_definite(node) or node.op == "zero":
        return True
    if node.op == "symbol":
        return "psd" in node.facts
    if node.op == "add":
        return all(map(is_positive_semidefinite, node.args))
    if node.op == "diag":
        return is_nonnegative(node.args[0])
    if node.op == "transpose":
        return is_positive_semidefinite(node.args[0])
    if node.op == "mul":
        coefficient, scalars, chain = split_product(node)
        if coefficient > 0 and all(map(is_nonnegative, scalars)) and chain:
            return _is_congruence(chain, is_positive_semidefinite, square=False)
    return False


def is_invertible(node: Node) -> bool:
    """Whether a square node certainly has an inverse."""
    if node.is_scalar:
        return is_nonzero(node)
    if is_positive_definite(node):
        return True
    if node.op == "symbol":
        return "invertible" in node.facts or {"diagonal", "nonzero"} <= node.facts
    if node.op in {"inverse", "mpow", "transpose"}:
        return is_invertible(node.args[0])
    if node.op == "diag":
        return is_nonzero(node.args[0])
    if node.op == "mul":
        coefficient, scalars, chain = split_product(node)
        return (
            coefficient != 0
            and all(map(is_nonzero, scalars))
            and all(f.shape[0] == f.shape[1] and is_invertible(f) for f in chain)
        )
    return False


def _is_even(exponent: Node) -> bool:
    return (
        exponent.op == "number"
        and exponent.data.numerator % 2 == 0
        and (exponent.data.denominator == 1)
    )


def _is_congruence(
    chain: tuple[Node, ...], middle_is: Callable[[Node], bool], square: bool
) -> bool:
    """Whether a chain reads B' M B with M as asked (or B'B); `square` asks B invertible."""
    half = len(chain) // 2
    mirrored = [transpose(f) for f in reversed(chain[len(chain) - half :])]
    if not all(same(a, b) for a, b in zip(chain[:half], mirrored, strict=True)):
        return False
    if square and not all(f.shape[0] == f.shape[1] and is_invertible(f) for f in chain[:half]):
        return False
    return len(chain) % 2 == 0 or middle_is(chain[half])
