"""What is provable of a node from declared facts and its form: signs, ranges, definiteness.

Every answer is "certainly, wherever the node is defined" or "not known"; nothing is guessed.
Each node is looked at once, from what is known of its arguments (``property_rules.py``), and
what was found is kept on the node.
"""

from __future__ import annotations

from derive.language.expression import Node
from derive.language.functions import Settled, postorder
from derive.language.property_base import SPD, Properties, nothing
from derive.language.property_rules import RULES
from derive.language.ranges import INSIDE_UNIT, NONNEGATIVE, POSITIVE, WITHIN_ONE, Range


def properties(node: Node) -> Properties:
    """What is provable of a node wherever it is defined.

    Examples
    --------
    >>> from derive.language.expression import eye, symbol
    >>> X, lam = symbol("X", (4, 3)), symbol("lam", (1, 1), ("nonnegative", "positive"))
    >>> sorted(properties(X.T @ X).names)
    ['psd', 'symmetric']
    >>> is_positive_definite(X.T @ X + lam * eye(3))
    True
    """
    if node._properties is None:
        for part in postorder(node, known=Settled("_properties")):
            rule = RULES.get(part.op, nothing)
            part._properties = _closed(part, rule(part))
    known: Properties = node._properties
    return known


def _closed(node: Node, found: Properties) -> Properties:
    """The properties with all that follows from them; a scalar is a 1 x 1 matrix."""
    entries, names = found.entries, set(found.names)
    if node.is_scalar:
        names |= {"symmetric", "diagonal"}
        if names & {"psd", "spd"}:
            entries = entries.both(POSITIVE if "spd" in names else NONNEGATIVE)
        if "invertible" in names:
            names.add("nonzero")
    if "orthogonal" in names:
        entries = entries.both(WITHIN_ONE)
        names.add("invertible")
    if entries.is_positive or entries.is_negative:
        names.add("nonzero")
    if "nonzero" in names:
        entries = entries.without_zero()
        if node.is_scalar:
            names.add("invertible")
    if {"lower", "upper"} <= names or ("symmetric" in names and names & {"lower", "upper"}):
        names.add("diagonal")
    if "diagonal" in names:
        names |= {"symmetric", "lower", "upper"}
        if entries.is_nonnegative:
            names.add("psd")
    if "spd" in names or {"psd", "invertible"} <= names:
        names |= SPD
    return Properties(entries, frozenset(names))


# --- questions ------------------------------------------------------------------------


def range_of(node: Node) -> Range:
    """A range that holds every entry."""
    return properties(node).entries


def is_positive(node: Node) -> bool:
    """Whether every entry is certainly > 0."""
    return range_of(node).is_positive


def is_nonnegative(node: Node) -> bool:
    """Whether every entry is certainly >= 0."""
    return range_of(node).is_nonnegative


def is_negative(node: Node) -> bool:
    """Whether every entry is certainly < 0."""
    return range_of(node).is_negative


def is_nonzero(node: Node) -> bool:
    """Whether certainly no entry is zero."""
    return "nonzero" in properties(node).names


def is_inside_unit(node: Node) -> bool:
    """Whether every entry certainly lies strictly between 0 and 1."""
    return range_of(node).is_within(INSIDE_UNIT)


def is_symmetric_by_facts(node: Node) -> bool:
    """Whether a square node certainly equals its transpose where the facts hold."""
    return "symmetric" in properties(node).names


def is_positive_semidefinite(node: Node) -> bool:
    """Whether a square node is certainly symmetric positive semidefinite."""
    return "psd" in properties(node).names


def is_positive_definite(node: Node) -> bool:
    """Whether a square node is certainly symmetric positive definite."""
    return "spd" in properties(node).names


def is_invertible(node: Node) -> bool:
    """Whether a square node certainly has an inverse."""
    return "invertible" in properties(node).names


def is_diagonal(node: Node) -> bool:
    """Whether a square node is certainly zero off its diagonal."""
    return "diagonal" in properties(node).names


def is_lower(node: Node) -> bool:
    """Whether a square node is certainly zero above its diagonal."""
    return "lower" in properties(node).names


def is_upper(node: Node) -> bool:
    """Whether a square node is certainly zero below its diagonal."""
    return "upper" in properties(node).names


def is_orthogonal(node: Node) -> bool:
    """Whether the transpose of a square node is certainly its inverse."""
    return "orthogonal" in properties(node).names
