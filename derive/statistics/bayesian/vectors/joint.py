"""Posteriors of a mean and its covariance at once: a law of a vector and a matrix as the prior.

Given the matrix the log density of a sample is a polynomial of degree two in the mean; with the
square completed, what is left is a kernel of the matrix alone.  The sample enters by its size,
its mean and its squares about the mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.engine.naming import substituted
from derive.engine.quadratics import quadratic_about
from derive.engine.vector_form import collected
from derive.engine.vector_mean import settled
from derive.engine.vector_openings import opened_logdets
from derive.engine.vector_reading import KernelPart, read_kernel
from derive.errors import NoClosedFormError
from derive.language.expression import (
    Node,
    add,
    eye,
    inverse,
    is_zero,
    number,
    ones,
    size_node,
    symbol,
    transpose,
    zero,
)
from derive.language.facts import close_facts
from derive.language.functions import trace
from derive.language.indices import fresh_index, row, sum_over
from derive.language.laws.terms import PI, log
from derive.language.laws.vector_pairs import VectorPairLaw
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import size_names
from derive.language.vector_law import VectorLaw
from derive.probability.question import free_name
from derive.rules.vector_families import VECTOR_KERNELS, VectorKernel


@dataclass(frozen=True)
class JointPairing:
    """A likelihood of vectors, a prior of two of its parameters, one sample.

    Attributes
    ----------
    likelihood : VectorLaw
        Of one value, in the unknowns.
    prior : VectorPairLaw
    place, spread : symbol
        The unknowns: the vector that is drawn second, and the matrix that is drawn first.
    meaning : Node or None
        What the matrix stands for, if it is no parameter itself.
    data : symbol, shape (n, d)
        Its rows are the values.
    value : symbol
        One value.
    """

    likelihood: VectorLaw
    prior: VectorPairLaw
    place: Node
    spread: Node
    meaning: Node | None
    data: Node
    value: Node

    @property
    def size(self) -> Node:
        """The number of values."""
        return size_node(self.data.shape[0])

    @property
    def unknown(self) -> Node:
        """The unknown that is drawn second."""
        return self.place

    @property
    def kernel(self) -> VectorKernel:
        """The kernel of the matrix."""
        return VECTOR_KERNELS[getattr(self.prior.first, "kernel", "")]

    @property
    def symbols(self) -> tuple[Node, ...]:
        """What an answer free of the unknowns may hold, the sample first."""
        found = (s for law in (self.likelihood, self.prior) for s in law.symbols)
        unknowns = (self.place, self.spread)
        return tuple(s for s in dict.fromkeys((self.data, *found)) if s not in unknowns)

    @property
    def taken(self) -> set[str]:
        """Names that stand for something already."""
        held = (*self.symbols, self.place, self.spread)
        return {s.name for s in held} | {name for s in held for name in size_names(s.shape)}

    @property
    def needs(self) -> tuple[Relation, ...]:
        """The relations between parameters and sizes."""
        return self.prior.relations()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the parameters satisfy."""
        found: dict[Condition, None] = {}
        for condition in (c for law in (self.prior, self.likelihood) for c in law.conditions):
            nodes = condition.nodes if isinstance(condition, Words) else (condition.left,)
            if not any({self.place, self.spread} & node.symbols for node in nodes):
                found[condition] = None
        return tuple(found)

    @cached_property
    def letters(self) -> dict[Node, Node]:
        """Names for the mean of the sample and its squares about it, and what they stand for."""
        one, d = ones(self.data.shape[0]), self.data.shape[1]
        mean = symbol(free_name(("xbar", "x_mean", "xbar_"), self.taken), (d, 1))
        name = free_name(("Q", "SS", "Q_"), self.taken)
        squares = symbol(name, (d, d), close_facts(("symmetric",), name, (d, d)))
        centre = transpose(self.data) @ one / self.size
        gap = self.data - one @ transpose(mean)
        return {mean: centre, squares: transpose(gap) @ gap}

    def full(self, node: Node) -> Node:
        """A node without those names."""
        mean, squares = self.letters
        without = substituted(node, {squares: self.letters[squares]})
        return settled(substituted(without, {mean: self.letters[mean]}))

    @cached_property
    def declared(self) -> Node:
        """``sum_i log f(x_i)`` as the density is declared."""
        density, rows = self.likelihood.log_density(self.value), self.data.shape[0]
        i = fresh_index(density, rows, avoid=str(rows))
        return sum_over(substituted(density, {self.value: row(self.data, i)}), i)

    def log_prior_of(self, prior: VectorPairLaw) -> Node:
        """The log density of a law of the pair, at the unknowns."""
        first = prior.first.log_density(self.spread)
        return first + prior.second(self.spread).log_density(self.place)

    @cached_property
    def log_likelihood(self) -> Node:
        """The log likelihood of the sample, in the names of its mean and squares.

        Raises
        ------
        NoClosedFormError
            The log density is no polynomial of degree two in the value.
        """
        mean, squares = self.letters
        density = settled(opened_logdets(settled(self.likelihood.log_density(self.value))))
        read = quadratic_about(density, self.value, mean)
        if read is None:
            raise NoClosedFormError(
                f"two parameters of {self.likelihood!r} have no conjugate prior that is known\n"
                f"  known    : MultivariateNormal, with NormalInverseWishart or NormalWishart"
            )
        return settled(self.size * read.value + trace(read.curvature @ squares))


