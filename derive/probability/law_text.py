"""Laws from text: ``Gamma(k, theta)``, ``normal(mu=0, sigma=2*s)``, or a law as it is."""

from __future__ import annotations

import re

from derive.errors import ArgumentError, NameUnknownError, NoRuleError
from derive.language.distributions import LAWS, PAIR_LAWS, VECTOR_LAWS, distribution, known_laws
from derive.language.expression import Node
from derive.language.law import Law
from derive.language.laws.pairs import PairLaw
from derive.language.vector_law import VectorLaw
from derive.reading import read_call

VECTOR_NAMES = {text: law for law in VECTOR_LAWS for text in (law.name, law.__name__)}
_BARE = re.compile(r"\s*([A-Za-z]\w*)\s*")


def law_from_text(text: str) -> Law:
    """Read a law: its name and its parameters, by position or by name.

    Parameters
    ----------
    text : str
        A class name or snake-case name; parameters are scalar expressions whose names
        need no declaration.  A bare name has its own parameter names.

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
    >>> law_from_text("normal")
    Normal(mu, sigma)
    """
    bare = _BARE.fullmatch(text)
    if bare is not None:
        _require_known(bare[1], text)
        return distribution(bare[1])
    name, positional, named = read_call(text, undeclared="scalar")
    _require_known(name, text)
    if name in VECTOR_NAMES:
        places = [place.name for place in VECTOR_NAMES[name].parameters]
        given = {**dict(zip(places, positional, strict=False)), **named}
        if len(positional) <= len(places):
            return VECTOR_NAMES[name](**{key: _named(node) for key, node in given.items()})
    return distribution(name, *positional, **named)


def _named(node: Node) -> Node | str:
    """A bare name as text, so that its place says its shape."""
    return node.name if node.op == "symbol" else node


def as_law(value: object, asked_by: str, vectors: bool = False, pairs: bool = False) -> Law:
    """A law as given, or read from text; of vectors or of pairs only where that is allowed.

    Raises
    ------
    ArgumentError
        The value is neither.
    """
    if isinstance(value, str):
        value = law_from_text(value)
    is_barred = (isinstance(value, VectorLaw) and not vectors) or (
        isinstance(value, PairLaw) and not pairs
    )
    if is_barred:
        kind = "pairs" if isinstance(value, PairLaw) else "vectors and matrices"
        raise NoRuleError(
            f"{asked_by} has no rule for laws of {kind}, got {value!r}\n"
            f"  known    : entropy, cross_entropy and kl_divergence of all laws; "
            f"expectation, variance and covariance of vectors; posterior and likelihood of both"
        )
    if not isinstance(value, Law):
        given = value.__name__ if isinstance(value, type) else type(value).__name__
        raise ArgumentError(
            f"{asked_by} needs a law, got {given}\n"
            f"  to fix   : give Normal(), Gamma(2, 3), or text such as 'Gamma(k, theta)'"
        )
    return value


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
