"""A linear map compiled to the full array of its coefficients.

The map itself never forms the array: it is applied to every direction of the basis at once,
through the batch axes of the compiled function, and the results are put in place.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from derive.errors import ArgumentError
from derive.numeric.function import CompiledFunction
from derive.numeric.saving import python_path, write_whole

TEXT = '''def {name}_array({signature}):
    """Return the array of coefficients: the axes of the output, then those of {variable}."""
    basis = np.eye({variable}.size).reshape({variable}.size, *{variable}.shape)
    columns = [{name}({passed}) for direction in basis]
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape(*stacked.shape[:-1], *{variable}.shape)
'''


class ArrayFunction:
    """The coefficients of a linear map as one array.

    Parameters
    ----------
    operator : CompiledFunction
        The map, one of whose arguments is the direction.
    variable, direction : str
        Names of the arguments that hold the point and the direction, of one shape.

    Attributes
    ----------
    name : str
    arguments : tuple of str
        Those of the operator without the direction.
    source : str
        The operator and the function of the array as text.

    Examples
    --------
    >>> from derive.language.expression import Size, symbol
    >>> from derive.numeric.function import compile_function
    >>> n = Size.named("n")
    >>> X, dX = symbol("X", (n, n)), symbol("dX", (n, n))
    >>> f = ArrayFunction(compile_function([("square", X @ dX + dX @ X)], [X, dX]), "X", "dX")
    >>> f([[1, 2], [3, 4]]).shape
    (2, 2, 2, 2)
    """

    def __init__(self, operator: CompiledFunction, variable: str, direction: str):
        self.operator = operator
        self.name = f"{operator.name}_array"
        self._variable, self._direction = variable, direction
        self.arguments = tuple(name for name in operator.arguments if name != direction)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Evaluate at one point; arguments as for the operator, without the direction."""
        if len(args) > len(self.arguments):
            raise ArgumentError(
                f"{self.name} takes {len(self.arguments)} arguments, got {len(args)}\n"
                f"  expected : {', '.join(self.arguments)}"
            )
        given = {**dict(zip(self.arguments, args, strict=False)), **kwargs}
        if self._variable not in given:
            raise ArgumentError(f"{self.name} needs the argument {self._variable}")
        shape = np.shape(given[self._variable])
        count = int(np.prod(shape, dtype=int))
        basis = np.eye(count).reshape(count, *shape)
        columns = np.asarray(self.operator(**given, **{self._direction: basis}))
        return np.moveaxis(columns, 0, -1).reshape(*columns.shape[1:], *shape)

    def __repr__(self) -> str:
        return f"<{self.name}({', '.join(self.arguments)})>"

    @property
    def _text(self) -> str:
        passed = ", ".join(
            f"{name}={'direction' if name == self._direction else name}"
            for name in self.operator.arguments
        )
        return TEXT.format(
            name=self.operator.name,
            signature=", ".join(self.arguments),
            variable=self._variable,
            passed=passed,
        )

    @property
    def source(self) -> str:
        """The operator and the function of the array as text."""
        return f"{self.operator.source}\n\n{self._text}"

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
        target = python_path(path)
        write_whole(target, f"{self.operator.file_text()}\n\n{self._text}", overwrite)
        return target
