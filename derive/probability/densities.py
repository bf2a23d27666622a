"""Density and log density of a law: as declared, with the set on which they hold."""

from __future__ import annotations

import math

from derive.check.law_claims import density_claims
from derive.check.law_masses import PlaceClaim
from derive.language.expression import Node
from derive.language.functions import elementwise
from derive.language.law import Law
from derive.language.laws.pairs import PairLaw
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.numeric.guarded import Guard
from derive.numeric.within_floats import within_floats
from derive.probability.from_logarithm import density_of_logarithm
from derive.probability.guarded_page import GuardedDerivation
from derive.probability.law_text import as_law
from derive.probability.question import Question, pose, support_words, told
from derive.probability.shaped_densities import ShapedDensity, shaped_density
from derive.steps import Step, Trace


def density(law: Law | str, shapes: str = "") -> GuardedDerivation | ShapedDensity:
    """Write the density of a law (its mass function, if discrete).

    Parameters
    ----------
    law : Law or str
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``; of a number, a vector, a
        matrix or a pair.
    shapes : str
        Shapes and facts of the names in the text of a law of vectors,
        ``"m: d, S: d x d spd"``.

    Returns
    -------
    GuardedDerivation or ShapedDensity
        ``.result`` is the density on the support, a scalar; ``.function()`` is 0 outside it,
        and off the whole numbers for a discrete law.

    Raises
    ------
    ArgumentError
        `law` is no law.
    ReadError
        The text of a law cannot be read.

    References
    ----------
    wasserman2004, section 2.2.

    Examples
    --------
    >>> density("Exponential(r)")
    r*exp(-r*x)    # scalar
    >>> float(density("Exponential(r)").function()(-1.0, 2.0))
    0.0
    """
    law = as_law(law, "density", vectors=True, pairs=True, shapes=shapes)
    if isinstance(law, VectorLaw | PairLaw):
        return shaped_density(law, is_log=False)
    question = pose((law,), ("p_", "f_"))
    (letter,) = question.letters
    logarithm = law.log_density(question.variable)
    whole = elementwise("exp", logarithm)
    answer = density_of_logarithm(logarithm)
    steps = told(
        Step(None, support_words(question), "support"),
        Step(question.log_of(0), logarithm, "the law as declared"),
        Step(letter, whole, "exponential of the logarithm"),
        Step(whole, answer, "coefficients of logarithms become powers"),
    )
    kind = "mass function" if law.support.is_whole else "density"
    return _page(question, kind, steps, answer, 0.0)


def log_density(law: Law | str, shapes: str = "") -> GuardedDerivation | ShapedDensity:
    """Write the logarithm of the density of a law.

    Parameters
    ----------
    law : Law or str
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``; of a number, a vector, a
        matrix or a pair.
    shapes : str
        Shapes and facts of the names in the text of a law of vectors,
        ``"m: d, S: d x d spd"``.

    Returns
    -------
    GuardedDerivation or ShapedDensity
        ``.result`` is the log density on the support, a scalar; ``.function()`` is -inf
        outside it.

    Raises
    ------
    ArgumentError
        `law` is no law.
    ReadError
        The text of a law cannot be read.

    References
    ----------
    wasserman2004, section 2.2.

    Examples
    --------
    >>> log_density("Exponential(r)")
    log(r) - r*x    # scalar
    """
    law = as_law(law, "log_density", vectors=True, pairs=True, shapes=shapes)
    if isinstance(law, VectorLaw | PairLaw):
        return shaped_density(law, is_log=True)
    question = pose((law,), ("p_", "f_"))
    answer = law.log_density(question.variable)
    steps = (
        Step(None, support_words(question), "support"),
        Step(question.log_of(0), answer, "the law as declared"),
    )
    kind = "log mass function" if law.support.is_whole else "log density"
    return _page(question, kind, steps, answer, -math.inf)


def _page(
    question: Question, kind: str, steps: tuple[Step, ...], answer: Node, outside: float
) -> GuardedDerivation:
    (law,), (letter,), variable = question.laws, question.letters, question.variable
    name = law.glossed_words()
    places = len(name.nodes)
    logarithm = law.log_density(variable)
    is_log = math.isinf(outside)
    left = elementwise("log", letter) if is_log else letter
    support = law.support.words(1)
    closing = Words(
        f"{{0}} = {'−∞' if is_log else '0'} outside {support.text}", (left, *support.nodes)
    )
    trace = Trace(
        question=Words(f"{kind} of {name.text}, at {{{places}}}", (*name.nodes, variable)),
        definitions=(),
        steps=steps,
        results=((kind, answer),),
        conditions=question.conditions,
        arguments=(variable, *law.symbols),
        closing=() if law.support.words().text == "R" else (closing,),
        lefts=(left,),
    )
    declared = logarithm if is_log else elementwise("exp", logarithm)
    claims = (
        *density_claims(question.bench),
        PlaceClaim(question.bench, declared, answer, "the answer", "result"),
    )
    guard = Guard(variable, law.support, outside, outside)
    stable = within_floats(declared) if is_log else declared
    return GuardedDerivation(trace, claims, law=law, guard=guard, stable=stable)
