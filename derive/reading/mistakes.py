"""The errors of the grammar: what was found, what was expected, what to write.

Each function raises.  A person who mistyped should see the place, and the line to type.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from derive.errors import AmbiguousError, ReadError, ShapeInTextError
from derive.reading.surface import Surface, snippet
from derive.reading.tokens import Token

RELATIONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
BARS = frozenset({"|", "||", "‖"})
_OPEN, _CLOSE = frozenset("(["), frozenset(")]")


def value_expected(source: str, tokens: Sequence[Token], place: int, end: int) -> NoReturn:
    """Raise where a value should stand: at the token `place`, or at the end."""
    before = tokens[place - 1] if place else None
    if place >= len(tokens):
        if before is None:
            raise ReadError(
                "the text is empty\n  to fix   : write an expression, as in norm2(X*w - y)^2",
                source,
                end,
                end + 1,
            )
        raise ReadError(
            f"the text ends after `{before.text}`: a value is expected",
            source,
            before.start,
            before.stop,
        )
    found = tokens[place]
    if found.text in BARS:
        _bars(source, tokens, place)
    if before is None:
        message = f"a value is expected before `{found.text}`"
    elif before.text in _OPEN and found.text in _CLOSE:
        raise ReadError(
            f"nothing stands between `{before.text}` and `{found.text}`",
            source,
            before.start,
            found.stop,
        )
    elif before.text in RELATIONS:
        relation(source, before)
    else:
        message = f"a value is expected after `{before.text}`, found `{found.text}`"
    remedies = {
        "'": "the transpose sign follows what it transposes: X'",
        "*": "a power is ^ (or **), an elementwise product .*",
        "=": "a relation belongs to a problem; compare sides by their difference",
        "+": "write one sign between two terms",
    }
    remedy = "" if found.kind != "sign" else remedies.get(found.text, "")
    raise ReadError(
        message + (f"\n  to fix   : {remedy}" if remedy else ""), source, found.start, found.stop
    )


def sign_expected(source: str, tokens: Sequence[Token], place: int) -> NoReturn:
    """Raise at a token that cannot follow a value."""
    token = tokens[place]
    if token.text in RELATIONS:
        relation(source, token)
    if token.text in BARS:
        _bars(source, tokens, place)
    remedies = {
        "@": "write * for the matrix product",
        "×": "write * for a product, .* for an elementwise one",
        ":": "shapes are given apart, as shapes=...",
        "~": "a distribution is given apart, as Normal(mu, sigma)",
        "s.t.": "constraints belong to a problem: minimize f over x subject to ...",
    }
    raise ReadError(
        f"`{token.text}` is not a sign of the grammar\n"
        f"  to fix   : {remedies.get(token.text, 'signs are + - * / ^ and .* ./ .^')}",
        source,
        token.start,
        token.stop,
    )


def relation(source: str, token: Token) -> NoReturn:
    """Raise at a relation in an expression."""
    raise ReadError(
        f"`{token.text}` is a relation, and one expression is asked for\n"
        f"  to fix   : give one side of it; constraints belong to a problem",
        source,
        token.start,
        token.stop,
    )


def _bars(source: str, tokens: Sequence[Token], place: int) -> NoReturn:
    """Raise at a bar, offering the functions it may stand for."""
    opening = tokens[place]
    closing = next((t for t in tokens[place + 1 :] if t.text == opening.text), None)
    stop = opening.stop if closing is None else closing.stop
    inside = "x" if closing is None else snippet(source, opening.stop, closing.start) or "x"
    if opening.text == "|":
        raise AmbiguousError(
            f"a bar has several readings\n  readings : abs({inside})   absolute value\n"
            f"             det({inside})   determinant\n"
            f"             norm2({inside})   norm",
            source,
            opening.start,
            stop,
        )
    raise ReadError(
        f"a norm is written as a function\n"
        f"  to fix   : write norm2({inside}), or norm1({inside}) for the 1-norm",
        source,
        opening.start,
        stop,
    )


def mixed_kronecker(
    source: str, factors: Sequence[Surface], before: Token, after: Token
) -> NoReturn:
    """Raise for ``A*B ⊗ C``, which books read in two ways."""
    left, middle = (snippet(source, f.start, f.stop) for f in factors[-2:])
    one, other = before.text or "*", after.text or "*"
    raise AmbiguousError(
        f"`{one}` and `{other}` stand side by side without brackets\n"
        f"  readings : ({left} {one} {middle}) {other} ...\n"
        f"             {left} {one} ({middle} {other} ...)",
        source,
        factors[-2].start,
        after.stop,
    )


def unclosed(source: str, opener: Token | None) -> NoReturn:
    """Raise for a bracket that the text does not close."""
    assert opener is not None
    raise ReadError(f"`{opener.text}` is never closed", source, opener.start, opener.stop)


def wrong_closer(source: str, opener: Token | None, token: Token) -> NoReturn:
    """Raise for a closing bracket that fits no opening one."""
    if opener is None:
        raise ReadError(f"`{token.text}` closes no bracket", source, token.start, token.stop)
    raise ReadError(
        f"`{opener.text}` is closed by `{token.text}`", source, opener.start, token.stop
    )


def stray_separator(source: str, token: Token) -> NoReturn:
    """Raise for a comma or semicolon outside a call and an explicit matrix."""
    remedy = "a decimal has a point: 0.5" if token.text == "," else "give one expression at a time"
    raise ReadError(
        f"`{token.text}` separates nothing here\n  to fix   : {remedy}",
        source,
        token.start,
        token.stop,
    )


def ragged(source: str, start: int, stop: int, rows: Sequence[int]) -> NoReturn:
    """Raise for an explicit matrix whose rows differ in length."""
    row = next(k for k, count in enumerate(rows) if count != rows[0])
    raise ShapeInTextError(
        f"the rows of an explicit matrix differ: row 1 has {rows[0]} entries, "
        f"row {row + 1} has {rows[row]}",
        source,
        start,
        stop,
    )


def missing_comma(source: str, value: Surface, token: Token) -> NoReturn:
    """Raise for two entries of an explicit matrix with nothing between them."""
    before = snippet(source, value.start, value.stop)
    raise AmbiguousError(
        f"nothing stands between the entries `{before}` and `{token.text}`\n"
        f"  readings : {before}, {token.text}   two entries\n"
        f"             {before}*{token.text}   one entry, a product",
        source,
        value.start,
        token.stop,
    )


def signed_entry(source: str, value: Surface, token: Token, follows: Token) -> NoReturn:
    """Raise for ``[a -b]``, which people write for one entry and for two."""
    before = snippet(source, value.start, value.stop)
    raise AmbiguousError(
        f"`{before} {token.text}{follows.text}` is one entry or two\n"
        f"  readings : {before}, {token.text}{follows.text}   two entries\n"
        f"             {before} {token.text} {follows.text}   one entry",
        source,
        value.start,
        follows.stop,
    )