@dataclass(frozen=True)
class JointUpdate:
    """The posterior of a pair: the number of observations, the shift of the mean, the matrix.

    Attributes
    ----------
    weight : Node, shape (1, 1)
        What stands before the square of the mean.
    shift : Node, shape (d, 1)
        How far the mean of the posterior lies from that of the prior.
    natural : tuple of Node
        The natural parameters of the matrix, the mean integrated out.
    constant : Node, shape (1, 1)
        What the log density has beside the kernels.
    """

    weight: Node
    shift: Node
    natural: tuple[Node, ...]
    constant: Node


def updated(pairing: JointPairing, prior: VectorPairLaw, log_likelihood: Node) -> JointUpdate:
    """Complete the square in the mean and read what is left as a kernel of the matrix.

    Raises
    ------
    NoClosedFormError
        The log density is no such function of the unknowns.
    """
    place, spread, d = pairing.place, pairing.spread, size_node(pairing.place.shape[0])
    here = zero(place.shape)
    second = prior.second(spread).log_density(place)
    function = settled(opened_logdets(settled(log_likelihood + second)))
    moved = settled(substituted(function, {place: prior.values[0] + place}))
    read = quadratic_about(moved, place, here)
    if read is None:
        raise _refusal(pairing, prior)
    at_one = {spread: eye(place.shape[0])}
    slope = settled(substituted(read.slope, at_one))
    weight = collected(settled(trace(settled(substituted(-2 * read.curvature, at_one))) / d))
    P = precision_of(pairing, prior)
    left = (settled(read.slope - P @ slope), settled(read.curvature + weight / 2 * P))
    part = read_kernel(read.value, spread, pairing.kernel)
    if part is None or not all(map(is_zero, left)) or _is_left(pairing, part):
        raise _refusal(pairing, prior)
    a, B = part.natural
    own: tuple[Node, ...] = type(prior.first).natural(*prior.first.values)  # type: ignore[attr-defined]
    shape = settled(own[1] + B - slope @ transpose(slope) / (2 * weight))
    return JointUpdate(
        weight,
        settled(slope / weight),
        (collected(settled(own[0] + a - number(1) / 2)), shape),
        settled(part.constant - pairing.kernel.log_total(*own)),
    )


def precision_of(pairing: JointPairing, prior: VectorPairLaw) -> Node:
    """The matrix that a mean of weight one is as certain as."""
    unit = prior.with_values(prior.values[0], number(1), *prior.values[2:])
    assert isinstance(unit, VectorPairLaw)
    covariance = unit.second(pairing.spread).values[1]
    return settled(inverse(covariance))


