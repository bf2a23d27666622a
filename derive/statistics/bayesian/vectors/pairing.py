"""A likelihood of vectors and a prior on one of its parameters put together.

Out comes a ``VectorPairing``, whose unknown is a symbol that the prior is a law of.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.check.vector_bench import VectorBench
from derive.engine.naming import substituted
from derive.engine.vector_mean import VectorMeans, settled
from derive.engine.vector_reading import KernelPart, read_kernel, summed_over_rows
from derive.errors import ArgumentError, DomainError, NoClosedFormError, ShapeError
from derive.language.expression import Node, add, inverse, size_node, symbol, zero
from derive.language.facts import close_facts
from derive.language.indices import fresh_index, row, sum_over
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import Size, shape_text, size_names
from derive.language.vector_law import DOMAIN_FACTS, DOMAIN_WORDS, VectorLaw
from derive.probability.question import free_name
from derive.reading import parse
from derive.rules.vector_families import VECTOR_KERNELS, VectorKernel

SIZE_NAMES = ("n", "N", "m", "size")
DATA_NAMES = ("X", "Y", "Z", "data")
INVERSE_NAMES = ("Lambda", "Omega", "W", "Lambda_")
TELLING = frozenset(("spd", "simplex", "positive", "unit"))  # facts that a prior must share
EXTRA_NAMES = ("x_new", "y_new", "z_new", "new")


@dataclass(frozen=True)
class VectorPairing:
    """One likelihood of vectors, one prior, one sample.

    Attributes
    ----------
    likelihood : VectorLaw
        Of one value, in the unknown.
    prior : VectorLaw
    unknown : symbol
    meaning : Node or None
        What the unknown stands for, if it is no parameter itself.
    replaced : symbol
        The parameter that the unknown is, or is a function of.
    data : symbol, shape (n, d)
        Its rows are the values.
    value : symbol
        One value.
    """

    likelihood: VectorLaw
    prior: VectorLaw
    unknown: Node
    meaning: Node | None
    replaced: Node
    data: Node
    value: Node

    @property
    def size(self) -> Node:
        """The number of values."""
        return size_node(self.data.shape[0])

    @property
    def kernel(self) -> VectorKernel:
        """The kernel of the prior."""
        return VECTOR_KERNELS[getattr(self.prior, "kernel", "")]

    @property
    def taken(self) -> set[str]:
        """Names that stand for something already."""
        held = (*self.symbols, self.unknown)
        return {s.name for s in held} | {name for s in held for name in size_names(s.shape)}

    @property
    def symbols(self) -> tuple[Node, ...]:
        """What an answer free of the unknown may hold, the sample first."""
        found = (s for law in (self.likelihood, self.prior) for s in law.symbols)
        return tuple(s for s in dict.fromkeys((self.data, *found)) if s is not self.unknown)

    @cached_property
    def declared(self) -> Node:
        """``sum_i log f(x_i)`` as the density is declared."""
        density = self.likelihood.log_density(self.value)
        rows = self.data.shape[0]
        i = fresh_index(density, rows, avoid=str(rows))
        return sum_over(substituted(density, {self.value: row(self.data, i)}), i)

    @cached_property
    def log_likelihood(self) -> Node:
        """The same with the rows all at once."""
        return self.of_rows(self.likelihood.log_density(self.value))

    def of_rows(self, density: Node) -> Node:
        """The sum of a function of one value over the sample, about the mean if that is known."""
        mean = VectorMeans(self.likelihood, self.value).mean(self.value).value
        centre = zero(self.value.shape) if self.unknown in mean.symbols else mean
        return summed_over_rows(density, self.value, self.data, centre)

    def part_of(self, log_likelihood: Node) -> KernelPart:
        """What a log likelihood adds to the natural parameters of the prior.

        Raises
        ------
        NoClosedFormError
            It has other functions of the unknown than the kernel.
        """
        found = read_kernel(log_likelihood, self.unknown, self.kernel)
        if found is None or self.unknown in found.constant.symbols:
            raise NoClosedFormError(
                f"the posterior of {self.unknown!r} under {self.prior!r} is no law of that family\n"
                f"  kernel   : {add(self.log_likelihood, self.log_prior)!r}, the log density but "
                f"for a constant"
            )
        return found

    @property
    def log_prior(self) -> Node:
        """The log prior as it is declared."""
        return self.prior.log_density(self.unknown)

    @property
    def natural(self) -> tuple[Node, ...]:
        """The natural parameters of the prior."""
        found: tuple[Node, ...] = type(self.prior).natural(*self.prior.values)  # type: ignore[attr-defined]
        return tuple(map(settled, found))

    @property
    def needs(self) -> tuple[Relation, ...]:
        """The relations between parameters and sizes."""
        return tuple(n for law in (self.prior, self.likelihood) for n in law.relations())

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the parameters satisfy, and where the sample lies."""
        found: dict[Condition, None] = {}
        for condition in (c for law in (self.prior, self.likelihood) for c in law.conditions):
            nodes = condition.nodes if isinstance(condition, Words) else (condition.left,)
            if not any(self.unknown in node.symbols for node in nodes):
                found[condition] = None
        return (*found, *self.sample_conditions)

    @property
    def sample_conditions(self) -> tuple[Condition, ...]:
        """Where the rows lie, beyond their shape."""
        text = DOMAIN_WORDS[type(self.likelihood).domain]
        if type(self.likelihood).domain == "vectors":
            return ()
        held = (self.data, self.likelihood.values[0]) if "{n}" in text else (self.data,)
        return (Words(f"each row of {{0}}: {text.replace('{n}', '{1}')}", held),)

    def bench(self, law: VectorLaw, *others: Node) -> VectorBench:
        """Where means over a law of the unknown are tested."""
        held = (*(s for s in self.likelihood.symbols if s is not self.unknown), *others)
        return VectorBench({"q": law}, self.unknown, others=tuple(dict.fromkeys(held)))


