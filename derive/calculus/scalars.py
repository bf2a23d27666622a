"""What asks for a scalar, said in the words of the question."""

from __future__ import annotations

from derive.errors import ShapeError
from derive.language.expression import Node
from derive.language.sizes import shape_text


def require_scalar(function: Node, what: str, remedy: str) -> None:
    """Raise unless a function is a scalar.

    Raises
    ------
    ShapeError
        Names the question and the shape.
    """
    if not function.is_scalar:
        raise ShapeError(
            f"{what} needs a scalar, got an expression of shape {shape_text(function.shape)}\n"
            f"  to fix   : {remedy}"
        )


OF_EACH_ENTRY = (
    "take a norm, a sum or one entry of it, as part(f, i, 1, 1, 1); "
    "jacobian gives its first derivatives"
)
