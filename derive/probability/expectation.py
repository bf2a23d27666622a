"""Expectation: the mean of a function of a random value, term by term."""

from __future__ import annotations

from typing import Any

from derive.derivation import Derivation
from derive.engine.closed_form import Order
from derive.language.expression import Node
from derive.language.law import Law
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.divisors import divisors_of
from derive.probability.domains_on_supports import needed_on_support
from derive.probability.functions_of_values import function_of, require_value
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import (
    MeanOfSum,
    exponential_steps,
    mean_claims,
    mean_of_sum,
    require_found,
    seconds_of,
)
from derive.probability.question import Question, pose, support_words, told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.probability.vector_moments import vector_expectation
from derive.steps import Step, Trace

ORDER: Order = "rational first"


def expectation(
    function: Any, law: Law | str, of: str = "x", shapes: str = "", integrate: float = 0
) -> Derivation:
    """Derive the mean of a function of a random value, E[g(x)].

    Parameters
    ----------
    function : str, Node or SymPy expression
        The function: ``"x^2"``, ``"log(x)"``, ``"exp(t*x)"``.  Other names are the
        parameters of the law, or scalars.
    law : Law or str
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``.
    of : str
        What the random value is called in the function.
    shapes : str
        Shapes of further names in a text, where the law is one of vectors or matrices.
    integrate : float
        Seconds that SymPy may spend on each mean that no rule gives; its answer is shown only
        if the certificate verifies it.

    Returns
    -------
    Derivation
        ``.result`` is the mean, a scalar, under the printed conditions; where they fail the
        mean does not exist, or for a function with kinks is another one.

    Raises
    ------
    ArgumentError
        `law` is no law, or the function is no scalar function of the value.
    DivergentMeanError
        The mean does not exist, whatever the parameters (the mean of a Cauchy value).
    NoClosedFormError
        The mean of some term has no closed form; the message names it.

    References
    ----------
    cover2006, section 8.1; wainwright2008, section 3.

    Examples
    --------
    >>> from derive.language.laws.half_line import Gamma
    >>> expectation("x^2", Gamma("k", "theta"))
    k*theta^2*(k + 1)    # scalar
    """
    law = as_law(law, "expectation", vectors=True, shapes=shapes)
    if isinstance(law, VectorLaw):
        return vector_expectation(function, law, of, shapes)
    node, variable, others = function_of(function, law, of)
    require_value(function, node, variable, others)
    question = pose((law,), ("m",), variable, others)
    question = question.given(needed_on_support(node, variable, law))
    found = mean_of_sum(question, node, ORDER, seconds_of(integrate), by_case=True)
    return require_found(found, derived_mean(question, found, node, "mean", ()))


def derived_mean(
    question: Question, found: MeanOfSum, node: Node, asked: str, before: tuple[Step, ...]
) -> Derivation:
    """The lines from a function to its mean, and their claims."""
    question = question.given((*question.needs, *found.requires, *found.cases))
    whole, answer, known = question.mean(node), found.closed, question.conditions
    steps = told(
        Step(None, support_words(question), "support"),
        *exponential_steps(found),
        *before,
        *_to_answer(question, found, whole),
    )
    name = question.laws[0].glossed_words()
    places = len(name.nodes)
    words = f"{asked} of {{{places}}}, {{{places + 1}}} distributed as {name.text}"
    trace = Trace(
        question=Words(words, (*name.nodes, node, question.variable)),
        definitions=question.definitions,
        steps=steps,
        results=((question.answer.name, answer),),
        conditions=(*known, *divisors_of(answer, question.algebra, known)),
        arguments=question.symbols,
        lefts=(whole,),
    )
    return DerivationUnderConditions(trace, mean_claims(question, found, node, answer, None))


def _to_answer(question: Question, found: MeanOfSum, whole: Node) -> tuple[Step, ...]:
    """From the mean of a function to its value: one line, or the terms one by one."""
    answer = found.closed
    if len(found.terms) == 1 and found.constant == 0 and found.terms[0].coefficient == 1:
        (line,) = found.mean_steps()
        return (Step(whole, answer, line.rule),)
    if not found.terms:
        return (Step(whole, answer, "the mean of what is fixed"),)
    return (
        *found.mean_steps(),
        Step(whole, question.mean(found.expanded), "expand the function"),
        Step(question.mean(found.expanded), found.averaged, "linearity of expectation"),
        Step(found.averaged, answer, "insert the means"),
    )
