"""Maximum likelihood: where the likelihood of a sample is largest, and why there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import sympy

from derive.check.claim import Claim
from derive.check.inference_claims import NumberClaim
from derive.check.likelihood_claims import MaximumClaim, SlopeClaim, TotalClaim
from derive.derivation import Derivation
from derive.engine.closed_form import closed_form
from derive.engine.sample_sums import SampleSum
from derive.errors import ArgumentError, NoRuleError
from derive.language.expression import Node, number
from derive.language.functions import nabla
from derive.language.law import Law
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation, Words
from derive.language.vector_law import VectorLaw
from derive.numeric import CompiledFunction, compile_function
from derive.probability.law_text import as_law
from derive.statistics.likelihood.estimates import Estimator
from derive.statistics.likelihood.moving_ends import Stage
from derive.statistics.likelihood.profile import Profile, profile
from derive.statistics.likelihood.sampling import Sampling, parameters_of, sampling
from derive.statistics.likelihood.vectors.estimate import VectorEstimator, vector_estimate
from derive.steps import Step, Trace
from derive.writing.plain import plain

MOST_VALUES = 1000  # of data at which the closed forms are evaluated again

END_WORDS = {
    "least": "the likelihood grows with it: as large as the sample allows",
    "greatest": "the likelihood falls with it: as small as the sample allows",
}


@dataclass(frozen=True)
class Equation:
    """What a parameter without a closed form solves; `scale` times n makes it its score."""

    relation: Relation
    scale: Node


@dataclass(frozen=True, repr=False)
class MaximumLikelihood(Derivation):
    """The parameters at which the likelihood of a sample is largest.

    ``.result`` is the value of each parameter that has a closed form, in the sample and the
    parameters that have none; ``.equations`` are what those solve.

    References
    ----------
    casella2002, section 7.2.2.

    Examples
    --------
    >>> found = maximum_likelihood("Gamma(k, theta)")
    >>> found
    sum(x)/n/k    # scalar
    # where log(k) - digamma(k) = log(sum(x)/n) - sum_i(log(x[i]), 1, n)/n
    >>> round(found.estimate([1.0, 2.0, 4.0])["theta"], 3)
    0.686
    """

    estimator: Estimator | VectorEstimator = field(kw_only=True, compare=False)
    relations: tuple[Relation, ...] = field(kw_only=True, compare=False)
    estimates: Mapping[str, Any] | None = field(kw_only=True, compare=False, default=None)

    def __repr__(self) -> str:
        answer = super().__repr__() if self.trace.results else "no parameter has a closed form"
        return "\n".join([answer, *(f"# where {one}" for one in self.equations)])

    @property
    def equations(self) -> tuple[str, ...]:
        """What the parameters without a closed form solve, in plain text."""
        return tuple(f"{plain(r.left)} = {plain(_right(r))}" for r in self.relations)

    def function(self, backend: str = "numpy", value: bool = False) -> CompiledFunction:
        """Compile the values in closed form as functions of the sample.

        Raises
        ------
        ArgumentError
            The backend is not known.
        NoRuleError
            No parameter has a closed form, or `value` is asked for.
        """
        if value:
            raise NoRuleError(
                "an estimate has no value beside it\n"
                "  to fix   : log_likelihood(law).function() gives the likelihood there"
            )
        if not self.trace.results:
            raise NoRuleError(
                "no parameter has a closed form to compile\n"
                "  to fix   : estimate(x) solves the equations by numbers"
            )
        if backend != "numpy":
            raise ArgumentError(f"no backend is called {backend!r}\n  known    : numpy")
        needed = frozenset().union(*(node.symbols for _, node in self.trace.results))
        arguments = tuple(s for s in self.trace.arguments if s in needed)
        return compile_function(list(self.trace.results), arguments)

    def estimate(self, x: Any, **known: Any) -> dict[str, Any]:
        """The estimates from data, the equations solved by numbers.

        Parameters
        ----------
        x : sequence of numbers, shape (n,); of vectors an array of shape (n, d)
        known : numbers
            The parameters that are held, by name.

        Returns
        -------
        dict of str to float, of vectors to array
            The value of each parameter that was asked for.

        Raises
        ------
        ArgumentError
            `x` is no sequence of numbers, or a held parameter is missing.
        DomainError
            A value lies outside the support, or the sample has no largest likelihood inside
            the parameters' domain (too few values, or equal ones).
        """
        return self.estimator.estimate(x, known)


def maximum_likelihood(law: Law | str, known: Any = (), data: Any = None) -> MaximumLikelihood:
    """Derive the parameters at which the likelihood of n independent values is largest.

    Parameters
    ----------
    law : Law or str
        For example ``Normal("mu", "sigma")`` or ``"Binomial(m, p)"``; also laws of vectors,
        ``"MultivariateNormal(mu, Sigma)"``.
    known : name, symbol or several of them
        The parameters that are held.
    data : sequence of numbers, optional
        A sample; the page then ends with the numbers, which ``.estimates`` holds.

    Returns
    -------
    MaximumLikelihood
        ``.result`` is the value of each parameter, a scalar in the sample ``x``, a vector of
        n values; of vectors the sample is ``X``, shape (n, d); a tuple for several.

    Raises
    ------
    ArgumentError
        `law` is no law, has no free parameter, or `known` is none of them.
    NoClosedFormError
        The likelihood is unbounded, has kinks in a parameter, or that takes whole numbers;
        the message says which.
    DomainError
        `data` lies outside the support, or holds too few different values.

    References
    ----------
    casella2002, section 7.2.2.

    Examples
    --------
    >>> from derive.language.laws.line import Normal
    >>> maximum_likelihood(Normal("m", "s"), known="m")
    sqrt(sum_i((x[i] - m)^2, 1, n)/n)    # scalar
    """
    law = as_law(law, "maximum_likelihood", vectors=True)
    held = parameters_of(law, known, "maximum_likelihood, known") if known else ()
    unknowns = tuple(p for p in parameters_of(law, None, "maximum_likelihood") if p not in held)
    if not unknowns:
        raise ArgumentError(
            f"every parameter of {law!r} is held: there is nothing to estimate\n"
            f"  to fix   : name fewer in known="
        )
    if isinstance(law, VectorLaw):
        of_vectors = vector_estimate(law, unknowns)
        numbers = None if data is None else of_vectors.estimator.estimate(data, {})
        return MaximumLikelihood(
            of_vectors.trace,
            of_vectors.claims,
            estimator=of_vectors.estimator,
            relations=of_vectors.relations,
            estimates=numbers,
        )
    asked = sampling(law)
    found = profile(asked, unknowns)
    equations = tuple(_equation(asked, score) for _, score in found.unsolved)
    estimator = Estimator(asked, unknowns, found)
    page = MaximumLikelihood(
        _trace(asked, unknowns, found, equations),
        _claims(asked, found, equations),
        estimator=estimator,
        relations=tuple(one.relation for one in equations),
    )
    return page if data is None else _with_estimates(page, data)


def _with_estimates(page: MaximumLikelihood, data: Any) -> MaximumLikelihood:
    """The page and what it gives on data; the closed forms are evaluated there again."""
    estimator = page.estimator
    assert isinstance(estimator, Estimator)
    sample, estimates = estimator.asked.sample, estimator.estimate(data, {})
    values = {**estimates, sample.vector.name: np.asarray(data, float)}
    count = len(data)
    claims = tuple(
        NumberClaim(formula, values, estimates[name], {str(sample.size): count})
        for name, formula in page.trace.results
        if count <= MOST_VALUES
    )
    unknowns = estimator.unknowns
    found = ", ".join(f"{{{k}}} = {estimates[s.name]:.6g}" for k, s in enumerate(unknowns))
    sentence = Words(f"{found} from these {count} values", unknowns)
    trace = replace(page.trace, closing=(*page.trace.closing, sentence))
    return replace(page, trace=trace, claims=(*page.claims, *claims), estimates=estimates)


def _right(relation: Relation) -> Node:
    assert isinstance(relation.right, Node)
    return relation.right


# --- the page ---------------------------------------------------------------------------


def _trace(
    asked: Sampling, unknowns: tuple[Node, ...], found: Profile, equations: tuple[Equation, ...]
) -> Trace:
    law, total = asked.law, asked.log_likelihood()
    steps = [Step(None, asked.statement(), "independent values: log densities add")]
    steps.append(Step(asked.name, total, "log-likelihood"))
    several = len(unknowns) > 1
    for stage in found.stages:
        steps += _stage_steps(asked, stage, several)
    for p in found.medians:
        slope = asked.shown(asked.score(p))
        steps.append(Step(nabla(asked.name, p, several), slope, "derivative, term by term"))
        middle = Words("it changes sign where {0} is the median", (p,))
        steps.append(Step(None, middle, "as many values on either side"))
    for (p, _), equation in zip(found.unsolved, equations, strict=True):
        slope = asked.shown(asked.score(p))
        steps.append(Step(nabla(asked.name, p, several), slope, "derivative, term by term"))
        words = "score of {0} zero, what was found put in" if found.stages else "score of {0} zero"
        steps.append(Step(None, equation.relation, Words(words, (p,))))
    steps += [
        Step(None, Relation(p, "=", value), "what was found later put in")
        for p, value in found.values
        if value is not next(s.value for s in found.stages if s.unknown is p)
    ]
    name = law.glossed_words()
    place = len(name.nodes)
    wanted = ", ".join(f"{{{place + 1 + k}}}" for k in range(len(unknowns)))
    words = f"maximum likelihood of {name.text}, from a sample {{{place}}}, in {wanted}"
    return Trace(
        question=Words(words, (*name.nodes, asked.sample.vector, *unknowns)),
        definitions=((asked.name, total),),
        steps=tuple(steps),
        results=tuple((p.name, value) for p, value in found.values),
        conditions=(*asked.conditions, *_inside(found)),
        arguments=asked.arguments,
        closing=_closing(asked, found),
        lefts=tuple(p for p, _ in found.values),
    )


def _stage_steps(asked: Sampling, stage: Stage, several: bool) -> list[Step]:
    """The score of one parameter, where it is zero, and why that is a maximum."""
    left, p = nabla(asked.name, stage.unknown, several), stage.unknown
    if "integer" in p.facts:
        words = Words("{0} falls as {1} grows", (asked.name, p))
        steps = [Step(None, words, "its sign of change, everywhere")]
        return [*steps, Step(None, Relation(p, "=", stage.value), END_WORDS[stage.kind])]
    slope = asked.shown(asked.score(p))
    steps = [Step(left, slope, "derivative, term by term")]
    if stage.kind != "root":
        sign = ">" if stage.kind == "least" else "<"
        steps.append(Step(None, Relation(left, sign, number(0)), "its sign, everywhere"))
        return [*steps, Step(None, Relation(p, "=", stage.value), END_WORDS[stage.kind])]
    assert stage.slope is not None
    put_in = asked.shown(stage.score)
    if put_in is not slope:
        steps.append(Step(None, Relation(put_in, "=", number(0)), "zero, what was found put in"))
    else:
        steps.append(Step(None, Relation(slope, "=", number(0)), "set it to zero"))
    steps.append(Step(None, Relation(p, "=", stage.value), Words("solve for {0}", (p,))))
    second = asked.sample.node(stage.slope)
    words = Words("the second derivative in {0} is {1} < 0 there", (p, second))
    return [*steps, Step(None, words, "the only zero, and a maximum")]


def _closing(asked: Sampling, found: Profile) -> tuple[Words, ...]:
    middle = tuple(
        Words(
            "the sum of distances to {0} is convex: {0} is the median of {1}, "
            "the middle value; of an even number, any between the two in the middle",
            (p, asked.sample.vector),
        )
        for p in found.medians
    )
    names = tuple(p for p, _ in found.unsolved)
    if not names:
        return middle
    listed = ", ".join(f"{{{k}}}" for k in range(len(names)))
    verb = "solves its equation" if len(names) == 1 else "solve their equations"
    return (
        Words(f"wherever there is a maximum, {listed} {verb}; no closed form is known", names),
        *middle,
    )


def _inside(found: Profile) -> tuple[Condition, ...]:
    """That the values lie where the parameters may lie, where that is not plain."""
    conditions: list[Condition] = [need for stage in found.stages for need in stage.needs]
    for p, value in found.values:
        base = value.args[0] if value.op == "pow" else value
        if "probability" in p.facts:
            conditions += [Relation(value, ">", number(0)), Relation(value, "<", number(1))]
        elif "positive" in p.facts and not is_positive(base):
            conditions.append(Relation(base, ">", number(0)))
    return tuple(conditions)


def _equation(asked: Sampling, score: sympy.Expr) -> Equation:
    """A score over n as an equation: what holds unknowns on the left, data on the right."""
    sample, algebra = asked.sample, asked.question.algebra
    sums = {part: sympy.Dummy(positive=True) for part in score.atoms(SampleSum)}
    back = {letter: part for part, letter in sums.items()}
    over_n = sympy.expand(score.xreplace(sums) / sample.count, log=True).xreplace(back)
    names = {algebra.expr(s) for s in asked.law.symbols}
    terms = sympy.Add.make_args(over_n)
    left = [term for term in terms if term.free_symbols & names]
    right = [-term for term in terms if not term.free_symbols & names]
    if not right:
        return _vanishing(asked, over_n, sums, back)
    scale = left[0].as_coeff_Mul()[0] if len(left) == 1 else sympy.Integer(1)
    sides = [
        closed_form([sample.lettered(term / scale) for term in side], algebra, "rational last")
        for side in (left, right)
    ]
    return Equation(Relation(sides[0], "=", sides[1]), algebra.node(scale))


def _vanishing(
    asked: Sampling, over_n: sympy.Expr, sums: dict[Any, Any], back: dict[Any, Any]
) -> Equation:
    """An equation with no part of the data alone: zero on the right, positive factors away."""
    plain_form = over_n.xreplace(sums)
    forms = (sympy.factor_terms(plain_form), sympy.factor(sympy.cancel(plain_form)))
    whole = min(forms, key=sympy.count_ops)
    factors = sympy.Mul.make_args(whole)
    away = sympy.Mul(*(f for f in factors if f.is_positive and not f.has(*back)))
    node = asked.shown((whole / away).xreplace(back))
    return Equation(Relation(node, "=", number(0)), asked.question.algebra.node(away))


# --- what is claimed --------------------------------------------------------------------


def _claims(asked: Sampling, found: Profile, equations: tuple[Equation, ...]) -> tuple[Claim, ...]:
    bench = asked.bench
    claims: list[Claim] = [TotalClaim(bench, "the log-likelihood", "line", asked.log_likelihood())]
    before: tuple[tuple[Node, Node], ...] = ()
    for stage in found.stages:
        p = stage.unknown
        if "integer" not in p.facts:
            score = asked.shown(asked.score(p))
            claims.append(SlopeClaim(bench, f"the derivative in {p.name}", "line", p, score))
        if stage.slope is not None:
            words = f"the second derivative in {p.name} at its zero"
            slope = asked.sample.node(stage.slope)
            claims.append(SlopeClaim(bench, words, "line", p, slope, before, 2, stage.value))
        before = (*before, (p, stage.value))
    for p in found.medians:
        score = asked.shown(asked.score(p))
        claims.append(SlopeClaim(bench, f"the derivative in {p.name}", "line", p, score))
    for (p, _), equation in zip(found.unsolved, equations, strict=True):
        words = f"the equation of {p.name} is its score"
        gap = equation.relation.left - _right(equation.relation)
        whole = asked.sample.length * equation.scale * gap
        claims.append(SlopeClaim(bench, words, "result", p, whole, before))
    if found.values:
        words = "no point around it has a larger likelihood"
        claims.append(MaximumClaim(bench, words, "result", found.values))
    return tuple(claims)
