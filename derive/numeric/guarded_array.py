"""GuardedArrayFunction: a compiled density of a vector or matrix that is asked only where it holds.

Off its domain (the simplex, counts with a given sum, positive definite matrices) the formula of
a density may be a number too, and a wrong one.  Here each value is looked at first; the formula
sees none but values of the law.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from derive.language.expression import Node
from derive.numeric.execute import execute
from derive.numeric.files import readable_text, short_text
from derive.numeric.function import CompiledFunction, compile_function
from derive.numeric.names import Names
from derive.numeric.requirements import Requirement
from derive.numeric.saving import python_path, write_whole

TEXT = '''def {name}({signature}):
    """Return the {label} at {x}; {elsewhere} where {x} is no value of the law."""
    places = np.asarray({x}, dtype=float)
    holds = {test}
    inner = np.where(holds[{axes}], places, {safe})
    result = np.where(holds, {inside}({passed}), {outside})
    return np.where(np.isnan(places).any(axis={last}), np.nan, result)[()]
'''


@dataclass(frozen=True)
class Domain:
    """What values a law has: the test and a safe value as text, and how many axes one has."""

    test: str
    safe: str
    axes: int = 1


FINITE = "np.isfinite(places).all(axis={last})"
DOMAINS: Mapping[str, Domain] = {
    "vectors": Domain(FINITE, "0.0"),
    "matrices": Domain(FINITE, "0.0", 2),
    "simplex": Domain(
        "is_simplex(places) & (places > 0).all(axis=-1)", "1 / max(places.shape[-1], 1)"
    ),
    "onehot": Domain("is_onehot(places)", "np.eye(places.shape[-1])[0]"),
    "counts": Domain(
        "is_count(places) & (places.sum(axis=-1) == {total})",
        "np.eye(places.shape[-1])[0] * np.asarray({total})[..., None]",
    ),
    "sphere": Domain("is_unit(places)", "np.eye(places.shape[-1])[0]"),
    "spd": Domain("is_definite(places)", "np.eye(places.shape[-1])", 2),
}


class GuardedArrayFunction:
    """A compiled density of a vector or matrix that knows where its formula holds.

    A leading axis of the value is a batch.  nan stays nan.

    Parameters
    ----------
    output : (str, Node)
        The formula with its name.
    arguments : tuple of symbol
        What the function takes, the value among them.
    variable : symbol
        The value.
    domain : str
        A row of ``DOMAINS``.
    outside : float
        The function elsewhere: 0, or -inf for a logarithm.
    total : Node or None
        What counts sum to.
    requirements : sequence of Requirement
        What the other arguments must satisfy.

    Attributes
    ----------
    name : str
    arguments : tuple of str

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.functions import elementwise, total
    >>> x = symbol("x", (2, 1))
    >>> one = total(x) / total(x)
    >>> f = GuardedArrayFunction(("p", one), (x,), x, "simplex", 0.0)
    >>> float(f([0.25, 0.75])), float(f([0.5, 0.75]))
    (1.0, 0.0)
    """

    def __init__(
        self,
        output: tuple[str, Node],
        arguments: tuple[Node, ...],
        variable: Node,
        domain: str,
        outside: float,
        total: Node | None = None,
        requirements: Sequence[Requirement] = (),
    ):
        self.label, self.outside, self.domain = output[0], outside, DOMAINS[domain]
        self.inside = compile_function([output], arguments, "inside", requirements=requirements)
        self.arguments = self.inside.arguments
        self.name = Names((*self.arguments, self.inside.name)).take("f")
        self.variable = self.inside.argument_of(variable.name)
        self._total: CompiledFunction | None = None
        if total is not None:
            needed = tuple(a for a in arguments if a in total.symbols)
            self._total = compile_function([("total", total)], needed, "total")

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Evaluate; arguments by position or by name."""
        checks = importlib.import_module("derive.numeric.arguments")
        given = {self.inside.argument_of(name): value for name, value in kwargs.items()}
        bound = checks.bind(self.name, self.arguments, args, given)
        values = dict(zip(self.arguments, bound, strict=True))
        places = checks.as_floats(self.variable, values[self.variable])
        is_skew = "eye" in self.domain.safe and places.shape[-2:-1] != places.shape[-1:]
        if places.ndim < self.domain.axes or (is_skew and self.domain.axes == 2):
            return self.inside(**values)  # which names the shape that is wanted
        return self._guarded(**{**values, self.variable: places})

    @cached_property
    def _guarded(self) -> Callable[..., Any]:
        """The function of the text."""
        beside = (self.inside, *(() if self._total is None else (self._total,)))
        return execute(self._text(), self.name, {each.name: each for each in beside})

    def __repr__(self) -> str:
        return f"<{self.name}({', '.join(self.arguments)})>"

    @property
    def source(self) -> str:
        """The function as text."""
        return readable_text(self.inside.text, *self._total_texts(), self._text())

    @property
    def short_source(self) -> str:
        """The function as text; the helpers it needs are imported."""
        return short_text(self.inside.text, *self._total_texts(), self._text())

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> Path:
        """Write a file that stands alone; as ``CompiledFunction.save``.

        Parameters
        ----------
        path : path of a ``.py`` file
        overwrite : bool
            Whether an existing file may be replaced.

        Returns
        -------
        Path
            The path written.

        Raises
        ------
        ArgumentError
            As for ``CompiledFunction.save``.
        """
        tail = "\n\n\n".join([*self._total_texts(), self._text()])
        return write_whole(python_path(path), self.inside.file_text((), tail), overwrite)

    def _total_texts(self) -> list[str]:
        return [] if self._total is None else [self._total.text]

    def _text(self) -> str:
        total = ""
        if self._total is not None:
            total = f"{self._total.name}({', '.join(self._total.arguments)})"
        last = -1 if self.domain.axes == 1 else (-2, -1)
        outside = "-np.inf" if np.isinf(self.outside) else f"{self.outside}"
        return TEXT.format(
            name=self.name,
            signature=", ".join(self.arguments),
            label=self.label,
            x=self.variable,
            elsewhere="-inf" if np.isinf(self.outside) else "0",
            test=self.domain.test.format(last=last, total=total),
            axes="..., " + ", ".join(["None"] * self.domain.axes),
            safe=self.domain.safe.format(total=total),
            inside=self.inside.name,
            passed=", ".join("inner" if a == self.variable else a for a in self.arguments),
            outside=outside,
            last=last,
        )
