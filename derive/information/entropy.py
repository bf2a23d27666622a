"""Entropy: minus the mean of the log density, by the exponential-family route."""

from __future__ import annotations

from typing import Any

from derive.derivation import Derivation
from derive.information.finite_entropy import masses_entropy, simplex_entropy
from derive.information.pair_measures import pair_measure
from derive.information.tables import as_simplex, is_finite_law
from derive.information.units import in_base, unit
from derive.information.vector_measures import vector_entropy
from derive.language.expression import negative
from derive.language.law import Value
from derive.language.laws.pairs import PairLaw
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import (
    exponential_steps,
    mean_claims,
    mean_of_sum,
    require_found,
    seconds_of,
)
from derive.probability.question import pose, support_words, told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

PAIR_TITLE = "H of ({x}, {t}) = H of {t} + E H of {x} given {t}"


def entropy(
    law: Any, base: Value | None = None, integrate: float = 0, shapes: str = ""
) -> Derivation:
    """Derive the entropy of a law, H = -E[log p(x)].

    Parameters
    ----------
    law : Law, str, or probability vector
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``; a density gives the
        differential entropy.  The parameters are scalars.  A list of exact masses such as
        ``["1/2", "1/4", "1/4"]``, text such as ``"[p, 1 - p]"`` and a declared vector of the
        simplex are probability vectors.
    base : positive number other than 1, optional
        Of the logarithm; the natural one (nats) if left out, 2 for bits.
    integrate : float
        Seconds that SymPy may spend on each mean that no rule gives; its answer is shown only
        if the certificate verifies it.
    shapes : str
        Shapes and facts of the names in the text of a law of vectors,
        ``"m: d, S: d x d spd"``.

    Returns
    -------
    Derivation
        ``.result`` is the entropy, a scalar; unit nats, or that of `base`.

    Raises
    ------
    ArgumentError
        `law` is no law, or `base` no number.
    ReadError
        The text of a law cannot be read.
    ShapeError
        A table of masses where a vector is meant; ``joint_entropy`` takes one.
    DomainError
        `base` is not positive, or is 1; masses that are negative or do not sum to one.
    NoClosedFormError
        The mean of some term of the log density has no closed form; the message names it.

    References
    ----------
    cover2006, sections 2.1 and 8.1; wainwright2008, section 3.

    Examples
    --------
    >>> from derive.language.laws.half_line import Exponential
    >>> entropy(Exponential("lam"))
    1 - log(lam)    # scalar
    >>> entropy("[1/2, 1/4, 1/4]", base=2)
    3/2    # scalar
    """
    simplex = as_simplex(law)
    if simplex is not None:
        return simplex_entropy(simplex, base)
    if is_finite_law(law):
        return masses_entropy(law, base)
    law = as_law(law, "entropy", vectors=True, pairs=True, shapes=shapes)
    unit_name, factor = unit(base)
    if isinstance(law, PairLaw):
        return pair_measure((law,), entropy, "H", PAIR_TITLE, unit_name, factor)
    if isinstance(law, VectorLaw):
        return vector_entropy(law, unit_name, factor)
    question = pose((law,), ("H", "S", "h"))
    log_density = negative(question.opened[0].log_density(question.variable))
    found = mean_of_sum(question, log_density, "rational first", seconds_of(integrate))
    question = question.given(found.requires)
    in_nats = found.closed
    answer, conversion = in_base(in_nats, factor)
    defined = question.mean(negative(question.log_of(0)))
    steps = told(
        Step(None, support_words(question), "support"),
        *exponential_steps(found),
        *found.mean_steps(),
        Step(question.answer, defined, "definition of the entropy"),
        Step(defined, question.mean(found.expanded), "expand the log density"),
        Step(question.mean(found.expanded), found.averaged, "linearity of expectation"),
        Step(found.averaged, in_nats, "insert the means"),
        *conversion,
    )
    name = law.glossed_words()
    trace = Trace(
        question=Words(f"entropy of {name.text}; in {unit_name}", name.nodes),
        definitions=question.definitions,
        steps=steps,
        results=((question.answer.name, answer),),
        conditions=question.conditions,
        arguments=law.symbols,
    )
    plain_density = negative(law.log_density(question.variable))
    return require_found(
        found,
        DerivationUnderConditions(
            trace, mean_claims(question, found, plain_density, answer, factor)
        ),
    )
