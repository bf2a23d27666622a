"""A text cut into tokens: names, numbers, signs, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, NoReturn, TypeAlias

from derive.errors import ArgumentError, NameUnknownError, ReadError
from derive.reading.characters import GREEK, OFFERS, RING, SIGNS, SUBSCRIPTS, SUPERSCRIPTS, name_of
from derive.reading.limits import LIMITS, Limits, refuse

Kind: TypeAlias = Literal["name", "number", "superscript", "sign", "beside"]


class Token(NamedTuple):
    """One token: what it is, its text in ASCII, and its place in the source.

    ``beside`` is the sign that is missing between two values that stand side by side.  A
    ``superscript`` that raises each entry begins with a point: ``∘²`` is ``.2``.
    """

    kind: Kind
    text: str
    start: int
    stop: int

    @property
    def is_implied(self) -> bool:
        """Whether nothing was typed, as for the ``^`` of a raised digit."""
        return self.start == self.stop


_SUB, _SUPER, _GREEK = "".join(SUBSCRIPTS), "".join(SUPERSCRIPTS), "".join(GREEK)
# A Greek letter takes digits and _parts but no letters, so that λI is not one name.
_PATTERN = re.compile(
    rf"""(?P<space>\s+)
       | (?P<number>(?:[0-9]+(?:\.(?![*/^'.])[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
       | (?P<words>s\.t\.)
       | (?P<sums>sum_\{{[^{{}}]*\}})
       | (?P<name>[A-Za-z][A-Za-z0-9_{_SUB}]*|[{_GREEK}][0-9{_SUB}]*(?:_[A-Za-z0-9_]*)?)
       | (?P<superscript>{RING}?[{_SUPER}]+)
       | (?P<sign>\.\.|\.\*|\./|\.\^|\*\*|[<>=!]=|\|\||[-+*/^'()\[\],;:=<>|@~×⊗‖−ᵀ≤≥≠·⋅∙•∘⊙⊘])
    """,
    re.VERBOSE,
)
_ASCII = str.maketrans({**GREEK, **SUBSCRIPTS, **SUPERSCRIPTS})


def typed(name: str) -> str:
    """The name as it is kept: Greek letters in words, lowered digits as digits.

    Examples
    --------
    >>> typed("λ"), typed("x₁"), typed("w")
    ('lambda', 'x1', 'w')
    """
    return name.translate(_ASCII)


def tokenize(source: str, limits: Limits = LIMITS) -> list[Token]:
    """All tokens of a text.

    Raises
    ------
    ReadError
        A character has no meaning; the message says what to write instead.
    LimitError
        The text, a number or a name is longer than its limit.

    Examples
    --------
    >>> [token.text for token in tokenize("λ*w₁' − 2")]
    ['lambda', '*', 'w1', "'", '-', '2']
    """
    if not isinstance(source, str):
        raise ArgumentError(f"expected a text, got {type(source).__name__}")
    if len(source) > limits.characters:
        at = limits.characters
        refuse("the text is too long", f"{len(source)} characters", at, source, at, at + 1)
    tokens: list[Token] = []
    place = 0
    while place < len(source):
        match = _PATTERN.match(source, place)
        if match is None:
            _foreign(source, place)
        start, place = place, match.end()
        if match.lastgroup == "space":
            continue
        tokens.append(_token(match.lastgroup or "", match.group(), source, start, limits))
        if len(tokens) > limits.tokens:
            refuse("the text has too many tokens", "more", limits.tokens, source, start, place)
    return tokens


def _token(group: str, text: str, source: str, start: int, limits: Limits) -> Token:
    stop = start + len(text)
    if group == "number":
        _check_digits(text, source, start, limits)
        return Token("number", text, start, stop)
    if group == "name":
        text = text.translate(_ASCII)
        if len(text) > limits.name:
            refuse("the name is too long", f"{len(text)} letters", limits.name, source, start, stop)
        if "__" in text:
            raise ReadError(
                "a name has no two underscores in a row\n  to fix   : write one",
                source,
                start,
                stop,
            )
        return Token("name", text, start, stop)
    if group == "sums":
        return Token("name", text.replace(" ", ""), start, stop)
    if group == "superscript":
        text = text.translate(_ASCII).replace(RING, ".")
        if not re.fullmatch(r"\.?-?[0-9]+", text):
            raise ReadError("a raised minus stands before raised digits", source, start, stop)
        _check_digits(text, source, start, limits)
        return Token("superscript", text, start, stop)
    return Token("sign", SIGNS.get(text, text), start, stop)


def _check_digits(text: str, source: str, start: int, limits: Limits) -> None:
    mantissa, _, exponent = text.lower().partition("e")
    tens = exponent.lstrip("+-").lstrip("0")
    digits = sum(map(str.isdigit, mantissa))
    # the length of the exponent comes first: it may itself be too long to be evaluated
    if len(tens) > len(str(limits.digits)) or digits + int(tens or 0) > limits.digits:
        found = f"{digits} digits" + (f" times 10^{exponent[:12]}" if exponent else "")
        refuse("the number is too long", found, limits.digits, source, start, start + len(text))


def _foreign(source: str, place: int) -> NoReturn:
    """Raise the error of a character that starts no token."""
    character = source[place]
    if character == ".":
        _point(source, place)
    if re.match(r"\\(?:[A-Za-z]{2}|[^\sA-Za-z(])", source[place:]):
        _command(source, place)
    offer = OFFERS.get(character, "names are ASCII letters, digits, _ and Greek letters")
    raise ReadError(
        f"{name_of(character)} is not part of the grammar"
        + (f"\n  to fix   : {offer}" if offer else ""),
        source,
        place,
        place + 1,
    )


def _command(source: str, place: int) -> NoReturn:
    """Raise the error of a LaTeX command."""
    match = re.compile(r"\\(?:[A-Za-z]+|.)").match(source, place)
    assert match is not None
    raise ReadError(
        f"`{match.group()[:20]}` is LaTeX, which is not read here\n"
        f"  to fix   : write plain text, as in norm2(X*w - y)^2/2",
        source,
        place,
        match.end(),
    )


def _point(source: str, place: int) -> NoReturn:
    """Raise the error of a point that belongs to no number and no sign."""
    following = re.compile(r"T\b|'|[A-Za-z_]\w*|").match(source, place + 1)
    after = following.group() if following else ""
    stop = place + 1 + len(after)
    if after in {"T", "'"}:
        raise ReadError(
            f"`.{after}` is not how a transpose is written\n  to fix   : write ' as in X'",
            source,
            place,
            stop,
        )
    if after:
        raise NameUnknownError(
            f"values have no attributes: `.{after[:20]}`\n"
            f"  to fix   : call a function, as in inv(X), sum(x), norm2(x)",
            source,
            place,
            stop,
        )
    raise ReadError(
        "a point stands alone\n  to fix   : a number is 0.5, elementwise signs are .* ./ .^",
        source,
        place,
        stop,
    )


def split_outside(
    tokens: Sequence[Token], separators: set[str], stop_at: str = ""
) -> Iterator[Sequence[Token]]:
    """The runs of tokens between separators that stand outside all brackets.

    With `stop_at` the last run ends at the bracket that closes more than was opened.
    """
    depth = begin = 0
    for k, token in enumerate(tokens):
        if token.text in {"(", "["}:
            depth += 1
        elif token.text in {")", "]"}:
            if depth == 0 and token.text == stop_at:
                yield tokens[begin:k]
                return
            depth -= 1
        elif depth == 0 and token.text in separators:
            yield tokens[begin:k]
            begin = k + 1
    yield tokens[begin:]
