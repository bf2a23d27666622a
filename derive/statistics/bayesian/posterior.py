"""The posterior of a parameter: likelihood times prior, read as a law by its kernel."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from derive.check.claim import Plan
from derive.check.evaluate import BallEvaluation
from derive.check.law_bench import HOLDS
from derive.check.posterior_claims import SampleClaim
from derive.engine.law_reading import Parts, ReadLaw, common_families, parts_of, read_law
from derive.errors import NoClosedFormError
from derive.language.distributions import LAWS
from derive.language.expression import Node, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise
from derive.language.law import Law, fact_condition
from derive.language.laws.pairs import PairLaw
from derive.language.laws.terms import log
from derive.language.laws.vector_pairs import VectorPairLaw
from derive.language.relations import Condition, Relation, Words
from derive.numeric.requirements import Requirement
from derive.probability.question import free_name
from derive.probability.under_conditions import (
    DerivationUnderConditions,
    requirements_of_trace,
)
from derive.statistics.bayesian.function_of_data import sample_requirements
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.pairing import Pairing
from derive.statistics.bayesian.putting_together import paired
from derive.statistics.bayesian.vectors.asked import ShapedReading, shaped_reading
from derive.statistics.bayesian.vectors.joint import JointPairing, JointReading
from derive.statistics.bayesian.vectors.joint_pages import joint_posterior
from derive.statistics.bayesian.vectors.pages import vector_posterior
from derive.statistics.bayesian.vectors.pair_pages import pair_posterior
from derive.statistics.bayesian.vectors.pairing import VectorPairing
from derive.statistics.bayesian.vectors.pairs import PairPairing, PairReading
from derive.steps import Step, Trace


@dataclass(frozen=True, repr=False)
class Posterior(DerivationUnderConditions):
    """A derivation whose results are the parameters of the posterior.

    Attributes
    ----------
    pairing : Pairing
        The likelihood, the prior and the sample as they were read.
    law : Law
        The posterior, with the sample in its parameters.
    kernel : Node, shape (1, 1)
        The log posterior but for a constant, as a function of the unknown.

    Examples
    --------
    >>> found = posterior("Poisson(lam)", "Gamma(k, theta)")
    >>> found.kernel
    (k + sum(x) - 1)*log(lam) - (1/theta + n)*lam
    >>> found.prior, found.likelihood
    (Gamma(k, theta), Poisson(lam))
    """

    pairing: Pairing | VectorPairing | PairPairing | JointPairing = field(
        kw_only=True, compare=False
    )
    law: Law = field(kw_only=True)
    kernel: Node = field(kw_only=True)

    @property
    def prior(self) -> Law:
        """The law of the parameter before the sample."""
        return self.pairing.prior

    @property
    def likelihood(self) -> Law:
        """The law of one value, in the unknown."""
        return self.pairing.likelihood

    @property
    def unknown(self) -> Node:
        """The symbol that the posterior is a law of; of a pair the one drawn second."""
        unknown = self.pairing.unknown
        return unknown if isinstance(unknown, Node) else unknown.symbol

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """What numbers for the sample and for the prior must satisfy."""
        return requirements_of_trace(self.trace, sample_requirements(self.pairing))

    def _requirements(self) -> tuple[Requirement, ...]:
        return self.requirements

    @property
    def density(self) -> Node:
        """The posterior density at the unknown, or at both of a pair, shape (1, 1)."""
        if isinstance(self.pairing, PairPairing):
            assert isinstance(self.law, PairLaw)
            return elementwise("exp", self.pairing.log_prior_of(self.law))
        if isinstance(self.pairing, JointPairing):
            assert isinstance(self.law, VectorPairLaw)
            return elementwise("exp", self.pairing.log_prior_of(self.law))
        return elementwise("exp", self.law.log_density(self.unknown))


def posterior(
    likelihood: Law | str, prior: Law | str, of: str | None = None, n: str | None = None
) -> Posterior:
    """Derive the posterior of a parameter after a sample of n independent values.

    Equal names in the two laws are one parameter.  The posterior is read from its kernel: a
    law of any family that has it, that of the prior first.

    Parameters
    ----------
    likelihood : Law or str
        The law of one value, for example ``Bernoulli("p")`` or ``"Normal(mu, sigma)"``.
    prior : Law or str
        The law of its unknown parameter, for example ``Beta("a", "b")``.
    of : str, optional
        The unknown (of a vector or matrix also ``"inv(Sigma)"``, of a pair both,
        ``"mu, sigma^2"``): a parameter, or a function of one such as ``"sigma^2"`` or
        ``"1/theta"``, of which the first name is the one replaced.  It may be left out
        where only one name of the likelihood is none of the prior.
    n : str, optional
        What the number of values is called; ``n`` where that is free.

    Returns
    -------
    Posterior
        ``.result`` are the parameters of the posterior, functions of the sample (a vector of
        n values) and of the parameters of the prior; ``.law`` is the posterior as a law,
        ``.kernel`` its log density but for a constant, ``.density`` its density.

    Raises
    ------
    ArgumentError
        A law is none, or the unknown is not named or no parameter of the likelihood.
    DomainError
        The prior has mass where the likelihood has no such parameter, or no density.
    NoClosedFormError
        No known law has the kernel; the message prints the log posterior.

    References
    ----------
    bishop2006, sections 2.1 to 2.4; fink1997, A Compendium of Conjugate Priors.

    Examples
    --------
    >>> from derive.language.laws.intervals import Beta
    >>> from derive.language.laws.whole_numbers import Bernoulli
    >>> found = posterior(Bernoulli("p"), Beta("a", "b"))
    >>> found.law
    Beta(a + sum(x), b - sum(x) + n)
    >>> posterior("Normal(mu, sigma)", "InverseGamma(a, b)", of="sigma^2").law
    InverseGamma(a + 1/2*n, b + 1/2*sum((x - mu*ones(n)).^2))
    """
    found = shaped_reading(likelihood, prior, of, n, "posterior")
    if found is not None:
        return shaped_posterior(found)
    return posterior_page(paired(likelihood, prior, of, n, "posterior"))


def shaped_posterior(found: ShapedReading) -> Posterior:
    """The page of the posterior of a vector, a matrix or a pair."""
    if isinstance(found, PairReading):
        trace, claims = pair_posterior(found)
        kernel = found.pairing.full(found.log_kernel)
        return Posterior(trace, claims, pairing=found.pairing, law=found.law, kernel=kernel)
    if isinstance(found, JointReading):
        trace, claims = joint_posterior(found)
        kernel = found.pairing.full(found.log_kernel)
        return Posterior(trace, claims, pairing=found.pairing, law=found.law, kernel=kernel)
    trace, claims = vector_posterior(found)
    return Posterior(trace, claims, pairing=found.pairing, law=found.law, kernel=found.log_kernel)


@dataclass(frozen=True)
class Reading:
    """The posterior of a pairing, read from its kernel.

    Attributes
    ----------
    pairing : Pairing
    likelihood, prior, kernel : Parts
        Opened in the functions of the unknown; the kernel is their sum.
    read : ReadLaw
    """

    pairing: Pairing
    likelihood: Parts
    prior: Parts
    kernel: Parts
    read: ReadLaw

    @property
    def law(self) -> Law:
        """The posterior."""
        return self.read.law(self.pairing.algebra)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Those of the pairing, and what the parameters of the posterior need."""
        return (*self.pairing.conditions, *self.needs)

    @cached_property
    def needs(self) -> tuple[Relation, ...]:
        """What the parameters of the posterior need beyond the facts of what they are made of.

        In the family of the prior most hold of every possible sample (``b + n - sum(x) > 0``):
        there those stay that fail at some point.
        """
        node = self.pairing.algebra.node
        facts = (fact_condition(node(value), fact) for value, fact in self.read.open_facts)
        needed = tuple(one for one in facts if isinstance(one, Relation))
        if self.read.family is not type(self.pairing.prior):
            return needed
        return tuple(one for one in needed if self._fails_somewhere(one))

    def _fails_somewhere(self, need: Relation) -> bool:
        """Whether a condition is false for some parameters and sample."""
        right = need.right
        assert isinstance(right, Node)
        for point in self.pairing.bench.points(Plan()):
            evaluation = BallEvaluation(point)
            left = evaluation.value(need.left)[0, 0]
            if not HOLDS[need.sign](left, evaluation.value(right)[0, 0]):
                return True
        return False


