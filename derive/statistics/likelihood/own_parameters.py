"""A law whose parameters are functions of the unknowns, and the same law in letters of its own.

``Exponential(1/theta)`` is ``Exponential(lam)`` with ``lam = 1/theta``.  A likelihood is largest
in ``theta`` where it is largest in ``lam``, if the map is one to one, and informations change by
the derivative of the map.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.engine.one_to_one import Inverse, TwoToOneError, rank_and_free, solved_together
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import NoClosedFormError
from derive.language.expression import Node, symbol
from derive.language.facts import close_facts
from derive.language.law import Law
from derive.probability.question import LETTERS, VALUE_NAMES, free_name

TAKEN = {"n", "N", "m", "i", "ell", "L", "I", "J", *VALUE_NAMES, *(n for p in LETTERS for n in p)}

OTHER_NAMES = ("rho", "xi", "omega", "zeta")


@dataclass(frozen=True)
class OwnParameters:
    """A law in letters of its own, and what they stand for.

    Attributes
    ----------
    law : Law
        The same family, a letter in each place that is a function of an unknown.
    maps : tuple of (symbol, node)
        What each letter stands for.
    unknowns : tuple of symbol
        The letters, and the unknowns that are parameters themselves.
    """

    law: Law
    maps: tuple[tuple[Node, Node], ...]
    unknowns: tuple[Node, ...]


def own_parameters(law: Law, unknowns: tuple[Node, ...]) -> OwnParameters | None:
    """The law with a letter for each place that is a function of unknowns; None where none is."""
    taken = TAKEN | {s.name for s in law.symbols}
    values: list[Node] = []
    maps: list[tuple[Node, Node]] = []
    for place, value in zip(law.parameters, law.values, strict=True):
        if value.op != "symbol" and value.symbols & set(unknowns):
            long_names = (f"{place.name}_{k}" for k in range(len(taken) + 1))
            name = free_name((place.name, *OTHER_NAMES, *long_names), taken)
            taken.add(name)
            letter = symbol(name, facts=close_facts(place.facts, name, (1, 1)))
            maps.append((letter, value))
            value = letter
        values.append(value)
    if not maps:
        return None
    own = law.with_values(*values)
    by_name = {s.name: s for s in own.symbols}
    maps = [(by_name[letter.name], value) for letter, value in maps]
    wanted = {letter for letter, _ in maps} | set(unknowns)
    if any(s.name in by_name and by_name[s.name] is not s for s in law.symbols):
        return None  # a name whose facts come from elsewhere
    return OwnParameters(own, tuple(maps), tuple(s for s in own.symbols if s in wanted))


def require_told_apart(law: Law, unknowns: tuple[Node, ...]) -> None:
    """Refuse unknowns that the law depends on together alone, or up to a sign.

    Raises
    ------
    NoClosedFormError
        The largest likelihood is reached at more than one point, whatever the sample.
    """
    algebra = ScalarAlgebra(law.symbols)
    values = [value for value in law.values if value.symbols & set(unknowns)]
    if all(value.op == "symbol" for value in values) and len(set(values)) == len(unknowns):
        return
    if not all(map(algebra.has_form, values)):
        return
    maps = [algebra.expr(value) for value in values]
    letters = {algebra.expr(p): p for p in unknowns}
    found = rank_and_free(maps, tuple(letters))
    if found is not None and found[0] < len(unknowns):
        loose = [letters[u].name for u in found[1]]
        raise NoClosedFormError(
            f"{' and '.join(loose)} cannot be told apart by values of {law!r}: other values of "
            f"them give the same law\n"
            f"  because  : it depends on {len(unknowns)} unknowns through {found[0]} "
            f"function{'s' if found[0] > 1 else ''} of them\n"
            f"  to fix   : hold one, known={loose[-1]!r}"
        )


def unknowns_from(
    own: OwnParameters, unknowns: tuple[Node, ...], algebra: ScalarAlgebra
) -> dict[Node, Inverse] | None:
    """Each unknown that is no parameter itself, in the letters; None where no way leads there.

    Raises
    ------
    NoClosedFormError
        An unknown and its opposite give the same law.
    """
    if not all(algebra.has_form(value) for _, value in own.maps):
        return None
    maps = {algebra.expr(letter): algebra.expr(value) for letter, value in own.maps}
    letters = {algebra.expr(p): p for p in unknowns if p not in own.unknowns}
    if len(letters) != len(maps):
        return None
    try:
        found = solved_together(maps, tuple(letters))
    except TwoToOneError as error:
        raise _two_to_one(own, str(error)) from error
    if found is None:
        return None
    return {letters[u]: inverse for u, inverse in found.items()}


def _two_to_one(own: OwnParameters, base: str) -> NoClosedFormError:
    named = next((v for _, v in own.maps), None)
    return NoClosedFormError(
        f"the likelihood is the same at {base} and at its opposite: {named!r} does not tell "
        f"the sign\n"
        f"  to fix   : give it as a symbol that is positive, "
        f"as in sympy.Symbol({base!r}, positive=True)"
    )
