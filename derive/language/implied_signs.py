"""What the names in a parameter must be for it to have the fact of its place.

``1/theta`` and ``sqrt(2 v)`` are positive only where theta and v are, and ``1 - q`` is a
probability only where q is one.  Products of which one factor alone has an open sign are read,
and powers; of a sum, or of two open signs, nothing follows for one name.  That a name is negative
is not said: the parameter as a whole is the simpler letter then.
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.language.expression import Node, number
from derive.language.properties import is_negative, is_positive

OPPOSITE = {"positive": "negative", "negative": "positive"}


def implied_facts(value: Node, fact: str) -> Mapping[Node, str]:
    """The facts of names that a scalar cannot do without if it has `fact`.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> implied_facts(1 / symbol("theta"), "positive")
    {theta: 'positive'}
    >>> implied_facts(1 - symbol("q"), "probability")
    {q: 'probability'}
    """
    if fact == "probability":
        complement = _complement(value)
        return {complement: fact} if complement is not None else _of_sign(value, "positive")
    return _of_sign(value, fact) if fact in OPPOSITE else {}


def _complement(value: Node) -> Node | None:
    """The q of ``1 - q``."""
    if value.op != "add" or len(value.args) != 2 or number(1) not in value.args:
        return None
    (other,) = (arg for arg in value.args if arg is not number(1))
    is_negated = other.op == "mul" and len(other.args) == 2 and other.args[0] is number(-1)
    return other.args[1] if is_negated and other.args[1].op == "symbol" else None


def _of_sign(value: Node, sign: str) -> Mapping[Node, str]:
    """What follows from the sign of a value."""
    if value.op == "symbol":
        return {value: sign} if sign == "positive" else {}
    if value.op == "mul":
        settled = [f for f in value.args if is_positive(f) or is_negative(f)]
        still_open = [f for f in value.args if f not in settled]
        if len(still_open) != 1:
            return {}
        turned = sum(is_negative(f) for f in settled) % 2 == 1
        return _of_sign(still_open[0], OPPOSITE[sign] if turned else sign)
    if value.op == "pow" and value.args[1].op == "number":
        base, exponent = value.args[0], value.args[1].data
        if exponent.denominator == 1 and exponent % 2:
            return _of_sign(base, sign)
        if exponent.denominator % 2 == 0 and sign == "positive":
            return _of_sign(base, sign)  # an even root is of what is not negative
        if exponent.denominator == 1 and base.op == "symbol" and sign == "positive":
            return {base: "nonzero"}
    return {}
