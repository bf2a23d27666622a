"""What is said of shapes that do not fit, and the shapes that functions ask for."""

from __future__ import annotations

from derive.errors import ShapeError
from derive.language.sizes import shape_text
from derive.language.structure import Structure


def shaped(node: Structure) -> str:
    """A node with its shape, as errors name it."""
    return f"{node!r} of shape {shape_text(node.shape)}"


def not_addable(term: Structure, first: Structure) -> ShapeError:
    """Terms of two shapes."""
    return ShapeError(f"cannot add {shaped(term)} to {shaped(first)}")


def not_multipliable(left: Structure, right: Structure) -> ShapeError:
    """Factors whose inner sizes disagree."""
    return ShapeError(
        f"cannot multiply {shaped(left)} by {shaped(right)}: "
        f"{left.shape[1]} columns against {right.shape[0]} rows"
    )


def not_a_divisor(denominator: Structure) -> ShapeError:
    """A denominator that is no scalar."""
    return ShapeError(
        f"cannot divide by {shaped(denominator)}\n"
        f"  to fix   : use ./ for elementwise division, inv() for an inverse"
    )


def not_an_exponent(exponent: Structure) -> ShapeError:
    """An exponent that is no scalar."""
    return ShapeError(f"an exponent must be a scalar, got {shaped(exponent)}")


def not_whole(exponent: Structure) -> ShapeError:
    """The exponent of a matrix that may be broken."""
    return ShapeError(
        f"a matrix power needs a whole exponent, got {exponent!r}\n"
        f"  to fix   : declare it integer, or use .^ for elementwise powers"
    )


def not_a_base(base: Structure) -> ShapeError:
    """A matrix that is not square, to a power."""
    return ShapeError(
        f"cannot raise {shaped(base)} to a power: not square\n"
        f"  to fix   : use .^ for elementwise powers"
    )


def require_square(name: str, node: Structure) -> None:
    """Raise unless the node is square."""
    if node.shape[0] != node.shape[1]:
        raise ShapeError(f"{name} needs a square matrix, got {shaped(node)}")


def require_vector(name: str, node: Structure) -> None:
    """Raise unless the node is a column."""
    if node.shape[1] != 1:
        raise ShapeError(f"{name} needs a vector, got {shaped(node)}")
