"""Laws of vectors and matrices: parameters with shapes, of symbolic size.

A vector law is a ``Law`` whose parameters have shapes in size letters (``mu: d``,
``Sigma: d x d``) and whose value is a vector or a matrix.  The letters are bound by the
parameters that are given with shapes; a letter that none binds is a size of that name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Literal

import sympy

from derive.errors import (
    AmbiguousError,
    ArgumentError,
    DeclarationError,
    DeriveError,
    DomainError,
    ShapeError,
)
from derive.language.expression import Node, eye, multiply, number, ones, symbol, zero
from derive.language.facts import close_facts
from derive.language.functions import diag
from derive.language.law import Law, Parameter, fact_condition, parameter_value, require_name
from derive.language.relations import Condition, Words
from derive.language.rounded_shares import without_rounding
from derive.language.sizes import Dim, Shape, Size, shape_text, size_names
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy

Domain = Literal["vectors", "simplex", "onehot", "counts", "spd", "matrices", "sphere"]
DOMAIN_FACTS: Mapping[Domain, tuple[str, ...]] = {
    "vectors": (),
    "simplex": ("simplex", "positive"),
    "onehot": ("onehot",),
    "counts": ("nonnegative",),
    "spd": ("spd",),
    "matrices": (),
    "sphere": ("unit",),
}
DOMAIN_WORDS: Mapping[Domain, str] = {
    "vectors": "any vector",
    "simplex": "entries > 0 with sum 1",
    "onehot": "one entry 1, the others 0",
    "counts": "whole numbers >= 0 that sum to {n}",
    "spd": "symmetric positive definite matrices",
    "matrices": "any matrix",
    "sphere": "vectors of length one",
}
ONE = "1"


@dataclass(frozen=True)
class ShapedParameter(Parameter):
    """A parameter with a shape, in the size letters of its law."""

    shape: tuple[str, str] = (ONE, ONE)


class VectorLaw(Law):
    """A distribution of a vector or a matrix; each subclass declares one family.

    Parameters are given by position or by name: names (text), symbols or expressions of
    fitting shape, nested lists or SymPy matrices of numbers.  A number stands for itself in
    every entry of a vector, and times the identity for a square matrix.  A size is given by
    its letter: ``MultivariateNormal(d=3)``, ``MultivariateNormal(d="p")``.

    Attributes
    ----------
    sizes : tuple of str
        The size letters, each the default name of its size.
    domain : str
        Where the value lies, a row of ``DOMAIN_WORDS``.
    value_shape : tuple of str
        The shape of the value in size letters.
    size_of : mapping of str to size
        What the size letters are here.
    """

    parameters: ClassVar[tuple[ShapedParameter, ...]] = ()
    pieces = ()
    sizes: ClassVar[tuple[str, ...]]
    domain: ClassVar[Domain]
    value_shape: ClassVar[tuple[str, str]]

    size_of: Mapping[str, Dim]
    _told: frozenset[str]
    _asked: Mapping[str, Any]

    def __init__(self, *positional: Any, **named: Any) -> None:
        title = type(self).__name__
        sizes = {k: _size(title, k, named.pop(k)) for k in type(self).sizes if k in named}
        given: dict[str, Any] = dict(self._arguments(positional, named))
        nodes = {
            place.name: _shaped_value(title, place, given[place.name])
            for place in self.parameters
            if place.name in given and not isinstance(given[place.name], str)
        }
        for place in self.parameters:
            if place.name in nodes:
                _bind(title, place, nodes[place.name], sizes)
        bound = frozenset(sizes)
        names = self._names(given, nodes)
        for letter in type(self).sizes:
            sizes.setdefault(letter, Size.named(_free_letter(letter, names)))
        require_apart(title, names, sizes.values())
        values = tuple(
            self._value(place, given.get(place.name, place.name), nodes, sizes)
            for place in self.parameters
        )
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "_told", bound)
        object.__setattr__(self, "_asked", given)
        object.__setattr__(self, "size_of", sizes)
        for need in self.relations():
            self._require(need)

    def _names(self, given: Mapping[str, Any], nodes: Mapping[str, Node]) -> set[str]:
        """What the parameters are called."""
        texts = (given.get(place.name, place.name) for place in self.parameters)
        named = {text for text in texts if isinstance(text, str)}
        return named | {s.name for node in nodes.values() for s in node.symbols if s.op == "symbol"}

    def with_values(self, *values: Node) -> VectorLaw:
        """The same family, with the same sizes, and other parameters."""
        return type(self)(*values, **dict(self.size_of))

    def sized_like(self, other: VectorLaw) -> VectorLaw:
        """The law with the sizes it was not told taken from the value of another."""
        return self.shaped_like(other.value("x").shape)

    def shaped_like(self, shape: Shape) -> VectorLaw:
        """The law with the sizes it was not told taken from the shape of a value."""
        asked = {
            letter: size
            for letter, size in zip(type(self).value_shape, shape, strict=True)
            if letter != ONE and letter not in self._told
        }
        if not asked:
            return self
        kept = {letter: self.size_of[letter] for letter in self._told}
        return type(self)(**self._asked, **{**kept, **asked})

    def dims(self, shape: tuple[str, str]) -> Shape:
        """A shape in size letters as sizes."""
        rows, columns = (1 if s == ONE else self.size_of[s] for s in shape)
        return rows, columns

    def value(self, name: str) -> Node:
        """The symbol that the value is called by."""
        shape = self.dims(type(self).value_shape)
        return symbol(name, shape, close_facts(DOMAIN_FACTS[type(self).domain], name, shape))

    def support_words(self, value: Node) -> Words:
        """Where the value lies, in words."""
        text = DOMAIN_WORDS[type(self).domain]
        if "{n}" in text:
            return Words(f"{{0}}: {text.replace('{n}', '{1}')}", (value, self.values[0]))
        return Words(f"{{0}}: {text}", (value,))

    def relations(self) -> tuple[Any, ...]:
        """What must hold between the parameters and the sizes (``n > p - 1``)."""
        return ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the parameters must satisfy."""
        found: list[Condition | None] = [
            fact_condition(value, fact)
            if value.is_scalar and fact != "spd"
            else Words(_statement(fact), (value,))
            for place, value in zip(self.parameters, self.values, strict=True)
            for fact in place.facts
            if fact != "real" and value.symbols
        ]
        found += [need for need in self.relations() if need.left.symbols]
        return tuple(dict.fromkeys(c for c in found if c is not None))

    def _value(
        self,
        place: ShapedParameter,
        value: Any,
        nodes: Mapping[str, Node],
        sizes: Mapping[str, Dim],
    ) -> Node:
        """The node of a parameter, of the shape that its place has."""
        title = type(self).__name__
        rows, columns = (1 if s == ONE else sizes[s] for s in place.shape)
        shape = (rows, columns)
        if place.shape == (ONE, ONE):
            return parameter_value(title, place, value)
        if place.name not in nodes:
            facts = _facts(place)
            require_name(f"{title}: {place.name}", value)
            if value == "I" and shape[0] == shape[1] and place.name != "I":
                raise AmbiguousError(
                    f"{title}: {place.name} = I may be the identity or a matrix of that name\n"
                    f"  readings : 1   the identity, or eye(d) where d is a size\n"
                    f"             {place.name}   a matrix by another name"
                )
            return symbol(value, shape, close_facts(facts, value, shape))
        node = nodes[place.name]
        if node.op == "array" and not node.symbols:
            _require_numbers(f"{title}: {place.name}", node, place.facts)
        if node.is_scalar and shape != (1, 1):
            return _spread(f"{title}: {place.name}", node, place, shape)
        if node.op == "symbol":
            facts = (*sorted(node.facts), *_facts(place))
            return symbol(node.name, shape, close_facts(facts, node.name, shape))
        return node

    def _require(self, need: Any) -> None:
        gap = need.left - need.right
        if gap.is_number and gap.data <= 0:
            raise DomainError(f"{self!r} needs {need.left!r} > {need.right!r}")

    def __eq__(self, other: object) -> bool:
        same = super().__eq__(other)
        return same and isinstance(other, VectorLaw) and self.size_of == other.size_of

    def __hash__(self) -> int:
        return hash((type(self), self.values, tuple(self.size_of.values())))


