"""Differentials of sums over an index and of powers with a named exponent.

Letters as in ``differentials.py``; ``k`` is an exponent, ``i`` an index.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.errors import NoRuleError
from derive.language.exponents import (
    collected,
    is_never_negative,
    is_never_positive,
    symbolic_power,
)
from derive.language.expression import Node, is_zero, make
from derive.language.indices import fresh_index, sum_over
from derive.rules.rule import Rule


def _power_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """The product rule for k equal factors."""
    (A, k), (dA, dk) = args, dargs
    if not is_zero(dk):
        raise NoRuleError(
            f"a power of a matrix has no differential in its whole exponent: {e!r:.120}\n"
            f"  to fix   : differentiate by what the matrix holds"
        )
    if is_never_positive(k):  # of m = -k factors A^-1
        i = fresh_index(e, collected(-k - 1), first=0)
        return -sum_over(symbolic_power(A, -i - 1) @ dA @ symbolic_power(A, k + i), i)
    if not is_never_negative(k):
        raise NoRuleError(
            f"the differential of {e!r:.120} depends on the sign of {k!r:.60}\n"
            f"  to fix   : declare the exponent a positive (or nonnegative) integer; "
            f"write a negative power as a power of inv(X)"
        )
    i = fresh_index(e, collected(k - 1), first=0)
    return sum_over(symbolic_power(A, i) @ dA @ symbolic_power(A, k - 1 - i), i)


SUMS: tuple[Rule, ...] = (
    Rule(
        "linearity",
        "sum_over",
        "d sum_i u_i = sum_i du_i",
        # kept as a sum: what stands for du may hold the index without showing it
        lambda e, a, d: make("sum_over", (d[0],), e.shape, e.data),
        linear=True,
    ),
    Rule("power", "matpow", "d(A^k) = sum_{i=0}^{k-1} A^i dA A^(k-1-i)", _power_rule),
)
