"""Supports compared: whether one law can have mass where another has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.errors import NeverHoldsError
from derive.language.expression import Node
from derive.language.inequalities import can_hold, implied, stated_of
from derive.language.law import Law
from derive.language.properties import range_of
from derive.language.relations import Relation, Words
from derive.language.support import Support
from derive.language.sympy_out import to_sympy
from derive.steps import Step


@dataclass(frozen=True)
class Inclusion:
    """What is known of one support lying inside another.

    Attributes
    ----------
    outside : Words or None
        Why there is mass outside, wherever the parameters lie; None if that is not so.
    needs : tuple of Relation
        What must hold between the parameters for the one to lie inside the other.
    """

    outside: Words | None = None
    needs: tuple[Relation, ...] = ()


def law_inclusion(laws: Sequence[Law]) -> Inclusion:
    """Whether the first law has mass where the second has none, by what both laws need too.

    Raises
    ------
    NeverHoldsError
        No parameters are admissible for both laws.

    Examples
    --------
    >>> from derive.language.laws.intervals import Uniform
    >>> law_inclusion([Uniform("a", "b"), Uniform("b", "c")]).outside
    [a, b] reaches below b
    """
    one, other = laws
    premises = tuple(dict.fromkeys(r for law in laws for r in stated_of(law)))
    if not can_hold(premises):
        raise NeverHoldsError(
            f"{one!r} and {other!r} have no parameters in common: what they need contradicts itself"
            f"\n  needed   : {_listed(premises)}\n  to fix   : rename the parameters of one of them"
        )
    return inclusion(one.support, other.support, premises)


def _listed(relations: Sequence[Relation]) -> str:
    return "; ".join(f"{r.left!r} {r.sign} {r.right!r}" for r in relations)


def inclusion(inner: Support, outer: Support, premises: tuple[Relation, ...] = ()) -> Inclusion:
    """Whether a law on `inner` has mass where a law on `outer` has none.

    Single points of a line have no mass under a density, so ends do not count there.  The
    `premises` hold between the parameters.

    Examples
    --------
    >>> from derive.language.support import COUNTS, POSITIVE_LINE, REAL_LINE
    >>> inclusion(POSITIVE_LINE, REAL_LINE)
    Inclusion(outside=None, needs=())
    >>> inclusion(REAL_LINE, POSITIVE_LINE).outside
    R reaches below 0
    >>> inclusion(COUNTS, REAL_LINE).outside
    single points have mass, to which a density gives none
    """
    if inner.is_whole and not outer.is_whole:
        return Inclusion(Words("single points have mass, to which a density gives none"))
    if outer.is_whole and not inner.is_whole:
        return Inclusion(
            Words("a density gives no mass to the whole numbers, where all the other mass is")
        )
    if inner.is_angle and outer.is_angle:
        return Inclusion()
    missed = _missed(inner, outer)
    if missed is not None:
        return Inclusion(missed)
    needs: list[Relation] = []
    for side, end, other in (
        ("below", inner.lower, outer.lower),
        ("above", inner.upper, outer.upper),
    ):
        if other is None or end is other:
            continue
        gap = None if end is None else end - other if side == "below" else other - end
        verdict = False if gap is None else _is_nonnegative(gap)
        need = None if end is None else Relation(end, ">=" if side == "below" else "<=", other)
        if verdict is None and need is not None:
            if implied(need, premises):
                continue
            verdict = None if can_hold((*premises, need)) else False
        if verdict is False:
            words = inner.words()
            text = f"{words.text} reaches {side} {{{len(words.nodes)}}}"
            return Inclusion(Words(text, (*words.nodes, other)))
        if verdict is None and need is not None:
            needs.append(need)
    if needs and not can_hold((*premises, *needs)):
        one, two = inner.words(), outer.words(len(inner.words().nodes))
        text = f"{one.text} is never inside {two.text}: it reaches below it or above it"
        return Inclusion(Words(text, (*one.nodes, *two.nodes)))
    return Inclusion(None, tuple(needs))


def support_step(laws: Sequence[Law], letters: Sequence[Node], note: str) -> Step:
    """The line that sets two supports side by side."""
    if all(law.support.is_angle for law in laws):
        words = Words("support: the circle for {0} and {1}", tuple(letters))
        return Step(None, words, "compare the supports", note)
    one = laws[0].support.words()
    other = laws[1].support.words(len(one.nodes))
    count = len(one.nodes) + len(other.nodes)
    sentence = f"support: {one.text} for {{{count}}}, {other.text} for {{{count + 1}}}"
    words = Words(sentence, (*one.nodes, *other.nodes, *letters))
    return Step(None, words, "compare the supports", note)


def _missed(inner: Support, outer: Support) -> Words | None:
    """A whole number between the ends that the outer law steps over."""
    if not inner.is_whole or (inner.step, inner.lower) == (outer.step, outer.lower):
        return None
    if outer.step == 1 or inner.lower is None:
        return None
    return Words(f"{outer.words().text} leaves out whole numbers between its ends")


def _is_nonnegative(gap: Node) -> bool | None:
    """Whether a difference of ends is certainly at least 0, certainly below, or neither."""
    if not gap.symbols:
        return bool(to_sympy(gap) >= 0)
    found = range_of(gap)
    if found.is_nonnegative:
        return True
    return False if found.is_negative else None