def _require_numbers(where: str, node: Node, facts: tuple[str, ...]) -> None:
    """Raise unless an explicit matrix of numbers has the facts of its place."""
    value = sympy.Matrix(*node.shape, [to_sympy(entry) for entry in node.args])
    if "positive" in facts and not all(entry.is_positive for entry in value):
        raise DomainError(f"{where} must have positive entries, got {value.tolist()}")
    if "simplex" in facts and sum(value) != 1:
        raise DomainError(f"{where} must sum to one, got {value.tolist()} with sum {sum(value)}")
    if "unit" in facts and sum(entry**2 for entry in value) != 1:
        raise DomainError(f"{where} must have length one, got {value.tolist()}")
    if "spd" in facts:
        if value != value.T:
            raise DomainError(f"{where} must be symmetric, got {value.tolist()}")
        if not all(value[:k, :k].det() > 0 for k in range(1, value.rows + 1)):
            raise DomainError(f"{where} must be positive definite, got {value.tolist()}")


LETTERS = ("d", "k", "m", "q", "r", "s", "t")


def _free_letter(letter: str, names: set[str]) -> str:
    """A name for a size that was not told: its letter, unless a parameter is called so."""
    return next(name for name in (letter, *LETTERS) if name not in names)


def require_apart(title: str, names: Iterable[str], sizes: Iterable[Dim]) -> None:
    """Raise if one name is that of a parameter and of a size: a formula could not tell them.

    Raises
    ------
    DeclarationError
        The message names it.
    """
    both = set(names) & {name for size in sizes for name in size_names((size, 1))}
    if both:
        name = min(both)
        raise DeclarationError(
            f"{title}: {name} is both a parameter and a size\n"
            f"  to fix   : call one of them otherwise"
        )


