"""Laws: a distribution is a declaration of parameters, support and log density.

A law holds no finished answer: all is derived from the log density, by way of the standard
form that says which kernel of ``rules/families.py`` the density is.  The laws are in ``laws/``.
"""

from __future__ import annotations

import inspect
import math
import numbers
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, TypeAlias

import sympy

from derive.errors import ArgumentError, DeriveError, DomainError, ShapeError
from derive.language.digits import require_short
from derive.language.expression import Node, number, symbol
from derive.language.facts import FACTS, close_facts
from derive.language.merged_names import merged_values, ordered_symbols
from derive.language.misnamed import is_not_finite
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import shape_text
from derive.language.support import Support
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy

MAX_NAME_LENGTH = 64
_NAME = re.compile(r"[^\W\d_]\w*")

Value: TypeAlias = Node | str | int | float | Fraction | sympy.Expr


@dataclass(frozen=True)
class Parameter:
    """One parameter of a law: its name, the facts its place needs, and what it is."""

    name: str
    fact: str
    gloss: str

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts, one by one."""
        return tuple(self.fact.split())


def _same(y: Node, *parameters: Node) -> Node:
    """The value of the law is that of the kernel."""
    return y


def _nothing(*parameters: Node) -> tuple[Node, ...]:
    """The kernel has no parameters beside the natural ones."""
    return ()


@dataclass(frozen=True)
class Piece:
    """A part of a law that is a kernel of ``rules/families.py`` after ``x = change(y)``.

    Attributes
    ----------
    kernel : str
    change : function of y and the parameters of the law
        One to one; the ranges of all pieces of a law together are its support.
    given : function of the parameters of the law
        What the kernel is given beside its natural parameters (the r of a negative binomial).
    """

    kernel: str
    change: Callable[..., Node] = _same
    given: Callable[..., tuple[Node, ...]] = _nothing


class Law:
    """A distribution with its parameters in place; each subclass declares one family.

    Parameters are given by position or by name.  One left out is a symbol of its own
    name; text names a symbol; a symbol gets the fact its place needs; numbers are exact
    (a float stands for the decimal it prints as) and must satisfy that fact.

    Attributes
    ----------
    name : str
        Snake-case name, as used by ``distribution``.
    parameters : tuple of Parameter
    pieces : tuple of Piece
        The standard form: how the density is read as one kernel, or as several.
    pieces_for_exponentials : tuple of Piece
        Another standard form, for functions that the first has no mean of.
    log_density_terms : function of the value and the parameters
        The log density as a sum of terms, as a textbook writes it; declared by each family.
    support_at : function of the parameters
        The set on which the density is positive; declared by each family.
    needs : function of the parameters
        What must hold between the parameters (``a < b``); declared where something must.
    apart : function of a function and the parameters
        The parameters, each that lies above another as that plus ``letter(difference)``, a
        positive letter; declared where parameters are ordered.
    values : tuple of Node, shape (1, 1)
        The value of each parameter, in the declared order.

    Raises
    ------
    ArgumentError
        Too many parameters, an unknown one, or one that is neither name nor number.
    DomainError
        A parameter lies outside the values that its place allows.
    """

    name: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]
    pieces: ClassVar[tuple[Piece, ...]]
    pieces_for_exponentials: ClassVar[tuple[Piece, ...]] = ()
    log_density_terms: ClassVar[Callable[..., Node]]
    support_at: ClassVar[Callable[..., Support]]
    needs: ClassVar[Callable[..., tuple[Relation, ...]]] = staticmethod(lambda *values: ())
    apart: ClassVar[Callable[..., tuple[Node, ...]]] = staticmethod(lambda letter, *values: values)

    values: tuple[Node, ...]

    def __init_subclass__(cls) -> None:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        places = [inspect.Parameter(p.name, kind, default=p.name) for p in cls.parameters]
        cls.__signature__ = inspect.Signature(places)  # type: ignore[attr-defined] # for help()

    def __init__(self, *positional: Value, **named: Value) -> None:
        given, where = self._arguments(positional, named), type(self).__name__
        values = tuple(
            parameter_value(where, p, given.get(p.name, p.name)) for p in self.parameters
        )
        values = merged_values((self.parameters, values))[0]
        for p, value in zip(self.parameters, values, strict=True):
            _require_facts(type(self).__name__, p, value)
        object.__setattr__(self, "values", values)
        for need in type(self).needs(*values):
            _require_need(self, need)

    def log_density(self, x: Node) -> Node:
        """The logarithm of the density (of the mass function, if discrete) at `x`."""
        return type(self).log_density_terms(x, *self.values)

    @property
    def support(self) -> Support:
        """Where the density is positive."""
        return type(self).support_at(*self.values)

    @property
    def symbols(self) -> tuple[Node, ...]:
        """The free symbols of the parameters, in order of appearance."""
        return tuple(dict.fromkeys(s for v in self.values for s in ordered_symbols(v)))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the parameters must satisfy; numbers have been checked already."""
        found = [
            fact_condition(value, fact)
            for place, value in zip(self.parameters, self.values, strict=True)
            for fact in place.facts
            if value.symbols
        ]
        found += [need for need in type(self).needs(*self.values) if _symbols_of(need)]
        return tuple(dict.fromkeys(c for c in found if c is not None))

    @property
    def parametrisation(self) -> str:
        """What each parameter is, as ``shape k, scale theta``."""
        pairs = zip(self.parameters, self.values, strict=True)
        return ", ".join(_glossed(place, repr(value)) for place, value in pairs)

    @property
    def glosses(self) -> str:
        """What the parameters are, in their order: ``shape, scale``."""
        return ", ".join(place.gloss for place in self.parameters)

    def glossed_words(self) -> Words:
        """``Gamma({0}, {1}): shape {0}, scale {1}`` with the values as nodes."""
        glossed = (
            _glossed(place, f"{{{k}}}", value)
            for k, (place, value) in enumerate(zip(self.parameters, self.values, strict=True))
        )
        return Words(f"{self.words().text}: {', '.join(glossed)}", self.values)

    def words(self, first: int = 0) -> Words:
        """``Gamma({0}, {1})`` with the values as nodes, numbered from `first`."""
        places = ", ".join(f"{{{first + k}}}" for k in range(len(self.values)))
        return Words(f"{type(self).__name__}({places})", self.values)

    def with_values(self, *values: Node) -> Law:
        """The same family with other parameters."""
        return type(self)(*values)

    def _arguments(
        self, positional: tuple[Value, ...], named: Mapping[str, Value]
    ) -> dict[str, Value]:
        """The arguments by parameter name."""
        names = [place.name for place in self.parameters]
        wanted = ", ".join(f"{place.name} ({place.gloss})" for place in self.parameters)
        signature = f"{type(self).__name__}({', '.join(names)})"
        if len(positional) > len(names):
            raise ArgumentError(
                f"{signature} takes {len(names)} parameters, got {len(positional)}\n"
                f"  to fix   : give {wanted}"
            )
        given = dict(zip(names, positional, strict=False))
        for name, value in named.items():
            if name not in names:
                raise ArgumentError(
                    f"{signature} has no parameter {name!r}\n  to fix   : give {wanted}"
                )
            if name in given:
                raise ArgumentError(f"{signature} got {name} twice, by position and by name")
            given[name] = value
        return given

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a law does not change: cannot set {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Law) and type(self) is type(other) and self.values == other.values

    def __hash__(self) -> int:
        return hash((type(self), self.values))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.values))})"

    def __str__(self) -> str:
        return f"{self!r}: {self.parametrisation}" if self.parameters else repr(self)


