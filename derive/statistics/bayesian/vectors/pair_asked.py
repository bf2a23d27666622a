"""A likelihood of a number and a prior of a pair put together: which two parameters are unknown."""

from __future__ import annotations

from derive.engine.naming import substituted
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import ArgumentError, NoClosedFormError
from derive.language.expression import Node, symbol
from derive.language.law import Law, merge_symbols
from derive.language.laws.pairs import PairLaw
from derive.language.merged_names import ordered_symbols
from derive.language.sizes import Size
from derive.probability.question import free_name
from derive.reading import parse
from derive.statistics.bayesian.pairing import (
    DATA_NAMES,
    EXTRA_NAMES,
    SIZE_NAMES,
    Unknown,
)
from derive.statistics.bayesian.putting_together import changed_unknown, substituted_names
from derive.statistics.bayesian.vectors.pairs import PairPairing, PairReading

CHANGES = ("{0}^2", "1/{0}^2", "{0}", "1/{0}")


def paired_with_pair(
    likelihood: Law, prior: PairLaw, of: str | None, n: str | None, asked_by: str
) -> PairReading:
    """Put a likelihood of one number and a prior of two of its parameters together.

    Raises
    ------
    ArgumentError
        The unknowns are not two parameters of the likelihood.
    NoClosedFormError
        The posterior is no law of the family of the prior.
    """
    likelihood, prior = merge_symbols(likelihood, prior)  # type: ignore[assignment]
    place, texts = _asked(likelihood, prior, of, asked_by)
    for k, text in enumerate(texts):
        pairing = _put(likelihood, prior, place, text, n, asked_by)
        found = PairReading(pairing)
        try:
            assert found.values
        except NoClosedFormError:
            if k == len(texts) - 1:
                raise
            continue
        return found
    raise AssertionError("one way is always tried")


def _asked(
    likelihood: Law, prior: PairLaw, of: str | None, asked_by: str
) -> tuple[Node, tuple[str, ...]]:
    """The unknown that is drawn second, and what the other may be."""
    own = [s for s in likelihood.symbols if s not in prior.symbols]
    if of is not None:
        if not isinstance(of, str) or of.count(",") != 1:
            raise ArgumentError(
                f"{asked_by} with a prior of a pair needs both unknowns, got of={of!r}\n"
                f"  to fix   : of='mu, sigma^2'"
            )
        first, second = (part.strip() for part in of.split(","))
        place = next((s for s in own if s.name == first), None)
        if place is None:
            raise ArgumentError(
                f"{first!r} is no parameter of {likelihood!r} that is none of {prior!r}\n"
                f"  known    : {', '.join(s.name for s in own) or 'none'}"
            )
        return place, (second,)
    free = [s for s in own if "positive" not in s.facts]
    positive = [s for s in own if "positive" in s.facts]
    if len(free) != 1 or len(positive) != 1:
        names = ", ".join(s.name for s in own) or "none"
        raise ArgumentError(
            f"{asked_by} needs two unknowns of {likelihood!r} that the prior {prior!r} is of\n"
            f"  known    : {names}\n  to fix   : take a law with two, Normal(mu, sigma), and name "
            f"them, of='mu, sigma^2'"
        )
    return free[0], tuple(change.format(positive[0].name) for change in CHANGES)


def _put(
    likelihood: Law, prior: PairLaw, place: Node, text: str, n: str | None, asked_by: str
) -> PairPairing:
    names = {s.name: s for s in likelihood.symbols}
    asked = substituted_names(parse(text, undeclared="scalar"), names)
    used = [s for s in ordered_symbols(asked) if s.name in names]
    if not used or used[0] is place or used[0] in prior.symbols:
        raise ArgumentError(
            f"of: {text!r} names no other parameter of {likelihood!r}\n"
            f"  to fix   : of='{place.name}, ...'"
        )
    found = used[0]
    taken = {s.name for law in (likelihood, prior) for s in law.symbols}
    if asked is found:
        unknown = Unknown(found, None, found, found)
    else:
        unknown = changed_unknown(asked, found, taken, prior.first, text)
    moved = likelihood.with_values(
        *(substituted(v, {found: unknown.inverse}) for v in likelihood.values)
    )
    taken |= {unknown.symbol.name}
    if n is not None and (not isinstance(n, str) or not n.isidentifier() or n in taken):
        raise ArgumentError(
            f"n is a free name for the number of values, got {str(n)[:40]!r}\n"
            f"  to fix   : call the size otherwise, n='N'"
        )
    size = Size.named(n if n is not None else free_name(SIZE_NAMES, taken))
    taken |= set(size.names)
    data = symbol(free_name(DATA_NAMES, taken), (size, 1))
    value = symbol(free_name(EXTRA_NAMES, taken | {data.name}))
    order = (place, unknown.symbol, *prior.symbols, *likelihood.symbols, value)
    algebra = ScalarAlgebra(s for s in dict.fromkeys(order) if s.is_scalar)
    return PairPairing(moved, prior, place, unknown.symbol, unknown, data, algebra, value)
