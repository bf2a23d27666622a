"""SymPy nodes of block matrices and of parts of matrices; ``to_blocks`` builds them."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Add, Expr, Integer, S

from derive.language.sympy_functions import MatrixFunction


class BlockOf(MatrixFunction):
    """A matrix of blocks; the arguments are the blocks of a row, and the blocks row by row."""

    __slots__ = ()

    @property
    def grid(self) -> list[tuple[Any, ...]]:
        """The rows of blocks."""
        width, blocks = int(self.args[0]), self.args[1:]
        return [blocks[k : k + width] for k in range(0, len(blocks), width)]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows = Add(*(_shape(row[0])[0] for row in self.grid))
        return rows, Add(*(_shape(block)[1] for block in self.grid[0]))

    def _sympystr(self, printer: Any) -> str:
        rows = (", ".join(map(printer._print, row)) for row in self.grid)
        return f"block([{', '.join(f'[{row}]' for row in rows)}])"

    def _latex(self, printer: Any) -> str:
        rows = r" \\ ".join(" & ".join(map(printer._print, row)) for row in self.grid)
        return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"

    def explicit(self) -> Expr:
        """The value for explicit blocks."""
        return sympy.Matrix([list(row) for row in self.grid])


def _shape(block: Any) -> tuple[Expr, Expr]:
    rows, columns = getattr(block, "shape", (1, 1))
    return S.One * rows, S.One * columns


class PartOf(MatrixFunction):
    """Part of a matrix; the arguments are it, the rows and columns before, those of the part."""

    __slots__ = ()
    symbol, latex_symbol = "part", r"\operatorname{part}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        return self.args[3], self.args[4]

    def explicit(self) -> Expr:
        """The value for an explicit matrix and a fixed part."""
        if not all(isinstance(size, Integer) for size in self.args[1:]):
            return self
        row, column, rows, columns = map(int, self.args[1:])
        return self.args[0][row : row + rows, column : column + columns]
