"""Fisher information: the mean of the product of two scores, never of a second derivative."""

from __future__ import annotations

from typing import Any

from derive.check.claim import Claim
from derive.check.law_claims import MeanClaim, density_claims
from derive.check.likelihood_claims import SampleBench, ValueSlopeClaim
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.errors import ArgumentError
from derive.language.expression import Node, add, multiply, number, symbol
from derive.language.functions import array, nabla
from derive.language.law import Law
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.language.vector_law import VectorLaw
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import MeanOfSum, exponential_steps
from derive.probability.question import free_name, support_words, told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.statistics.likelihood.information_matrix import Information, OwnInformation, information
from derive.statistics.likelihood.sampling import LENGTHS, parameters_of
from derive.statistics.likelihood.score import require_real
from derive.statistics.likelihood.vectors.pages import vector_information
from derive.steps import Step, Trace


def fisher_information(law: Law | str, wrt: Any = None, n: int | str = 1) -> Derivation:
    """Derive the Fisher information I = E[s s'], s the score of one value.

    Parameters
    ----------
    law : Law or str
        For example ``Poisson("lam")`` or ``"Normal(mu, sigma)"``.
    wrt : name, symbol or several of them, optional
        The parameters; all that are free if left out.
    n : positive whole number or name
        How many independent values there are; the information of n is n times that of one.

    Returns
    -------
    Derivation
        ``.result`` is a scalar for one parameter, for k of them a matrix of shape (k, k).

    Raises
    ------
    ArgumentError
        `law` is no law, `wrt` no free parameter of it, or `n` no number of values.
    DomainError
        A parameter takes whole numbers alone.
    NoRuleError
        The support depends on a parameter: the score then says nothing of the spread.
    NoClosedFormError
        The mean of some term has no closed form; the message names it.

    References
    ----------
    casella2002, section 7.3.2; lehmann1998, section 2.5.

    Examples
    --------
    >>> from derive.language.laws.half_line import Exponential
    >>> fisher_information(Exponential("lam"))
    1/lam^2    # scalar
    """
    law = as_law(law, "fisher_information", vectors=True)
    unknowns, count = parameters_of(law, wrt, "fisher_information"), values_in(n, law)
    if isinstance(law, VectorLaw):
        require_real(law, unknowns, "fisher_information")
        return vector_information(law, unknowns, count)
    found = information(law, unknowns, "fisher_information")
    size = len(found.unknowns)
    entries = [[multiply(count, found.node(i, j)) for j in range(size)] for i in range(size)]
    result = array(entries) if size > 1 else entries[0][0]
    name = law.glossed_words()
    place = len(name.nodes)
    letter = found.question.answer
    answer = letter if size == 1 else symbol(letter.name, (size, size))
    last = () if size == 1 and count is number(1) else (Step(answer, result, closing(size, count)),)
    trace = Trace(
        question=Words(
            f"Fisher information of {name.text} in "
            + ", ".join(f"{{{place + k}}}" for k in range(size)),
            (*name.nodes, *found.unknowns),
        ),
        definitions=found.question.definitions,
        steps=(*information_steps(found), *last),
        results=((letter.name, result),),
        conditions=found.question.given(found.requires).conditions,
        arguments=(*law.symbols, *(s for s in (count,) if s.op == "symbol")),
    )
    return DerivationUnderConditions(trace, information_claims(found))


def closing(size: int, count: Node) -> str:
    """The reason of the last line."""
    if count is number(1):
        return "the matrix of these entries"
    return "independent values: informations add"


def values_in(n: int | str, law: Law) -> Node:
    """The number of values as a node.

    Raises
    ------
    ArgumentError
        It is neither a positive whole number nor a name, or a parameter has the name.
    """
    if isinstance(n, str) and n.isidentifier() and n not in {s.name for s in law.symbols}:
        return symbol(n, facts=("integer", "positive"))
    if isinstance(n, int) and not isinstance(n, bool) and n >= 1:
        return number(n)
    free = free_name(LENGTHS, {s.name for s in law.symbols})
    raise ArgumentError(
        f"n is how many values there are, a positive whole number or a name of its own, got {n!r}\n"
        f"  to fix   : give n=1, n=20 or n={free!r}"
    )


# --- lines and claims -------------------------------------------------------------------


