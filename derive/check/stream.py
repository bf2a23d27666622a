"""Reproducible numbers from content: the same claim and seed give the same points.

The key is the SHA-256 of a canonical structural text and the seed; the numbers are the
output of SHAKE-256 on it.  No state is shared, no library generator is used, and neither
hash order nor the platform matters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from derive.language.expression import Node
from derive.language.functions import postorder


def fingerprint(nodes: Iterable[Node], seed: int = 0) -> bytes:
    """The SHA-256 of the structure of some nodes, in order, and a seed.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> fingerprint([symbol("x")]) == fingerprint([symbol("x")])
    True
    >>> fingerprint([symbol("x")]) == fingerprint([symbol("x")], seed=1)
    False
    """
    roots = list(nodes)
    numbers: dict[Node, int] = {}
    lines = [f"seed {seed}"]
    for node in postorder(*roots):
        numbers[node] = len(numbers)
        args = " ".join(str(numbers[arg]) for arg in node.args)
        lines.append(f"{node.op}|{node.data}|{node.shape[0]}x{node.shape[1]}|{args}")
    lines.append("roots " + " ".join(str(numbers[root]) for root in roots))
    return hashlib.sha256("\n".join(lines).encode()).digest()


class Stream:
    """Whole numbers drawn from a key."""

    def __init__(self, key: bytes):
        self._key = key
        self._drawn = 0

    def integers(self, low: int, high: int, shape: tuple[int, ...]) -> NDArray[np.int64]:
        """Uniform whole numbers with `low` <= k < `high`."""
        count = int(np.prod(shape))
        text = self._key + self._drawn.to_bytes(8, "little")
        self._drawn += 1
        words = np.frombuffer(hashlib.shake_256(text).digest(4 * count), dtype="<u4")
        return ((words.astype(np.int64) * (high - low)) >> 32).reshape(shape) + low
