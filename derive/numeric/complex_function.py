"""ComplexFunction: the two parts of a characteristic function as one complex function."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import numpy as np

from derive.numeric.function import CompiledFunction


class ComplexFunction:
    """A complex function of real arguments, 1 where the first of them is 0.

    Parameters
    ----------
    parts : CompiledFunction
        Returns the real and the imaginary part.

    Attributes
    ----------
    arguments : tuple of str
    source, short_source : str
        The function of the two parts as text.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.functions import elementwise
    >>> from derive.numeric.function import compile_function
    >>> t = symbol("t")
    >>> both = [(name, elementwise(name, t)) for name in ("cos", "sin")]
    >>> complex(ComplexFunction(compile_function(both, [t]))(0.0))
    (1+0j)
    """

    def __init__(self, parts: CompiledFunction):
        self.parts, self.arguments = parts, parts.arguments
        self.source, self.short_source = parts.source, parts.short_source

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Evaluate; arguments by position or by name."""
        checks = importlib.import_module("derive.numeric.arguments")
        given = {self.parts.argument_of(name): value for name, value in kwargs.items()}
        first, *others = checks.bind(self.parts.name, self.arguments, args, given)
        is_zero = np.asarray(first) == 0
        real, imaginary = self.parts(np.where(is_zero, 1.0, first)[()], *others)
        return np.where(is_zero, 1.0, real + 1j * imaginary)[()]

    def __repr__(self) -> str:
        return f"<complex {self.parts.name}({', '.join(self.arguments)})>"

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> Path:
        """Write the function of the two parts to a file that stands alone."""
        return self.parts.save(path, overwrite)
