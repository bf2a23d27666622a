"""What a caller passed, checked and made into arrays; the text is copied into saved files.

A shape is a tuple of sizes: a number, a name, or a polynomial ``((names, factor), ...)``.
An argument that is itself a size has no shape: None stands for it.
The quick route of a compiled function does not come here: only arrays that need
converting, leading batch axes, and mistakes do.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from derive.errors import ArgumentError, DomainError, ShapeError

Array: TypeAlias = Any  # a NumPy array of float64 or float32

#: Modules a call passes through on its way.
OURS = ("derive.numeric", "numpy")


def bind(
    name: str, names: Sequence[str], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> list[Any]:
    """The values in the order of `names`; every argument exactly once."""
    usage = f"\n  call as  : {name}({', '.join(names)})"
    if len(args) > len(names):
        raise ArgumentError(f"{name} takes {len(names)} arguments, got {len(args)}{usage}")
    given = dict(zip(names, args, strict=False))
    for keyword, value in kwargs.items():
        if keyword not in names:
            raise ArgumentError(f"{name} has no argument {keyword!r}{usage}")
        if keyword in given:
            raise ArgumentError(f"{name} got the argument {keyword!r} twice{usage}")
        given[keyword] = value
    missing = [wanted for wanted in names if wanted not in given]
    if missing:
        raise ArgumentError(f"{name} needs the argument {', '.join(map(repr, missing))}{usage}")
    return [given[wanted] for wanted in names]


def as_floats(name: str, value: Any) -> Array:
    """A float64 or float32 array; text, complex and masked data, ragged lists are refused."""
    problem = ""
    if isinstance(value, (str, bytes)):
        problem = f"{value!r} is text"
    elif np.ma.is_masked(value):
        problem = "it has masked entries\n  to fix   : fill or drop them first"
    else:
        try:
            array = np.asarray(value)
            if array.dtype.kind == "O":
                if any(entry is None or isinstance(entry, str) for entry in array.flat):
                    problem = "an entry is None or text"
                array = array.astype(float)
        except (TypeError, ValueError, OverflowError):
            is_list = isinstance(value, (list, tuple))
            kind = "lists of unequal length" if is_list else f"a {type(value).__name__}"
            problem = f"{kind}\n  to fix   : pass a NumPy array"
    if not problem and array.dtype.kind == "c":
        problem = "it is complex; take its real part or its absolute value first"
    if not problem and array.dtype.kind not in "biuf":
        problem = f"entries of type {array.dtype} are no numbers"
    if problem:
        raise ArgumentError(f"argument {name} must hold real numbers\n  got      : {problem}")
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def as_size(name: str, value: Any) -> int:
    """A size that is an argument itself: one positive whole number."""
    number = as_floats(name, value)
    if number.ndim == 0 and number >= 1 and float(number).is_integer():
        return int(number)
    raise ArgumentError(
        f"argument {name} is a size: it must be one positive whole number\n  got      : {value!r}"
    )


def size_of(size: Any, found: Mapping[str, tuple[int, str]], otherwise: int) -> int:
    """The number a size stands for; `otherwise` if it has a name that nothing tells."""
    if isinstance(size, int):
        return size
    terms = (((size,), 1),) if isinstance(size, str) else size
    total = 0
    for names, factor in terms:
        for n in names:
            if isinstance(n, str) and n not in found:
                return otherwise
            # a tuple among the names stands for the least of its sizes
            is_name = isinstance(n, str)
            factor *= found[n][0] if is_name else min(size_of(s, found, otherwise) for s in n)
        total += factor
    return total


def size_text(size: Any) -> str:
    """A size as text."""
    if isinstance(size, (int, str)):
        return str(size)
    terms = []
    for names, factor in size:
        texts = [n if isinstance(n, str) else f"min({', '.join(map(size_text, n))})" for n in names]
        terms.append("*".join([str(factor)] * (factor != 1 or not names) + texts))
    return " + ".join(terms)


def shape_text(shape: Sequence[Any]) -> str:
    """A shape as text: scalar, n, n x d."""
    return " x ".join(map(size_text, shape)) or "scalar"


def call_text(name: str, names: Sequence[str]) -> str:
    """How a function is called, for an error about one of several arguments."""
    return f"\n  call as  : {name}({', '.join(names)})" if len(names) > 1 else ""


def find_sizes(
    shapes: Mapping[str, Sequence[Any]],
    arrays: Mapping[str, Array],
    told: Mapping[str, int],
    usage: str = "",
) -> dict[str, tuple[int, str]]:
    """Every named size, with the argument it was read off; a plain name goes first."""
    found = {size: (number, size) for size, number in told.items()}
    for is_plain in (True, False):
        for name, shape in shapes.items():
            array = arrays[name]
            if array.ndim < len(shape):
                raise ShapeError(
                    f"argument {name} must be {shape_text(shape)}, got shape {array.shape}{usage}"
                )
            for size, length in zip(shape, array.shape[array.ndim - len(shape) :], strict=True):
                if is_plain and isinstance(size, str):
                    found.setdefault(size, (length, name))
                elif not is_plain and isinstance(size, tuple):
                    factors = {len(names): factor for names, factor in size}
                    unknown = {n for names, _ in size for n in names} - set(found)
                    is_plain_names = all(isinstance(n, str) for n in unknown)
                    if len(unknown) == 1 and is_plain_names and max(factors) == 1:
                        value = (length - factors.get(0, 0)) // factors[1]
                        found[unknown.pop()] = (value, name)
    return found


def has_witness(
    name: str,
    size: Any,
    shapes: Mapping[str, Sequence[Any]],
    arrays: Mapping[str, Array],
) -> bool:
    """Whether another argument shows that a size is 1, so that a column is a batch."""
    return any(
        other != name
        and size == its
        and length == 1
        and (len(shape) > 1 or arrays[other].ndim == 1)
        for other, shape in shapes.items()
        for its, length in zip(reversed(shape), reversed(arrays[other].shape), strict=False)
    )


def match_shapes(
    shapes: Mapping[str, Sequence[Any]],
    arrays: Mapping[str, Array],
    told: Mapping[str, int],
    usage: str = "",
) -> tuple[int, ...]:
    """The batch axes, once all sizes agree; two arguments that disagree are both named."""
    found = find_sizes(shapes, arrays, told, usage)
    batches = {}
    for name, shape in shapes.items():
        array = arrays[name]
        lead = array.ndim - len(shape)
        batches[name] = array.shape[:lead]
        is_column = len(shape) == 1 and lead and array.shape[-1] == 1
        fix = (
            f"\n  to fix   : {name} is a vector, not a column: pass {name}[:, 0]"
            f" ({size_text(shape[0])} x 1 declares a vector too)"
            if is_column
            else usage
        )
        for size, length in zip(shape, array.shape[lead:], strict=True):
            expected = size_of(size, found, length)
            if not length:
                raise ShapeError(f"argument {name} is empty: {size_text(size)} = 0")
            if length != expected or (is_column and not has_witness(name, size, shapes, arrays)):
                origin = f"\n  expected : {size_text(size)} = {expected}"
                if length == expected:
                    origin = ""
                elif isinstance(size, str) and found[size][1] != name:
                    origin += f" in {found[size][1]} of shape {arrays[found[size][1]].shape}"
                raise ShapeError(
                    f"argument {name} must be {shape_text(shape)}, got shape {array.shape}"
                    f"{origin}{fix if is_column else usage}"
                )
    try:
        return np.broadcast_shapes(*batches.values())
    except ValueError:
        listed = ", ".join(f"{name}: {axes}" for name, axes in batches.items() if axes)
        raise ShapeError(
            f"the leading batch axes do not broadcast\n  got      : {listed}"
        ) from None


def warn_of_nan(
    name: str, results: Sequence[Any], arguments: Mapping[str, Any], depth: int
) -> None:
    """Warn if a result holds nan, and say which arguments hold nan or inf."""
    if not any(np.isnan(np.max(result)) for result in results if np.size(result)):
        return
    bad = [a for a, value in arguments.items() if not np.isfinite(value).all()]
    cause = f"nan or inf in {', '.join(bad)}" if bad else "an operation outside its domain"
    warnings.warn(f"{name} returns nan: {cause}", RuntimeWarning, stacklevel=depth)


def point_of(value: Array, batch: tuple[int, ...], own: int) -> Array:
    """One point of an array whose leading axes end in those of a batch."""
    lead = np.ndim(value) - own
    array = np.asarray(value)
    if lead <= 0:
        return array
    index = ((0,) * lead + batch)[-lead:]
    at = tuple(i if size > 1 else 0 for i, size in zip(index, array.shape[:lead], strict=True))
    return np.asarray(array[at])


def warn_of_loss(name: str, label: str, found: float, exact: float) -> None:
    """Warn of a result without a right digit, where the function was called."""
    depth = 1
    # the generated text has no module, and NumPy's silence is a frame of its own
    while sys._getframe(depth).f_globals.get("__name__", "numpy").startswith(OURS):
        depth += 1
    warnings.warn(
        f"{name}: no digit of {label} = {found:.6g} is right, since the terms of a difference "
        f"cancel: it is about {exact:.6g}",
        RuntimeWarning,
        stacklevel=depth + 1,
    )


def evaluate(
    name: str,
    shapes: Mapping[str, Sequence[Any] | None],
    result_ranks: Sequence[int],
    one: Callable[..., Any],
    stack: Callable[..., Any],
    values: Sequence[Any],
    depth: int = 4,
) -> Any:
    """Check the values and call `one`, or `stack` if there are leading batch axes."""
    given = dict(zip(shapes, values, strict=True))
    wanted = {a: shape for a, shape in shapes.items() if shape is not None}
    arrays = {a: as_floats(a, given[a]) for a in wanted}
    told = {a: as_size(a, given[a]) for a in shapes if a not in wanted}
    batch = match_shapes(wanted, arrays, told, call_text(name, [*shapes]))
    try:
        with np.errstate(all="ignore"):  # inf and nan stand; nan has a warning of its own
            results = call_one_or_stack(one, stack, arrays.values(), told.values(), bool(batch))
    except (np.linalg.LinAlgError, ZeroDivisionError) as error:
        raise DomainError(f"{name}: {error}") from None
    results = results if len(result_ranks) > 1 else (results,)
    if not batch:
        results = tuple(r[()] if isinstance(r, np.ndarray) and not r.ndim else r for r in results)
    else:
        full = [
            batch + np.shape(r)[np.ndim(r) - k :]
            for r, k in zip(results, result_ranks, strict=True)
        ]
        results = tuple(
            r if np.shape(r) == shape else np.broadcast_to(r, shape).copy()
            for r, shape in zip(results, full, strict=True)
        )
    kinds = {given[a].dtype for a in wanted if isinstance(given[a], (np.ndarray, np.generic))}
    if kinds == {np.dtype(np.float32)}:
        results = tuple(np.float32(r) if np.ndim(r) == 0 else r.astype(np.float32) for r in results)
    warn_of_nan(name, results, arrays, depth)
    return results if len(result_ranks) > 1 else results[0]


def call_one_or_stack(
    one: Callable[..., Any],
    stack: Callable[..., Any],
    arrays: Iterable[Array],
    told: Iterable[int],
    is_batched: bool,
) -> Any:
    """One point on floats; where a float operation refuses, NumPy's inf and nan stand."""
    if not is_batched:
        try:
            return one(*(float(a) if a.ndim == 0 else a for a in arrays), *told)
        except (np.linalg.LinAlgError, DomainError):
            raise
        except (ArithmeticError, ValueError):
            pass
    return stack(*arrays, *told)


