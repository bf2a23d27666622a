"""What a covariance and a mean must satisfy: printed where it is open, refused where it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import sympy

from derive.engine.conditions import asked, open_parts
from derive.engine.decisions import decided
from derive.errors import NeverHoldsError
from derive.language.expression import Node, is_zero, number
from derive.language.properties import is_positive_semidefinite
from derive.language.relations import Condition, Relation, Words


def is_covariance(spread: Node) -> tuple[Condition, ...]:
    """That a matrix, or a variance, is a covariance: what of it is no declared fact.

    Raises
    ------
    NeverHoldsError
        By the declared facts it is none.
    """
    if spread.is_scalar:
        return not_refuted(open_parts(Relation(spread, ">=", number(0))))
    if spread.op != "array":
        known = is_positive_semidefinite(spread)
        return () if known else (Relation(spread, "is", Words("positive semidefinite")),)
    size = spread.shape[0]
    assert isinstance(size, int)
    table = [spread.args[i * size : (i + 1) * size] for i in range(size)]
    diagonal = [c for i in range(size) for c in is_covariance(table[i][i])]
    if all(is_zero(table[i][j]) for i, j in combinations(range(size), 2)):
        return tuple(diagonal)
    for i, j in combinations(range(size), 2):
        minor = table[i][i] * table[j][j] - table[i][j] ** 2
        not_refuted([Relation(minor, ">=", number(0))])
    whole = Relation(spread, "is", Words("positive semidefinite"))
    if any(not entry.is_number for entry in spread.args):
        return (whole,)
    numbers = sympy.Matrix(size, size, [sympy.Rational(entry.data) for entry in spread.args])
    if not numbers.is_positive_semidefinite:
        raise never_holds(whole)
    return ()


def of_means(means: Mapping[Node, Node]) -> tuple[Condition, ...]:
    """That the mean of a positive value is positive, of a probability a probability.

    Raises
    ------
    NeverHoldsError
        By the declared facts it is not.
    """
    found: list[Condition] = []
    for x, mean in means.items():
        if {"positive", "probability"} & set(x.facts):
            found.append(Relation(mean, ">", number(0)))
        elif "nonnegative" in x.facts:
            found.append(Relation(mean, ">=", number(0)))
        if "probability" in x.facts:
            found.append(Relation(mean, "<", number(1)))
    return not_refuted(part for condition in found for part in open_parts(condition))


def not_refuted(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The conditions that are open.

    Raises
    ------
    NeverHoldsError
        One certainly fails.
    """
    found = []
    for condition in dict.fromkeys(conditions):
        holds = decided(condition)
        if holds is False:
            raise never_holds(condition)
        if holds is None:
            found.append(condition)
    return tuple(found)


def never_holds(condition: Condition) -> NeverHoldsError:
    """The error about a condition that fails."""
    return NeverHoldsError(
        f"the variance needs {asked(condition)}, which never holds\n"
        f"  to fix   : give another mean or covariance, or change the facts"
    )