def paired_vectors(
    likelihood: VectorLaw, prior: VectorLaw, of: str | None, n: str | None, asked_by: str
) -> VectorPairing:
    """Put a likelihood of vectors and a prior together.

    Raises
    ------
    ArgumentError
        The unknown is not named, or none of the likelihood.
    DomainError, ShapeError
        The prior is no law of such a parameter.
    NoClosedFormError
        Values or priors of a kind that no page is known for.
    """
    _require_known(likelihood, prior, asked_by)
    asked = _asked(likelihood, prior, of, asked_by)
    replaced = next(s for s in likelihood.symbols if s in asked.symbols)
    prior = prior.shaped_like(asked.shape)
    if prior.value("u").shape != asked.shape:
        raise ShapeError(
            f"{asked!r} has shape {shape_text(asked.shape)}, and values of {prior!r} have shape "
            f"{shape_text(prior.value('u').shape)}\n  to fix   : give a prior on such a parameter"
        )
    if not _could_be(replaced, prior):
        raise DomainError(
            f"the values of {prior!r} are no values of {asked!r}: {DOMAIN_WORDS[prior.domain]}\n"
            f"  to fix   : take a prior on the values that {asked!r} can have"
        )
    likelihood, prior = merged(likelihood, prior)
    names = {s.name: s for s in likelihood.symbols}
    replaced = names[replaced.name]
    taken = {s.name for law in (likelihood, prior) for s in law.symbols}
    is_own = asked.op == "symbol"
    unknown = prior.value(replaced.name if is_own else free_name(INVERSE_NAMES, taken))
    if unknown.name in {s.name for s in prior.symbols}:
        raise ArgumentError(
            f"{unknown!r} is the unknown and also a parameter of its prior {prior!r}\n"
            f"  to fix   : give the parameters of the prior names of their own"
        )
    change = {replaced: unknown if is_own else inverse(unknown)}
    moved = likelihood.with_values(*(settled_at(v, change) for v in likelihood.values))
    if unknown not in moved.symbols:
        raise DomainError(f"the values of {prior!r} are no values of {asked!r}")
    data, value = sample_of(moved, prior, taken, n)
    return VectorPairing(
        moved, prior, unknown, None if is_own else inverse(replaced), replaced, data, value
    )


def sample_of(
    likelihood: VectorLaw, prior: VectorLaw, taken: set[str], n: str | None
) -> tuple[Node, Node]:
    """Names for a sample, whose rows are values of the likelihood, and for one value.

    Raises
    ------
    ArgumentError
        The number of values is called by a name that is taken.
    """
    held = [s for law in (likelihood, prior) for s in law.symbols]
    taken = taken | {s.name for s in held} | {name for s in held for name in size_names(s.shape)}
    if n is not None and (not isinstance(n, str) or not n.isidentifier() or n in taken):
        raise ArgumentError(
            f"n is a free name for the number of values, got {str(n)[:40]!r}\n"
            f"  to fix   : call the size otherwise, n='N'"
        )
    size = Size.named(n if n is not None else free_name(SIZE_NAMES, taken))
    taken |= set(size.names)
    columns = likelihood.value("x").shape[0]
    is_count = type(likelihood).domain in {"onehot", "counts"}
    name = free_name(DATA_NAMES, taken)
    shape = (size, columns)
    data = symbol(name, shape, close_facts(("nonnegative",) if is_count else (), name, shape))
    return data, symbol(free_name(("x", "y", "z", "x_"), taken | {name}), (columns, 1))