def _facts(place: ShapedParameter) -> tuple[str, ...]:
    return tuple(fact for fact in place.facts if fact != "real")


def _statement(fact: str) -> str:
    return {
        "positive": "{0} positive",
        "spd": "{0} symmetric positive definite",
        "simplex": "{0} on the simplex",
        "unit": "{0} of length one",
        "integer": "{0} a whole number",
    }[fact]


def _size(title: str, letter: str, value: Any) -> Dim:
    """A size as given: a whole number >= 1, a name or a size."""
    if isinstance(value, Size) or (isinstance(value, int) and value >= 1):
        return value
    if isinstance(value, str) and value.isidentifier():
        return Size.named(value)
    if isinstance(value, sympy.Symbol):
        return Size.named(value.name)
    raise ArgumentError(
        f"{title}: the size {letter} is a whole number >= 1 or a name, got {value!r}"
    )


def _shaped_value(title: str, place: ShapedParameter, value: Any) -> Node:
    """A parameter that is not text as a node of whatever shape it has."""
    where = f"{title}: {place.name}"
    if isinstance(value, Node):
        return value
    if place.shape == (ONE, ONE):
        return parameter_value(title, place, value)
    if isinstance(value, sympy.MatrixBase | sympy.Basic):
        try:
            return from_sympy(value)
        except DeriveError as error:
            raise ArgumentError(f"{where} cannot be read from SymPy: {error}") from error
    if isinstance(value, bool):
        raise ArgumentError(f"{where} needs a name or numbers, got {value}")
    if isinstance(value, int | float | Fraction):
        return parameter_value(title, Parameter(place.name, "real", place.gloss), value)
    rows = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(rows, Sequence) and rows and not isinstance(rows, str):
        if "simplex" in place.facts:
            rows = without_rounding(rows)
        return from_sympy(sympy.Matrix(_exact(rows)))
    raise ArgumentError(
        f"{where} needs a name, an expression or nested lists of numbers, "
        f"got {type(value).__name__}"
    )


def _exact(rows: Any) -> Any:
    """Nested lists with floats as the decimals they print as."""
    if isinstance(rows, str):
        return _entry(rows)
    if isinstance(rows, Sequence):
        return [_exact(row) for row in rows]
    if isinstance(rows, Fraction):
        return sympy.Rational(rows.numerator, rows.denominator)
    if isinstance(rows, float):
        if not math.isfinite(rows):
            raise DomainError(f"an entry of a parameter must be finite, got {rows}")
        exact = Fraction(repr(float(rows)))
        return sympy.Rational(exact.numerator, exact.denominator)
    return rows


def _entry(text: str) -> sympy.Expr:
    """An entry that is given as text: a name or a number such as ``1/2``."""
    if text.isidentifier():
        return sympy.Symbol(text)
    try:
        exact = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise ArgumentError(
            f"an entry is a number, a name or a SymPy expression, got {text[:40]!r}"
        ) from error
    return sympy.Rational(exact.numerator, exact.denominator)


def _bind(title: str, place: ShapedParameter, node: Node, sizes: dict[str, Dim]) -> None:
    """Let the shape of a parameter say what the letters of its place are."""
    if node.is_scalar and place.shape != (ONE, ONE) and node.is_number:
        return
    for letter, size in zip(place.shape, node.shape, strict=True):
        known = 1 if letter == ONE else sizes.setdefault(letter, size)
        if known != size:
            wanted = " x ".join(str(1 if s == ONE else sizes.get(s, s)) for s in place.shape)
            raise ShapeError(
                f"{title}: {place.name} must have shape {wanted}, got {shape_text(node.shape)}"
            )


def _spread(where: str, node: Node, place: ShapedParameter, shape: Shape) -> Node:
    """A number in every entry of a vector, or times the identity."""
    if {"positive", "spd"} & set(place.facts) and not node.data > 0:
        raise DomainError(f"{where} must be positive, got {node!r}")
    if "simplex" in place.facts or "unit" in place.facts:
        raise DomainError(f"{where} cannot be the same number in every entry, got {node!r}")
    if shape[1] == 1:
        return zero(shape) if node is number(0) else multiply(node, ones(shape[0]))
    if shape[0] != shape[1]:
        raise ShapeError(f"{where} is not square: give a matrix, got {node!r}")
    return multiply(node, eye(shape[0]))


def diagonal(value: Any, size: Dim) -> Node:
    """The diagonal matrix of variances that are given by name or as a vector."""
    if isinstance(value, str):
        value = symbol(value, (size, 1), close_facts(("positive",), value, (size, 1)))
    node = value if isinstance(value, Node) else from_sympy(value)
    return diag(node)
