"""Units of information: nats, bits, and any other base of the logarithm."""

from __future__ import annotations

from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node, divide, is_zero
from derive.language.law import Parameter, Value, parameter_value
from derive.language.laws.terms import log
from derive.steps import Step

NAMES = {2: "bits", 10: "decimal digits"}
BASE = Parameter("base", "positive", "base of the logarithm")


def unit(base: Value | None) -> tuple[str, Node | None]:
    """The name of the unit, and what nats are divided by to get it (None: nats themselves).

    Raises
    ------
    ArgumentError
        `base` is no number.
    DomainError
        `base` is not positive, or is 1.
    """
    if base is None:
        return "nats", None
    try:
        node = None if isinstance(base, str) else parameter_value("logarithm", BASE, base)
    except DomainError:
        raise DomainError(
            f"the base of the logarithm must be positive and not 1, got {str(base)[:60]}\n"
            f"  to fix   : give 2 for bits, 10, ...; nats if it is left out"
        ) from None
    if node is None or node.symbols:
        raise ArgumentError(f"base must be a number, got {base!r}\n  to fix   : give 2, 10, ...")
    if node.is_number and node.data == 1:
        raise DomainError("base must not be 1: a logarithm to base 1 does not exist")
    if node.op == "constant" and node.data == "e":
        return "nats", None
    name = NAMES.get(node.data) if node.is_number else None
    return name or f"units of log({node!r}) nats", log(node)


def in_base(nats: Node, factor: Node | None) -> tuple[Node, tuple[Step, ...]]:
    """An amount in another unit, with the line that converts it."""
    if factor is None or is_zero(nats):
        return nats, ()
    converted = divide(nats, factor)
    return converted, (Step(nats, converted, "change of base: divide by its logarithm"),)
