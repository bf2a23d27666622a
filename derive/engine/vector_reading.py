"""A log density of many values, as a function of a vector or matrix unknown.

Sums over the rows of a sample are read off by derivatives in one value; what stands before each
statistic of a kernel is read off by derivatives in letters for the statistics.  The kernel is
linear in its natural parameters, so likelihoods add to those of the prior.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.engine.gradient import gradients_of
from derive.engine.naming import substituted
from derive.engine.quadratics import quadratic_about
from derive.engine.vector_mean import settled
from derive.engine.vector_openings import opened_logdets
from derive.errors import NoRuleError
from derive.language.expression import (
    Node,
    add,
    is_zero,
    number,
    ones,
    size_node,
    symbol,
    transpose,
    zero,
)
from derive.language.functions import trace
from derive.language.indices import fresh_index, row, sum_over
from derive.rules.vector_families import VectorKernel


def summed_over_rows(function: Node, x: Node, sample: Node, centre: Node) -> Node:
    """``sum_i f(x_i)`` over the rows of a sample.

    What is a polynomial of degree two in the value is written with the rows all at once,
    about a centre; the rest stays a sum.
    """
    rows = size_node(sample.shape[0])
    opened = settled(opened_logdets(settled(function)))
    terms = opened.args if opened.op == "add" else (opened,)
    whole: list[Node] = []
    open_terms = []
    for term in terms:
        if x not in term.symbols:
            whole.append(rows * term)
        elif quadratic_about(term, x, centre) is None:
            i = fresh_index(term, sample.shape[0], avoid=str(sample.shape[0]))
            whole.append(sum_over(substituted(term, {x: row(sample, i)}), i))
        else:
            open_terms.append(term)
    if open_terms:
        read = quadratic_about(add(*open_terms), x, centre)
        assert read is not None
        one = ones(sample.shape[0])
        moved = sample if is_zero(centre) else sample - one @ transpose(centre)
        whole += [
            rows * read.value,
            transpose(read.slope) @ transpose(moved) @ one,
            trace(read.curvature @ transpose(moved) @ moved),
        ]
    return settled(add(*whole))


@dataclass(frozen=True)
class KernelPart:
    """``f(u) = <natural, T(u)> + constant``, T the statistics of a kernel."""

    natural: tuple[Node, ...]
    constant: Node


def read_kernel(function: Node, unknown: Node, kernel: VectorKernel) -> KernelPart | None:
    """The function in the statistics of a kernel; None where it has others."""
    if kernel.name == "gaussian_vector":
        read = quadratic_about(function, unknown, zero(unknown.shape))
        if read is None:
            return None
        return KernelPart((read.slope, settled(-2 * read.curvature)), read.value)
    statistics = kernel.statistics(unknown)
    taken = {s.name for s in function.symbols}
    letters = []
    for k, (_, statistic) in enumerate(statistics):
        name = f"T{k}"
        while name in taken:
            name += "_"
        letters.append(symbol(name, statistic.shape))
    known = {t: letter for (_, t), letter in zip(statistics, letters, strict=True)}
    replaced = substituted(settled(opened_logdets(function)), known)
    if unknown in replaced.symbols:
        return None
    try:
        slopes = gradients_of(replaced, letters).results
    except NoRuleError:
        return None
    if any(letter in slope.symbols for slope in slopes for letter in letters):
        return None
    natural = []
    for (sign, statistic), slope in zip(statistics, slopes, strict=True):
        is_square = statistic.shape[0] == statistic.shape[1] != 1
        even = (slope + transpose(slope)) / 2 if is_square else slope
        natural.append(settled(number(sign) * even))
    nothing = {x: number(0) if x.is_scalar else zero(x.shape) for x in letters}
    return KernelPart(tuple(natural), settled(substituted(replaced, nothing)))
