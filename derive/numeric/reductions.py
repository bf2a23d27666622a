"""Traces, diagonals, sums and norms; exponentials over their sum.

A linear function of a product never forms the product; exponentials are taken below the
largest score, and logsumexp and softmax of one vector share them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.language.expression import Node, chain_of, multiply, ones, split_product, transpose
from derive.numeric.arithmetic import norm, scaled
from derive.numeric.chains import links_of
from derive.numeric.lowering import Lowering
from derive.numeric.products import Link, Products, diagonal_of_links, trace_of_links
from derive.numeric.terms import Term, Terms, squeeze


def _by_terms(to: Lowering, node: Node, rule: Callable[[Products, Sequence[Link]], Term]) -> Term:
    """A linear function of a sum of chains, term by term so that no product is formed."""
    inside = node.args[0]
    parts = inside.args if inside.op == "add" else (inside,)
    shape = squeeze(node.shape)
    results: list[Term] = []
    for part in parts:
        coefficient, scalars, chain = split_product(part)
        links = links_of(to, chain)
        if not links:
            links = [Link("diagonal", to.term(ones(part.shape[0])), *part.shape)]
        results.append(scaled(to, coefficient, scalars, rule(to.products, links)))
    return to.terms.sum(results, shape)


def lower_trace(to: Lowering, node: Node) -> Term:
    """The sum of the diagonal."""
    return _by_terms(to, node, trace_of_links)


def lower_diagonal(to: Lowering, node: Node) -> Term:
    """The diagonal of a matrix, as a vector."""
    return _by_terms(to, node, diagonal_of_links)


def lower_total(to: Lowering, node: Node) -> Term:
    """The sum of all entries; of a product, by its chain between ones."""
    inside = node.args[0]
    if inside.op == "mul" and len(chain_of(inside)) > 1:
        rows, columns = inside.shape
        return to.term(multiply(transpose(ones(rows)), inside, ones(columns)))
    return to.terms.total(to.term(inside))


def lower_norm2(to: Lowering, node: Node) -> Term:
    """The root of the sum of squares."""
    return norm(to.terms, to.term(node.args[0]))


def lower_norm1(to: Lowering, node: Node) -> Term:
    """The sum of the absolute values."""
    return to.terms.total(to.terms.apply("abs", to.term(node.args[0])))


# --- exponentials over their sum ------------------------------------------------------


def _exponentials(terms: Terms, scores: Term) -> tuple[Term, Term, Term]:
    """The largest score, the exponentials below it, their sum: shared by all users."""
    peak = terms.make("peak", (scores,))
    shifted = terms.apply("exp", terms.sum([scores, terms.negative(peak)], scores.shape))
    return peak, shifted, terms.total(shifted)


def _row_exponentials(terms: Terms, scores: Term) -> tuple[Term, Term, Term]:
    peak = terms.make("row_peak", (scores,), scores.shape[:1])
    along = terms.spread(terms.negative(peak), scores.shape, (0,))
    shifted = terms.apply("exp", terms.sum([scores, along], scores.shape))
    return peak, shifted, terms.make("row_sums", (shifted,), scores.shape[:1])


def lower_logsumexp(to: Lowering, node: Node) -> Term:
    """The largest score plus the logarithm of the sum."""
    peak, _, total = _exponentials(to.terms, to.term(node.args[0]))
    return to.terms.sum([peak, to.terms.apply("log", total)], ())


def lower_softmax(to: Lowering, node: Node) -> Term:
    """The exponentials over their sum."""
    scores = to.term(node.args[0])
    _, shifted, total = _exponentials(to.terms, scores)
    return to.terms.over(shifted, total, scores.shape)


def lower_rowlogsumexp(to: Lowering, node: Node) -> Term:
    """logsumexp of each row."""
    scores = to.term(node.args[0])
    peak, _, sums = _row_exponentials(to.terms, scores)
    return to.terms.sum([peak, to.terms.apply("log", sums)], peak.shape)


def lower_rowsoftmax(to: Lowering, node: Node) -> Term:
    """softmax of each row; a single row is a vector."""
    scores = to.term(node.args[0])
    if scores.rank == 1:
        _, shifted, total = _exponentials(to.terms, scores)
        return to.terms.over(shifted, total, scores.shape)
    _, shifted, sums = _row_exponentials(to.terms, scores)
    return to.terms.over(shifted, to.terms.spread(sums, scores.shape, (0,)), scores.shape)
