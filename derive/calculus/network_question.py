"""What a question about a network says: read, checked, and told what is wrong with it."""

from __future__ import annotations

from operator import index
from typing import Any

from derive.asking import elaborate
from derive.engine.network.activations import HEADS, require_activation
from derive.engine.network.architecture import DEPTH, Architecture, OwnLoss
from derive.engine.network.losses import LOSSES
from derive.errors import ArgumentError, LimitError, ShapeError
from derive.language.expression import symbol
from derive.language.sizes import shape_text

MOST_LAYERS = 64
BATCHES = {False: "", True: "sum", "sum": "sum", "mean": "mean"}


def architecture(
    layers: Any,
    activation: Any,
    head: Any,
    loss: Any,
    batch: Any,
    bias: Any,
    weight_decay: Any,
    shapes: str,
) -> Architecture:
    depth = _depth(layers)
    names = _activations(activation, depth)
    if head not in HEADS:
        raise ArgumentError(
            f"no head is called {str(head)[:60]!r}\n  known    : {', '.join(HEADS)}"
        )
    mode = _batch(batch)
    if isinstance(loss, str) and loss in LOSSES:
        _require_pair(head, loss)
        chosen: str | OwnLoss = loss
    else:
        chosen = _own_loss(loss, shapes, bool(mode))
    _require_choices(bias, weight_decay)
    return Architecture(depth, names, head, chosen, bias, weight_decay, mode)


def _require_choices(bias: Any, weight_decay: Any) -> None:
    """Raise for a bias or a weight decay that is neither there nor not there."""
    if not isinstance(bias, bool):
        raise ArgumentError(f"bias is True or False, got {str(bias)[:40]!r}")
    if not isinstance(weight_decay, bool):
        raise ArgumentError(
            f"weight_decay is True or False, got {str(weight_decay)[:40]!r}\n"
            f"  to fix   : weight_decay=True; the factor lam is an argument of the function"
        )


def _depth(layers: Any) -> int | None:
    if layers == DEPTH:
        return None
    try:
        depth = None if isinstance(layers, bool | str) else index(layers)
    except TypeError:
        depth = None
    if depth is None or depth < 1:
        raise ArgumentError(
            f'layers must be a whole number, at least 1, or "{DEPTH}", got {str(layers)[:40]!r}'
        )
    if depth > MOST_LAYERS:
        raise LimitError(
            f"layers={str(depth)[:40]} is more than {MOST_LAYERS}: each layer has its own lines\n"
            f'  to fix   : layers="{DEPTH}" derives one general layer, and its function takes '
            f"as many layers as it is given"
        )
    return depth


def _activations(activation: Any, depth: int | None) -> tuple[str, ...]:
    if isinstance(activation, list | tuple):
        names = tuple(map(require_activation, activation))
        if depth is None:
            raise ArgumentError(
                "an activation for each layer needs a number of layers\n"
                f"  to fix   : give layers={len(names) + 1}, or one activation"
            )
        if len(names) != depth - 1:
            raise ShapeError(
                f"{depth} layers have {depth - 1} hidden ones, got {len(names)} activations\n"
                f"  to fix   : the last layer has the head in its place"
            )
        return names
    name = require_activation(activation)
    return (name,) if depth is None else (name,) * (depth - 1)


def _batch(batch: Any) -> str:
    if isinstance(batch, bool | str) and batch in BATCHES:
        return BATCHES[batch]
    raise ArgumentError(f'batch is False, True, "sum" or "mean", got {str(batch)[:40]!r}')


def _require_pair(head: str, loss: str) -> None:
    """Raise unless the loss is made for the outputs of the head."""
    fitting = LOSSES[loss].heads
    if head not in fitting:
        others = [name for name, row in LOSSES.items() if head in row.heads]
        raise ArgumentError(
            f"{loss} does not go with the head {head!r}: "
            f"it needs outputs of {' or '.join(map(repr, fitting))}\n"
            f"  to fix   : head={fitting[0]!r}, or loss={' or '.join(map(repr, others))}"
        )


def _own_loss(loss: Any, shapes: str, is_batch: bool) -> OwnLoss:
    """A loss of the user's own, with its output and its target."""
    if isinstance(loss, str) and loss.isidentifier() and loss not in {"a", "y"}:
        raise ArgumentError(
            f"no loss is called {loss!r}\n"
            f"  known    : {', '.join(LOSSES)}, or an expression in a and y"
        )
    if isinstance(loss, str) and not shapes:
        shapes = "a: n x k, y: n x k" if is_batch else "a: k, y: k"
    value = elaborate(loss, shapes)
    if not value.is_scalar:
        raise ShapeError(
            f"a loss is a scalar, got shape {shape_text(value.shape)}\n"
            f"  to fix   : take a norm or a sum"
        )
    found = {s.name: s for s in value.symbols}
    if "a" not in found or set(found) - {"a", "y"}:
        names = ", ".join(sorted(found)) or "no symbol"
        raise ArgumentError(
            f"a loss speaks of the output a and the target y, and of nothing else\n"
            f"  got      : {names}\n  to fix   : put numbers in the place of other names"
        )
    output = found["a"]
    target = found.get("y", symbol("y", output.shape))
    if output.shape[1 if is_batch else 0] == 1:
        raise ShapeError(
            f"the output a is a vector, of a batch a matrix, got {shape_text(output.shape)}\n"
            f"  to fix   : declare a and y as k, or n x k; one output is a vector of length 1"
        )
    if target.shape != output.shape or (output.shape[1] != 1 and not is_batch):
        raise ShapeError(
            f"output and target need one shape, a vector or with batch=True a matrix: "
            f"a is {shape_text(output.shape)}, y is {shape_text(target.shape)}"
        )
    return OwnLoss(value, output, target)
