"""Bayes' theorem with numbers or symbols: posterior probabilities and posterior odds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.engine.scalar_algebra import operation_count
from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node, add, divide, multiply, number, symbol
from derive.language.functions import postorder
from derive.language.law import Value
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation, Words
from derive.language.rounded_shares import without_rounding
from derive.probability.events import checked_name, outcome_text
from derive.probability.masses import (
    below_one,
    conditions_of_masses,
    is_certainly_zero,
    probabilities,
    require_total_one,
    simplified,
)
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


@dataclass(frozen=True)
class Hypotheses:
    """Hypotheses by name, with prior and likelihood of each, and the name of the evidence."""

    evidence: str
    priors: Mapping[str, Node]
    likelihoods: Mapping[str, Node]

    @property
    def names(self) -> tuple[str, ...]:
        """The hypotheses in their order."""
        return tuple(self.priors)

    @property
    def total(self) -> Node:
        """The symbol of the probability of the evidence."""
        return symbol(f"P({self.evidence})")

    def prior(self, name: str) -> Node:
        """The symbol of a prior probability."""
        return symbol(f"P({name})")

    def likelihood(self, name: str) -> Node:
        """The symbol of a likelihood."""
        return symbol(f"P({self.evidence} | {name})")

    def posterior(self, name: str) -> Node:
        """The symbol of a posterior probability."""
        return symbol(f"P({name} | {self.evidence})")

    def joint(self, name: str) -> Node:
        """The symbol of the probability of a hypothesis and the evidence."""
        return symbol(f"P({name} ∩ {self.evidence})")

    def weight(self, name: str) -> Node:
        """Likelihood times prior, as a value."""
        return multiply(self.likelihoods[name], self.priors[name])


def bayes_theorem(
    prior: Any,
    likelihood: Any,
    hypothesis: str = "H",
    evidence: str = "E",
    odds: bool = False,
) -> Derivation:
    """Derive posterior probabilities, or posterior odds, from priors and likelihoods.

    Parameters
    ----------
    prior : number, symbol or text; or mapping of hypothesis to such
        Of one hypothesis, whose complement is the other one; or of every hypothesis, which
        exclude each other and of which one is true.
    likelihood : pair of numbers, symbols or texts; or mapping of hypothesis to such
        The probability of the evidence given the hypothesis and given its complement; or
        given each.  For a test these are sensitivity and 1 - specificity.
    hypothesis : str
        The name of the one hypothesis.
    evidence : str
        The name of what was observed.
    odds : bool
        Whether the odds of the one hypothesis are asked for.

    Returns
    -------
    Derivation
        ``.result`` is the posterior probability of the one hypothesis (or its odds), a
        scalar, unit 1; of a mapping a tuple, in its order.

    Raises
    ------
    DomainError
        A value is negative or over 1, priors do not sum to one, or the evidence has
        probability 0.
    ArgumentError
        The hypotheses of prior and likelihood differ, or a value is no scalar.

    References
    ----------
    ross2014, section 3.3; bishop2006, section 1.2.

    Examples
    --------
    >>> bayes_theorem("pi", ("s", "1 - c"))
    s*pi/(s*pi + (1 - c)*(1 - pi))    # scalar
    >>> bayes_theorem("pi", ("s", "1 - c"), odds=True)
    s*pi/((1 - c)*(1 - pi))    # scalar
    """
    asked = _read(prior, likelihood, hypothesis, evidence)
    if odds and isinstance(prior, Mapping):
        raise ArgumentError(
            "odds are of one hypothesis against its complement\n"
            "  to fix   : give one prior and a pair of likelihoods"
        )
    weights = [asked.weight(name) for name in asked.names]
    total = add(*weights)
    if is_certainly_zero(total):
        raise DomainError(
            f"the evidence {asked.evidence} has probability 0 under every hypothesis\n"
            "  to fix   : at least one likelihood must be positive where the prior is"
        )
    if odds:
        return _odds(asked)
    return _posteriors(asked, total, only_first=not isinstance(prior, Mapping))


def _posteriors(asked: Hypotheses, total: Node, only_first: bool) -> Derivation:
    """Product rule both ways, total probability, division."""
    wanted = asked.names[:1] if only_first else asked.names
    lines = _values(asked)
    cases = add(*(multiply(asked.likelihood(n), asked.prior(n)) for n in asked.names))
    lines.append((asked.total, cases, "total probability"))
    lines.append((cases, total, "insert the values"))
    short_total = _shorter(total)
    lines.append((total, short_total, "simplify"))
    results = []
    for name in wanted:
        joint = multiply(asked.likelihood(name), asked.prior(name))
        formula = divide(joint, asked.total)
        value = _shorter(divide(asked.weight(name), short_total))
        if is_certainly_zero(asked.weight(name)):
            value = number(0)
        lines.append((asked.joint(name), joint, "product rule, one way"))
        back = multiply(asked.posterior(name), asked.total)
        lines.append((asked.joint(name), back, "product rule, the other way"))
        lines.append((asked.posterior(name), formula, "both ways are equal: Bayes' theorem"))
        lines.append((formula, value, "insert the values"))
        results.append((asked.posterior(name), value))
    names = ", ".join(f"{{{k}}}" for k in range(len(results)))
    question = Words(f"{names} by Bayes' theorem", tuple(name for name, _ in results))
    return _derivation(asked, question, lines, results, [short_total])


def _shorter(node: Node) -> Node:
    """A simplified form where it takes fewer operations; else the node as it stands."""
    short = simplified(node)
    return short if operation_count(short) < operation_count(node) else node


def _odds(asked: Hypotheses) -> Derivation:
    """Posterior odds: the Bayes factor times the prior odds."""
    one, other = asked.names
    if is_certainly_zero(asked.weight(other)):
        raise DomainError(
            f"the odds of {one} are infinite: {other} and {asked.evidence} exclude each other\n"
            "  to fix   : ask for the probability, with odds=False"
        )
    lines = _values(asked)
    for name in (one, other):
        joint = multiply(asked.likelihood(name), asked.prior(name))
        lines.append((asked.posterior(name), divide(joint, asked.total), "Bayes' theorem"))
    ratio = divide(asked.posterior(one), asked.posterior(other))
    asked_for = symbol(f"O({one} | {asked.evidence})")
    factor = divide(asked.likelihood(one), asked.likelihood(other))
    formula = multiply(factor, divide(asked.prior(one), asked.prior(other)))
    value = _shorter(divide(asked.weight(one), asked.weight(other)))
    lines.append((asked_for, ratio, "odds"))
    lines.append((ratio, formula, "Bayes factor times prior odds: the evidence cancels"))
    lines.append((formula, value, "insert the values"))
    words = Words("{0}, the odds by Bayes' theorem", (asked_for,))
    divided = [asked.priors[other], asked.likelihoods[other], add(*map(asked.weight, asked.names))]
    return _derivation(asked, words, lines, [(asked_for, value)], divided, {asked_for: ratio})


Lines = list[tuple[Node, Node, str]]


def _values(asked: Hypotheses) -> Lines:
    """What is given."""
    priors = [(asked.prior(n), asked.priors[n], "prior") for n in asked.names]
    given = [(asked.likelihood(n), asked.likelihoods[n], "likelihood") for n in asked.names]
    return [*priors, *given]


def _derivation(
    asked: Hypotheses,
    question: Words,
    lines: Lines,
    results: Sequence[tuple[Node, Node]],
    divided_by: Sequence[Node],
    further: Mapping[Node, Node] | None = None,
) -> Derivation:
    nodes = [*asked.priors.values(), *asked.likelihoods.values()]
    conditions: dict[Condition, None] = dict.fromkeys(conditions_of_masses(nodes))
    conditions.update(dict.fromkeys(below_one(list(asked.likelihoods.values()))))
    for node in divided_by:
        if node.symbols and not is_positive(node):
            conditions[Relation(node, ">", number(0))] = None
    meanings = {**_meanings(asked), **(further or {})}
    shown = [line for line in lines if line[0] is not line[1]]
    trace = Trace(
        question=question,
        definitions=(),
        steps=tuple(Step(before, after, rule) for before, after, rule in shown),
        results=tuple(("posterior", value) for _, value in results),
        conditions=tuple(conditions),
        arguments=tuple(n for n in postorder(*nodes) if n.op == "symbol"),
        lefts=tuple(name for name, _ in results),
    )
    defined = tuple(meanings.items())
    needed = tuple(conditions)
    claims: list[Claim] = [
        SameValue(before, after, defined, conditions=needed) for before, after, _ in shown
    ]
    claims += [
        SameValue(name, value, defined, conditions=needed, kind="result") for name, value in results
    ]
    return DerivationUnderConditions(trace, tuple(claims))


def _meanings(asked: Hypotheses) -> dict[Node, Node]:
    """Every probability by enumeration of the four, six, ... pairs (hypothesis, evidence or not).

    The masses of the pairs are the joint probabilities; what a name means is a sum of masses
    over a sum of masses, as for any event.
    """
    happened = {n: asked.priors[n] * asked.likelihoods[n] for n in asked.names}
    missed = {n: asked.priors[n] - happened[n] for n in asked.names}
    evidence = add(number(0), *happened.values())
    found = {asked.total: evidence}
    for name in asked.names:
        found[asked.prior(name)] = happened[name] + missed[name]
        found[asked.joint(name)] = happened[name]
        found[asked.posterior(name)] = happened[name] / evidence
        share = happened[name] / (happened[name] + missed[name])
        impossible = is_certainly_zero(asked.priors[name])
        found[asked.likelihood(name)] = asked.likelihoods[name] if impossible else share
    return found


# --- reading ----------------------------------------------------------------------------


def _read(prior: Any, likelihood: Any, hypothesis: str, evidence: str) -> Hypotheses:
    said = checked_name(evidence)
    if isinstance(prior, Mapping):
        priors = _by_name(prior)
        priors = dict(zip(priors, without_rounding(list(priors.values())), strict=True))
        likelihoods = _by_name(_as_mapping(likelihood, list(priors)))
        _require_same(priors, likelihoods)
    else:
        one = checked_name(hypothesis)
        other = f"{one}ᶜ"
        given = _pair(likelihood)
        priors, likelihoods = {one: prior}, {one: given[0], other: given[1]}
    texts: dict[str, Value] = {f"{name}": value for name, value in priors.items()}
    texts |= {f"{said} given {name}": value for name, value in likelihoods.items()}
    if said in likelihoods:
        raise ArgumentError(f"the name {said} stands for the evidence and for a hypothesis")
    nodes = probabilities("bayes_theorem", texts)
    read = {name: nodes[name] for name in priors}
    if isinstance(prior, Mapping):
        require_total_one("bayes_theorem", read)
    else:
        (one,) = read
        read[f"{one}ᶜ"] = 1 - read[one]
    return Hypotheses(said, read, {name: nodes[f"{said} given {name}"] for name in likelihoods})


def _by_name(given: Mapping[Any, Value]) -> dict[str, Value]:
    found = {checked_name(outcome_text(key)): value for key, value in given.items()}
    if len(found) < 2 or len(found) < len(given):
        raise ArgumentError(
            f"Bayes' theorem needs two hypotheses or more, by different names, "
            f"got {', '.join(map(outcome_text, given))}"
        )
    return found


def _as_mapping(likelihood: Any, names: list[str]) -> Mapping[Any, Value]:
    if isinstance(likelihood, Mapping):
        return likelihood
    raise ArgumentError(
        f"a prior of each hypothesis needs a likelihood of each, got {likelihood!r:.40}\n"
        f"  to fix   : give a dict with the keys {', '.join(names)}"
    )


def _require_same(priors: Mapping[str, Value], likelihoods: Mapping[str, Value]) -> None:
    odd = [name for name in (*priors, *likelihoods) if (name in priors) != (name in likelihoods)]
    if odd:
        lacking = "likelihood" if odd[0] in priors else "prior"
        raise ArgumentError(
            f"the hypothesis {odd[0]} has no {lacking}\n"
            "  to fix   : give prior and likelihood of the same hypotheses"
        )


def _pair(likelihood: Any) -> tuple[Value, Value]:
    if isinstance(likelihood, str | Mapping) or not isinstance(likelihood, Sequence):
        raise ArgumentError(
            f"one prior needs two likelihoods, got {likelihood!r:.40}\n"
            "  to fix   : give a pair: the probability of the evidence given the hypothesis, "
            "and given its complement"
        )
    if len(likelihood) != 2:
        raise ArgumentError(f"one prior needs two likelihoods, got {len(likelihood)}")
    return likelihood[0], likelihood[1]
