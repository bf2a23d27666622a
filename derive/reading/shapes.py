"""The shapes text: ``X: n x d, w: d, lam: positive`` to symbols."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from derive.errors import (
    AmbiguousError,
    ArgumentError,
    DeclarationError,
    DeclarationInTextError,
    ReadError,
)
from derive.language.expression import Node, symbol
from derive.language.facts import FACTS, close_facts
from derive.language.indices import index
from derive.language.sizes import Shape, size_names
from derive.reading.declared_sizes import REAL, SizeReader, commas_of_least
from derive.reading.tokens import Token, tokenize
from derive.reading.vocabulary import is_function

_SHAPED = {"square": "n x n", "tall": "n x d", "vector": "n", "scalar": "scalar"}
_SEPARATORS = {",", ";", ":"}


def read_shapes(text: str | Mapping[str, Any]) -> dict[str, Node]:
    """The symbols that a shapes text declares.

    Parameters
    ----------
    text : str
        ``name: shape facts``, separated by commas or semicolons.  A shape is ``n x d``,
        ``n`` (a vector, the same as ``n x 1``), ``scalar`` or left out; sizes are names,
        whole numbers, products ``p*n`` and the smaller of two, ``min(n, d)``.  Facts are the
        names in ``FACTS``.  A mapping from name to shape and facts,
        ``{"X": "n x d", "w": "d"}``, says the same.

    Returns
    -------
    dict of str to Node
        Symbols by name, in the order of the text; facts are closed.

    Raises
    ------
    DeclarationError
        A name is declared twice or is also a size; a size or a fact cannot be.
    AmbiguousError
        A word could be a size or something else.
    ReadError
        The text is not of this form.
    LimitError
        The text is too long.
    ArgumentError
        A mapping holds something else than names and shapes in words.

    Examples
    --------
    >>> symbols = read_shapes("X: n x d, S: d x d spd, lam: positive")
    >>> list(symbols), [str(size) for size in symbols["X"].shape]
    (['X', 'S', 'lam'], ['n', 'd'])
    >>> sorted(symbols["lam"].facts)
    ['nonnegative', 'nonzero', 'positive']
    """
    return read_declarations(text)[0]


def read_declarations(
    text: str | Mapping[str, Any],
) -> tuple[dict[str, Node], dict[str, Node]]:
    """The symbols and the indices that a shapes text declares.

    ``i: 1..n`` declares an index; ``x_i: d, i: 1..n`` a family of n vectors, which is the
    matrix x of shape n x d whose rows they are.
    """
    if isinstance(text, Mapping):
        text = _text_of(text)
    tokens = tokenize(text)
    symbols: dict[str, Node] = {}
    places: dict[str, Token] = {}
    items = _items(text, tokens)
    ranges: dict[str, Node] = {}
    for item in items:
        if (i := item.index()) is not None:
            if i.name in ranges:
                item.twice(i.name)
            ranges[i.name], places[i.name] = i, item.tokens[0]
    for item in items:
        if item.index() is not None:
            continue
        name, node = item.declaration(ranges)
        if name in symbols:
            item.twice(name)
        if name in ranges:
            what = f"`{name}` is declared as an index and as a symbol"
            item.wrong(what, item.tokens[0], "rename one")
        symbols[name], places[name] = node, item.tokens[0]
    sizes = frozenset[str]().union(*(size_names(node.shape) for node in symbols.values()))
    sizes |= size_names(i.data.last for i in ranges.values())
    for name, place in places.items():
        if name in sizes:
            what = "an index" if name in ranges else "a symbol"
            raise DeclarationInTextError(
                f"`{name}` is used as a size and declared as {what}\n"
                f"  to fix   : rename one; a size needs no declaration and may be used as a scalar",
                text,
                place.start,
                place.stop,
            )
    return symbols, ranges


def _text_of(shapes: Mapping[str, Any]) -> str:
    """A mapping from name to shape as the text that says the same."""
    for name, shape in shapes.items():
        if not isinstance(name, str) or not isinstance(shape, str | int):
            raise ArgumentError(
                f"shapes hold names and texts, got {name!r:.60}: {shape!r:.60}\n"
                f'  to fix   : write {{"X": "n x d", "w": "d"}}, or "X: n x d, w: d"'
            )
        if len(tokenize(name)) != 1 or _separates(tokenize(str(shape))):
            raise ArgumentError(
                f"one entry of the shapes declares one name, got {name!r:.60}: {shape!r:.60}\n"
                f'  to fix   : give each name an entry of its own, {{"X": "n x d", "w": "d"}}'
            )
    return ", ".join(f"{name}: {shape}" for name, shape in shapes.items())


def _separates(tokens: Sequence[Token]) -> bool:
    """Whether a sign among the tokens parts declarations."""
    inside = commas_of_least(tokens)
    return any(t.text in _SEPARATORS and k not in inside for k, t in enumerate(tokens))


def _items(text: str, tokens: Sequence[Token]) -> list[_Item]:
    """The declarations, cut at commas and semicolons."""
    if not tokens:
        return []
    items, begin = [], 0
    inside = commas_of_least(tokens)
    for k, token in enumerate([*tokens, None]):
        if token is not None and (token.text not in {",", ";"} or k in inside):
            continue
        if k == begin:
            at = token or tokens[-1]
            raise ReadError(
                f"a declaration is missing at `{at.text}`\n"
                f"  to fix   : separate declarations by one comma",
                text,
                at.start,
                at.stop,
            )
        items.append(_Item(text, tokens[begin:k]))
        begin = k + 1
    return items


# how positive definiteness is spelled out elsewhere
_SPELLED = {
    **dict.fromkeys(("definite", "pd", "posdef", "positive_definite"), "spd"),
    **dict.fromkeys(("semidefinite", "semipositive", "positive_semidefinite"), "psd"),
}


@dataclass(frozen=True)
class _Item:
    """One declaration and its tokens; the first must be its name."""

    source: str
    tokens: Sequence[Token]

    def wrong(self, what: str, token: Token, remedy: str, stop: int = 0) -> NoReturn:
        message = f"{what}\n  to fix   : {remedy}"
        raise DeclarationInTextError(message, self.source, token.start, stop or token.stop)

    def not_of_form(self, what: str, token: Token, remedy: str) -> NoReturn:
        raise ReadError(f"{what}\n  to fix   : {remedy}", self.source, token.start, token.stop)

    def twice(self, name: str) -> NoReturn:
        self.wrong(f"`{name}` is declared twice", self.tokens[0], "keep one of the two")

    def index(self) -> Node | None:
        """The index of ``i: 1..n``; None if this is no range."""
        if len(self.tokens) < 4 or self.tokens[3].text != "..":
            return None
        name, rest = self.name(), self.tokens[2:]
        first = rest[0]
        if len(name) != 1:
            self.wrong(f"an index is one letter, got `{name}`", self.tokens[0], "write i: 1..n")
        if first.text not in {"0", "1"}:
            self.wrong(
                f"an index begins at 0 or 1, got `{first.text}`", first, f"write {name}: 1..n"
            )
        last, used = SizeReader(self.source, rest).size(2)
        if used != len(rest):
            self.wrong("a range has two ends", first, f"write {name}: 1..n", self.tokens[-1].stop)
        return index(name, last, int(first.text))

    def declaration(self, ranges: Mapping[str, Node]) -> tuple[str, Node]:
        """The name and its symbol; of a family, those of the array that holds it."""
        name = self.name()
        rest = self.tokens[2:]
        if not rest:
            self.not_of_form(
                f"nothing follows `{name}:`",
                self.tokens[1],
                f"give a shape or a fact: {name}: n x d, {name}: n, {name}: scalar",
            )
        shape, used = self.shape(name, rest)
        facts = self.facts(name, rest[used:])
        shaped = next((fact for fact in facts if FACTS[fact].shapes in _SHAPED), "")
        written = f"{name}: {_SHAPED[FACTS[shaped].shapes]} {shaped}" if shaped else ""
        if shaped and not used and FACTS[shaped].shapes != "scalar":
            self.wrong(f"`{shaped}` needs a size", rest[0], written)
        name, shape = self.family(name, shape, ranges)
        try:
            closed = close_facts(facts, name, shape)
        except DeclarationError as error:
            message = f"{error}\n  to fix   : {written or 'keep facts that can hold together'}"
            start, stop = rest[0].start, rest[-1].stop
            raise DeclarationInTextError(message, self.source, start, stop) from error
        return name, symbol(name, shape, closed)

    def family(self, name: str, shape: Shape, ranges: Mapping[str, Node]) -> tuple[str, Shape]:
        """The array of a family ``x_i``: its members are the rows, or the entries."""
        base, _, letters = name.rpartition("_")
        if not base or not letters or not all(letter in ranges for letter in letters):
            return name, shape
        sizes = [ranges[letter].data.last for letter in letters]
        if len(sizes) > 2 or shape[1] != 1 or (len(sizes) == 2 and shape != (1, 1)):
            self.wrong(
                f"the members of the family `{name}` are neither scalars nor vectors",
                self.tokens[0],
                "a family of one index has scalars or vectors, one of two indices scalars",
            )
        return base, (sizes[0], sizes[1] if len(sizes) == 2 else shape[0])

    def name(self) -> str:
        first = self.tokens[0]
        if first.kind != "name":
            self.not_of_form(
                f"a declaration starts with a name, found `{first.text}`",
                first,
                "write name: shape, as in X: n x d",
            )
        if len(self.tokens) < 2 or self.tokens[1].text != ":":
            self.no_colon(first)
        if is_function(first.text):
            self.wrong(
                f"`{first.text}` is a function of the language",
                first,
                f"choose another name, as in {first.text}_0",
            )
        return first.text

    def no_colon(self, first: Token) -> NoReturn:
        if first.text in FACTS:
            remedy = f"facts follow the shape without a comma: S: n x n {first.text}"
        elif len(self.tokens) > 1 and self.tokens[1].text == "=":
            remedy = "write : instead of ="
        else:
            remedy = f"write {first.text}: n x d, {first.text}: n, or {first.text}: scalar"
        self.not_of_form(f"`{first.text}` has no colon after it", first, remedy)

    # --- the shape ----------------------------------------------------------------------

    def shape(self, name: str, rest: Sequence[Token]) -> tuple[Shape, int]:
        """The shape, and how many tokens it took; a scalar where facts stand at once."""
        first = rest[0]
        if first.text == "scalar":
            return (1, 1), 1
        if first.text in FACTS:
            return (1, 1), 0
        reader = SizeReader(self.source, rest)
        size, used = reader.size(0)
        sizes = [size]
        while used < len(rest) and rest[used].text in {"x", "×"}:
            size, used = reader.size(used + 1)
            sizes.append(size)
        if len(sizes) > 2:
            self.wrong(
                f"`{name}` has {len(sizes)} sizes",
                first,
                "a shape has one size or two: n or n x d",
                rest[used - 1].stop,
            )
        if used < len(rest) and rest[used].text in {"X", "by"}:
            self.not_of_form(
                f"`{rest[used].text}` does not separate sizes", rest[used], "write n x d"
            )
        return (sizes[0], 1 if len(sizes) == 1 else sizes[1]), used

    # --- the facts ----------------------------------------------------------------------

    def facts(self, name: str, rest: Sequence[Token]) -> tuple[str, ...]:
        facts: list[str] = []
        for k, token in enumerate(rest):
            word = token.text
            if k + 1 < len(rest) and rest[k + 1].text == ":":
                self.not_of_form(
                    f"a comma is missing before `{word}`", token, f"write , {word}: ..."
                )
            if word.lower() in REAL:
                SizeReader(self.source, self.tokens).not_real(token)
            if token.kind != "name" or word not in FACTS:
                self.unknown_fact(name, token)
            if word in facts:
                self.wrong(f"the fact `{word}` is given twice", token, "give it once")
            facts.append(word)
            if facts[-2:] == ["symmetric", "positive"] and k + 1 == len(rest):
                self.positive_entries_or_definite(name, rest[k - 1], token)
        return tuple(facts)

    def positive_entries_or_definite(self, name: str, first: Token, last: Token) -> NoReturn:
        raise AmbiguousError(
            f"`{first.text} {last.text}` has two readings\n"
            f"  readings : {name}: n x n spd   positive definite\n"
            f"             {name}: n x n positive symmetric   symmetric, and every entry positive",
            self.source,
            first.start,
            last.stop,
        )

    def unknown_fact(self, name: str, token: Token) -> NoReturn:
        for other in self.tokens:
            if other.start >= token.start and (short := _SPELLED.get(other.text.lower())):
                remedy = f"write {short}: {FACTS[short].meaning}, as in {name}: n x n {short}"
                self.wrong(f"`{other.text}` is not a known fact", other, remedy)
        if token.text.lower() in FACTS:
            self.wrong(f"`{token.text}` is not a known fact", token, f"write {token.text.lower()}")
        near = difflib.get_close_matches(token.text, FACTS, n=1, cutoff=0.5)
        known = ", ".join(sorted(FACTS))
        remedy = f"did you mean {near[0]}?" if near else f"facts are {known}"
        if token.text == "scalar":
            remedy = f"scalar is a shape of its own: {name}: scalar"
        if token.kind != "name":
            self.not_of_form(
                f"`{token.text}` cannot follow a shape", token, "shapes are n or n x d, then facts"
            )
        self.wrong(f"`{token.text}` is not a known fact", token, remedy)