def settled_at(node: Node, change: dict[Node, Node]) -> Node:
    """A node with a symbol replaced, in normal form."""
    return settled(substituted(node, change)) if node.symbols & set(change) else node


def _require_known(likelihood: VectorLaw, prior: VectorLaw, asked_by: str) -> None:
    kernel = VECTOR_KERNELS.get(getattr(prior, "kernel", ""))
    if kernel is None or kernel.log_kernel is None:
        raise NoClosedFormError(
            f"{asked_by} has no rule for the prior {prior!r}\n"
            f"  known    : priors MultivariateNormal, Dirichlet, Wishart and InverseWishart, "
            f"and laws of pairs"
        )
    if likelihood.value("x").shape[1] != 1:
        raise NoClosedFormError(
            f"{asked_by} has no rule for samples of matrices, got {likelihood!r}\n"
            f"  known    : laws of vectors, whose values are the rows of a sample"
        )


def _asked(likelihood: VectorLaw, prior: VectorLaw, of: str | None, asked_by: str) -> Node:
    """What the prior is a law of: a parameter, or the inverse of one."""
    names = {s.name: s for s in likelihood.symbols}
    if of is None:
        fitting = [s for s in names.values() if s not in prior.symbols and _could_be(s, prior)]
        if not fitting and names:
            raise ArgumentError(
                f"{asked_by}: {prior!r} is no law of a parameter of {likelihood!r}: its values are "
                f"{DOMAIN_WORDS[type(prior).domain]}\n  known    : {', '.join(names)}"
            )
        if len(fitting) != 1:
            raise ArgumentError(
                f"{asked_by} needs to know which parameter of {likelihood!r} the prior is of\n"
                f"  to fix   : name it, of={next(iter(names), 'p')!r}"
            )
        return fitting[0]
    return parameter_or_inverse(likelihood, of)


def parameter_or_inverse(likelihood: VectorLaw, of: str) -> Node:
    """A parameter of the likelihood as it is named, or the inverse of one.

    Raises
    ------
    ArgumentError
        The text is neither.
    """
    names = {s.name: s for s in likelihood.symbols}
    if not isinstance(of, str):
        raise ArgumentError(
            f"of is the name of a parameter or a text such as 'inv(Sigma)', got {type(of).__name__}"
        )
    asked = parse(of, shapes=names, undeclared="scalar")
    asked = substituted(asked, {s: names[s.name] for s in asked.symbols if s.name in names})
    inner = asked.args[0] if asked.op == "inverse" else asked
    if inner.op != "symbol" or inner not in names.values():
        known = ", ".join(names) or "none: its parameters are numbers"
        raise ArgumentError(
            f"of={of!r} is no parameter of {likelihood!r}, nor the inverse of one\n"
            f"  known    : {known}"
        )
    return asked


def _could_be(parameter: Node, prior: VectorLaw) -> bool:
    """Whether the prior has values of that kind."""
    wanted = TELLING & frozenset(DOMAIN_FACTS[type(prior).domain])
    has = TELLING & parameter.facts
    is_column = parameter.shape[1] == 1 and not parameter.is_scalar
    return wanted == has and is_column == (type(prior).value_shape[1] == "1")


def merged(likelihood: VectorLaw, prior: VectorLaw) -> tuple[VectorLaw, VectorLaw]:
    """The same laws with equal names made one symbol, which has the facts of both places.

    Raises
    ------
    ShapeError
        A name has two shapes.
    """
    known: dict[str, Node] = {}
    for s in (*likelihood.symbols, *prior.symbols):
        before = known.setdefault(s.name, s)
        if before.shape != s.shape:
            raise ShapeError(
                f"{s.name} has shape {shape_text(before.shape)} in the likelihood and "
                f"{shape_text(s.shape)} in the prior\n  to fix   : give different names"
            )
        facts = close_facts((*sorted(before.facts), *sorted(s.facts)), s.name, s.shape)
        known[s.name] = symbol(s.name, s.shape, facts)
    one, other = (
        law.with_values(
            *(substituted(v, {s: known[s.name] for s in v.symbols}) for v in law.values)
        )
        for law in (likelihood, prior)
    )
    return one, other
