"""Long batches in blocks that stay in the cache of the processor.

A formula of many operations makes a temporary array for each; over a million entries these
go to memory and back.  In blocks they do not, and the result is the same.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from derive.errors import DomainError

BLOCK = 32_768  # entries of the largest argument in a block
LEAST_BLOCKS = 2


def in_blocks(
    kernel: Callable[..., Any],
    ranks: Sequence[int],
    arrays: Sequence[Any],
    result_ranks: Sequence[int],
) -> Any:
    """The results of a kernel for one leading axis, block by block where that is long.

    `ranks` are the numbers of axes that each argument has of its own, `result_ranks` those of
    each result; sizes that are arguments follow and have none.
    """
    count = _length(ranks, arrays)
    if not count:
        return kernel(*arrays)
    own = max(arrays[k].size // count for k in range(len(ranks)) if _is_long(k, ranks, arrays))
    step = max(1, BLOCK // max(1, own))
    if count < LEAST_BLOCKS * step:
        return kernel(*arrays)
    np = importlib.import_module("numpy")
    whole: list[Any] = []
    is_batch: list[bool] = []
    for start in range(0, count, step):
        block = [
            a[start : start + step] if k < len(ranks) and _is_long(k, ranks, arrays) else a
            for k, a in enumerate(arrays)
        ]
        try:
            found = kernel(*block)
        except DomainError:
            kernel(*arrays)  # what is refused is named by its place in the whole batch
            raise
        results = found if isinstance(found, tuple) else (found,)
        if not whole:
            is_batch = [np.ndim(r) > rank for r, rank in zip(results, result_ranks, strict=True)]
            whole = [
                np.empty((count, *r.shape[1:]), r.dtype) if batch else r
                for r, batch in zip(results, is_batch, strict=True)
            ]
        for place, result, batch in zip(whole, results, is_batch, strict=True):
            if batch:
                place[start : start + step] = result
    return tuple(whole) if isinstance(found, tuple) else whole[0]


def _length(ranks: Sequence[int], arrays: Sequence[Any]) -> int | None:
    """The length of the one leading axis; None where there are more, or none at all."""
    lengths = set()
    for rank, array in zip(ranks, arrays, strict=False):
        lead = array.ndim - rank
        if lead > 1:
            return None
        if lead == 1 and array.shape[0] != 1:
            lengths.add(array.shape[0])
    return lengths.pop() if len(lengths) == 1 else None


def _is_long(k: int, ranks: Sequence[int], arrays: Sequence[Any]) -> bool:
    return bool(arrays[k].ndim == ranks[k] + 1 and arrays[k].shape[0] != 1)
