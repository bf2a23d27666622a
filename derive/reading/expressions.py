"""One expression, or one explicit matrix, read from a text."""

from __future__ import annotations

from collections.abc import Sequence

from derive.errors import ReadError
from derive.language.expression import Node
from derive.reading.elaborate import elaborate
from derive.reading.grammar import parse_surface
from derive.reading.scope import Scope, Shapes, Undeclared, scope_of
from derive.reading.tokens import Token, tokenize


def parse(text: str, shapes: Shapes = "", undeclared: Undeclared = "error") -> Node:
    """The node that a plain text means.

    Parameters
    ----------
    text : str
        An expression: ``'`` transposes, ``*`` is the product, ``.* ./ .^`` act on entries,
        ``^`` is a power (of a square matrix: the matrix power).
    shapes : str or mapping of str to symbol
        What the names are: ``"X: n x d, w: d"``, or what ``read_shapes`` returns.
    undeclared : {"error", "scalar"}
        What a name is that the shapes do not hold: an error, or a scalar.

    Returns
    -------
    Node
        In the author's order; 1 x 1 expressions are scalars.

    Raises
    ------
    ReadError
        The text is no expression; a caret marks the place.
    NameUnknownError
        A name is not declared, or a function is not known.
    ShapeError
        Shapes disagree; the message names both.
    AmbiguousError
        The text has several readings; the message lists them.
    LimitError
        The text is too long, too deep, or its numbers are too large.

    Examples
    --------
    >>> parse("X'*(X*w - y)", "X: n x d, w: d, y: n").shape
    (Size(terms=((('d',), 1),)), 1)
    >>> parse("X*y", "X: n x d, y: n")
    Traceback (most recent call last):
    ...
    derive.errors.ShapeInTextError: cannot multiply `X` (n x d) by `y` (n): d columns against n rows
      to fix   : X'*y
      X*y
       ^
    """
    tokens = tokenize(text)
    return read_tokens(tokens, scope_of(text, shapes, undeclared))


def read_tokens(tokens: Sequence[Token], scope: Scope, end: int | None = None) -> Node:
    """The node of some of the tokens of a text; `end` is where they should end."""
    return elaborate(parse_surface(scope.source, tokens, end), scope)


def read_matrix(text: str, shapes: Shapes = "", undeclared: Undeclared = "error") -> Node:
    """An explicit matrix: ``[[2, 1], [1, 2]]`` or ``[a, b; b, c]``.

    Parameters
    ----------
    text : str
        The matrix, with scalar expressions as entries.
    shapes, undeclared
        As for ``parse``.

    Returns
    -------
    Node
        An array; a scalar if the matrix is 1 x 1.

    Raises
    ------
    ReadError
        The text is no explicit matrix, or an entry cannot be read.
    ShapeError
        Rows differ in length, or an entry is no scalar.

    Examples
    --------
    >>> read_matrix("[a, b; b, c]", undeclared="scalar")
    [[a, b], [b, c]]
    """
    tokens = tokenize(text)
    scope = scope_of(text, shapes, undeclared)
    surface = parse_surface(text, tokens)
    if surface.kind != "array":
        raise ReadError(
            "an explicit matrix is expected\n  to fix   : write [[2, 1], [1, 2]] or [2, 1; 1, 2]",
            text,
            surface.start,
            surface.stop,
        )
    return elaborate(surface, scope)