def read_posterior(pairing: Pairing, own_only: bool = False) -> Reading:
    """Multiply likelihood and prior and read the kernel as a law.

    `own_only` tries the family of the prior alone.

    Raises
    ------
    NoClosedFormError
        No known law has the kernel.
    """
    likelihood, prior = pairing.log_likelihood(), pairing.log_prior()
    kernel = added(likelihood, prior, pairing)
    own = type(pairing.prior)
    read = read_law(
        kernel,
        pairing.unknown.symbol,
        pairing.posterior_range(),
        (own,) if own_only else common_families(LAWS, (own,)),
        pairing.algebra,
    )
    if read is None:
        raise NoClosedFormError(
            f"the posterior of {pairing.unknown.symbol!r} under {pairing.prior!r} is no known law"
            f"\n  kernel   : {pairing.written(kernel, number(0))!r}, the log density but for a "
            f"constant{_remedy(pairing)}"
        )
    return Reading(pairing, likelihood, prior, kernel, read)


def _remedy(pairing: Pairing) -> str:
    """What else to ask, as the end of a message: a prior that has what the likelihood has."""
    asked = pairing.unknown.meaning or pairing.unknown.symbol
    return (
        f"\n  to fix   : conjugate_prior(..., of={asked!r}) looks for a prior whose posterior is "
        f"known; if it finds none, maximum_a_posteriori may have the mode"
    )


def added(one: Parts, other: Parts, pairing: Pairing) -> Parts:
    """The sum of two opened log densities."""
    whole = sum(
        (c * f for p in (one, other) for f, c in p.coefficients.items()), start=one.constant
    )
    return parts_of(whole + other.constant, pairing.variable)