def _glossed(place: Parameter, written: str, value: Node | None = None) -> str:
    """``shape k``; the word alone where it is also the name."""
    name = written if value is None else value.name if value.op == "symbol" else written
    return place.gloss if name == place.gloss else f"{place.gloss} {written}"


def parameter_value(law: str, place: Parameter, value: Value) -> Node:
    """The node that a parameter stands for, checked as far as it can be."""
    where = f"{law}: {place.name}"
    if isinstance(value, str):
        facts = close_facts(place.facts, value, (1, 1))
        return symbol(require_name(where, value), facts=facts)
    node = _as_scalar(where, value)
    require_short(where, node)
    _require_facts(law, place, node)
    if node.op == "symbol":
        facts = close_facts((*sorted(node.facts), *place.facts), node.name, (1, 1))
        return symbol(node.name, facts=facts)
    return node


def require_name(where: str, text: str) -> str:
    if is_not_finite(text):
        raise DomainError(f"{where} must be finite, got {text}")
    if not _NAME.fullmatch(text) or len(text) > MAX_NAME_LENGTH:
        raise ArgumentError(
            f"{where} needs a name or a number, got the text {text[:MAX_NAME_LENGTH]!r}\n"
            f"  to fix   : give letters, digits and _ (at most {MAX_NAME_LENGTH}), "
            f"or an expression instead of text"
        )
    return text


