"""The working precision of ball arithmetic, set under a lock and given back.

``flint.ctx`` is one object for the whole process: two threads that set it without a
lock compute at each other's precision.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import flint

_LOCK = threading.RLock()
MOST_BITS = 1400  # a comparison still undecided here stays undecided


@contextmanager
def working_precision(bits: int, terms: int = 2) -> Iterator[None]:
    """Compute with `bits` bits and power series of `terms` terms, one thread at a time.

    Examples
    --------
    >>> before = flint.ctx.prec
    >>> with working_precision(170):
    ...     flint.ctx.prec
    170
    >>> flint.ctx.prec == before
    True
    """
    with _LOCK:
        old = flint.ctx.prec, flint.ctx.cap
        flint.ctx.prec, flint.ctx.cap = bits, terms
        try:
            yield
        finally:
            flint.ctx.prec, flint.ctx.cap = old


def bits_for(digits: int) -> int:
    """Bits that carry so many decimal digits.

    Examples
    --------
    >>> bits_for(50)
    170
    """
    return math.ceil(digits * math.log2(10)) + 3
