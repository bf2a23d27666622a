"""The conjugate prior of a likelihood: a family whose kernel has its functions of the unknown."""

from __future__ import annotations

from derive.engine.law_reading import common_families
from derive.errors import ArgumentError, DomainError, NoClosedFormError, NoRuleError
from derive.language.distributions import LAWS
from derive.language.expression import Node, symbol
from derive.language.law import Law
from derive.language.laws.half_line import Gamma
from derive.language.merged_names import ordered_symbols
from derive.language.support import POSITIVE_LINE, REAL_LINE, UNIT_INTERVAL, Support
from derive.probability.law_text import as_law
from derive.probability.question import free_name
from derive.reading import parse
from derive.statistics.bayesian.posterior import (
    Posterior,
    posterior_page,
    read_posterior,
    shaped_posterior,
)
from derive.statistics.bayesian.putting_together import paired, substituted_names
from derive.statistics.bayesian.vectors.asked import conjugate_reading

CHANGES = ("{0}^2", "1/{0}", "1/{0}^2", "log({0})")


def conjugate_prior(
    likelihood: Law | str, of: str | None = None, n: str | None = None
) -> Posterior:
    """Find a family of priors that a sample leads to a posterior of the same family.

    A family is conjugate if the log likelihood of a sample adds nothing to its log density
    but multiples of functions that are there already, on the same support.

    Parameters
    ----------
    likelihood : Law or str
        The law of one value.
    of : str, optional
        The unknown, as for ``posterior``; it may be left out where the law has one parameter.
        ``"mu, sigma^2"`` asks for a prior of both.
    n : str, optional
        What the number of values is called.

    Returns
    -------
    Posterior
        The update of the family: ``.prior`` is the family with names for its parameters,
        ``.result`` are its parameters after the sample.

    Raises
    ------
    ArgumentError
        No law, or the unknown is not named.
    NoClosedFormError
        No known family is conjugate; the message names a function of the unknown for which
        one is, if there is such a one.

    References
    ----------
    fink1997, A Compendium of Conjugate Priors; bishop2006, section 2.4.2.

    Examples
    --------
    >>> from derive.language.laws.whole_numbers import Poisson
    >>> conjugate_prior(Poisson("lam")).prior
    Gamma(k, theta)
    """
    law = as_law(likelihood, "conjugate_prior", vectors=True)
    shaped = conjugate_reading(law, of, n)
    if shaped is not None:
        return shaped_posterior(shaped)
    unknown = _asked(law, of)
    prior = _found(law, unknown, n)
    if prior is None:
        raise NoClosedFormError(
            f"no known family is conjugate for {unknown} in {law!r}{_other_way(law, unknown, n)}"
        )
    return posterior_page(paired(law, prior, unknown, n, "conjugate_prior"))


def _asked(law: Law, of: str | None) -> str:
    """The unknown as a text."""
    if of is None:
        if len(law.symbols) != 1:
            raise ArgumentError(
                f"conjugate_prior needs to know which parameter of {law!r} is unknown\n"
                f"  to fix   : name it, of={(law.symbols or (None,))[0]!r}"
            )
        return str(law.symbols[0].name)
    return of


def _found(law: Law, of: str, n: str | None) -> Law | None:
    """The first family that is conjugate, its parameters named.

    Functions of the unknown that the likelihood has and the family has not rule it out
    before anything is solved.
    """
    is_product = False
    for family in common_families(LAWS):
        if not family.parameters or not _has_natural_range(family, law, of):
            continue
        prior = _with_names(family, law)
        try:
            pairing = paired(law, prior, of, n, "conjugate_prior")
            likelihood, is_product = pairing.log_likelihood(), True
            if not set(likelihood.coefficients) <= set(pairing.log_prior().coefficients):
                continue
            read_posterior(pairing, own_only=True)
        except (NoClosedFormError, NoRuleError) as error:
            if not is_product and isinstance(error, NoClosedFormError):
                return None  # no product of functions: no family can be conjugate
            continue
        except DomainError:
            continue
        return prior
    return None


def _has_natural_range(family: type[Law], law: Law, of: str) -> bool:
    """Whether the family lies where the unknown lies, as far as the sample allows."""
    names = [symbol(p.name) for p in family.parameters]
    support = family.support_at(*names)
    own = {s.name: s for s in law.symbols}
    asked = substituted_names(parse(of, undeclared="scalar"), own)
    used = [s for s in ordered_symbols(asked) if s.name in own]
    if not used or support.is_whole or any("integer" in p.facts for p in family.parameters):
        return False
    ends = [e for e in (law.support.lower, law.support.upper) if e is not None]
    is_end = any(used[0] in end.symbols for end in ends)
    moving = {s for e in (support.lower, support.upper) if e is not None for s in e.symbols}
    if is_end:
        return bool(moving)
    if moving:
        return False
    return _same(support, _natural_range(asked, used[0]))


def _natural_range(asked: Node, used: Node) -> Support:
    """Where the unknown can lie, by the facts of the parameter it is a function of."""
    if asked is used:
        if "probability" in used.facts:
            return UNIT_INTERVAL
        return POSITIVE_LINE if "positive" in used.facts else REAL_LINE
    is_log = asked.op == "map" and asked.data == "log"
    return REAL_LINE if is_log else POSITIVE_LINE


def _same(one: Support, other: Support) -> bool:
    return (one.lower, one.upper) == (other.lower, other.upper)


def _with_names(family: type[Law], law: Law) -> Law:
    """The family with its own names for the parameters, or others where they are taken."""
    taken = {s.name for s in law.symbols}
    chosen = []
    for place in family.parameters:
        tried = (place.name, f"{place.name}_0", f"{place.name}_00")
        chosen.append(free_name(tried, taken))
        taken.add(chosen[-1])
    return family(*chosen)


def _powers(law: Law, of: str, n: str | None) -> list[str]:
    """The powers of a positive unknown that the likelihood holds, and their inverses."""
    found = next((s for s in law.symbols if s.name == of), None)
    if found is None or "positive" not in found.facts or "probability" in found.facts:
        return []
    try:
        pairing = paired(law, _with_names(Gamma, law), of, n, "conjugate_prior")
        parts = pairing.log_likelihood()
    except (NoClosedFormError, NoRuleError, DomainError):
        return []
    bases = [f.as_base_exp() for f in parts.coefficients]
    exponents = [e for base, e in bases if base == pairing.variable]
    texts = [repr(pairing.algebra.node(sign * e)) for e in exponents for sign in (-1, 1)]
    return [f"{{0}}^({text})" for text in texts if "{" not in text]


def _other_way(law: Law, of: str, n: str | None) -> str:
    """What else could be asked, as the end of a message."""
    for change in (*CHANGES, *_powers(law, of, n)) if of.isidentifier() else ():
        asked = change.format(of)
        try:
            family = _found(law, asked, n)
        except ArgumentError:  # the change cannot be undone where the unknown lies
            continue
        if family:
            return f"\n  to fix   : ask of={asked!r}, for which {type(family).__name__} is"
    return "\n  known    : families of the laws in docs/laws.md, for a function of one parameter"
