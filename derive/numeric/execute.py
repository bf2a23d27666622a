"""Generated text made callable: the one ``exec`` of the project, and the quick checks.

What is executed is text this room wrote.  Names in it come from ``names.Names``, the
functions it may call from a fixed table, and no text of a user enters it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from derive.language.expression import Node
from derive.language.sizes import Atom, Dim, Size, size_names
from derive.numeric.literals import Output
from derive.numeric.names import HELPERS, SPECIAL_FUNCTIONS, Names, names_used
from derive.numeric.terms import TermShape, squeeze

Function = Callable[..., Any]


def execute(
    text: str, name: str, extra: Mapping[str, Any], other: Mapping[str, str] | None = None
) -> Function:
    """The function `name` that a generated text defines, in a table of what it may use.

    `other` names modules that serve a function in place of the usual one.
    """
    used = names_used(text)
    space: dict[str, Any] = {
        "np": importlib.import_module("numpy"),
        "math": importlib.import_module("math"),
        **extra,
    }
    for known, module in {**SPECIAL_FUNCTIONS, **HELPERS, **(other or {})}.items():
        if known in used:
            space[known] = getattr(importlib.import_module(module), known)
    exec(compile(text, f"<{name}>", "exec"), space)  # noqa: S102  # our own text
    function: Function = space[name]
    return function


def quick_function(
    symbols: Sequence[Node],
    identifiers: Sequence[str],
    told: Mapping[str, str],
    outputs: Sequence[Output],
    routes: Mapping[str, Function],
) -> Function:
    """A function that lets plain float64 arguments through and sends others to `general`.

    `told` gives the names of the sizes that are arguments too, after the others; `routes`
    holds ``_kernel``, ``_general`` and ``_warn_of_nan``.
    """
    numpy = importlib.import_module("numpy")
    extra = {
        **routes,
        "_array": numpy.ndarray,
        "_float": numpy.float64,
        "_float64": numpy.dtype("float64"),
        "_errors": (ArithmeticError, ValueError),
    }
    return execute(quick_text(symbols, identifiers, told, outputs), "_quick", extra)


def quick_text(
    symbols: Sequence[Node],
    identifiers: Sequence[str],
    told: Mapping[str, str],
    outputs: Sequence[Output],
) -> str:
    """The text of the quick checks; no argument's name begins with an underscore, as theirs do."""
    call = ", ".join([*identifiers, *told.values()])
    lines = [f"def _quick({call}):"]
    unpack, tests = _shape_tests(symbols, identifiers, told)
    kinds = _kind_tests(symbols, identifiers)
    kinds += [f"type({size}) is int and {size} > 0" for size in told.values()]
    values = [f"_r{k}" for k in range(len(outputs))]
    numbers = [
        test
        for value, output in zip(values, outputs, strict=True)
        if (test := _number_test(value, output))
    ]
    lines += [
        f"    if {' and '.join(kinds) or 'True'}:",
        "        try:",
        *(f"            {line}" for line in unpack),
        f"            if {' and '.join(tests) or 'True'}:",
        f"                {', '.join(values)} = _kernel({call})",
        f"                if not ({' and '.join(numbers) or 'True'}):",
        f"                    _warn_of_nan(({', '.join(values)},), ({call + ',' if call else ''}))",
        f"                return {', '.join(values)}",
        "        except _errors:",
        "            pass",
        f"    return _general({call})",
    ]
    return "\n".join(lines) + "\n"


def _kind_tests(symbols: Sequence[Node], identifiers: Sequence[str]) -> list[str]:
    """Plain float64 arrays, and floats for scalars."""
    arrays = [i for s, i in zip(symbols, identifiers, strict=True) if squeeze(s.shape)]
    tests = []
    if arrays:
        tests.append(f"{' is '.join(f'type({i})' for i in arrays)} is _array")
        tests.append(f"{' is '.join(f'{i}.dtype' for i in arrays)} is _float64")
    for symbol, identifier in zip(symbols, identifiers, strict=True):
        if not squeeze(symbol.shape):
            tests.append(f"(type({identifier}) is float or type({identifier}) is _float)")
    return tests


def _shape_tests(
    symbols: Sequence[Node], identifiers: Sequence[str], told: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Lines that read the sizes off the shapes, and the tests that they agree."""
    names, free = dict(told), Names([*identifiers, *told.values()])
    unpack: list[str] = []
    tests: list[str] = []
    lengths: list[tuple[str, Dim]] = []
    for symbol, identifier in zip(symbols, identifiers, strict=True):
        shape = checked_shape(symbol)
        if not shape:
            continue
        if size_names(shape) <= names.keys():
            tests.append(f"{identifier}.shape == ({', '.join(_size(s, names) for s in shape)},)")
            continue
        targets = []
        for size in shape:
            if isinstance(size, Size) and size.name is not None and size.name not in names:
                names[size.name] = free.take(size.name)
                targets.append(names[size.name])
            else:
                targets.append(free.take("length"))
                lengths.append((targets[-1], size))
        unpack.append(f"{', '.join(targets)}, = {identifier}.shape")
    wanted = frozenset[str]().union(*(size_names(s.shape) for s in symbols))
    if wanted - set(names):
        return [], ["False"]
    # only now, since a later argument may show the sizes in ``min(n, d)``
    tests += [f"{target} == {_size(size, names)}" for target, size in lengths]
    return unpack, [*names.values(), *tests]


def checked_shape(symbol: Node) -> TermShape:
    """The shape an argument must have; a row vector keeps both its axes."""
    return squeeze(symbol.shape) if symbol.shape[1] == 1 else symbol.shape


def _size(size: Dim, names: Mapping[str, str]) -> str:
    if isinstance(size, int):
        return str(size)
    parts = [
        "*".join([str(factor), *(_atom(atom, names) for atom in monomial)])
        for monomial, factor in size.terms
    ]
    return " + ".join(parts) if size.name is None else names[size.name]


def _atom(atom: Atom, names: Mapping[str, str]) -> str:
    if isinstance(atom, str):
        return names.get(atom, "_missing")
    return f"min({', '.join(_size(size, names) for size in atom.among)})"


def _number_test(value: str, output: Output) -> str:
    """A test that is false if a result holds nan, which ``argmax`` takes for the largest."""
    if output.term.is_constant:
        return ""
    if output.term.rank == 0:
        return f"{value} == {value}"
    return f"(_top := {value}.item({value}.argmax())) == _top"
