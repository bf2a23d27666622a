"""CompiledFunction: nodes made into a NumPy function that is checked, read and saved."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from derive.errors import ArgumentError, DeriveError
from derive.language.expression import Node
from derive.language.sizes import Dim, Shape
from derive.numeric.alarms import can_warn, silenced
from derive.numeric.blocked_batches import in_blocks
from derive.numeric.cancellation import (
    ATTEMPTS,
    flags_of,
    parts_of,
    right_value,
    suspects,
    watched_results,
    watching,
)
from derive.numeric.execute import Function, checked_shape, execute, quick_function
from derive.numeric.files import file_text, readable_text, short_text
from derive.numeric.literals import Output
from derive.numeric.lower import lower
from derive.numeric.names import LONG, Names
from derive.numeric.requirements import Planned, Requirement, planned_requirements, unread
from derive.numeric.saving import python_path, write_whole
from derive.numeric.size_arguments import sizes_to_tell
from derive.numeric.source import Dialect, unshown_of, unshown_sizes, write_function
from derive.numeric.terms import Term


def compile_function(
    outputs: Sequence[tuple[str, Node]],
    arguments: Sequence[Node],
    name: str = "f",
    typical_sizes: Mapping[str, int] | None = None,
    requirements: Sequence[Requirement] = (),
) -> CompiledFunction:
    """Make a NumPy function of some nodes; work they share is done once.

    Parameters
    ----------
    outputs : sequence of (str, Node)
        What the function returns, in order, each with its name.
    arguments : sequence of symbol Node
        What it takes, in order; every symbol of the outputs must be among them.  A size
        that is needed and that no argument shows (``n`` in ``n*log(sigma)``) follows them.
    name : str
        The name of the function.
    typical_sizes : mapping from size names to int, optional
        Sizes at which the order of products is chosen.  By default ``n, m, N, M, T`` are
        taken as large, ``k, c, q, r, h`` as small, others as between.
    requirements : sequence of Requirement
        What the function refuses numbers without, where numbers can tell.  With any, an
        argument that nothing reads must be finite.

    Returns
    -------
    CompiledFunction
        Scalars are floats, vectors have shape (n,), matrices (n, m); leading axes batch.

    Raises
    ------
    ArgumentError
        Nothing to return, an argument that is no symbol, one given twice, one missing.
    NoRuleError
        A node has no numeric form.
    ShapeError
        A size is needed that no argument has, and an argument bears its name.

    Examples
    --------
    >>> from derive.language.expression import Size, number, symbol
    >>> n, d = Size.named("n"), Size.named("d")
    >>> X, w, y = symbol("X", (n, d)), symbol("w", (d, 1)), symbol("y", (n, 1))
    >>> f = compile_function([("gradient", X.T @ (X @ w - y))], [X, w, y])
    >>> f([[1, 0], [0, 1], [1, 1]], [1, 2], y=[1, 1, 1])
    array([2., 3.])
    """
    _require_symbols(outputs, arguments)
    return CompiledFunction(
        tuple(outputs), tuple(arguments), name, dict(typical_sizes or {}), tuple(requirements)
    )


def _require_symbols(outputs: Sequence[tuple[str, Node]], arguments: Sequence[Node]) -> None:
    if not outputs:
        raise ArgumentError("a function needs at least one output")
    for argument in arguments:
        if argument.op != "symbol":
            raise ArgumentError(f"an argument must be a symbol, got {argument!r}")
    names = [argument.name for argument in arguments]
    for name in names:
        if names.count(name) > 1:
            raise ArgumentError(f"the argument {name} is given twice")
    for label, node in outputs:
        missing = sorted(s.name for s in node.symbols - set(arguments))
        if missing:
            raise ArgumentError(
                f"{label} depends on {', '.join(missing)}, not among the arguments\n"
                f"  got      : {', '.join(names) or 'no arguments'}"
            )


class CompiledFunction:
    """A NumPy function made from nodes.

    Call it by position or by keyword.  It returns one value, or a tuple if there are
    several outputs.

    * Lists and integers are converted to float64; if every array is float32 the results
      are float32.  Complex numbers, text, ragged lists, masked or empty data are refused.
    * A vector has shape ``(n,)``: a column ``(n, 1)`` is refused, and so are sizes that
      disagree.
    * Axes before those declared are batch axes; they broadcast and lead the results.
    * nan and inf pass through: log(0) is -inf and 1/0 is inf.  A result that holds nan comes
      with a ``RuntimeWarning``.
    * A result none of whose digits is right, since the terms of a difference cancel, comes
      with a ``RuntimeWarning`` where it is an elementwise function of the arguments.
    * Numbers for which a requirement fails raise ``DomainError``, nan among them.
    * A singular matrix, or one that is not positive definite where that was declared,
      raises ``DomainError``.

    Attributes
    ----------
    name : str
    arguments : tuple of str
        Names of the arguments, in order: those of the symbols, where Python allows them as
        names (``lambda`` becomes ``lambda_``).
    shapes : dict from str to Shape
        Declared shape of every argument.
    source : str
        The function as text, with the imports and helpers it needs.

    Examples
    --------
    >>> from derive.language.expression import Size, symbol
    >>> x = symbol("x", (Size.named("n"), 1))
    >>> f = compile_function([("square", x.T @ x)], [x])
    >>> print(f.source.splitlines()[-1])
        return x.dot(x)
    >>> float(f([3, 4])), f([[3, 4], [1, 2]])
    (25.0, array([25.,  5.]))
    """

    def __init__(
        self,
        outputs: tuple[tuple[str, Node], ...],
        arguments: tuple[Node, ...],
        name: str,
        typical_sizes: Mapping[str, int],
        requirements: tuple[Requirement, ...] = (),
    ):
        self._name_given, self._typical_sizes = name, typical_sizes
        self._requirements = requirements
        names = Names()
        self.name = Names().take(name)  # an argument may bear the name of the function
        self._symbols = arguments
        self._identifiers = tuple(names.take(symbol.name) for symbol in arguments)
        terms = lower([node for _, node in outputs], typical_sizes)
        self._outputs = tuple(
            Output(label, node, term) for (label, node), term in zip(outputs, terms, strict=True)
        )
        unshown = unshown_sizes(self._outputs, arguments, self._identifiers)
        self._told = {size: names.take(size) for size in sizes_to_tell(unshown, arguments)}
        self.arguments = (*self._identifiers, *self._told.values())
        shapes = [*(symbol.shape for symbol in arguments), *([(1, 1)] * len(self._told))]
        self.shapes: dict[str, Shape] = dict(zip(self.arguments, shapes, strict=True))
        # the name of a symbol or a size is understood too, where it differs (``lambda``)
        given = (*(symbol.name for symbol in arguments), *self._told)
        self._aliases = dict(zip(given, self.arguments, strict=True))
        self._ranks = [len(checked_shape(node)) for _, node in outputs]
        self._required = self._planned(terms)
        self._checks = importlib.import_module("derive.numeric.arguments")
        self._text = self._write("one", self.name)
        labels = [label for label, _ in outputs]
        self._watched = watched_results(labels, [output.term for output in self._outputs])
        self._attempts = ATTEMPTS
        self._kernel = self._executed("one")
        required = (term for one in self._required for term in one.terms)
        is_loud = can_warn([*(output.term for output in self._outputs), *required])
        self._quick = quick_function(
            self._symbols,
            self._identifiers,
            self._told,
            self._outputs,
            {
                "_kernel": silenced(self._kernel) if is_loud else self._kernel,
                "_general": self._general,
                "_warn_of_nan": self._warn_of_nan,
            },
        )

    def let_digits_go(self) -> None:
        """Stop comparing with exact values where digits are lost: a search allows for noise."""
        self._attempts = 0

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Evaluate; see the class for what is accepted."""
        try:
            return self._quick(*args, **kwargs)
        except TypeError as error:
            if isinstance(error, DeriveError):
                raise
        kwargs = {self._aliases.get(name, name): value for name, value in kwargs.items()}
        return self._general(*self._checks.bind(self.name, self.arguments, args, kwargs))

    def __reduce__(self) -> tuple[Any, ...]:
        outputs = tuple((output.name, output.node) for output in self._outputs)
        return CompiledFunction, (
            outputs,
            self._symbols,
            self._name_given,
            self._typical_sizes,
            self._requirements,
        )

    def __repr__(self) -> str:
        return f"<{self.name}({', '.join(self.arguments)})>"

    @cached_property
    def source(self) -> str:
        """The function as text, with the imports and helpers it needs."""
        return readable_text(self._text)

    @cached_property
    def short_source(self) -> str:
        """The function as text; the helpers it needs are imported, not written out."""
        return short_text(self._text)

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> Path:
        """Write a file that stands alone: it needs NumPy and SciPy, not this library.

        Parameters
        ----------
        path : path of a ``.py`` file
        overwrite : bool
            Whether an existing file may be replaced.

        Returns
        -------
        Path
            The path written; the file appears whole or not at all.

        Raises
        ------
        ArgumentError
            The path does not end in ``.py``, exists and `overwrite` is False, or cannot be
            written: it is a folder, its folder is missing, its name is too long.
        """
        target = python_path(path)
        return write_whole(target, self.file_text(), overwrite)

    # --- calling --------------------------------------------------------------------

    def _general(self, *values: Any) -> Any:
        """Convert, check, batch: the way of everything the quick route does not take."""
        return self._checks.evaluate(
            self.name,
            self.plain_shapes,
            self._ranks,
            self._kernel,
            self._stacked,
            values,
            depth=6,
        )

    def _stacked(self, *arrays: Any) -> Any:
        """The function for leading batch axes, written when it is first needed."""
        ranks = [len(checked_shape(symbol)) for symbol in self._symbols]
        return in_blocks(self._stack_kernel, ranks, arrays, self._ranks)

    @cached_property
    def _stack_kernel(self) -> Function:
        return self._executed("stack")

    def _executed(self, dialect: Dialect) -> Function:
        """The text made callable, with an eye on differences that cancel."""
        flags = flags_of(self._watched)
        faster = LONG if dialect == "stack" else {}
        kernel = execute(self._write(dialect, self.name, flags), self.name, {}, faster)
        return watching(kernel, len(flags), self._warn_of_loss) if flags else kernel

    def _warn_of_loss(self, values: tuple[Any, ...], flags: Sequence[Any]) -> None:
        """Warn of a result that has no right digit, if it is one."""
        for item, batch, entry in suspects(self._watched, flags):
            if not self._attempts:
                return
            self._attempts -= 1
            point = [
                self._checks.point_of(value, batch, len(checked_shape(symbol)))
                for value, symbol in zip(values, self._symbols, strict=False)
            ]
            point += values[len(point) :]  # sizes
            try:
                outputs = parts_of(item)
                text = write_function(
                    self.name, outputs, self._symbols, self._identifiers, self._told, "stack"
                )
                found, *parts = silenced(execute(text, self.name, {}))(*point)
            except (ArithmeticError, ValueError):
                continue
            number = float(found[entry] if item.result.rank else found)
            exact = right_value(item, entry, number, parts)
            if exact is not None:
                self._attempts += 1
                self._checks.warn_of_loss(self.name, item.label, number, exact)
                return

    def _warn_of_nan(self, results: tuple[Any, ...], values: tuple[Any, ...]) -> None:
        named = dict(zip(self.arguments, values, strict=True))
        self._checks.warn_of_nan(self.name, results, named, depth=5)

    # --- text -----------------------------------------------------------------------

    def _write(self, dialect: Dialect, name: str, more: Sequence[Output] = ()) -> str:
        outputs = (*self._outputs, *more)
        return write_function(
            name,
            outputs,
            self._symbols,
            self._identifiers,
            self._told,
            dialect,
            self._required,
        )

    def _planned(self, terms: Sequence[Term]) -> tuple[Planned, ...]:
        """The requirements that the arguments settle, and that the others are numbers."""
        if not self._requirements:
            return ()

        def planned(asked: Sequence[Requirement]) -> list[Planned]:
            found = planned_requirements(asked, terms, self._symbols, self._typical_sizes)
            return [
                one
                for one in found
                if set(unshown_of(one.terms, self._symbols, self._identifiers)) <= set(self._told)
            ]

        found = planned(self._requirements)
        return (*found, *planned(unread(self._symbols, terms, found)))

    @property
    def text(self) -> str:
        """The function as text, alone."""
        return self._text

    def argument_of(self, symbol: str) -> str:
        """The name of the argument that a symbol or a size is; any other name as it is."""
        return self._aliases.get(symbol, symbol)

    @property
    def plain_shapes(self) -> dict[str, tuple[object, ...] | None]:
        """The shapes as ``arguments`` takes them; None for a size."""
        shapes = [*map(plain_shape, self._symbols), *([None] * len(self._told))]
        return dict(zip(self.arguments, shapes, strict=True))

    def file_text(self, support: Sequence[str] = (), tail: str = "") -> str:
        """The text of a file that stands alone, ended by what `tail` defines.

        `support` names what the tail calls of ``derive.numeric.arguments``.
        """
        return file_text(
            self.name,
            self.plain_shapes,
            self._ranks,
            self._write("one", "_one"),
            self._write("stack", "_stack"),
            support,
            tail,
        )


def plain_shape(node: Node) -> tuple[object, ...]:
    """A shape as ``arguments`` takes it: numbers, names, polynomials as tuples."""
    return tuple(map(_plain_size, checked_shape(node)))


def _plain_size(size: Dim) -> object:
    """A number, a name, or a polynomial in names and in tuples of sizes: the least of them."""
    if isinstance(size, int):
        return size
    if size.name is not None:
        return size.name
    return tuple(
        (tuple(a if isinstance(a, str) else tuple(map(_plain_size, a.among)) for a in atoms), c)
        for atoms, c in size.terms
    )
