"""A tensor as a formula for its entries: ``dF_ij/dX_kl = -(X^-1)_ik (X^-1)_lj``.

Entries and sums are those of ``language/indices.py``; an identity becomes ``e_i'e_k``, which
is written as Kronecker's delta.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count, islice

from derive.engine.index.reduce import reduced
from derive.engine.index.tensor import Factor, Tensor, Term
from derive.language.expression import Node, add, multiply, number, product, transpose
from derive.language.functions import postorder
from derive.language.indices import entry, index, sum_over, unit
from derive.language.sizes import size_names

FREE_LETTERS = "ijklpqrstuvabcdefgh"
MOST_SUBSCRIPTS = 3  # a longer subscript is a word


def entry_formula(tensor: Tensor, around: Sequence[Node]) -> tuple[Node, tuple[Node, ...]]:
    """The entry of a tensor at free indices, and these indices, output first.

    Their letters mean nothing else in the nodes `around`.
    """
    letters = iter(_letters(around))
    names = {i: index(next(letters), tensor.sizes[i]) for i in tensor.free}
    unused = list(islice(letters, _most_summed(tensor)))
    terms = [_term(term, tensor, dict(names), unused) for term in tensor.terms]
    formula = add(*terms) if terms else number(0)
    return formula, tuple(names[i] for i in tensor.free)


def _letters(around: Sequence[Node]) -> Iterator[str]:
    """Letters that mean nothing yet, one after the other; numbered when they are used up."""
    taken: set[str] = set()
    for part in postorder(*around):
        taken |= size_names(part.shape)
        if part.op in {"symbol", "index"}:
            taken |= {part.name, *_subscripts(part.name)}
    numbered = (f"{letter}{k}" for k in count(1) for letter in FREE_LETTERS)
    return (letter for letter in chain(FREE_LETTERS, numbered) if letter not in taken)


def _subscripts(name: str) -> set[str]:
    """Letters that read as indices of a declared name: beside a scalar ``a_i``, no ``a_i``."""
    scripts = (part for part in name.split("_")[1:] if len(part) <= MOST_SUBSCRIPTS)
    return {letter for script in scripts for letter in script if set(script) <= {*FREE_LETTERS}}


def _most_summed(tensor: Tensor) -> int:
    """No term is summed over more indices than this."""
    return max((len(term.indices) for term in tensor.terms), default=0)


def _term(term: Term, tensor: Tensor, names: dict[int, Node], letters: Sequence[str]) -> Node:
    """One product of entries, summed over the indices that matrix products leave."""
    small = reduced(term, tensor.free, tensor.sizes)
    summed = sorted(small.indices - set(tensor.free))
    for i, letter in zip(summed, letters, strict=False):
        names[i] = index(letter, tensor.sizes[i])
    factors = [_entry(factor, names) for factor in small.factors]
    whole = multiply(product(small.coefficient, small.scalars, []), *factors)
    for i in summed:
        whole = sum_over(whole, names[i])
    return whole


def _entry(factor: Factor, names: dict[int, Node]) -> Node:
    at = [names[i] for i in factor.indices]
    if factor.node.op == "eye":
        return multiply(transpose(unit(at[0])), unit(at[1]))
    return entry(factor.node, *at)
