"""The posterior of a vector or a matrix, the evidence, and what the pages share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.check.claim import Claim, Kind
from derive.check.claims import SameValue
from derive.check.vector_bench import VectorBench
from derive.check.vector_claims import VectorMeanClaim, mass_claims
from derive.engine.naming import substituted
from derive.engine.vector_form import collected
from derive.engine.vector_mean import settled
from derive.engine.vector_openings import opened_logdets
from derive.engine.vector_reading import KernelPart
from derive.language.expression import Node, add, symbol
from derive.language.functions import elementwise, expectation
from derive.language.law import Law
from derive.language.laws.terms import log
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.question import free_name, told
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.vectors.pairing import VectorPairing
from derive.steps import Step, Trace

COMPARE = "compare the coefficients"


@dataclass(frozen=True)
class VectorReading:
    """The posterior of a pairing: the kernel of the prior with other natural parameters."""

    pairing: VectorPairing

    @cached_property
    def part(self) -> KernelPart:
        """What the log likelihood adds."""
        return self.pairing.part_of(self.pairing.log_likelihood)

    @cached_property
    def natural(self) -> tuple[Node, ...]:
        """The natural parameters of the posterior."""
        both = zip(self.pairing.natural, self.part.natural, strict=True)
        return tuple(settled(add(one, other)) for one, other in both)

    @cached_property
    def law(self) -> VectorLaw:
        """The posterior."""
        kernel = self.pairing.kernel
        assert kernel.read_back is not None
        values = kernel.read_back(*self.natural)
        return self.pairing.prior.with_values(*map(settled, values))

    @cached_property
    def log_kernel(self) -> Node:
        """The log posterior but for a constant."""
        kernel = self.pairing.kernel
        assert kernel.log_kernel is not None
        whole = kernel.log_kernel(self.pairing.unknown, *self.natural)
        return add(*map(settled, whole.args)) if whole.op == "add" else settled(whole)

    @cached_property
    def log_evidence(self) -> Node:
        """The log of the ratio of the totals, and what the likelihood has beside the kernel."""
        total = self.pairing.kernel.log_total
        gap = total(*self.natural) - total(*self.pairing.natural)
        return collected(settled(opened_logdets(settled(add(self.part.constant, gap)))))

    @cached_property
    def names(self) -> tuple[Node, ...]:
        """Names for the parameters of the posterior, with the facts of their places."""
        letters = []
        plain = type(self.pairing.prior)(**dict(self.pairing.prior.size_of))
        for value in plain.values:
            after = f"{value.name}_{self.pairing.size!r}"
            name = free_name((after, f"{after}_", f"{after}__"), self.pairing.taken)
            letters.append(symbol(name, value.shape, value.facts))
        return tuple(letters)

    @cached_property
    def named_law(self) -> VectorLaw:
        """The posterior, its parameters by name."""
        return self.pairing.prior.with_values(*self.names)


@dataclass(frozen=True)
class NextValue:
    """A page about the next value, and its law where that has a name."""

    trace: Trace
    claims: tuple[Claim, ...]
    value: Node
    law: Law | None


def vector_words(asked: str, pairing: VectorPairing, about: Node) -> Words:
    """The question in words: what is asked about ``{m}``, after which sample and prior."""
    likelihood = pairing.likelihood.words(2)
    prior = pairing.prior.words(2 + len(likelihood.nodes))
    text = f"{{1}} independent values of {likelihood.text}; prior of the parameter {prior.text}"
    nodes = (about, pairing.size, *likelihood.nodes, *prior.nodes)
    return Words(f"{asked.replace('{m}', '{0}')} {text}", nodes)


def arguments_of(pairing: VectorPairing, *nodes: Node) -> tuple[Node, ...]:
    """What a compiled function of the answer takes: the sample first."""
    used = frozenset().union(*(node.symbols for node in nodes))
    return tuple(s for s in pairing.symbols if s in used)


# --- lines ----------------------------------------------------------------------------


def opening_steps(found: VectorReading, letters: Letters) -> tuple[Step, ...]:
    """The sample, the unknown, the log likelihood and the log prior."""
    pairing = found.pairing
    words = Words("the rows of {0} are the values", (pairing.data,))
    steps = [Step(None, words, "the sample")]
    if pairing.meaning is not None:
        meaning = Words("{0} = {1}", (pairing.unknown, pairing.meaning))
        steps.append(Step(None, meaning, "the unknown"))
    return (
        *steps,
        Step(log(letters.likelihood), pairing.declared, "independent values: log densities add"),
        *told(Step(pairing.declared, pairing.log_likelihood, "all rows at once")),
        Step(log(letters.prior), pairing.log_prior, "log prior"),
    )


def reading_steps(found: VectorReading, letters: Letters) -> tuple[Step, ...]:
    """Bayes, the kernel collected, the law that has it, and its parameters."""
    pairing, names = found.pairing, found.names
    total = log(letters.likelihood) + log(letters.prior) - log(letters.evidence)
    law = found.named_law.words()
    lines = [
        Step(name, value, COMPARE) for name, value in zip(names, found.law.values, strict=True)
    ]
    if pairing.kernel.name == "gaussian_vector":
        mean, spread = names
        value = substituted(found.law.values[0], {found.law.values[1]: spread})
        lines = [
            Step(spread, found.law.values[1], "inverse of the quadratic part"),
            Step(mean, value, "covariance times the linear part"),
        ]
    return (
        Step(log(letters.posterior), total, "Bayes: likelihood times prior over evidence"),
        Step(
            total,
            found.log_kernel + letters.constant,
            Words("collect in the functions of {0}", (pairing.unknown,)),
        ),
        Step(None, Words(f"this is the kernel of {law.text}", law.nodes), "read the kernel"),
        *lines,
    )


# --- claims ---------------------------------------------------------------------------


def opening_claims(found: VectorReading) -> tuple[Claim, ...]:
    """The log likelihood with the rows all at once, and the kernel."""
    pairing = found.pairing
    total = pairing.kernel.log_total(*pairing.natural)
    rest = settled(found.part.constant - total)
    return (
        SameValue(pairing.declared, pairing.log_likelihood, conditions=pairing.needs),
        SameValue(
            pairing.log_likelihood + pairing.log_prior,
            found.log_kernel + rest,
            conditions=pairing.needs,
        ),
        *mass_claims(pairing.bench(found.named_law)),
    )


def result_claim(found: VectorReading) -> SameValue:
    """Likelihood times prior over evidence, at random values of the unknown."""
    pairing = found.pairing
    product = pairing.declared + pairing.log_prior - found.log_evidence
    posterior = found.law.log_density(pairing.unknown)
    return SameValue(product, posterior, conditions=pairing.needs, kind="result")


def evidence_of_one(
    found: VectorReading, value: Node, law: VectorLaw
) -> tuple[Node, tuple[Node, ...]]:
    """The log evidence of one value under a law of the unknown, and the parameters after it.

    Raises
    ------
    NoClosedFormError
        The density of one value has other functions of the unknown than the kernel.
    """
    kernel, pairing = found.pairing.kernel, found.pairing
    part = pairing.part_of(settled(pairing.likelihood.log_density(value)))
    natural: tuple[Node, ...] = type(law).natural(*law.values)  # type: ignore[attr-defined]
    after = [settled(add(a, b)) for a, b in zip(natural, part.natural, strict=True)]
    gap = kernel.log_total(*after) - kernel.log_total(*natural)
    answer = collected(settled(opened_logdets(settled(add(part.constant, gap)))))
    return answer, tuple(after)


def one_value_claim(
    found: VectorReading, value: Node, law: VectorLaw, right: Node, words: str, kind: Kind
) -> Claim:
    """``right`` is the log of the mean density of one value under a law of the unknown.

    The mean is a sum over a grid of that law.  Of a Gaussian, which a sharp likelihood hides
    from any grid, it is claimed that Bayes holds at random values of the unknown.
    """
    pairing = found.pairing
    density = pairing.likelihood.log_density(value)
    if pairing.kernel.name != "gaussian_vector":
        others = (*(s for s in pairing.likelihood.symbols if s is not pairing.unknown), value)
        bench = VectorBench({"q": law}, pairing.unknown, others=tuple(dict.fromkeys(others)))
        mean = log(expectation(elementwise("exp", density), "q", pairing.unknown.name))
        return VectorMeanClaim(bench, mean, right, words, kind)
    assert pairing.kernel.read_back is not None
    _, natural = evidence_of_one(found, value, law)
    after = law.with_values(*pairing.kernel.read_back(*natural))
    left = density + law.log_density(pairing.unknown) - right
    return SameValue(left, after.log_density(pairing.unknown), kind=kind)


def evidence_claim(found: VectorReading) -> Claim:
    """The evidence of one value is its mean density under the prior."""
    pairing = found.pairing
    answer, _ = evidence_of_one(found, pairing.value, pairing.prior)
    words = "the evidence of one value is its mean density under the prior"
    return one_value_claim(found, pairing.value, pairing.prior, answer, words, "line")


# --- pages ----------------------------------------------------------------------------


def vector_posterior(found: VectorReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of a posterior."""
    pairing = found.pairing
    letters = Letters.beside(pairing.taken | {name.name for name in found.names})
    results = tuple((x.name, v) for x, v in zip(found.names, found.law.values, strict=True))
    trace = Trace(
        question=vector_words("posterior of {m} after", pairing, pairing.unknown),
        definitions=(),
        steps=(*opening_steps(found, letters), *reading_steps(found, letters)),
        results=results,
        conditions=pairing.conditions,
        arguments=arguments_of(pairing, *found.law.values),
        lefts=found.names,
    )
    return trace, (*opening_claims(found), result_claim(found))


def vector_evidence(found: VectorReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the evidence."""
    pairing = found.pairing
    letters = Letters.beside(pairing.taken | {name.name for name in found.names})
    left = log(letters.evidence)
    total = log(letters.likelihood) + log(letters.prior) - log(letters.posterior)
    cancel = Words("the functions of {0} cancel", (pairing.unknown,))
    trace = Trace(
        question=vector_words("log evidence {m} of", pairing, letters.evidence),
        definitions=(),
        steps=(
            *opening_steps(found, letters),
            *reading_steps(found, letters),
            Step(left, total, "Bayes, solved for the evidence"),
            Step(total, found.log_evidence, cancel),
        ),
        results=((f"log_{letters.evidence.name}", found.log_evidence),),
        conditions=pairing.conditions,
        arguments=arguments_of(pairing, found.log_evidence),
        lefts=(left,),
    )
    return trace, (*opening_claims(found), evidence_claim(found), result_claim(found))
