"""Which scalars are whole numbers by their form: the exponents that a matrix can have."""

from __future__ import annotations

from derive.language.structure import Structure

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
