"""A text that is one call of a name outside the grammar: ``Normal(mu, sigma=2)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.errors import ReadError
from derive.language.expression import Node
from derive.reading.expressions import read_tokens
from derive.reading.scope import Scope, Shapes, Undeclared, scope_of
from derive.reading.tokens import Token, split_outside, tokenize


def read_call(
    text: str, shapes: Shapes = "", undeclared: Undeclared = "error"
) -> tuple[str, list[Node], dict[str, Node]]:
    """A call of a name that is not part of the grammar: ``Gamma(k, theta=2)``.

    Parameters
    ----------
    text : str
        A name and its arguments, by position and then by keyword.
    shapes, undeclared
        As for ``parse``; with ``"scalar"`` the names inside need no declaration.

    Returns
    -------
    tuple of str, list of Node, dict of str to Node
        The name, the arguments by position, the arguments by keyword.

    Raises
    ------
    ReadError
        The text is no call, or a keyword is given twice or too early.

    Examples
    --------
    >>> read_call("Gamma(k, theta=2)", undeclared="scalar")
    ('Gamma', [k], {'theta': 2})
    """
    tokens = tokenize(text)
    scope = scope_of(text, shapes, undeclared)
    if len(tokens) < 3 or tokens[0].kind != "name" or tokens[1].text != "(":
        start, stop = (tokens[0].start, tokens[-1].stop) if tokens else (0, 1)
        raise ReadError(
            "a call is expected\n  to fix   : write Name(argument, ...), as in Normal(0, sigma)",
            text,
            start,
            stop,
        )
    positional: list[Node] = []
    keywords: dict[str, Node] = {}
    for argument, end in _arguments(tokens, text):
        if _has_keyword(argument, text):
            keyword = argument[0]
            if keyword.text in keywords:
                raise ReadError(
                    f"`{keyword.text}` is given twice", text, keyword.start, keyword.stop
                )
            keywords[keyword.text] = _argument(argument[2:], scope, end)
        elif keywords:
            raise ReadError(
                "an argument by position follows one by keyword\n"
                "  to fix   : give arguments by position first",
                text,
                argument[0].start if argument else end,
                end,
            )
        else:
            positional.append(_argument(argument, scope, end))
    return tokens[0].text, positional, keywords


def _has_keyword(argument: Sequence[Token], text: str) -> bool:
    """Whether an argument is ``name=...``; a double ``==`` is a relation."""
    if len(argument) < 2 or argument[0].kind != "name":
        return False
    return text[argument[1].start : argument[1].stop] == "="


def _argument(tokens: Sequence[Token], scope: Scope, end: int) -> Node:
    if not tokens:
        raise ReadError("an argument is missing", scope.source, end - 1, end + 1)
    return read_tokens(tokens, scope, end)


def _arguments(tokens: Sequence[Token], text: str) -> Iterator[tuple[Sequence[Token], int]]:
    """The tokens of each argument, and where it ends."""
    pieces = [*split_outside(tokens[2:], {","}, stop_at=")")]
    last = sum(len(piece) + 1 for piece in pieces) + 1
    if last >= len(tokens):
        raise ReadError("`(` is never closed", text, tokens[1].start, tokens[1].stop)
    if last + 1 < len(tokens):
        extra = tokens[last + 1]
        raise ReadError(f"the call ends before `{extra.text}`", text, extra.start, tokens[-1].stop)
    if len(pieces) == 1 and not pieces[0]:
        return
    begin = 2
    for piece in pieces:
        yield piece, tokens[begin + len(piece)].start
        begin += len(piece) + 1
