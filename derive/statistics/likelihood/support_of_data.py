"""Values that a law cannot have, found before a formula is asked about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from derive.errors import DomainError
from derive.language.expression import Node
from derive.language.law import Law
from derive.numeric import compile_function

Values: TypeAlias = NDArray[np.float64]


def require_in_support(law: Law, sample: Values, held: Mapping[str, Any]) -> None:
    """Raise unless every value lies in the support, as far as the numbers given show.

    Parameters
    ----------
    law : Law
        Of one value.
    sample : array of any shape
    held : mapping of str to numbers
        The parameters that are known; an end that moves with another one is not looked at.

    Raises
    ------
    DomainError
        A value lies outside; the message names the first, and its place.
    """
    support = law.support
    if support.is_angle:
        return
    outside = np.zeros(sample.shape, dtype=bool)
    for end, sign in ((support.lower, 1), (support.upper, -1)):
        if end is not None and {s.name for s in end.symbols} <= set(held):
            bound = np.asarray(number_at(end, held))
            bound = bound[..., None] if bound.ndim else bound  # one end for each sample
            reached = sign * (sample - bound)
            beyond = reached < 0 if support.is_closed or support.is_whole else reached <= 0
            outside = outside | beyond
    if support.is_whole:
        outside = outside | (sample != np.round(sample))
        if support.lower is not None and not support.lower.symbols:
            off = (sample - number_at(support.lower, held)) % support.step != 0
            outside = outside | off
    if outside.any():
        raise DomainError(
            f"a value of {law!r} lies in {support.words()}, "
            f"got {first_of(np.broadcast_to(sample, outside.shape), outside)}\n"
            f"  to fix   : leave the value out, or take a law that allows it"
        )


def first_of(sample: Values, chosen: NDArray[np.bool_]) -> str:
    """The first value that is chosen, and its place."""
    k = int(np.argmax(chosen))
    return f"{sample.flat[k]:g} at place {k + 1}"


def number_at(node: Node, held: Mapping[str, Any]) -> Any:
    """The value of a node at numbers for its names."""
    if node.is_number:
        return float(node.data)
    arguments = tuple(sorted(node.symbols, key=lambda s: s.name))
    return compile_function([("end", node)], arguments)(*(held[s.name] for s in arguments))
