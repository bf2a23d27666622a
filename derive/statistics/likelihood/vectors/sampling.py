"""A sample of vectors: its names, and the log-likelihood with the rows all at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.engine.naming import substituted
from derive.engine.vector_mean import VectorMeans
from derive.engine.vector_reading import summed_over_rows
from derive.errors import NoRuleError
from derive.language.expression import Node, size_node, symbol, zero
from derive.language.facts import close_facts
from derive.language.indices import fresh_index, row, sum_over
from derive.language.relations import Condition, Words
from derive.language.sizes import Size, size_names
from derive.language.vector_law import DOMAIN_FACTS, DOMAIN_WORDS, VectorLaw
from derive.probability.question import free_name

SIZE_NAMES = ("n", "N", "m", "size")
DATA_NAMES = ("X", "Y", "Z", "data")
NAMES = ("ell", "L", "ell_")
ENTRY_FACTS = {"simplex": "positive", "onehot": "nonnegative", "counts": "nonnegative"}


@dataclass(frozen=True)
class VectorSampling:
    """A law of vectors and n independent values of it, the rows of a matrix."""

    law: VectorLaw
    data: Node
    value: Node
    name: Node

    @property
    def size(self) -> Node:
        """The number of values."""
        return size_node(self.data.shape[0])

    @property
    def arguments(self) -> tuple[Node, ...]:
        """The sample and the names of the law."""
        return (self.data, *self.law.symbols)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the law needs, and where the rows lie."""
        domain = type(self.law).domain
        if domain == "vectors":
            return self.law.conditions
        text = DOMAIN_WORDS[domain]
        held = (self.data, self.law.values[0]) if "{n}" in text else (self.data,)
        words = Words(f"each row of {{0}}: {text.replace('{n}', '{1}')}", held)
        return (*self.law.conditions, words)

    @cached_property
    def defined(self) -> Node:
        """``sum_i log p(x_i)`` as the declared density has it."""
        density, rows = self.law.log_density(self.value), self.data.shape[0]
        i = fresh_index(density, rows, avoid=str(rows))
        return sum_over(substituted(density, {self.value: row(self.data, i)}), i)

    @cached_property
    def log_likelihood(self) -> Node:
        """The same with the rows all at once, about the mean of the law where it is linear."""
        density = self.law.log_density(self.value)
        centre = zero(self.value.shape)
        if type(self.law).domain == "vectors":
            centre = VectorMeans(self.law, self.value).mean(self.value).value
        return summed_over_rows(density, self.value, self.data, centre)

    def statement(self) -> Words:
        """That the values are independent."""
        name = self.law.words(2)
        return Words(
            f"the rows of {{0}} are {{1}} independent values of {name.text}",
            (self.data, self.size, *name.nodes),
        )


def vector_sampling(law: VectorLaw, asked_by: str) -> VectorSampling:
    """Choose the names.

    Raises
    ------
    NoRuleError
        The values are matrices.
    """
    if law.value("x").shape[1] != 1:
        raise NoRuleError(
            f"{asked_by} has no rule for samples of matrices, got {law!r}\n"
            f"  known    : laws of numbers, and of vectors, which are the rows of a sample"
        )
    taken = {s.name for s in law.symbols} | {str(size) for size in law.size_of.values()}
    taken |= {name for s in law.symbols for name in size_names(s.shape)}
    size = Size.named(free_name(SIZE_NAMES, taken))
    taken.add(str(size))
    shape = (size, law.value("x").shape[0])
    name = free_name(DATA_NAMES, taken)
    fact = ENTRY_FACTS.get(type(law).domain)
    assert fact is None or DOMAIN_FACTS[type(law).domain]
    data = symbol(name, shape, close_facts((fact,) if fact else (), name, shape))
    taken.add(name)
    value = symbol(free_name(("x", "y", "z", "x_"), taken), (shape[1], 1))
    answer = symbol(free_name(NAMES, taken | {value.name}))
    return VectorSampling(law, data, value, answer)
