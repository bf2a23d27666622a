"""Cross-entropy: minus the mean of one law's log density under another."""

from __future__ import annotations

from typing import Any

from derive.derivation import Derivation
from derive.errors import DomainError
from derive.information.finite_divergence import masses_cross_entropy
from derive.information.pair_measures import pair_measure
from derive.information.tables import is_finite_law
from derive.information.units import in_base, unit
from derive.information.vector_measures import both_vectors, vector_cross_entropy
from derive.language.expression import negative
from derive.language.law import Value, merge_symbols
from derive.language.laws.pairs import PairLaw
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import exponential_steps, mean_claims, mean_of_sum
from derive.probability.question import Question, pose, told
from derive.probability.supports import law_inclusion, support_step
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


def cross_entropy(p: Any, q: Any, base: Value | None = None, shapes: str = "") -> Derivation:
    """Derive the cross-entropy of one law and another, H(p, q) = -E_p[log q(x)].

    Equal names in the two laws are one parameter.

    Parameters
    ----------
    p : Law, str, or probability vector
        The law averaged over, for example ``Normal("m", 1)`` or ``"Normal(m, 1)"``.
    q : Law, str, or probability vector
        The law whose log density is averaged; it may be of another family.
    base : positive number other than 1, optional
        Of the logarithm; the natural one (nats) if left out, 2 for bits.
    shapes : str
        Shapes and facts of the names in the text of a law of vectors,
        ``"m: d, S: d x d spd"``.

    Returns
    -------
    Derivation
        ``.result`` is the cross-entropy, a scalar; unit nats, or that of `base`.

    Raises
    ------
    ArgumentError
        `p` or `q` is no law, or `base` no number.
    DomainError
        p has mass outside the support of q, where the cross-entropy is infinite.
    NoClosedFormError
        The mean of some term has no closed form; the message names it.

    References
    ----------
    cover2006, section 2.3.

    Examples
    --------
    >>> from derive.language.laws.half_line import Exponential
    >>> cross_entropy(Exponential("a"), Exponential("b"))
    b/a - log(b)    # scalar
    """
    if is_finite_law(p) and is_finite_law(q):
        return masses_cross_entropy(p, q, base)
    p = as_law(p, "cross_entropy", vectors=True, pairs=True, shapes=shapes)
    q = as_law(q, "cross_entropy", vectors=True, pairs=True, shapes=shapes)
    unit_name, factor = unit(base)
    if isinstance(p, PairLaw) and isinstance(q, PairLaw):
        title = "H of ({x}, {t}) = H of {t} + E H of {x} given {t}"
        return pair_measure((p, q), cross_entropy, "H", title, unit_name, factor)
    if both_vectors(p, q):
        assert isinstance(p, VectorLaw) and isinstance(q, VectorLaw)
        return vector_cross_entropy(p, q, unit_name, factor)
    question = pose(merge_symbols(p, q), ("H", "C"))
    first, second = question.laws
    support = law_inclusion((first, second))
    if support.outside is not None:
        raise DomainError(
            f"the cross-entropy is infinite: {support.outside}\n"
            f"  to fix   : choose a second law whose support holds that of the first"
        )
    log_density = negative(question.opened[1].log_density(question.variable))
    found = mean_of_sum(question, log_density, "rational first")
    question = question.given((*support.needs, *found.requires))
    in_nats = found.closed
    answer, conversion = in_base(in_nats, factor)
    defined = question.mean(negative(question.log_of(1)))
    steps = told(
        support_step(question.laws, question.letters, ""),
        *exponential_steps(found),
        *found.mean_steps(),
        Step(question.answer, defined, "definition of the cross-entropy"),
        Step(defined, question.mean(found.expanded), "expand the log density"),
        Step(question.mean(found.expanded), found.averaged, "linearity of expectation"),
        Step(found.averaged, in_nats, "insert the means"),
        *conversion,
    )
    given = negative(second.log_density(question.variable))
    trace = Trace(
        question=_asked(question, unit_name),
        definitions=question.definitions,
        steps=steps,
        results=((question.answer.name, answer),),
        conditions=question.conditions,
        arguments=question.symbols,
    )
    return DerivationUnderConditions(trace, mean_claims(question, found, given, answer, factor))


def _asked(question: Question, unit_name: str) -> Words:
    (p, q), (first, second) = question.letters, question.laws
    one, other = first.words(), second.words(len(first.values))
    text = f"cross-entropy of {p.name} and {q.name}, {p.name} = {one.text}, {q.name} = {other.text}"
    return Words(f"{text}; in {unit_name}", (*one.nodes, *other.nodes))
