"""Laws from text: ``Gamma(k, theta)``, ``normal(mu=0, sigma=2*s)``, or a law as it is."""

from __future__ import annotations

import re
from typing import Any

from derive.errors import ArgumentError, NameUnknownError, NoRuleError
from derive.language.distributions import (
    LAWS,
    PAIR_LAWS,
    VECTOR_LAWS,
    VECTOR_PAIR_LAWS,
    distribution,
    known_laws,
)
from derive.language.expression import Node
from derive.language.functions import array
from derive.language.law import Law
from derive.language.laws.pairs import PairLaw
from derive.language.vector_law import ONE, ShapedParameter, VectorLaw
from derive.probability.discrete import DiscreteRandomVariable
from derive.probability.vector_question import merge_vector_symbols
from derive.reading import read_call, read_shapes

VECTOR_NAMES = {
    text: law for law in (*VECTOR_LAWS, *VECTOR_PAIR_LAWS) for text in (law.name, law.__name__)
}
_BARE = re.compile(r"\s*([A-Za-z]\w*)\s*")


def law_from_text(text: str, shapes: str = "") -> Law:
    """Read a law: its name and its parameters, by position or by name.

    Parameters
    ----------
    text : str
        A class name or snake-case name; parameters are scalar expressions whose names
        need no declaration.  A bare name has its own parameter names.
    shapes : str
        Shapes and facts of names, which parameters of vector laws that are expressions need.

    Returns
    -------
    Law

    Raises
    ------
    ReadError
        The text is no call, or a parameter cannot be read; a caret marks the place.
    NameUnknownError
        No law has the name.
    ArgumentError, DomainError, ShapeError
        The parameters do not fit the law; the message names the parameter.

    Examples
    --------
    >>> print(law_from_text("Gamma(k, theta=2)"))
    Gamma(k, 2): shape k, scale 2
    >>> law_from_text("MultivariateNormal(A*m, A*S*A')", "A: k x d, m: d, S: d x d spd")
    MultivariateNormal(A*m, A*S*A')
    >>> law_from_text("normal")
    Normal(mu, sigma)
    """
    bare = _BARE.fullmatch(text)
    if bare is not None:
        _require_known(bare[1], text)
        return distribution(bare[1])
    name, positional, named = read_call(text, shapes=shapes, undeclared="scalar")
    _require_known(name, text)
    if name in VECTOR_NAMES:
        family = VECTOR_NAMES[name]
        places = {place.name: place for place in family.parameters}
        given = {**dict(zip(places, positional, strict=False)), **named}
        known = frozenset(read_shapes(shapes)) if shapes else frozenset()
        if len(positional) <= len(places):
            parts = {key: _read(family, places.get(key), given[key], known) for key in given}
            law = family(**parts)
            is_open = any(isinstance(part, Node) and part.symbols for part in parts.values())
            return merge_vector_symbols(law)[0] if is_open else law
    return distribution(name, *positional, **named)


def _read(
    family: type[VectorLaw], place: ShapedParameter | None, node: Node, known: frozenset[str]
) -> Any:
    """A bare name as text, so that its place says its shape; a size as a number; rows as columns.

    What holds names that are declared stands as it is.

    Raises
    ------
    ArgumentError
        An expression with names stands for a vector or a matrix: text has no shapes for them.
    """
    is_shaped = not node.is_scalar and node.op != "array"
    if is_shaped or any(s.name in known for s in node.symbols):
        return node
    if node.op == "symbol":
        return node.name
    if place is None:
        is_size = node.is_number and node.data.denominator == 1
        return int(node.data) if is_size else node
    if place.shape == (ONE, ONE) or not node.symbols:
        is_lying = node.op == "array" and place.shape[1] == ONE and node.shape[0] == 1
        return array([[entry] for entry in node.args]) if is_lying else node
    raise ArgumentError(
        f"{family.__name__}: {place.name} is given as {node!r}, whose names have no shapes in a "
        f"text\n  to fix   : give one name, or their shapes where shapes= is taken, as in "
        f"shapes='m: d, S: d x d spd', or build the law from declared symbols, as in "
        f"{family.__name__}({place.name}=2*dv.matrix('S', d, d, spd=True))"
    )


def as_law(
    value: object, asked_by: str, vectors: bool = False, pairs: bool = False, shapes: str = ""
) -> Law:
    """A law as given, or read from text; of vectors or of pairs only where that is allowed.

    Raises
    ------
    ArgumentError
        The value is neither.
    """
    if isinstance(value, str):
        value = law_from_text(value, shapes)
    is_barred = (isinstance(value, VectorLaw) and not vectors) or (
        isinstance(value, PairLaw) and not pairs
    )
    if is_barred:
        kind = "pairs" if isinstance(value, PairLaw) else "vectors and matrices"
        raise NoRuleError(
            f"{asked_by} has no rule for laws of {kind}, got {value!r}\n"
            f"  known    : density, entropy, cross_entropy and kl_divergence of all laws; "
            f"expectation, variance and covariance of vectors; posterior and likelihood of both"
        )
    if not isinstance(value, Law):
        given = value.__name__ if isinstance(value, type) else type(value).__name__
        raise ArgumentError(
            f"{asked_by} needs a law, got {given}\n  to fix   : give {_instead(value)}"
        )
    return value


def _instead(value: object) -> str:
    """What to give for a value that is no law."""
    if isinstance(value, DiscreteRandomVariable):
        return "Categorical([...]) of its masses; the variable has a .mean and a .variance itself"
    if isinstance(value, list | tuple) or hasattr(value, "__array__"):
        return "Categorical([...]), the law with these probabilities"
    return "Normal(), Gamma(2, 3), or text such as 'Gamma(k, theta)'"


def _require_known(name: str, text: str) -> None:
    laws = (*LAWS, *VECTOR_LAWS, *PAIR_LAWS)
    if name not in {text for law in laws for text in (law.name, law.__name__)}:
        start = text.index(name)
        raise NameUnknownError(
            f"no law is called `{name}`\n{known_laws(name)}",
            text,
            start,
            start + len(name),
        )