def _is_left(pairing: JointPairing, part: KernelPart) -> bool:
    """Whether an unknown stands in what must be free of it."""
    unknowns = {pairing.place, pairing.spread}
    return any(unknowns & node.symbols for node in (*part.natural, part.constant))


def _refusal(pairing: JointPairing, prior: VectorPairLaw) -> NoClosedFormError:
    kernel = settled(add(pairing.log_likelihood, pairing.log_prior_of(prior)))
    return NoClosedFormError(
        f"the posterior of {pairing.place!r} and {pairing.spread!r} under {prior!r} is no law of "
        f"that family\n  kernel   : {kernel!r}, the log density but for a constant"
    )


@dataclass(frozen=True)
class JointReading:
    """The posterior of a pairing: the parameters for which its family has the kernel."""

    pairing: JointPairing

    @cached_property
    def update(self) -> JointUpdate:
        """What the sample does, in the names of its mean and squares."""
        return updated(self.pairing, self.pairing.prior, self.pairing.log_likelihood)

    @cached_property
    def names(self) -> tuple[Node, ...]:
        """Names for the parameters of the posterior."""
        letters = []
        for place, value in zip(self.pairing.prior.parameters, self.pairing.prior.values,
                                strict=True):  # fmt: skip
            after = f"{place.name}_{self.pairing.size!r}"
            name = free_name((after, f"{after}_", f"{after}__"), self.pairing.taken)
            facts = tuple(fact for fact in place.facts if fact != "real")
            letters.append(symbol(name, value.shape, close_facts(facts, name, value.shape)))
        return tuple(letters)

    @cached_property
    def named_law(self) -> VectorPairLaw:
        """The posterior, its parameters by name."""
        law = self.pairing.prior.with_values(*self.names)
        assert isinstance(law, VectorPairLaw)
        return law

    @cached_property
    def lettered(self) -> tuple[Node, ...]:
        """The parameters of the posterior, in the names of the mean and squares of the sample."""
        return lettered_values(self.pairing, self.pairing.prior, self.update)

    @cached_property
    def law(self) -> VectorPairLaw:
        """The posterior."""
        law = self.pairing.prior.with_values(*map(self.pairing.full, self.lettered))
        assert isinstance(law, VectorPairLaw)
        return law

    @cached_property
    def log_evidence(self) -> Node:
        """The log of the ratio of the totals, in those names."""
        return log_evidence_of(self.pairing, self.update)

    @cached_property
    def log_kernel(self) -> Node:
        """The log posterior but for a constant."""
        update = self.update
        return log_kernel_of(self.pairing, self.lettered[0], update.weight, update.natural)


def log_kernel_of(
    pairing: JointPairing, mean: Node, weight: Node, natural: tuple[Node, ...]
) -> Node:
    """The kernel of the matrix, and the square in the mean with its share of log det."""
    log_kernel = pairing.kernel.log_kernel
    assert log_kernel is not None
    a, shape = natural
    gap = pairing.place - mean
    square = transpose(gap) @ precision_of(pairing, pairing.prior) @ gap
    first = log_kernel(pairing.spread, settled(a + number(1) / 2), shape)
    terms = first.args if first.op == "add" else (first,)
    return add(*(collected(settled(t)) for t in terms), number(-1) / 2 * (weight * square))


def lettered_values(
    pairing: JointPairing, prior: VectorPairLaw, update: JointUpdate
) -> tuple[Node, ...]:
    """The parameters after an update, in the names of the mean and squares of the sample."""
    read_back = pairing.kernel.read_back
    assert read_back is not None
    degrees, scale = map(settled, read_back(*update.natural))
    law = prior.gathered(prior.values[0] + update.shift, update.weight, (collected(degrees), scale))
    return law.values


def log_evidence_of(pairing: JointPairing, update: JointUpdate) -> Node:
    """The log of the ratio of the totals, and what the likelihood has beside the kernels."""
    d = size_node(pairing.place.shape[0])
    total = pairing.kernel.log_total(*update.natural)
    gauss = d / 2 * (log(2 * PI) - log(update.weight))
    return collected(settled(opened_logdets(settled(update.constant + total + gauss))))
