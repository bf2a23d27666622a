"""Tokens to surface tree: the precedence of signs, and nothing about shapes.

From tight to loose: transpose and raised digits; ``^`` and ``.^``, grouping to the right;
minus before a value; ``* / .* ./``, grouping to the left; ``+ -``.  The Kronecker sign ⊗
stands between factors of its own kind alone, since books disagree on how tight it is.

The parser keeps its own stack of open brackets, so no input can exhaust Python's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from derive.errors import AmbiguousError
from derive.reading import mistakes
from derive.reading.limits import LIMITS, Limits, refuse
from derive.reading.surface import Surface, SurfaceKind, snippet
from derive.reading.tokens import Token

CLOSER = {"(": ")", "[": "]"}
ELEMENTWISE_SIGNS = frozenset({".*", "./"})
KRONECKER_SIGN = "⊗"
PRODUCT_SIGNS = frozenset({"*", "/", ".*", "./", KRONECKER_SIGN})
PRODUCT_KINDS = frozenset({"product", "elementwise", "kronecker"})
POWER_SIGNS = frozenset({"^", ".^"})


@dataclass
class _Exponent:
    """A base whose exponent is being read, with the minus signs before the base."""

    base: Surface
    sign: Token
    minuses: list[Token]


@dataclass
class _Bracket:
    """What has been read since a bracket was opened (or since the text began)."""

    opener: Token | None = None
    function: Token | None = None
    array: Surface | None = None  # what entries are taken of
    done: list[Surface] = field(default_factory=list)  # between commas
    rows: list[int] = field(default_factory=list)  # of an array, closed by semicolons
    terms: list[Surface] = field(default_factory=list)
    term_signs: list[Token] = field(default_factory=list)
    factors: list[Surface] = field(default_factory=list)
    factor_signs: list[Token] = field(default_factory=list)
    term_minuses: list[Token] = field(default_factory=list)  # of every factor of the term
    exponents: list[_Exponent] = field(default_factory=list)
    minuses: list[Token] = field(default_factory=list)
    value: Surface | None = None  # the value just read; None where one is expected


def parse_surface(
    source: str, tokens: Sequence[Token], end: int | None = None, limits: Limits = LIMITS
) -> Surface:
    """The surface tree of one expression.

    Parameters
    ----------
    source : str
        The whole text, for messages.
    tokens : sequence of Token
        The tokens of the expression.
    end : int
        Where in the source the expression ends; by default the end of the source.

    Raises
    ------
    ReadError
        The tokens are no expression; the message says what was expected where.
    AmbiguousError
        Bars, or a transposed exponent.
    LimitError
        Brackets or exponents are nested too deep.
    """
    parser = _Parser(source, tokens, len(source) if end is None else end, limits)
    return parser.run()


class _Parser:
    def __init__(self, source: str, tokens: Sequence[Token], end: int, limits: Limits):
        self.source, self.tokens, self.end, self.limits = source, tokens, end, limits
        self.place = 0
        self.brackets = [_Bracket()]

    @property
    def top(self) -> _Bracket:
        return self.brackets[-1]

    def run(self) -> Surface:
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            self.place += 1
            if self.top.value is None:
                self.before_value(token)
            else:
                self.after_value(token)
        if len(self.brackets) > 1:
            mistakes.unclosed(self.source, self.top.opener)
        if self.top.value is None:
            mistakes.value_expected(self.source, self.tokens, len(self.tokens), self.end)
        return self.finish_sum()

    # --- where a value is expected --------------------------------------------------------

    def before_value(self, token: Token) -> None:
        if token.kind == "number":
            self.top.value = Surface("number", token.start, token.stop, token.text)
        elif token.kind == "name":
            if self.next_text() == "(":
                self.place += 1
                self.open(self.tokens[self.place - 1], token)
            else:
                self.top.value = Surface("name", token.start, token.stop, token.text)
        elif token.text in CLOSER:
            self.open(token, None)
        elif token.text == "-":
            self.top.minuses.append(token)
        elif token.text == "+" and not self.top.minuses and self.has_no_sign_before():
            pass  # a plus before the first value changes nothing
        elif token.text == ")" and self.is_empty() and self.top.function is not None:
            self.close_call(token)
        else:
            mistakes.value_expected(self.source, self.tokens, self.place - 1, self.end)

    def next_text(self) -> str:
        return self.tokens[self.place].text if self.place < len(self.tokens) else ""

    def has_no_sign_before(self) -> bool:
        level = self.top
        started = level.terms or level.factors or level.exponents
        return not started and (self.place < 2 or self.tokens[self.place - 2].text != "+")

    def is_empty(self) -> bool:
        level = self.top
        started = level.done or level.terms or level.factors or level.exponents or level.minuses
        return not started and self.tokens[self.place - 2].text == "("

    def open(self, token: Token, function: Token | None) -> None:
        if len(self.brackets) > self.limits.depth:
            self.too_deep(token.start, token.stop)
        self.brackets.append(_Bracket(token, function))

    # --- after a value --------------------------------------------------------------------

    def after_value(self, token: Token) -> None:
        level = self.top
        text = token.text
        assert level.value is not None
        is_array = level.value.kind in {"name", "group", "call"}
        if text == "[" and is_array and level.value.stop == token.start:
            self.open(token, None)
            self.top.array = level.value
            return
        if level.opener is not None and level.opener.text == "[":
            self.check_entry(token)
        if token.kind in {"name", "number"} or text in CLOSER:
            missing = Token("beside", "", level.value.stop if level.value else 0, token.start)
            self.finish_factor(missing)
            self.before_value(token)
        elif token.kind == "superscript":
            self.raise_value(token)
        elif text == "'":
            self.transpose_value(token)
        elif text in POWER_SIGNS:
            assert level.value is not None
            level.exponents.append(_Exponent(level.value, token, level.minuses))
            level.value, level.minuses = None, []
        elif text in PRODUCT_SIGNS:
            self.finish_factor(token)
        elif text in {"+", "-"}:
            self.finish_term(token)
        elif text in {",", ";"}:
            self.separate(token)
        elif text in {")", "]"}:
            self.close(token)
        else:
            mistakes.sign_expected(self.source, self.tokens, self.place - 1)

    def check_entry(self, token: Token) -> None:
        """Refuse entries separated by blanks: ``[2 1]``, and ``[a -b]``, one entry or two."""
        value = self.top.value
        assert value is not None
        if token.kind in {"name", "number"} or token.text in CLOSER:
            mistakes.missing_comma(self.source, value, token)
        follows = self.tokens[self.place] if self.place < len(self.tokens) else token
        if token.text in {"+", "-"} and value.stop < token.start and token.stop == follows.start:
            mistakes.signed_entry(self.source, value, token, follows)

    def transpose_value(self, token: Token) -> None:
        value = self.top.value
        assert value is not None
        if self.top.exponents:
            base = self.top.exponents[-1].base
            power = snippet(self.source, base.start, value.stop)
            head = snippet(self.source, base.start, value.start)
            tail = snippet(self.source, value.start, value.stop)
            raise AmbiguousError(
                f"it is not clear what is transposed\n"
                f"  readings : ({power})'   the power, transposed\n"
                f"             {head}({tail}')   an exponent, transposed",
                self.source,
                base.start,
                token.stop,
            )
        if value.kind == "transpose":  # the transpose of a transpose
            self.top.value = value.parts[0]._replace(stop=token.stop)
            return
        self.top.value = self.node("transpose", (value,), value.start, token.stop)

    def raise_value(self, token: Token) -> None:
        value = self.top.value
        assert value is not None
        digits = token.text.removeprefix(".")
        exponent = Surface("number", token.start, token.stop, digits)
        sign = Token("sign", "^" if digits == token.text else ".^", token.start, token.start)
        self.top.value = self.node("power", (value, exponent), value.start, token.stop, (sign,))

    # --- closing what was read, from tight to loose -----------------------------------------

    def finish_power(self) -> Surface:
        """The value with its bases; minus signs before the outermost base are left to the term."""
        level = self.top
        value = level.value
        assert value is not None
        while level.exponents:
            outer = level.exponents.pop()
            value = self.negated(value, level.minuses)
            parts, level.minuses = (outer.base, value), outer.minuses
            value = self.node("power", parts, outer.base.start, value.stop, (outer.sign,))
        level.term_minuses += level.minuses
        level.value, level.minuses = None, []
        return value

    def finish_factor(self, sign: Token) -> None:
        """Close a factor before the sign of the next one; each change of kind closes a group."""
        level = self.top
        level.factors.append(self.finish_power())
        open_signs = level.factor_signs  # all of one kind
        if open_signs and _kind_of(open_signs[0]) != _kind_of(sign):
            if "kronecker" in {_kind_of(open_signs[0]), _kind_of(sign)}:
                mistakes.mixed_kronecker(self.source, level.factors, open_signs[-1], sign)
            level.factors, level.factor_signs = [self.product()], []
        level.factor_signs.append(sign)

    def product(self) -> Surface:
        level = self.top
        first, last = level.factors[0], level.factors[-1]
        if not level.factor_signs:
            return first
        kind = _kind_of(level.factor_signs[0])
        parts, signs = tuple(level.factors), tuple(level.factor_signs)
        return self.node(kind, parts, first.start, last.stop, signs)

    def finish_term(self, sign: Token | None) -> None:
        level = self.top
        level.factors.append(self.finish_power())
        level.terms.append(self.negated(self.product(), level.term_minuses))
        level.factors, level.factor_signs, level.term_minuses = [], [], []
        if sign is not None:
            level.term_signs.append(sign)

    def finish_sum(self) -> Surface:
        self.finish_term(None)
        level = self.top
        parts, signs = tuple(level.terms), tuple(level.term_signs)
        level.terms, level.term_signs = [], []
        if len(parts) == 1:
            return parts[0]
        return self.node("sum", parts, parts[0].start, parts[-1].stop, signs)

    def negated(self, value: Surface, minuses: Sequence[Token]) -> Surface:
        if len(minuses) % 2 == 0:
            return value
        start = min(minuses[0].start, value.start)
        return self.node("minus", (value,), start, value.stop)

    # --- brackets ---------------------------------------------------------------------------

    def separate(self, token: Token) -> None:
        """A comma or a semicolon between arguments or entries."""
        level = self.top
        is_array = level.opener is not None and level.opener.text == "["
        if not is_array and (level.function is None or token.text == ";"):
            mistakes.stray_separator(self.source, token)
        level.done.append(self.finish_sum())
        if token.text == ";":
            level.rows.append(len(level.done) - sum(level.rows))

    def close(self, token: Token) -> None:
        opener = self.top.opener
        if opener is None or CLOSER[opener.text] != token.text:
            mistakes.wrong_closer(self.source, opener, token)
        self.top.done.append(self.finish_sum())
        if opener.text == "[":
            self.close_array(token)
        else:
            self.close_call(token)

    def close_call(self, token: Token) -> None:
        level = self.brackets.pop()
        assert level.opener is not None
        parts = tuple(level.done)
        if level.function is None:
            value = self.node("group", parts, level.opener.start, token.stop)
        else:
            start = level.function.start
            value = self.node("call", parts, start, token.stop)._replace(text=level.function.text)
        self.top.value = value

    def close_array(self, token: Token) -> None:
        level = self.brackets.pop()
        assert level.opener is not None
        parts = tuple(level.done)
        if level.array is not None:
            whole = (level.array, *parts)
            self.top.value = self.node("entry", whole, level.array.start, token.stop)
            return
        rows = (*level.rows, len(parts) - sum(level.rows))
        if len(rows) == 1 and all(part.kind == "array" and len(part.rows) == 1 for part in parts):
            rows = tuple(part.rows[0] for part in parts)
            parts = tuple(entry for part in parts for entry in part.parts)
        if len(set(rows)) > 1:
            mistakes.ragged(self.source, level.opener.start, token.stop, rows)
        value = self.node("array", parts, level.opener.start, token.stop)
        self.top.value = value._replace(rows=rows)

    # --- nodes and their depth --------------------------------------------------------------

    def node(
        self,
        kind: SurfaceKind,
        parts: tuple[Surface, ...],
        start: int,
        stop: int,
        signs: tuple[Token, ...] = (),
    ) -> Surface:
        depth = max((part.depth for part in parts), default=0) + _deepens(kind, parts)
        if depth > self.limits.depth:
            self.too_deep(start, stop)
        return Surface(kind, start, stop, "", parts, signs, (), depth)

    def too_deep(self, start: int, stop: int) -> NoReturn:
        limit = self.limits.depth
        refuse("the text is nested too deep", f"depth {limit + 1}", limit, self.source, start, stop)


def _kind_of(sign: Token) -> SurfaceKind:
    """What a run of factors with this sign is."""
    if sign.text == KRONECKER_SIGN:
        return "kronecker"
    return "elementwise" if sign.text in ELEMENTWISE_SIGNS else "product"


def _deepens(kind: SurfaceKind, parts: tuple[Surface, ...]) -> bool:
    """Whether a piece is one level deeper than its parts; each bracket is, and each tower."""
    if kind in {"group", "call", "array", "entry"}:
        return True
    if kind == "power":
        return any(part.kind in {"power", "minus", "transpose"} for part in parts)
    return kind in PRODUCT_KINDS and parts[0].kind in PRODUCT_KINDS
