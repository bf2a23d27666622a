"""Fisher information: the mean of the product of two scores, never of a second derivative."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from sympy import Add, Expr

from derive.check.claim import Claim
from derive.check.law_claims import MeanClaim, density_claims
from derive.check.likelihood_claims import SampleBench, ValueSlopeClaim
from derive.derivation import Derivation
from derive.engine.gammas import one_argument
from derive.engine.sample_sums import facing, over_sample
from derive.engine.scalar_algebra import opened, operation_count
from derive.engine.score_equations import with_letters
from derive.errors import ArgumentError, NoClosedFormError, NoRuleError
from derive.language.expression import Node, multiply, number, symbol
from derive.language.functions import array, nabla
from derive.language.law import Law
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.language.vector_law import VectorLaw
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import MeanOfSum, exponential_steps, mean_of_sum
from derive.probability.question import Question, free_name, pose, support_words, told
from derive.statistics.likelihood.sampling import LENGTHS, parameters_of
from derive.statistics.likelihood.score import require_real
from derive.statistics.likelihood.vectors.pages import vector_information
from derive.steps import Step, Trace

NAMES = ("I", "J", "I_")
LONG = 400  # operations: a longer value is not brought over one denominator


@dataclass(frozen=True)
class Information:
    """The entries of an information matrix of one value, and how they were found.

    Attributes
    ----------
    question : Question
    unknowns : tuple of symbol
    scores : tuple of Node
        The score of one value in each.
    means : mapping of (int, int) to MeanOfSum
        The products of two scores, averaged; on and above the diagonal.
    entries : mapping of (int, int) to Expr
    requires : tuple of Relation
        What the means need to exist.
    """

    question: Question
    unknowns: tuple[Node, ...]
    scores: tuple[Node, ...]
    means: dict[tuple[int, int], MeanOfSum]
    entries: dict[tuple[int, int], Expr]
    requires: tuple[Relation, ...]

    @property
    def matrix(self) -> sympy.Matrix:
        """The entries as a symmetric matrix."""
        size = len(self.unknowns)
        return sympy.Matrix(size, size, lambda i, j: self.entries[min(i, j), max(i, j)])

    @cached_property
    def nodes(self) -> dict[tuple[int, int], Node]:
        """The entries as nodes."""
        return {place: short(self.question, value) for place, value in self.entries.items()}

    def node(self, i: int, j: int) -> Node:
        """One entry as a node."""
        return self.nodes[min(i, j), max(i, j)]

    def name(self, i: int, j: int) -> Node:
        """What an entry is called."""
        letter = self.question.answer.name
        return symbol(letter if len(self.unknowns) == 1 else f"{letter}_{i + 1}{j + 1}")


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
    return Derivation(trace, information_claims(found))


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


def information(law: Law, unknowns: tuple[Node, ...], asked_by: str) -> Information:
    """The information of one value.

    Raises
    ------
    NoRuleError
        The support depends on an unknown.
    NoClosedFormError
        The mean of some product of scores has no closed form.
    """
    require_real(law, unknowns, asked_by)
    _require_fixed_support(law, unknowns, asked_by)
    question = pose((law,), NAMES)
    algebra = question.algebra
    density = algebra.expr(law.log_density(question.variable))
    x = algebra.expr(question.variable)
    slopes = [_without_jumps(sympy.diff(density, algebra.expr(p))) for p in unknowns]
    means, entries = {}, {}
    needs: dict[Relation, None] = {}
    for i in range(len(unknowns)):
        for j in range(i, len(unknowns)):
            means[i, j] = _mean(question, slopes[i], slopes[j], x)
            entries[i, j] = means[i, j].value
            needs.update(dict.fromkeys(means[i, j].requires))
    scores = tuple(_shown_score(question, slope) for slope in slopes)
    return Information(question, unknowns, scores, means, entries, tuple(needs))


def _mean(question: Question, one: Expr, other: Expr, x: sympy.Symbol) -> MeanOfSum:
    """The mean of a product of scores, with its squares kept if they can be averaged."""
    node = question.algebra.node
    try:
        return mean_of_sum(question, node(_product(one, other, x)), "rational first")
    except NoClosedFormError as error:
        try:
            whole = opened(opened(one) * opened(other))
            return mean_of_sum(question, node(whole), "rational first")
        except NoClosedFormError:
            reason = str(error).splitlines()[0]
        raise NoClosedFormError(
            f"the mean of the product of scores has no closed form here: of one of its terms "
            f"is said\n  {reason}\n"
            f"  to fix   : hold a parameter, or ask about others, wrt="
        ) from error


def _without_jumps(slope: Expr) -> Expr:
    """The derivative between the kinks."""
    return slope.xreplace({part: sympy.Integer(0) for part in slope.atoms(sympy.DiracDelta)})


def _product(one: Expr, other: Expr, x: sympy.Symbol) -> Expr:
    """The product of two scores as a sum of coefficients times functions of x."""
    terms = [Add.make_args(_terms(score, x)) for score in (one, other)]
    return Add(*(_plain(a * b) for a in terms[0] for b in terms[1]))


def _terms(score: Expr, x: sympy.Symbol) -> Expr:
    """A score as terms, the squares in it kept."""
    count = sympy.Integer(1)
    summed = over_sample(score, x, count)
    return summed.replace(lambda e: e.func.__name__ == "SampleSum", lambda e: e.args[0])


def _plain(product: Expr) -> Expr:
    """The square of a sign is 1, an even power that of the absolute value beside it."""
    distances = {part.args[0]: part for part in product.atoms(sympy.Abs)}
    distances |= {sympy.expand(-gap): part for gap, part in distances.items()}
    product = product.replace(
        lambda e: isinstance(e, sympy.Pow) and isinstance(e.base, sympy.sign) and e.exp == 2,
        lambda e: sympy.Integer(1),
    )
    return product.replace(
        lambda e: isinstance(e, sympy.Pow) and e.base in distances and e.exp.is_even,
        lambda e: sympy.Pow(distances[e.base], e.exp, evaluate=False),
    )


def _shown_score(question: Question, slope: Expr) -> Node:
    above, below = sympy.fraction(sympy.together(slope))
    forms = (sympy.expand(above) / below, slope, sympy.expand(slope), sympy.factor_terms(slope))
    best = min(map(question.algebra.node, forms), key=operation_count)
    return facing(best, question.variable)


def short(question: Question, value: Expr) -> Node:
    """A value in the shortest of a few forms."""
    value = one_argument(value)
    is_long = sympy.count_ops(value) > LONG
    factored = sympy.factor_terms(value) if is_long else sympy.factor(sympy.cancel(value))
    letters = {
        1 - question.algebra.expr(p): question.algebra.expr(
            question.algebra.closed(1 - p, "rest", ("positive",))
        )
        for p in question.symbols
        if "probability" in p.facts
    }
    forms = [with_letters(factored, letters), value, sympy.expand(value)]
    real = [form for form in forms if not form.has(sympy.I)]
    return min(map(question.algebra.node, real or forms[:1]), key=operation_count)


def _require_fixed_support(law: Law, unknowns: tuple[Node, ...], asked_by: str) -> None:
    for p in unknowns:
        if p in law.support.moves_with:
            raise NoRuleError(
                f"{asked_by}: the support {law.support.words()} of {law!r} depends on {p.name}\n"
                f"  because  : the score then has no mean zero, and E[s s'] bounds nothing\n"
                f"  to fix   : ask about other parameters, or use maximum_likelihood, which "
                f"argues at the end of the support"
            )


# --- lines and claims -------------------------------------------------------------------


def information_steps(found: Information) -> tuple[Step, ...]:
    """From the score of one value to each entry."""
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
        steps += told(
            Step(defined, whole, "expand the product"),
            Step(whole, mean.averaged, "linearity of expectation"),
            *_insertion(mean, value),
        )
    return tuple(steps)


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
    claims += [
        ValueSlopeClaim(values, f"the score in {p.name}", "line", p, score)
        for p, score in zip(found.unknowns, found.scores, strict=True)
    ]
    for (i, j), mean in found.means.items():
        one = number(1)  # added to both sides: an integral of size zero settles slowly
        whole = question.mean(one + multiply(found.scores[i], found.scores[j]))
        words = f"the entry of {found.unknowns[i].name} and {found.unknowns[j].name}"
        claims.append(MeanClaim(bench, whole, one + mean.averaged, f"{words}, term by term"))
        claims.append(MeanClaim(bench, whole, one + found.node(i, j), words, "result"))
    return tuple(claims)
