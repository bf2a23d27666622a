"""Block matrices and parts of arrays as terms."""

from __future__ import annotations

from derive.language.expression import Node
from derive.numeric.lowering import Lowering
from derive.numeric.terms import Term, squeeze


def lower_block(to: Lowering, node: Node) -> Term:
    """The blocks as arrays with as many axes as the whole."""
    shape = squeeze(node.shape)
    args = []
    for arg in node.args:
        inner = arg.shape if len(shape) == 2 else (arg.shape[0] * arg.shape[1],)
        term = to.term(arg)
        is_scalar = term.rank == 0
        args.append(
            to.terms.make("array", (term,), inner) if is_scalar else to.terms.reshape(term, inner)
        )
    return to.terms.make("block", args, shape, node.data[1])


def lower_part(to: Lowering, node: Node) -> Term:
    """A slice along each axis, an index along one of length one."""
    source = to.term(node.args[0])
    sizes = zip(node.args[0].shape, node.data, node.shape, strict=True)
    slices = tuple((first, count, whole) for whole, first, count in sizes if whole != 1)
    if source.op == "spread" and not source.kept:
        return to.terms.spread(source.args[0], squeeze(node.shape), ())
    return to.terms.make("part", (source,), squeeze(node.shape), slices)
