"""Whole exponents: which scalars are whole numbers by their form, and powers of numbers."""

from __future__ import annotations

from fractions import Fraction

from derive.language.structure import Structure

# A larger numeric power stays a power; Python writes no integer of more than 4300 digits.
MAX_FOLDED_BITS = 13_000
WHOLE_FACTS = frozenset({"integer", "sign", "binary"})


def _is_count(node: Structure) -> bool:
    """Whether an exponent is a number 0, 1, 2, ..."""
    return node.op == "number" and node.data.denominator == 1 and node.data >= 0


def is_whole(node: Structure) -> bool:
    """Whether a scalar is a whole number whatever its symbols are.

    Sums, products and powers of whole numbers are whole; sizes and indices are.
    """
    pending = [node]
    while pending:
        part = pending.pop()
        if part.op in {"add", "mul"} and part.is_scalar:
            pending.extend(part.args)
        elif part.op == "pow" and _is_count(part.args[1]):
            pending.append(part.args[0])
        elif part.op == "number":
            if part.data.denominator != 1:
                return False
        elif part.op not in {"size", "index"} and not part.facts & WHOLE_FACTS:
            return False
    return True


def whole_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """A number to a whole power, if that stays small and is defined."""
    if exponent.denominator != 1 or (base == 0 and exponent < 0):
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    return base ** int(exponent) if bits * abs(exponent) <= MAX_FOLDED_BITS else None
