"""The names that a text may use, and the error for one that it may not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NoReturn, TypeAlias

from derive.errors import (
    ArgumentError,
    DeclarationError,
    NameUnknownError,
    ReadError,
)
from derive.language.expression import Node, constant, size_node, symbol
from derive.language.misnamed import is_not_finite
from derive.language.sizes import Size, shape_text, size_names
from derive.reading.shapes import read_declarations
from derive.reading.surface import Surface
from derive.reading.vocabulary import CALLS, CONSTANTS, ELSEWHERE, LETTERS, is_function

Shapes: TypeAlias = str | Mapping[str, Node] | Mapping[str, str]
Undeclared: TypeAlias = Literal["error", "scalar"]


@dataclass(frozen=True)
class Scope:
    """What names mean in one text: symbols first, then sizes, then constants."""

    source: str
    symbols: Mapping[str, Node]
    sizes: frozenset[str]
    undeclared: Undeclared = "error"
    ranges: Mapping[str, Node] = field(default_factory=dict)  # declared indices
    indices: Mapping[str, Node] = field(default_factory=dict)  # those of the sums around

    def inside(self, indices: Iterable[Node]) -> Scope:
        """The scope inside a sum over some indices."""
        return replace(self, indices={**self.indices, **{i.name: i for i in indices}})

    def value(self, piece: Surface) -> Node:
        """The node of a name.

        Raises
        ------
        NameUnknownError
            The name is not declared; the nearest ones are offered.
        """
        name = piece.text
        if name in self.symbols:
            return self.symbols[name]
        if name in self.indices:
            return self.indices[name]
        if name in self.sizes:
            return size_node(Size.named(name))
        if name in CONSTANTS:
            return constant(name)
        if is_not_finite(name):
            raise ReadError(
                f"`{name}` is no number here\n"
                f"  to fix   : give a finite number, or a name for it; "
                f"only the ends of a support may be infinite",
                self.source,
                piece.start,
                piece.stop,
            )
        if is_function(name):
            raise ReadError(
                f"`{name}` is a function and takes its argument in brackets\n"
                f"  to fix   : write {name}(...)",
                self.source,
                piece.start,
                piece.stop,
            )
        if self.undeclared == "error":
            self._unknown(piece)
        return symbol(name)

    def is_declared(self, name: str) -> bool:
        """Whether the name stands for a value rather than a function."""
        return name in self.symbols or name in self.sizes

    def is_value(self, name: str) -> bool:
        """Whether the name is a symbol, declared or not."""
        return name in self.symbols or (self.undeclared != "error" and not is_function(name))

    def _unknown(self, piece: Surface) -> NoReturn:
        name = piece.text
        known = [*self.symbols, *sorted(self.sizes)]
        if name.startswith("sum_"):
            self._not_a_sum(piece)
        sum_sign = re.fullmatch(r"(?:Sigma|sigma|Sum)_([A-Za-z])", name)
        base, letters = indexed_name(name)
        letter = re.fullmatch(r"I_?([A-Za-z0-9]+)", name)
        if name in LETTERS:
            remedy = f"write {LETTERS[name]}; or declare it among the shapes"
        elif sum_sign:
            remedy = f"write sum_{sum_sign[1]}(...) for a sum over {sum_sign[1]}"
        elif letters and base in self.symbols and not self.symbols[base].is_scalar:
            remedy = (
                f"a part of {base} stands inside sum_{letters[0]}(...); "
                f"or declare it among the shapes"
            )
        elif letter and (letter[1] in self.sizes or letter[1].isdigit()):
            remedy = f"write eye({letter[1]}) for the identity"
        elif parts := run_together(name, known):
            remedy = f"write {'*'.join(parts)} for a product; or declare it among the shapes"
        elif near := nearest(name, known):
            remedy = f"did you mean {' or '.join(near)}? or declare it among the shapes"
        else:
            rows, columns = self._sizes_apart_from(name)
            remedy = (
                f"declare it among the shapes: {name}: scalar, {name}: {rows}, "
                f"or {name}: {rows} x {columns}"
            )
        declared = [f"{n} ({shape_text(node.shape)})" for n, node in self.symbols.items()]
        listed = ", ".join(declared[:6]) + (", ..." if len(declared) > 6 else "")
        raise NameUnknownError(
            f"`{name}` is not declared\n  declared : {listed or 'nothing'}\n  to fix   : {remedy}",
            self.source,
            piece.start,
            piece.stop,
        )

    def _sizes_apart_from(self, name: str) -> tuple[str, str]:
        """Two sizes for an example in which `name` is declared."""
        sizes = (size for node in self.symbols.values() for size in node.shape)
        known = [one for size in sizes for one in sorted(size_names((size, 1)))]
        taken = {name, *self.symbols}
        free = [one for one in dict.fromkeys([*known, *"ndkmpq"]) if one not in taken]
        rows, columns = [*free, "n", "d"][:2]
        return rows, columns

    def _not_a_sum(self, piece: Surface) -> NoReturn:
        """Raise for ``sum_{i=1}^n(...)``: what is summed stands in brackets behind the name."""
        index = re.match(r"sum_\{?([A-Za-z])", piece.text)
        i = index[1] if index else "i"
        raise ReadError(
            f"what `{piece.text}` sums is not there\n"
            f"  to fix   : write sum_{i}(..., 1, n), or sum_{i}(...) where {i}: 1..n is declared",
            self.source,
            piece.start,
            piece.stop,
        )

    def no_function(self, piece: Surface) -> NoReturn:
        """Raise for a call of what is no function."""
        name, stop = piece.text, piece.start + len(piece.text)
        if name == "T" and self.source[: piece.start].rstrip().endswith("^"):
            remedy = "write ' for a transpose, and a sign behind it: X'*(...)"
        elif name in LETTERS:
            remedy = f"write {LETTERS[name]}"
        elif name in ELSEWHERE:
            remedy = f"write {ELSEWHERE[name]}"
        elif near := nearest(name, CALLS):
            remedy = f"did you mean {' or '.join(near)}?"
        else:
            remedy = (
                f"functions are {', '.join(list(CALLS)[:9])}, exp, log, ...; "
                f"docs/expressions.md lists them all"
            )
        raise NameUnknownError(
            f"`{name}` is not a function\n  to fix   : {remedy}", self.source, piece.start, stop
        )


def indexed_name(name: str) -> tuple[str, str]:
    """A name cut at its last underscore, if one or two letters follow: ``x_i``, ``A_ij``.

    Examples
    --------
    >>> indexed_name("x_i"), indexed_name("w_max")
    (('x', 'i'), ('w_max', ''))
    """
    match = re.fullmatch(r"(.+)_([A-Za-z]{1,2})", name)
    return (match[1], match[2]) if match else (name, "")


def run_together(name: str, known: Iterable[str]) -> list[str]:
    """The known names that a name consists of, if it is two or more of them side by side.

    Examples
    --------
    >>> run_together("lamAx", ["A", "lam", "x"]), run_together("Az", ["A"])
    (['lam', 'A', 'x'], [])
    """
    names = sorted(known, key=len, reverse=True)
    cuts: list[list[str] | None] = [[], *([None] * len(name))]
    for stop in range(1, len(name) + 1):
        for one in names:
            before = cuts[stop - len(one)] if len(one) <= stop else None
            if before is not None and name[:stop].endswith(one):
                cuts[stop] = [*before, one]
                break
    found = cuts[-1]
    return found if found and len(found) > 1 else []


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The known names most like a mistyped one: other capitals first, then similar letters.

    Examples
    --------
    >>> nearest("sofmax", ["softmax", "sum"])
    ['softmax']
    """
    names = list(known)
    same = [other for other in names if other.lower() == name.lower()]
    return same[:2] or difflib.get_close_matches(name, names, n=2, cutoff=0.6)


