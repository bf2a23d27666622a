"""Products and quotients, and the error for values that stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from derive.errors import AmbiguousError, ReadError, ShapeInTextError
from derive.language.expression import Node, multiply
from derive.language.functions import hadamard
from derive.language.sizes import Dim, Shape, shape_text
from derive.language.structure import SCALAR
from derive.reading.arithmetic import check_folding, reciprocal, shown
from derive.reading.scope import Scope
from derive.reading.surface import Surface, parts_of, snippet, transposed, written
from derive.reading.vanished import product_with_domain, with_domain


def product(piece: Surface, factors: Sequence[Node], scope: Scope) -> Node:
    """The product from left to right, where a 1 x 1 part is a scalar for what follows."""
    check_folding(factors, piece, scope)
    scalars: list[Node] = []
    chain: list[Node] = []
    shape: Shape = SCALAR
    for k, factor in enumerate(factors):
        sign = piece.signs[k - 1].text if k else "*"
        if k and not factor.is_scalar:
            _check_ring(piece, k, scope)
        if k and piece.signs[k - 1].kind == "beside":
            _side_by_side(piece, k, shape, factor, scope)
        if sign == "/":
            if not factor.is_scalar:
                _cannot_divide(piece, k, shape, factor, scope)
            scalars.append(reciprocal(piece.parts[k], factor, scope))
        elif factor.is_scalar:
            scalars.append(factor)
        else:
            if chain and shape[1] != factor.shape[0]:
                _cannot_multiply(piece, k, shape, factor, scope)
            chain.append(factor)
            shape = (chain[0].shape[0], factor.shape[1])
            if shape == SCALAR:
                scalars.append(multiply(*chain))
                chain = []
    return product_with_domain(multiply(*scalars, *chain), [*scalars, *chain])


def elementwise_product(piece: Surface, factors: Sequence[Node], scope: Scope) -> Node:
    """The elementwise product or quotient; scalars scale the rest."""
    check_folding(factors, piece, scope)
    parts: list[Node] = []
    shape: Shape = SCALAR
    for k, factor in enumerate(factors):
        if not factor.is_scalar:
            if shape not in (SCALAR, factor.shape):
                _cannot_combine(piece, k, shape, factor, scope)
            shape = factor.shape
        is_divided = k > 0 and piece.signs[k - 1].text == "./"
        parts.append(reciprocal(piece.parts[k], factor, scope) if is_divided else factor)
    return with_domain(hadamard(*parts), parts)


def _check_ring(piece: Surface, k: int, scope: Scope) -> None:
    """Refuse ``A∘B*C``: books take the product first, while ``.*`` and ``*`` go left to right."""
    first, sign = piece.parts[0], piece.signs[k - 1]
    rings = [scope.source[s.start : s.stop] for s in first.signs if first.kind == "elementwise"]
    if sign.text != "*" or not set(rings) - {".*", "./"}:
        return
    left = snippet(scope.source, first.start, first.parts[-2].stop)
    middle = snippet(scope.source, first.parts[-1].start, piece.parts[k - 1].stop)
    right = written(scope.source, piece.parts[k])
    times = scope.source[sign.start : sign.stop]
    raise AmbiguousError(
        f"`{rings[-1]}` and `{times}` stand side by side without brackets\n"
        f"  readings : ({left}{rings[-1]}{middle}){times}{right}\n"
        f"             {left}{rings[-1]}({middle}{times}{right})",
        scope.source,
        first.start,
        piece.parts[k].stop,
    )


# --- what can be meant -------------------------------------------------------------------


def _left(piece: Surface, k: int, scope: Scope) -> str:
    """The factors before the k-th, as they can stand in a product."""
    if k == 1:
        return written(scope.source, piece.parts[0])
    return f"({snippet(scope.source, piece.start, piece.parts[k - 1].stop)})"


def _readings(
    piece: Surface, k: int, shape: Shape, other: Shape, scope: Scope
) -> list[tuple[str, str]]:
    """Every product of what precedes the k-th factor with it that fits, with a gloss."""
    left, right = _left(piece, k, scope), written(scope.source, piece.parts[k])
    turned = transposed(scope.source, piece.parts[0]) if k == 1 else f"{left}'"
    if SCALAR in (shape, other):
        return [(f"{left}*{right}", "the product")]
    readings = []
    if shape == other:
        readings.append((f"{left}.*{right}", "the elementwise product"))
    if shape[1] == other[0]:
        return [(f"{left}*{right}", "the product"), *readings]
    if shape[0] == other[0]:
        readings.append((f"{turned}*{right}", "the first transposed"))
    if shape[1] == other[1]:
        last = transposed(scope.source, piece.parts[k])
        readings.append((f"{left}*{last}", "the second transposed"))
    return readings


def _cannot_multiply(piece: Surface, k: int, shape: Shape, factor: Node, scope: Scope) -> NoReturn:
    offers = [text for text, _ in _readings(piece, k, shape, factor.shape, scope)]
    sign = piece.signs[k - 1]
    before = snippet(scope.source, piece.start, piece.parts[k - 1].stop)
    raise ShapeInTextError(
        f"cannot multiply `{before}` ({shape_text(shape)}) by "
        f"{shown(scope, piece.parts[k], factor)}: "
        f"{_count(shape[1], 'column')} against {_count(factor.shape[0], 'row')}"
        + (f"\n  to fix   : {' or '.join(offers)}" if offers else ""),
        scope.source,
        sign.start,
        sign.stop,
    )


def _count(size: Dim, noun: str) -> str:
    return f"{size} {noun}" if size == 1 else f"{size} {noun}s"


def _cannot_combine(piece: Surface, k: int, shape: Shape, factor: Node, scope: Scope) -> NoReturn:
    sign = piece.signs[k - 1]
    before = snippet(scope.source, piece.start, piece.parts[k - 1].stop)
    remedy = ""
    if factor.shape == shape[::-1]:
        remedy = f"\n  to fix   : transpose one, as in {transposed(scope.source, piece.parts[k])}"
    elif sign.text == ".*" and shape[1] == factor.shape[0]:
        remedy = "\n  to fix   : write * for the matrix product"
    raise ShapeInTextError(
        f"`{scope.source[sign.start : sign.stop]}` needs equal shapes: "
        f"`{before}` ({shape_text(shape)}) and "
        f"{shown(scope, piece.parts[k], factor)}{remedy}",
        scope.source,
        sign.start,
        sign.stop,
    )


def _cannot_divide(piece: Surface, k: int, shape: Shape, factor: Node, scope: Scope) -> NoReturn:
    right, left = written(scope.source, piece.parts[k]), _left(piece, k, scope)
    offers = []
    if factor.shape[0] == factor.shape[1]:
        if shape == SCALAR or shape[0] == factor.shape[0]:
            offers.append(f"inv({right})*{left}")
        if shape != SCALAR and shape[1] == factor.shape[0]:
            offers.append(f"{left}*inv({right})")
    if shape in (SCALAR, factor.shape):
        offers.append(f"{left}./{right} elementwise")
    remedy = " or ".join(offers) or "a divisor is a scalar; ./ divides entries of equal shapes"
    raise ShapeInTextError(
        f"cannot divide by {shown(scope, piece.parts[k], factor)}\n  to fix   : {remedy}",
        scope.source,
        piece.signs[k - 1].start,
        piece.parts[k].stop,
    )


def _side_by_side(piece: Surface, k: int, shape: Shape, factor: Node, scope: Scope) -> NoReturn:
    """Raise for values with no sign between them, with the readings that the shapes allow."""
    source, before, after = scope.source, piece.parts[k - 1], piece.parts[k]
    right = written(source, after)
    nearest = written(source, before)
    what = f"no sign stands between `{snippet(source, before.start, before.stop)}` and `{right}`"
    if after.kind == "array":
        raise ReadError(
            "single entries and slices cannot be taken in brackets\n"
            f"  to fix   : {parts_of(nearest)}",
            source,
            after.start,
            after.stop,
        )
    readings = _readings(piece, k, shape, factor.shape, scope)
    if k > 1 and piece.signs[k - 2].text == "/" and factor.is_scalar:
        numerator = snippet(source, piece.start, piece.parts[k - 2].stop)
        readings = [
            (f"({numerator}/{nearest})*{right}", f"{right} multiplies the quotient"),
            (f"{numerator}/({nearest}*{right})", f"{right} stands below"),
        ]
    elif before.kind == "power" and not before.signs[0].is_implied and factor.is_scalar:
        base, exponent = (snippet(source, p.start, p.stop) for p in before.parts)
        power = before.signs[0].text
        readings = [
            (f"{base}{power}{exponent}*{right}", f"{right} multiplies the power"),
            (f"{base}{power}({exponent}*{right})", f"{right} is in the exponent"),
        ]
    start, stop = before.start, after.stop
    if len(readings) > 1:
        width = max(len(text) for text, _ in readings)
        lines = [f"{text:<{width}}   {gloss}" for text, gloss in readings]
        listed = "\n             ".join(lines)
        raise AmbiguousError(f"{what}\n  readings : {listed}", source, start, stop)
    if not readings:
        raise ShapeInTextError(
            f"{what}, and no product of shapes {shape_text(shape)} and "
            f"{shape_text(factor.shape)} fits",
            source,
            start,
            stop,
        )
    raise ReadError(f"{what}\n  to fix   : write {readings[0][0]}", source, start, stop)
