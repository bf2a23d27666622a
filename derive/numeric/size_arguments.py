"""Sizes that a function must be told, since none of its arguments shows them."""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.expression import Node, make, symbol
from derive.language.functions import postorder
from derive.language.sizes import Size, size_names

Outputs = Sequence[tuple[str, Node]]


def with_size_arguments(
    outputs: Outputs, arguments: Sequence[Node]
) -> tuple[Outputs, Sequence[Node]]:
    """The outputs with such a size as a scalar symbol, and the symbols after the arguments.

    ``n*log(sigma)`` becomes a function of ``sigma`` and ``n``.  A size that an array needs
    for its own shape (``eye(n)``) is left alone: it is refused where the source is written.
    """
    parts = postorder(*(node for _, node in outputs))
    shown = {
        size.name
        for argument in arguments
        for size in argument.shape
        if isinstance(size, Size) and size.name
    }
    taken = {argument.name for argument in arguments}
    shaping = {name for part in parts for name in size_names(part.shape)}
    told: dict[Node, Node] = {}
    for part in parts:
        name = part.data.name if part.op == "size" else None
        if name and name not in shown | taken | shaping:
            told[part] = symbol(name, facts=("integer", "nonnegative", "nonzero", "positive"))
    if not told:
        return outputs, arguments
    done = dict(told)
    for part in postorder(*(node for _, node in outputs), known=told):
        args = tuple(done[arg] for arg in part.args)
        done[part] = part if args == part.args else make(part.op, args, part.shape, part.data)
    return [(label, done[node]) for label, node in outputs], [*arguments, *told.values()]
