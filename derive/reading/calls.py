"""Function calls: the number of arguments, and what each of them must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from derive.errors import (
    AmbiguousError,
    DomainError,
    DomainInTextError,
    ReadError,
    ShapeError,
    ShapeInTextError,
)
from derive.language.expression import Node, is_zero
from derive.language.functions import norm1, norm2, postorder
from derive.language.properties import is_symmetric_by_facts
from derive.language.sizes import Dim
from derive.reading.arithmetic import shown
from derive.reading.scope import Scope
from derive.reading.surface import Surface, snippet, transposed, written
from derive.reading.vocabulary import CALLS, CONSTANTS, Call


def called(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    """The value of a function call."""
    call = CALLS.get(piece.text)
    if call is None:
        if scope.is_declared(piece.text) or piece.text in CONSTANTS:
            _not_a_function(piece, arguments, scope)
        scope.no_function(piece)
    if not call.least <= len(arguments) <= call.most:
        _wrong_count(piece, call, len(arguments), scope)
    if call.needs == "sizes":
        places = zip(piece.parts, arguments, strict=True)
        return call.build(*(_size(part, node, call, scope) for part, node in places))
    if call.needs == "shape_last":
        return _with_shape(piece, arguments, call, scope)
    if call.needs == "norm_order" and len(arguments) == 2:
        return _norm(piece, arguments, scope)
    if call.needs in {"order", "order_and_scalar"}:
        _check_order(piece.parts[0], arguments[0], call, scope)
    if call.name in {"max", "min"} and len(arguments) > 1:
        _check_scalars(piece, arguments, scope)
    if call.needs in {"equal", "equal_square", "entrywise"}:
        _check_equal(piece, arguments, scope, lets_scalars_be=call.needs == "entrywise")
    for part, node in zip(piece.parts, arguments, strict=True):
        _check_shape(part, node, call, scope)
        if call.needs == "symmetric":
            _check_symmetric(part, node, call, scope)
    try:
        return call.build(*arguments)
    except DomainError as error:
        raise DomainInTextError(str(error), scope.source, piece.start, piece.stop) from None


def _with_shape(piece: Surface, arguments: Sequence[Node], call: Call, scope: Scope) -> Node:
    """A call whose last two arguments are the sizes of its result."""
    places = list(zip(piece.parts, arguments, strict=True))
    sizes = [_size(part, node, call, scope) for part, node in places[-call.sizes :]]
    try:
        return call.build(*arguments[: -call.sizes], *sizes)
    except ShapeError as error:
        raise ShapeInTextError(str(error), scope.source, piece.start, piece.stop) from None


def spelled(piece: Surface, scope: Scope) -> Surface:
    """A call by the name it has here: ``norm(x, inf)`` is norminf(x)."""
    if piece.kind == "call" and piece.text == "norm" and len(piece.parts) == 2:
        order = piece.parts[1]
        is_name = order.kind == "name" and not scope.is_declared(order.text)
        if is_name and order.text.lower() in {"inf", "infinity"}:
            return piece._replace(text="norminf", parts=piece.parts[:1])
    return piece


def _norm(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    """The norm of an order; of a matrix the orders mean one thing here and another elsewhere."""
    node, order = arguments
    size = order.data if order.op == "number" else None
    text, place = written(scope.source, piece.parts[0]), piece.parts[1]
    if size not in (1, 2):
        raise ReadError(
            f"`norm` needs an order of 1, 2 or inf, "
            f"got `{snippet(scope.source, place.start, place.stop)}`\n"
            f"  to fix   : write sum(abs({text}).^p)^(1/p) for another order p",
            scope.source,
            place.start,
            place.stop,
        )
    if 1 in node.shape:
        return norm1(node) if size == 1 else norm2(node)
    others = {
        1: (f"norm1({text})", "the absolute values of all entries", f"max(colsums(abs({text})))"),
        2: (f"norm2({text})", "Frobenius, of all entries", f"specnorm({text})"),
    }[int(size)]
    last = "the largest column sum" if size == 1 else "spectral, the largest singular value"
    width = max(len(others[0]), len(others[2]))
    raise AmbiguousError(
        f"the norm of order {size} of a matrix has two readings\n"
        f"  readings : {others[0]:<{width}}   {others[1]}\n"
        f"             {others[2]:<{width}}   {last}",
        scope.source,
        piece.start,
        piece.stop,
    )


def _not_a_function(piece: Surface, arguments: Sequence[Node], scope: Scope) -> NoReturn:
    """Raise for ``lam(x + 1)``, which may be meant as a product."""
    name, source = piece.text, scope.source
    inside = ", ".join(snippet(source, part.start, part.stop) for part in piece.parts)
    if len(arguments) == 1:
        raise AmbiguousError(
            f"`{name}` is a value, not a function\n"
            f"  readings : {name}*({inside})   the product\n"
            f"             {name}({inside})   a function; then it needs another name",
            source,
            piece.start,
            piece.stop,
        )
    raise ReadError(f"`{name}` is a value, not a function", source, piece.start, piece.stop)


def _wrong_count(piece: Surface, call: Call, count: int, scope: Scope) -> NoReturn:
    wanted = f"{call.least}" if call.least == call.most else f"{call.least} to {call.most}"
    if call.most > 100:
        wanted = f"at least {call.least}"
    noun = "argument" if wanted == "1" else "arguments"
    remedy = ""
    if call.name in {"sum", "mean", "norm1", "norm2"} and count == 2:
        remedy = (
            f"\n  to fix   : {call.name} takes all entries together; colsums(X) sums each column, "
            f"rowsums(X) each row"
        )
    raise ReadError(
        f"`{call.name}` takes {wanted} {noun}, got {count or 'none'}{remedy}",
        scope.source,
        piece.start,
        piece.stop,
    )


def _check_shape(part: Surface, node: Node, call: Call, scope: Scope) -> None:
    is_square = node.shape[0] == node.shape[1]
    is_column = node.shape[1] == 1
    is_scalar = node.shape == (1, 1)
    wanted = {
        "scalars": "" if is_scalar else "a scalar",
        "order_and_scalar": "" if is_scalar else "a scalar",
        "square": "" if is_square else "a square matrix",
        "symmetric": "" if is_square else "a symmetric matrix",
        "equal_square": "" if is_square else "a square matrix",
        "vector": "" if is_column else "a vector",
        "vector_or_square": "" if is_square or is_column else "a vector or a square matrix",
    }.get(call.needs, "")
    if not wanted:
        return
    text, remedy = written(scope.source, part), ""
    if call.needs in {"scalars", "order_and_scalar"}:
        remedy = f"\n  to fix   : write {call.name} of one entry"
    elif node.shape[0] == 1 and call.needs not in {"square", "symmetric"}:
        remedy = f"\n  to fix   : transpose it: {call.name}({transposed(scope.source, part)})"
    elif call.name in {"softmax", "logsumexp"}:
        rows = {"softmax": "rowsoftmax", "logsumexp": "logsumexp_rows"}[call.name]
        remedy = f"\n  to fix   : write {rows}({text}) for each row"
    elif call.name == "norminf":
        remedy = (
            f"\n  to fix   : write max(abs({text})) for the largest entry, "
            f"max(rowsums(abs({text}))) for the largest row sum"
        )
    elif call.name == "inv":
        remedy = f"\n  to fix   : a left inverse is inv({text}'*{text})*{text}'"
    raise ShapeInTextError(
        f"`{call.name}` needs {wanted}, got {shown(scope, part, node)}{remedy}",
        scope.source,
        part.start,
        part.stop,
    )


def _check_scalars(piece: Surface, arguments: Sequence[Node], scope: Scope) -> None:
    """Refuse an array among the arguments of max and min: the entrywise ones are meant."""
    arrays = [k for k, node in enumerate(arguments) if not node.is_scalar]
    if not arrays:
        return
    texts = [snippet(scope.source, part.start, part.stop) for part in piece.parts]
    name, first = piece.text, arrays[0]
    remedy = f"write {name}imum({', '.join(texts)}) for each entry"
    if name == "max" and len(arguments) == 2 and is_zero(arguments[1 - first]):
        remedy += f", or relu({texts[first]})"
    raise ShapeInTextError(
        f"`{name}` takes one array or several scalars, got "
        f"{shown(scope, piece.parts[first], arguments[first])} among {len(arguments)} arguments\n"
        f"  to fix   : {remedy}",
        scope.source,
        piece.start,
        piece.stop,
    )


def _check_symmetric(part: Surface, node: Node, call: Call, scope: Scope) -> None:
    """Refuse what is not certainly its own transpose."""
    if is_symmetric_by_facts(node):
        return
    text = written(scope.source, part)
    declared = f"declare {node.name} symmetric, or take" if node.op == "symbol" else "take"
    raise DomainInTextError(
        f"`{call.name}` needs a matrix that is certainly symmetric, "
        f"got {shown(scope, part, node)}\n"
        f"  to fix   : {declared} {call.name}(({text} + {transposed(scope.source, part)})/2)",
        scope.source,
        part.start,
        part.stop,
    )


def _check_order(part: Surface, node: Node, call: Call, scope: Scope) -> None:
    """Refuse an order that is no whole number from 0 up."""
    if node.op == "number" and node.data.denominator == 1 and node.data >= 0:
        return
    raise ReadError(
        f"`{call.name}` needs a whole order from 0 up, "
        f"got `{snippet(scope.source, part.start, part.stop)}`",
        scope.source,
        part.start,
        part.stop,
    )


def _check_equal(
    piece: Surface, arguments: Sequence[Node], scope: Scope, *, lets_scalars_be: bool
) -> None:
    """Refuse arguments of different shapes, perhaps scalars aside."""
    first = 0
    for k, node in enumerate(arguments):
        if lets_scalars_be and arguments[first].is_scalar:
            first = k
        elif node.shape != arguments[first].shape and not (lets_scalars_be and node.is_scalar):
            raise ShapeInTextError(
                f"`{piece.text}` needs equal shapes: "
                f"{shown(scope, piece.parts[first], arguments[first])} and "
                f"{shown(scope, piece.parts[k], node)}",
                scope.source,
                piece.parts[k].start,
                piece.parts[k].stop,
            )


def _size(part: Surface, node: Node, call: Call, scope: Scope) -> Dim:
    """The size that an argument of eye, ones or zeros stands for."""
    size = size_of(node)
    if size is None or (isinstance(size, int) and size < 1):
        raise ReadError(
            f"`{call.name}` needs a size, got `{snippet(scope.source, part.start, part.stop)}`\n"
            f"  to fix   : give a whole number from 1 up, or a size of the shapes",
            scope.source,
            part.start,
            part.stop,
        )
    return size


def size_of(node: Node) -> Dim | None:
    """The size that a scalar node stands for; None if it is none.

    Examples
    --------
    >>> from derive.language.expression import number, size_node
    >>> from derive.language.sizes import Size
    >>> print(size_of(size_node(Size.named("n")) + 1))
    n + 1
    """
    sizes: dict[Node, Dim] = {}
    for part in postorder(node):
        if part.op == "number" and part.data.denominator == 1:
            sizes[part] = int(part.data)
        elif part.op == "size":
            sizes[part] = part.data
        elif part.op in {"add", "mul"} and all(arg in sizes for arg in part.args):
            size = sizes[part.args[0]]
            for arg in part.args[1:]:
                size = size + sizes[arg] if part.op == "add" else size * sizes[arg]
            sizes[part] = size
        else:
            return None
    return sizes[node]