def posterior_page(pairing: Pairing) -> Posterior:
    """The page of one posterior."""
    found = read_posterior(pairing)
    unknown, law = pairing.unknown.symbol, found.law
    letters = Letters.beside(pairing.taken)
    names = updated_names(found)
    steps = (
        *opening_steps(found, letters),
        *reading_steps(found, letters, names),
        *parameter_steps(found, names),
    )
    results = tuple((name.name, value) for name, value in zip(names, law.values, strict=True))
    trace = Trace(
        question=asked_words("posterior of {m} after", pairing, unknown),
        definitions=(),
        steps=steps,
        results=results,
        conditions=found.conditions,
        arguments=arguments_of(pairing, *(v for _, v in results)),
    )
    kernel = pairing.written(found.kernel, number(0))
    claims = (*opening_claims(found), *result_claims(found))
    return Posterior(trace, claims, pairing=pairing, law=law, kernel=kernel)


def asked_words(asked: str, pairing: Pairing, about: Node) -> Words:
    """The question in words: what is asked about ``{m}``, after which sample and prior."""
    likelihood = pairing.likelihood.words(2)
    prior = pairing.prior.words(2 + len(likelihood.nodes))
    text = f"{{1}} independent values of {likelihood.text}; prior of the parameter {prior.text}"
    nodes = (about, pairing.size, *likelihood.nodes, *prior.nodes)
    return Words(f"{asked.replace('{m}', '{0}')} {text}", nodes)


def arguments_of(pairing: Pairing, *nodes: Node) -> tuple[Node, ...]:
    """What a compiled function of the answer takes: the sample first."""
    used = frozenset().union(*(node.symbols for node in nodes))
    return tuple(s for s in pairing.symbols if s in used)


def updated_names(found: Reading) -> tuple[Node, ...]:
    """Names for the parameters of the posterior: those of its family, after n values."""
    names = []
    for place in found.read.family.parameters:
        tried = (f"{place.name}_n", f"{place.name}_N", f"{place.name}_n_")
        facts = close_facts(tuple(f for f in place.facts if f != "integer"), place.name, (1, 1))
        names.append(symbol(free_name(tried, found.pairing.taken), facts=facts))
    return tuple(names)


# --- lines ----------------------------------------------------------------------------


def opening_steps(found: Reading, letters: Letters) -> tuple[Step, ...]:
    """The unknown, the log likelihood and the log prior in the functions of the unknown."""
    pairing = found.pairing
    unknown = pairing.unknown
    steps: list[Step] = []
    if unknown.meaning is not None:
        words = Words(
            "{0} = {1}, so {2} = {3}",
            (unknown.symbol, unknown.meaning, unknown.replaced, unknown.inverse),
        )
        steps.append(Step(None, words, "the unknown"))
    return (
        *steps,
        Step(log(letters.likelihood), pairing.written(found.likelihood), "sum over the sample"),
        Step(log(letters.prior), pairing.written(found.prior), "log prior"),
    )


def reading_steps(found: Reading, letters: Letters, names: tuple[Node, ...]) -> tuple[Step, ...]:
    """Bayes, the kernel collected, and the law that has it."""
    pairing = found.pairing
    total = log(letters.likelihood) + log(letters.prior) - log(letters.evidence)
    kernel = pairing.written(found.kernel, letters.constant)
    law = found.read.family(*names).words()
    cut = pairing.cut_words()
    return (
        *(() if cut is None else (Step(None, cut, "support"),)),
        Step(log(letters.posterior), total, "Bayes: likelihood times prior over evidence"),
        Step(total, kernel, Words("collect in the functions of {0}", (pairing.unknown.symbol,))),
        Step(None, Words(f"this is the kernel of {law.text}", law.nodes), "read the kernel"),
    )


def parameter_steps(found: Reading, names: tuple[Node, ...]) -> tuple[Step, ...]:
    """The parameters of the posterior, one by one."""
    rule = "compare the coefficients"
    return tuple(Step(n, v, rule) for n, v in zip(names, found.law.values, strict=True))


# --- claims ---------------------------------------------------------------------------


def opening_claims(found: Reading) -> tuple[SampleClaim, ...]:
    """The log likelihood and the log prior as they are opened, and the prior's mass."""
    pairing = found.pairing
    bench = pairing.bench
    return (
        SampleClaim(
            bench, "log likelihood", pairing.written(found.likelihood), "the log likelihood"
        ),
        SampleClaim(bench, "log prior", pairing.written(found.prior), "the log prior"),
    )


def result_claims(found: Reading) -> tuple[SampleClaim, ...]:
    """The posterior density, against likelihood times prior over their integral."""
    log_density = found.law.log_density(found.pairing.unknown.symbol)
    words = "the posterior is likelihood times prior over its integral"
    bench = found.pairing.bench.where(found.needs) if found.needs else found.pairing.bench
    return (SampleClaim(bench, "log posterior", log_density, words, "result"),)
