"""A likelihood and a prior put together: which parameter is unknown, and whether they fit."""

from __future__ import annotations

from collections.abc import Iterable

from derive.check.law_bench import law_variable
from derive.engine.law_reading import undone
from derive.engine.naming import substituted
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node, size_node, symbol
from derive.language.facts import close_facts
from derive.language.law import Law, merge_symbols
from derive.language.merged_names import ordered_symbols
from derive.language.properties import is_positive, range_of
from derive.language.relations import Relation
from derive.language.sizes import Size, size_names
from derive.probability.law_text import as_law
from derive.probability.question import free_name
from derive.reading import parse
from derive.statistics.bayesian.pairing import (
    CHANGED_NAMES,
    DATA_NAMES,
    SIZE_NAMES,
    Pairing,
    Unknown,
)


def paired(
    likelihood: Law | str, prior: Law | str, of: str | None, n: str | None, asked_by: str
) -> Pairing:
    """Put a likelihood and a prior together.

    Raises
    ------
    ArgumentError
        No law, or the unknown is not named or is none of the likelihood.
    DomainError
        The prior has mass where the likelihood has no such parameter.
    """
    first, second = _merged(as_law(likelihood, asked_by), as_law(prior, asked_by))
    if n is not None and not (isinstance(n, str) and n.isidentifier()):
        raise ArgumentError(
            f"n is the name of the number of values, got {str(n)[:40]!r}\n"
            f"  to fix   : give a name; numbers go into the compiled function"
        )
    if second.support.is_whole:
        raise DomainError(
            f"a prior here has a density, and {second!r} is a law of whole numbers\n"
            f"  to fix   : finitely many hypotheses are a question for bayes_theorem"
        )
    unknown = _unknown(first, second, of, asked_by)
    if unknown.symbol in second.symbols:
        raise ArgumentError(
            f"{unknown.symbol!r} is the unknown and also a parameter of its prior {second!r}\n"
            f"  to fix   : give the parameters of the prior names of their own"
        )
    changed = {unknown.replaced: unknown.inverse}
    moved = first.with_values(*(substituted(v, changed) for v in first.values))
    needs = _order_needs(moved, second, unknown.symbol)
    held = [s for law in (first, second, moved) for s in law.symbols]
    taken = {s.name for s in held} | {name for s in held for name in size_names(s.shape)}
    if n is not None and n in taken:
        raise ArgumentError(f"{n} is a parameter\n  to fix   : call the size otherwise, n='N'")
    size = Size.named(n if n is not None else free_name(SIZE_NAMES, taken))
    taken |= set(size.names)
    support = moved.support
    facts = tuple("positive" if f == "probability" else f for f in support.facts)
    data = symbol(free_name(DATA_NAMES, taken), (size, 1), close_facts(facts, "data", (size, 1)))
    value = law_variable(moved, data.name + "_i")
    order = (unknown.symbol, *second.symbols, *first.symbols, value)
    algebra = ScalarAlgebra(s for s in dict.fromkeys(order) if s.is_scalar)
    return Pairing(moved, second, unknown, data, size_node(size), algebra, value, needs)


def _merged(likelihood: Law, prior: Law) -> tuple[Law, Law]:
    """The same laws with equal scalar names made one symbol; a prior may hold a sample."""
    if all(s.is_scalar for s in (*likelihood.symbols, *prior.symbols)):
        one, other = merge_symbols(likelihood, prior)
        return one, other
    facts: dict[str, set[str]] = {}
    for s in (*likelihood.symbols, *prior.symbols):
        if s.is_scalar:
            facts.setdefault(s.name, set()).update(s.facts)
    known = {
        s: symbol(s.name, facts=close_facts(tuple(sorted(facts[s.name])), s.name, (1, 1)))
        for s in (*likelihood.symbols, *prior.symbols)
        if s.is_scalar
    }
    one, other = (
        law.with_values(*(substituted(v, known) for v in law.values)) for law in (likelihood, prior)
    )
    return one, other


