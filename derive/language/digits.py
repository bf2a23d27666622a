"""How many digits the numbers of an expression have, found without evaluating a power."""

from __future__ import annotations

from math import log10

from derive.errors import LimitError
from derive.language.expression import Node
from derive.language.functions import postorder

MAX_DIGITS = 100  # above and below a fraction
_BEYOND = 300.0  # powers of ten up to here are floats


def require_short(where: str, node: Node) -> None:
    """Raise if a number in `node`, written or as a power, is longer than anybody reads.

    Raises
    ------
    LimitError
        Names the place and the limit.

    Examples
    --------
    >>> from derive.language.expression import number, power
    >>> require_short("rate", power(number(9), number(9)))
    >>> require_short("rate", number(10) ** 400)
    Traceback (most recent call last):
    derive.errors.LimitError: rate holds a number of about 400 digits, over the limit of 100
      to fix   : call the number by a name, and put its value in afterwards
    """
    digits: dict[Node, float] = {}
    for part in postorder(node):
        if part.symbols:
            continue
        digits[part] = _digits(part, [digits.get(arg, 0.0) for arg in part.args])
        if digits[part] > MAX_DIGITS:
            raise LimitError(
                f"{where} holds a number of about {digits[part]:.0f} digits, "
                f"over the limit of {MAX_DIGITS}\n"
                f"  to fix   : call the number by a name, and put its value in afterwards"
            )


def _digits(node: Node, args: list[float]) -> float:
    """A bound on the digits of a number without symbols, from those of its arguments."""
    if node.op == "number":
        return log10(max(abs(node.data.numerator), node.data.denominator))
    if node.op in ("add", "mul"):
        return sum(args)
    if node.op == "pow":
        exponent = node.args[1]
        is_small = exponent.is_number and args[1] < _BEYOND
        times = abs(float(exponent.data)) if is_small else 10 ** min(args[1], _BEYOND)
        return args[0] * float(times)
    return 0.0
