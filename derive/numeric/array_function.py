"""A linear map compiled to the full array of its coefficients.

The map itself never forms the array: it is applied to every direction of the basis at once,
through a batch axis of the compiled function that stands behind those of the arguments, and
the results are put in place.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from derive.numeric.files import readable_text
from derive.numeric.function import CompiledFunction
from derive.numeric.names import Names
from derive.numeric.saving import python_path, write_whole

#: For reading: one point.  The names of the letters in braces are free beside the arguments.
TEXT = '''def {name}_array({signature}):
    """Return the array of coefficients: the axes of the output, then those of {variable}."""
    {basis} = np.eye({variable}.size).reshape({variable}.size, *{variable}.shape)
    {columns} = [{operator}({passed}) for {direction} in {basis}]
    {stacked} = np.stack({columns}, axis=-1)
    return {stacked}.reshape(*{stacked}.shape[:-1], *{variable}.shape)
'''

#: For reading, where the variable is a scalar.
TEXT_OF_SCALAR = '''def {name}_array({signature}):
    """Return the derivative in the scalar {variable}."""
    return {operator}({passed})
'''

#: For a saved file: its arguments are checked, and leading axes batch.
SAVED = '''def {name}_array({signature}):
    """Return the array of coefficients: the axes of the output, then those of {variable}."""
    return coefficients(
        "{name}_array", {shapes!r}, {operator}, ({signature},), "{variable}", "{direction}"
    )
'''


class ArrayFunction:
    """The coefficients of a linear map as one array.

    Leading axes of the arguments are batch axes, as for the operator: they broadcast and
    lead the result.

    Parameters
    ----------
    operator : CompiledFunction
        The map, one of whose arguments is the direction.
    variable, direction : str
        Names of the symbols that are the point and the direction, of one shape.

    Attributes
    ----------
    name : str
    arguments : tuple of str
        Those of the operator without the direction.
    source : str
        The operator and the function of the array as text, at one point.

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
        self._variable, self._direction = map(operator.argument_of, (variable, direction))
        self.arguments = tuple(name for name in operator.arguments if name != self._direction)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Evaluate; arguments as for the operator, without the direction."""
        checks = importlib.import_module("derive.numeric.arguments")
        given = {self.operator.argument_of(name): value for name, value in kwargs.items()}
        values = checks.bind(self.name, self.arguments, args, given)
        shapes = self.operator.plain_shapes
        return checks.coefficients(
            self.name, shapes, self.operator, values, self._variable, self._direction
        )

    def __repr__(self) -> str:
        return f"<{self.name}({', '.join(self.arguments)})>"

    @property
    def source(self) -> str:
        """The operator and the function of the array as text, at one point."""
        free = Names((*self.operator.arguments, self.operator.name))
        is_scalar = not self.operator.plain_shapes[self._variable]
        words = ("basis", "columns", "stacked", "direction")
        names = {word: free.take(word) for word in words}
        moved = "1.0" if is_scalar else names["direction"]
        passed = ", ".join(
            f"{name}={moved if name == self._direction else name}"
            for name in self.operator.arguments
        )
        text = self._filled(TEXT_OF_SCALAR if is_scalar else TEXT, free, passed=passed, **names)
        return readable_text(self.operator.text, text)

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
        free = Names((*self.operator.arguments, self.operator.name))
        shapes, direction = self.operator.plain_shapes, self._direction
        text = self._filled(SAVED, free, shapes=shapes, direction=direction)
        return write_whole(target, self.operator.file_text(("coefficients",), text), overwrite)

    def _filled(self, text: str, free: Names, **words: Any) -> str:
        """The text of the function, and another name for the operator where an argument has its."""
        operator, head = self.operator.name, ""
        if operator in self.arguments:
            operator = free.take(f"{operator}_map")
            head = f"{operator} = {self.operator.name}\n\n\n"
        return head + text.format(
            name=self.operator.name,
            operator=operator,
            signature=", ".join(self.arguments),
            variable=self._variable,
            **words,
        )
