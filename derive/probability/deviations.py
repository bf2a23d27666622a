"""The mean of a product of deviations: variances and covariances of functions of a number."""

from __future__ import annotations

import sympy
from sympy import Expr

from derive.check.law_claims import MeanClaim
from derive.derivation import Derivation
from derive.engine.closed_form import closed_form
from derive.engine.expansions import opened
from derive.engine.factoring import factored
from derive.engine.gammas import one_argument
from derive.language.expression import Node
from derive.language.relations import Words
from derive.probability.collected import collected, written_length
from derive.probability.domains_on_supports import needed_on_support
from derive.probability.expectation import ORDER
from derive.probability.mean_of_sum import exponential_steps, mean_claims, mean_of_sum
from derive.probability.question import Question, support_words, told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


def mean_of_deviations(question: Question, f: Node, g: Node, asked: str) -> Derivation:
    """``E[f g] - E f E g``, the variance where g is f; `asked` is what the page calls it."""
    is_own = f is g
    product = f**2 if is_own else f * g
    (law,) = question.laws
    defined_on = [r for h in (f, g) for r in needed_on_support(h, question.variable, law)]
    both = mean_of_sum(question, product, ORDER)
    first = mean_of_sum(question, f, ORDER)
    second = first if is_own else mean_of_sum(question, g, ORDER)
    needs = dict.fromkeys((*defined_on, *both.requires, *first.requires, *second.requires))
    question = question.given(tuple(needs))
    means, mixed = (question.mean(f), question.mean(g)), question.mean(product)
    value = _shortest(both.value - first.value * second.value)
    forms = (collected(question, value), closed_form([value], question.algebra, ORDER))
    answer = min(forms, key=written_length)
    defined = mixed - (means[0] ** 2 if is_own else means[0] * means[1])
    squared = first.closed**2 if is_own else first.closed * second.closed
    inserted = both.closed - squared
    of_product = "mean of the square" if is_own else "mean of the product"
    steps = told(
        Step(None, support_words(question), "support"),
        *exponential_steps(first),
        Step(means[0], first.closed, "mean"),
        *(() if is_own else (Step(means[1], second.closed, "mean"),)),
        Step(mixed, both.closed, of_product),
        Step(question.answer, defined, f"definition of the {asked}"),
        Step(defined, inserted, "insert the means"),
        Step(inserted, answer, "collect"),
    )
    name = question.laws[0].glossed_words()
    places = len(name.nodes)
    nodes = (f,) if is_own else (f, g)
    functions = " and ".join(f"{{{places + k}}}" for k in range(len(nodes)))
    words = f"{asked} of {functions}, {{{places + len(nodes)}}} distributed as {name.text}"
    trace = Trace(
        question=Words(words, (*name.nodes, *nodes, question.variable)),
        definitions=question.definitions,
        steps=steps,
        results=((question.answer.name, answer),),
        conditions=question.conditions,
        arguments=question.symbols,
    )
    claims = (
        *mean_claims(question, first, f, first.closed, None)[:-1],
        MeanClaim(question.bench, means[0], first.closed, "the mean"),
        MeanClaim(question.bench, means[1], second.closed, "the other mean"),
        MeanClaim(question.bench, mixed, both.closed, of_product),
        MeanClaim(question.bench, defined, answer, "the answer", "result"),
    )
    return DerivationUnderConditions(trace, claims if not is_own else (*claims[:-3], *claims[-2:]))


def _shortest(expr: Expr) -> Expr:
    """The result in its shortest of a few forms."""
    lowered = one_argument(opened(expr))
    candidates = [expr, lowered, factored(sympy.together(lowered))]
    return min(candidates, key=sympy.count_ops)