def scope_of(source: str, shapes: Shapes, undeclared: Undeclared = "error") -> Scope:
    """The scope that shapes give a text.

    Raises
    ------
    DeclarationError
        A name is both a symbol and a size.
    ArgumentError
        The shapes are neither a text nor symbols by name.
    """
    if undeclared not in ("error", "scalar"):
        raise ArgumentError(f"undeclared is 'error' or 'scalar', got {undeclared!r}")
    if not isinstance(shapes, str | Mapping):
        raise ArgumentError(f"shapes are a text or symbols by name, got {type(shapes).__name__}")
    symbols: dict[str, Any] = {}
    ranges: dict[str, Node] = {}
    if isinstance(shapes, str) or any(isinstance(s, str) for s in shapes.values()):
        declared, ranges = read_declarations(shapes)
        symbols.update(declared)
    else:
        symbols.update(shapes)
    for name, node in symbols.items():
        if not isinstance(node, Node) or node.op != "symbol":
            raise ArgumentError(
                f"the shape of {name!r} must be a text or a declared symbol, got {node!r:.60}\n"
                f'  to fix   : write {{"X": "n x d", "w": "d"}}, or "X: n x d, w: d"'
            )
    sizes = frozenset[str]().union(*(size_names(node.shape) for node in symbols.values()))
    both = sorted(sizes & symbols.keys())
    if both:
        raise DeclarationError(f"{both[0]} is both a size and a symbol\n  to fix   : rename one")
    sizes |= {name for i in ranges.values() for name in getattr(i.data.last, "names", ())}
    return Scope(source, symbols, sizes, undeclared, ranges)