def _unknown(likelihood: Law, prior: Law, of: str | None, asked_by: str) -> Unknown:
    names = {s.name: s for s in likelihood.symbols}
    if of is None:
        left = [s for s in likelihood.symbols if s not in prior.symbols]
        if len(left) != 1:
            shown = next(iter((*left, *likelihood.symbols)), "a name")
            if not likelihood.symbols:
                raise ArgumentError(f"{likelihood!r} has no unknown: its parameters are numbers")
            raise ArgumentError(
                f"{asked_by} needs to know which parameter of {likelihood!r} the prior is of\n"
                f"  to fix   : name it, of={shown!r}"
            )
        of = left[0].name
    if not isinstance(of, str):
        raise ArgumentError(
            f"of is the name of a parameter or a text such as 'sigma^2', got {type(of).__name__}"
        )
    asked = substituted_names(parse(of, undeclared="scalar"), names)
    used = [s for s in ordered_symbols(asked) if s.name in names]
    if not used:
        known = ", ".join(names) or "none: its parameters are numbers"
        raise ArgumentError(f"of={of!r} names no parameter of {likelihood!r}\n  known    : {known}")
    found = used[0]
    if "integer" in found.facts:
        raise DomainError(
            f"{found!r} is a whole number, and a prior here has a density\n"
            f"  to fix   : take another parameter of {likelihood!r}"
        )
    if asked is found:
        facts = close_facts((*sorted(found.facts), *prior.support.facts), found.name, (1, 1))
        here = symbol(found.name, facts=facts)
        _require_inside(prior, found)
        return Unknown(here, None, found, here)
    return changed_unknown(asked, found, {*names, *(s.name for s in prior.symbols)}, prior, of)


def substituted_names(node: Node, names: dict[str, Node]) -> Node:
    """The node with symbols of the given names."""
    return substituted(node, {s: names[s.name] for s in ordered_symbols(node) if s.name in names})


def changed_unknown(asked: Node, found: Node, taken: Iterable[str], prior: Law, of: str) -> Unknown:
    """An unknown that is a function of a parameter, which is undone."""
    facts = close_facts(prior.support.facts, "unknown", (1, 1))
    letter = symbol(free_name(CHANGED_NAMES, set(taken)), facts=facts)
    algebra = ScalarAlgebra((letter, *ordered_symbols(asked)))
    inverse = undone(algebra.expr(asked), algebra.expr(letter), algebra.expr(found))
    if inverse is None or inverse.is_real is not True:
        raise ArgumentError(
            f"of={of!r} cannot be solved for {found!r} on the support of {prior!r}\n"
            f"  to fix   : name a parameter, or a power such as 'sigma^2' of a positive one"
        )
    if "positive" in found.facts and inverse.is_positive is not True:
        raise DomainError(
            f"{prior!r} gives {of} values at which {found!r} is not positive\n"
            f"  to fix   : take a prior on the positive half line"
        )
    return Unknown(letter, asked, found, algebra.node(inverse))


def _require_inside(prior: Law, found: Node) -> None:
    """Raise if the prior has mass where the parameter cannot lie."""
    support = prior.support
    low = support.lower is not None and range_of(support.lower).is_nonnegative
    high = support.upper is not None and range_of(1 - support.upper).is_nonnegative
    wanted = ""
    if "probability" in found.facts and not (low and high):
        wanted = f"0 < {found.name} < 1"
    elif "positive" in found.facts and not low:
        wanted = f"{found.name} > 0"
    if wanted:
        raise DomainError(
            f"the prior {prior!r} has mass where {wanted} fails\n"
            f"  to fix   : take a prior whose support lies there"
        )


def _order_needs(likelihood: Law, prior: Law, unknown: Node) -> tuple[Relation, ...]:
    """What keeps the order of the parameters wherever the prior has mass."""
    needs = []
    for need in type(likelihood).needs(*likelihood.values):
        assert isinstance(need.right, Node)
        gap = need.right - need.left if need.sign == "<" else need.left - need.right
        if unknown not in gap.symbols or is_positive(gap):
            continue
        end = {need.right: prior.support.lower, need.left: prior.support.upper}.get(unknown)
        if end is None or need.sign != "<" or unknown not in (need.left, need.right):
            raise DomainError(
                f"{likelihood!r} needs {need.left!r} {need.sign} {need.right!r}, and the prior "
                f"{prior!r} has mass where that fails\n"
                f"  to fix   : take a prior whose support lies beyond the other parameter"
            )
        moved = Relation(
            *((need.left, "<", end) if unknown is need.right else (end, "<", need.right))
        )
        assert isinstance(moved.right, Node)
        if not is_positive(moved.right - moved.left):
            needs.append(moved)
    return tuple(needs)