def _as_scalar(where: str, value: Value) -> Node:
    if isinstance(value, Node):
        node = value
    elif isinstance(value, bool):
        raise ArgumentError(f"{where} needs a name or a number, got {value}")
    elif isinstance(value, numbers.Rational):
        node = number(Fraction(int(value.numerator), int(value.denominator)))
    elif isinstance(value, numbers.Real):
        if not math.isfinite(value):
            raise DomainError(f"{where} must be finite, got {value}")
        node = number(Fraction(repr(float(value))))
    elif isinstance(value, sympy.Basic):
        node = _from_sympy(where, value)
    else:
        raise ArgumentError(
            f"{where} needs a name, a number or an expression, got {type(value).__name__}"
        )
    if not node.is_scalar:
        raise ShapeError(f"{where} must be a scalar, got shape {shape_text(node.shape)}")
    return node


def _from_sympy(where: str, value: sympy.Basic) -> Node:
    try:
        return from_sympy(value)
    except DeriveError as error:
        raise ArgumentError(f"{where} cannot be read from SymPy: {error}") from error


def _require_facts(law: str, place: Parameter, node: Node) -> None:
    """Raise if a number breaks the facts of its place, or an expression never has them."""
    for fact in () if node.op == "symbol" and node.facts >= set(place.facts) else place.facts:
        _require_fact(f"{law}: {place.name}", fact, node)


def _require_fact(where: str, fact: str, node: Node) -> None:
    value = to_sympy(node)
    held = {
        "real": (value.is_real,),
        "positive": (value.is_positive,),
        "integer": (value.is_integer,),
        "probability": (value.is_positive, (1 - value).is_positive),
    }[fact]
    if any(is_held is False or (is_held is None and not node.symbols) for is_held in held):
        wanted = FACTS[fact].condition.replace("{0}", where.split(": ")[1]) or "a real number"
        raise DomainError(f"{where} needs {wanted}, got {value}")


def _require_need(law: Law, need: Relation) -> None:
    """Raise if what must hold between the parameters certainly does not."""
    assert isinstance(need.right, Node)
    gap = to_sympy(need.right - need.left)
    fails = {"<": gap.is_nonpositive, "!=": gap.is_zero, ">": gap.is_nonnegative}[need.sign]
    if fails:
        wanted = type(law).needs(*(symbol(place.name) for place in law.parameters))
        words = ", ".join(f"{n.left!r} {n.sign} {n.right!r}" for n in wanted)
        raise DomainError(f"{law!r} needs {words}")


def _symbols_of(need: Relation) -> frozenset[Node]:
    return need.left.symbols | (need.right.symbols if isinstance(need.right, Node) else frozenset())


def fact_condition(node: Node, fact: str) -> Condition | None:
    """The condition that a node has a fact, as printed after a result."""
    signs = {"positive": ">", "nonnegative": ">=", "negative": "<", "nonzero": "!="}
    if fact == "real":
        return None
    if fact in signs:
        return Relation(node, signs[fact], number(0))
    return Words(FACTS[fact].condition, (node,))


def symbol_conditions(node: Node) -> tuple[Condition, ...]:
    """The declared facts of a scalar symbol as conditions, without those that follow."""
    implied = {other for fact in node.facts for other in FACTS[fact].implies}
    found = (fact_condition(node, fact) for fact in sorted(node.facts - implied))
    return tuple(condition for condition in found if condition is not None)


def merge_symbols(*laws: Law) -> tuple[Law, ...]:
    """The same laws with equal names made one symbol, which has the facts of all its places."""
    values = merged_values(*((law.parameters, law.values) for law in laws))
    return tuple(law.with_values(*v) for law, v in zip(laws, values, strict=True))
