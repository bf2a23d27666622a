"""Variance: the mean of the square less the square of the mean."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr

from derive.check.law_claims import MeanClaim
from derive.derivation import Derivation
from derive.engine.closed_form import closed_form
from derive.engine.gammas import one_argument
from derive.engine.scalar_algebra import opened
from derive.language.law import Law
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.expectation import ORDER
from derive.probability.functions_of_values import function_of
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import exponential_steps, mean_claims, mean_of_sum
from derive.probability.question import pose, support_words, told
from derive.probability.vector_moments import vector_covariance
from derive.steps import Step, Trace


def variance(
    function: Any, law: Law | str | None = None, of: str = "x", shapes: str = ""
) -> Derivation:
    """Derive the variance of a function of a random value, Var g = E[g^2] - (E g)^2.

    Parameters
    ----------
    function : str, Node, SymPy expression or Law
        The function, as for ``expectation``; or a law alone, for the variance of its value.
    law : Law or str, optional
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``.
    of : str
        What the random value is called in the function.
    shapes : str
        Shapes of further names in a text, where the law is one of vectors.

    Returns
    -------
    Derivation
        ``.result`` is the variance, a scalar, under the printed conditions; where they fail
        it does not exist.

    Raises
    ------
    ArgumentError
        There is no law, or the function is no scalar function of the value.
    DivergentMeanError
        The variance does not exist, whatever the parameters.
    NoClosedFormError
        The mean of some term has no closed form; the message names it.

    References
    ----------
    wainwright2008, section 3.

    Examples
    --------
    >>> variance("Gamma(k, theta)")
    k*theta^2    # scalar
    """
    if law is None:
        function, law = of, function
    law = as_law(law, "variance", vectors=True)
    if isinstance(law, VectorLaw):
        return vector_covariance(function, None, law, of, shapes, "variance")
    node, variable, others = function_of(function, law, of)
    question = pose((law,), ("v",), variable, others)
    squared = mean_of_sum(question, node**2, ORDER)
    first = mean_of_sum(question, node, ORDER)
    needs = tuple(dict.fromkeys((*squared.requires, *first.requires)))
    question = question.given(needs)
    algebra = question.algebra
    mean, square = question.mean(node), question.mean(node**2)
    value = _shortest(squared.value - first.value**2)
    answer = closed_form([value], algebra, ORDER)
    defined = square - mean**2
    inserted = squared.closed - first.closed**2
    steps = told(
        Step(None, support_words(question), "support"),
        *exponential_steps(first),
        Step(mean, first.closed, "mean"),
        Step(square, squared.closed, "mean of the square"),
        Step(question.answer, defined, "definition of the variance"),
        Step(defined, inserted, "insert the means"),
        Step(inserted, answer, "collect"),
    )
    name = law.glossed_words()
    places = len(name.nodes)
    words = f"variance of {{{places}}}, {{{places + 1}}} distributed as {name.text}"
    trace = Trace(
        question=Words(words, (*name.nodes, node, question.variable)),
        definitions=question.definitions,
        steps=steps,
        results=((question.answer.name, answer),),
        conditions=question.conditions,
        arguments=question.symbols,
    )
    claims = (
        *mean_claims(question, first, node, first.closed, None)[:-1],
        MeanClaim(question.bench, mean, first.closed, "the mean"),
        MeanClaim(question.bench, square, squared.closed, "the mean of the square"),
        MeanClaim(question.bench, defined, answer, "the answer", "result"),
    )
    return Derivation(trace, claims)


def _shortest(expr: Expr) -> Expr:
    """The variance in its shortest of a few forms."""
    lowered = one_argument(opened(expr))
    candidates = [expr, lowered, sympy.factor(sympy.cancel(sympy.together(lowered)))]
    return min(candidates, key=sympy.count_ops)
