"""Activations and heads: what turns the sum of a layer into its output."""

from __future__ import annotations

from collections.abc import Callable

from derive.errors import ArgumentError
from derive.language.expression import Node
from derive.language.functions import elementwise, hadamard, rowsoftmax, softmax
from derive.language.operators import ELEMENTWISE
from derive.rules.elementwise import DERIVATIVES

Build = Callable[[Node], Node]


def _gelu(z: Node) -> Node:
    """z Phi(z), with the standard normal distribution function: hendrycks2016."""
    return hadamard(z, elementwise("normcdf", z))


def _silu(z: Node) -> Node:
    return hadamard(z, elementwise("sigmoid", z))


#: Activations that are not one elementwise function.
COMPOSED: dict[str, Build] = {"identity": lambda z: z, "gelu": _gelu, "silu": _silu}

#: Elementwise functions that no layer can learn through: their slope is zero where it exists.
FLAT = frozenset({"sign", "step", "closed_step"})


def activation_names() -> tuple[str, ...]:
    """Every activation: defined for all arguments, and with a slope."""
    plain = (
        name
        for name, row in ELEMENTWISE.items()
        if name in DERIVATIVES and row.domain == "all" and name not in FLAT
    )
    return tuple(sorted((*COMPOSED, *plain)))


def require_activation(name: object) -> str:
    """The name, if an activation has it.

    Raises
    ------
    ArgumentError
        None has; the message lists those that are known.
    """
    if isinstance(name, str) and name in activation_names():
        return name
    reason = ""
    if isinstance(name, str) and name in FLAT:
        reason = f"\n  reason   : the slope of {name} is zero, so nothing below it would move"
    elif isinstance(name, str) and name in ELEMENTWISE:
        reason = f"\n  reason   : {name} is not defined for every argument"
    raise ArgumentError(
        f"no activation is called {str(name)[:60]!r}{reason}\n"
        f"  known    : {', '.join(activation_names())}"
    )


def activated(name: str, z: Node) -> Node:
    """An activation of a node."""
    return COMPOSED[name](z) if name in COMPOSED else elementwise(name, z)


def _softmax(z: Node, is_batch: bool) -> Node:
    return rowsoftmax(z) if is_batch else softmax(z)


HEADS: dict[str, Callable[[Node, bool], Node]] = {
    "identity": lambda z, is_batch: z,
    "sigmoid": lambda z, is_batch: elementwise("sigmoid", z),
    "softmax": _softmax,
}
