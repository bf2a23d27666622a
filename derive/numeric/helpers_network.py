"""What a compiled network asks of its arguments; the text is copied into saved files.

Each function stands alone: it uses ``np``, the errors and the others here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from derive.errors import ArgumentError, DomainError, ShapeError


def network_array(name: str, value: Any, axes: int) -> Any:
    """An array of floats with a number of axes and without nan or infinities."""
    if isinstance(value, np.ma.MaskedArray):
        raise ArgumentError(f"{name} is a masked array\n  to fix   : fill it, or leave rows out")
    try:
        array = value if type(value) is np.ndarray else np.asarray(value)
        if array.dtype not in (np.float64, np.float32):
            array = array.astype(np.float64, casting="same_kind", copy=False)
    except (TypeError, ValueError):
        raise ArgumentError(f"{name} must be an array of real numbers") from None
    if array.ndim != axes:
        shape = ("a number", "a vector (d,)", "a matrix (n, d)")[axes]
        raise ShapeError(f"{name} must be {shape}, got shape {array.shape}")
    if array.size == 0:
        raise ArgumentError(f"{name} is empty: shape {array.shape}")
    if not np.isfinite(array).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise DomainError(
            f"{name} holds {array[place]} at {place}\n  to fix   : leave such entries out"
        )
    return array


def network_list(name: str, values: Any, depth: int | None, axes: int) -> list[Any]:
    """The arrays of every layer, from the first."""
    if not isinstance(values, list | tuple) or not values:
        raise ArgumentError(f"{name} must be a list with one array a layer")
    if depth is not None and len(values) != depth:
        raise ShapeError(f"{name} has {len(values)} arrays, the network has {depth} layers")
    return [network_array(f"{name}[{k}]", value, axes) for k, value in enumerate(values)]


def require_network(
    x: Any, y: Any, weights: list[Any], biases: list[Any] | None, widths: Any, is_batch: bool
) -> None:
    """Raise where shapes of neighbouring layers disagree; the message names the layer."""
    if biases is not None and len(biases) != len(weights):
        raise ShapeError(f"there are {len(weights)} weights and {len(biases)} biases")
    below, source = x.shape[-1], "x has"
    for k, W in enumerate(weights):
        if W.shape[1] != below:
            raise ShapeError(
                f"layer {k + 1}: weights[{k}] of shape {W.shape} takes {W.shape[1]} inputs, "
                f"{source} {below}\n"
                f"  to fix   : the columns of a layer are the rows of the one below"
            )
        if biases is not None and biases[k].shape != (W.shape[0],):
            raise ShapeError(
                f"layer {k + 1}: weights[{k}] of shape {W.shape} needs biases[{k}] of shape "
                f"{(W.shape[0],)}, got {biases[k].shape}"
            )
        if widths is not None and (below, W.shape[0]) != tuple(widths[k : k + 2]):
            raise ShapeError(
                f"layer {k + 1}: weights[{k}] has shape {W.shape}, the network was compiled "
                f"for {(widths[k + 1], widths[k])}"
            )
        below, source = W.shape[0], f"layer {k + 1} gives"
    wanted = (x.shape[0], below) if is_batch else (below,)
    if y.shape != wanted:
        raise ShapeError(f"y must have shape {wanted} as the last layer gives, got {y.shape}")


def require_distributions(y: Any) -> None:
    """Raise unless the entries of each target are nonnegative and sum to one."""
    totals = np.atleast_1d(y.sum(axis=-1))
    is_off = np.abs(totals - 1.0) > 1e-5
    if (y < 0).any() or is_off.any():
        found = "a negative entry" if (y < 0).any() else f"a sum of {totals[is_off][0]:.6g}"
        raise DomainError(
            f"y has {found}; for cross entropy each target is one-hot or a distribution"
        )
