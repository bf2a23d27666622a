"""The errors of the grammar: what was found, what was expected, what to write.

Each function raises.  A person who mistyped should see the place, and the line to type.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from derive.errors import AmbiguousError, ReadError, ShapeInTextError
from derive.reading.surface import Surface, parts_of, snippet
from derive.reading.tokens import Token

RELATIONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
BARS = frozenset({"|", "||", "‖"})
_VALUES = frozenset({"name", "number", "superscript"})
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
        after, there = (source[t.start : t.stop] for t in (before, found))
        message = f"a value is expected after `{after}`, found `{there}`"
    if found.text == ":" and (array := _array_around(tokens, place)) is not None:
        _slice(source, tokens, array, place)
    if found.text == "'" and before is not None and before.text in {"(", ","}:
        _quoted(source, tokens, place)
    remedies = {
        "/": "write one / for a quotient, as in 1/2",
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
    if token.text == "=":
        _keyword(source, tokens, place)
    if token.text in RELATIONS:
        relation(source, token)
    if token.text == ":" and (array := _array_around(tokens, place)) is not None:
        _slice(source, tokens, array, place)
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


# What named arguments of other systems are here.
_KEYWORDS: dict[str, str] = {
    "axis": "colsums(X) sums each column (axis 0), rowsums(X) each row (axis 1)",
    "dim": "colsums(X) sums each column (dim 0), rowsums(X) each row (dim 1)",
    "keepdims": "leave it out: colsums(X) and rowsums(X) are columns",
    "ord": "norms are norm2 (Frobenius), norm1, norminf, specnorm, nucnorm",
}


def _keyword(source: str, tokens: Sequence[Token], place: int) -> None:
    """Raise for ``axis=0``: functions of the text take their arguments by position."""
    before = tokens[place - 2].text if place >= 2 else ""
    name, sign = tokens[place - 1], source[tokens[place].start : tokens[place].stop]
    if sign != "=" or name.kind != "name" or before not in {"(", ","}:
        return
    remedy = _KEYWORDS.get(name.text, "give the value alone, in its place")
    raise ReadError(
        f"functions take no arguments by name, got `{name.text}=`\n  to fix   : {remedy}",
        source,
        name.start,
        tokens[place].stop,
    )


def _quoted(source: str, tokens: Sequence[Token], place: int) -> None:
    """Raise for a text in quotes among arguments: ``norm(X, 'fro')``."""
    closing = next((t for t in tokens[place + 1 : place + 4] if t.text == "'"), None)
    if closing is None or tokens[place + 1].kind != "name":
        return
    raise ReadError(
        f"`{source[tokens[place].start : closing.stop]}` is a text, and no function takes one\n"
        f"  to fix   : {_KEYWORDS['ord']}",
        source,
        tokens[place].start,
        closing.stop,
    )


def _array_around(tokens: Sequence[Token], place: int) -> Token | None:
    """What a bracket around a place takes entries of: the name before it, if there is one."""
    depth = 0
    for k in range(place - 1, -1, -1):
        if tokens[k].text in _CLOSE:
            depth += 1
        elif tokens[k].text in _OPEN:
            if not depth:
                is_entry = tokens[k].text == "[" and k and tokens[k - 1].stop == tokens[k].start
                return tokens[k - 1] if is_entry else None
            depth -= 1
    return None


def _slice(source: str, tokens: Sequence[Token], array: Token, place: int) -> NoReturn:
    """Raise for a colon among places: ``A[:, 1]``."""
    name = array.text if array.kind == "name" else "A"
    raise ReadError(
        f"single entries and slices cannot be taken in brackets\n  to fix   : {parts_of(name)}",
        source,
        array.stop,
        tokens[place].stop,
    )


def _bars(source: str, tokens: Sequence[Token], place: int) -> NoReturn:
    """Raise at a bar, offering the functions it may stand for."""
    opening = tokens[place]
    closing = next((t for t in tokens[place + 1 :] if t.text == opening.text), None)
    stop = opening.stop if closing is None else closing.stop
    inside = "x" if closing is None else snippet(source, opening.stop, closing.start) or "x"
    power = _power_behind(tokens, closing)
    inside = _with_signs(source, tokens, opening, closing) or inside
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
        f"  to fix   : write norm2({inside}){power}, or norm1({inside}) for the 1-norm",
        source,
        opening.start,
        stop,
    )


def _power_behind(tokens: Sequence[Token], closing: Token | None) -> str:
    """The power that a closing bar is raised to, as it is typed."""
    follows = [t for t in tokens if closing is not None and t.start >= closing.stop][:2]
    if follows and follows[0].kind == "superscript":
        return f"^{follows[0].text}"
    if len(follows) == 2 and follows[0].text == "^" and follows[1].kind == "number":
        return f"^{follows[1].text}"
    return ""


def _with_signs(source: str, tokens: Sequence[Token], opening: Token, closing: Token | None) -> str:
    """What stands between bars, with ``*`` between values side by side; nothing if it is long."""
    stop = opening.start if closing is None else closing.start
    inner = [t for t in tokens if opening.stop <= t.start < stop]
    text = ""
    for before, token in zip([None, *inner], inner, strict=False):
        gap = source[before.stop : token.start] if before else ""
        ends = before is not None and (before.kind in _VALUES or before.text in {")", "'"})
        begins = token.kind in {"name", "number"}
        text += ("*" if ends and begins else gap) + source[token.start : token.stop]
    return " ".join(text.split()) if len(text) <= 40 else ""


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