def coefficients(
    name: str,
    shapes: Mapping[str, Sequence[Any] | None],
    operator: Callable[..., Any],
    values: Sequence[Any],
    variable: str,
    direction: str,
) -> Any:
    """The array of an operator that is linear in `direction`, an argument shaped as `variable`.

    The operator meets all directions of the basis at once: they lie along one more batch
    axis, behind those that the values bring with them.
    """
    given = dict(zip((a for a in shapes if a != direction), values, strict=True))
    wanted = {a: shape for a, shape in shapes.items() if shape is not None and a in given}
    arrays = {a: as_floats(a, given[a]) for a in wanted}
    told = {a: as_size(a, given[a]) for a in given if a not in wanted}
    batch = match_shapes(wanted, arrays, told, call_text(name, [*given]))
    moved = arrays[variable].shape[arrays[variable].ndim - len(wanted[variable]) :]
    for a, shape in wanted.items():
        if arrays[a].ndim > len(shape):
            arrays[a] = np.expand_dims(arrays[a], -1 - len(shape))
    count = int(np.prod(moved, dtype=int))
    basis = np.eye(count).reshape(count, *moved)
    columns = np.asarray(operator(**arrays, **told, **{direction: basis}))
    result = np.moveaxis(columns, len(batch), -1).reshape(
        *batch, *columns.shape[len(batch) + 1 :], *moved
    )
    kinds = {given[a].dtype for a in wanted if isinstance(given[a], (np.ndarray, np.generic))}
    return result.astype(np.float32) if kinds == {np.dtype(np.float32)} else result