CURVATURE = "minus the mean of the second derivative, as the score has mean 0 everywhere"


def information_steps(found: Information) -> tuple[Step, ...]:
    """From the score of one value to each entry."""
    if found.own is not None:
        return _steps_of_change(found, found.own)
    question = found.question
    several = len(found.unknowns) > 1
    lefts = [nabla(question.log_of(0), p, several) for p in found.unknowns]
    first = next(iter(found.means.values()))
    steps = [
        Step(None, support_words(question), "support"),
        *exponential_steps(first),
        *(
            Step(left, score, "score of one value")
            for left, score in zip(lefts, found.scores, strict=True)
        ),
    ]
    for (i, j), mean in found.means.items():
        name, value = found.name(i, j), found.node(i, j)
        defined = question.mean(multiply(lefts[i], lefts[j]))
        steps.append(Step(name, defined, "definition: mean of the product of scores"))
        whole = question.mean(mean.expanded)
        is_curved = (i, j) in found.curved
        steps += told(
            Step(defined, whole, CURVATURE if is_curved else "expand the product"),
            Step(whole, mean.averaged, "linearity of expectation"),
            *_insertion(mean, value),
        )
    return tuple(steps)


def _steps_of_change(found: Information, own: OwnInformation) -> tuple[Step, ...]:
    """The information in the law's own parameters, and the change of parameters."""
    parameters = own.found.unknowns
    size, count = len(parameters), len(found.unknowns)
    slopes = [
        Step(
            None,
            Words("the derivative of {0} in {1} is {2}", (parameters[i], found.unknowns[j], slope)),
            "derivative of the map",
        )
        for (i, j), slope in own.slopes.items()
        if parameters[i] is not found.unknowns[j]
    ]
    entries: list[Step] = []
    for i in range(count):
        for j in range(i, count):
            terms = [
                multiply(own.slopes[a, i], own.slopes[b, j], own.found.node(a, b))
                for a in range(size)
                for b in range(size)
                if (a, i) in own.slopes and (b, j) in own.slopes
            ]
            whole = substituted(add(*terms), dict(own.maps))
            words = "the product of both derivatives and the information, the map put in"
            entries += told(Step(found.name(i, j), whole, words))
            entries += told(Step(whole, found.node(i, j), "simplify"))
    return (
        *(
            Step(None, Relation(p, "=", value), "a letter for the parameter")
            for p, value in own.maps
        ),
        *information_steps(own.found),
        *slopes,
        *entries,
    )


def _insertion(mean: MeanOfSum, value: Node) -> tuple[Step, ...]:
    known = [step for step in mean.mean_steps() if step.before is not mean.averaged]
    if not mean.terms:
        return (Step(mean.averaged, value, "the mean of what is fixed"),)
    if not known:
        (only,) = mean.mean_steps()
        return (Step(mean.averaged, value, only.rule),)
    parts: list[Node] = []
    text = []
    for step in known:
        if isinstance(step.before, Node) and isinstance(step.after, Node):
            text.append(f"{{{len(parts)}}} = {{{len(parts) + 1}}}")
            parts += [step.before, step.after]
    return (Step(mean.averaged, value, Words("insert " + ", ".join(text), tuple(parts))),)


def information_claims(found: Information) -> tuple[Claim, ...]:
    """Scores against differences, means of their products against integrals."""
    question = found.question.given(found.requires)
    bench = question.bench
    vector = symbol(question.variable.name, (Size.named("n_"), 1))
    values = SampleBench(bench, vector)
    claims: list[Claim] = [*density_claims(bench)]
    if found.own is not None:
        claims += information_claims(found.own.found)
    claims += [
        ValueSlopeClaim(values, f"the score in {p.name}", "line", p, score)
        for p, score in zip(found.unknowns, found.scores, strict=True)
    ]
    for i, j in found.entries:
        one = number(1)  # added to both sides: an integral of size zero settles slowly
        whole = question.mean(one + multiply(found.scores[i], found.scores[j]))
        words = f"the entry of {found.unknowns[i].name} and {found.unknowns[j].name}"
        if (i, j) in found.means:
            averaged = one + found.means[i, j].averaged
            claims.append(MeanClaim(bench, whole, averaged, f"{words}, term by term"))
        claims.append(MeanClaim(bench, whole, one + found.node(i, j), words, "result"))
    return tuple(claims)
