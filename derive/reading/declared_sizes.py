"""The sizes of a shapes text: ``n``, ``3``, ``p*n``, ``min(n, d)``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from derive.errors import AmbiguousError, DeclarationInTextError, ReadError
from derive.language.facts import FACTS
from derive.language.sizes import Dim, Size, least
from derive.reading.tokens import Token
from derive.reading.vocabulary import is_function

REAL = {"complex": "", "imaginary": "", "hermitian": "symmetric", "unitary": "orthogonal"}
_KINDS = {"vector": "n", "matrix": "n x d", "column": "n", "row": "1 x n", "tensor": "n x d"}


def commas_of_least(tokens: Sequence[Token]) -> frozenset[int]:
    """The places of the commas inside ``min(n, d)``, which part no declarations."""
    found: set[int] = set()
    depth = 0
    for k, token in enumerate(tokens):
        if token.text == "(" and (depth or (k and tokens[k - 1].text == "min")):
            depth += 1
        elif token.text == ")" and depth:
            depth -= 1
        elif token.text == "," and depth:
            found.add(k)
    return frozenset(found)


@dataclass(frozen=True)
class SizeReader:
    """Reads sizes among the tokens of one declaration."""

    source: str
    tokens: Sequence[Token]

    def size(self, k: int) -> tuple[Dim, int]:
        """The product of sizes that begins at place k, and the place behind it."""
        size, k = self.factor(k)
        while self.text(k) == "*":
            other, k = self.factor(k + 1)
            size = size * other
        return size, k

    def factor(self, k: int) -> tuple[Dim, int]:
        """One name, number or ``min(...)``."""
        if k == len(self.tokens):
            before = self.tokens[-1]
            self.not_of_form(f"a size is missing after `{before.text}`", before, "write it, as n")
        token = self.tokens[k]
        if token.text == "min":
            return self.least(k)
        if token.kind == "number":
            self.check_glued(token)
            value = int(token.text) if token.text.isdigit() else 0
            if not value:
                self.wrong(
                    f"`{token.text}` cannot be a size", token, "a size is a whole number from 1 up"
                )
            return value, k + 1
        if token.text in {"-", "+"}:
            self.wrong(
                f"a size has no sign, found `{token.text}`",
                token,
                "a size is a whole number from 1 up",
            )
        if token.kind != "name":
            self.not_of_form(
                f"a size is expected, found `{token.text}`", token, "write n x d, without brackets"
            )
        self.check_name(token)
        return Size.named(token.text), k + 1

    def least(self, k: int) -> tuple[Dim, int]:
        """``min(n, d)``: the smallest of two sizes or more."""
        sizes: list[Dim] = []
        place = k + 1
        while self.text(place) == ("," if sizes else "("):
            size, place = self.size(place + 1)
            sizes.append(size)
        if self.text(place) != ")" or len(sizes) < 2:
            words = "`min` needs two sizes in parentheses"
            self.not_of_form(words, self.tokens[k], "write min(n, d)")
        return least(*sizes), place + 1

    def text(self, k: int) -> str:
        """The token at a place; nothing behind the last one."""
        return self.tokens[k].text if k < len(self.tokens) else ""

    # --- what is no size ------------------------------------------------------------------

    def wrong(self, what: str, token: Token, remedy: str) -> NoReturn:
        message = f"{what}\n  to fix   : {remedy}"
        raise DeclarationInTextError(message, self.source, token.start, token.stop)

    def not_of_form(self, what: str, token: Token, remedy: str) -> NoReturn:
        raise ReadError(f"{what}\n  to fix   : {remedy}", self.source, token.start, token.stop)

    def check_glued(self, token: Token) -> None:
        """Refuse ``3x3``, which would read as the size 3 followed by the word x3."""
        glued = next((t for t in self.tokens if t.start == token.stop and t.kind == "name"), None)
        if glued is not None:
            self.not_of_form(
                f"`{token.text}{glued.text}` is not a size", token, "leave blanks around x: 3 x 3"
            )

    def check_name(self, token: Token) -> None:
        """Refuse words that are more likely a mistake than a size."""
        word = token.text
        if word.lower() in REAL:
            self.not_real(token)
        if word in _KINDS:
            self.wrong(f"`{word}` is not a size", token, f"give the sizes: {_KINDS[word]}")
        if word == "x":
            self.wrong("`x` separates sizes and cannot be one", token, "name the size otherwise")
        if is_function(word):
            self.wrong(f"`{word}` is a function of the language", token, "name the size otherwise")
        near = difflib.get_close_matches(word, [*FACTS, "scalar"], n=1, cutoff=0.75)
        if near and len(word) > 2:
            raise AmbiguousError(
                f"`{word}` could be a size or a mistyped fact\n"
                f"  readings : {near[0]}   the fact\n"
                f"             a size; then give it a name less like {near[0]}",
                self.source,
                token.start,
                token.stop,
            )
        if parts := re.fullmatch(r"([A-Za-z0-9]+)x([A-Za-z0-9]+)", word):
            raise AmbiguousError(
                f"`{word}` could be one size or two\n"
                f"  readings : {parts[1]} x {parts[2]}   a matrix; leave blanks around x\n"
                f"             a vector whose size is named otherwise, without an x",
                self.source,
                token.start,
                token.stop,
            )

    def not_real(self, token: Token) -> NoReturn:
        """Refuse what only complex numbers are."""
        real = REAL[token.text.lower()]
        remedy = f"declare it {real}" if real else "split it into a real and an imaginary part"
        self.wrong(f"`{token.text}` cannot be declared: every symbol is real", token, remedy)
