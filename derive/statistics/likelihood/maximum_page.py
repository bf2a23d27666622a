"""The page of a largest likelihood: its lines, its equations, and what they claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from derive.check.claim import Claim
from derive.check.likelihood_claims import MaximumClaim, SlopeClaim, TotalClaim
from derive.engine.closed_form import closed_form
from derive.engine.factoring import factored
from derive.engine.sample_sums import SampleSum
from derive.language.expression import Node, number
from derive.language.functions import nabla
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation, Words
from derive.statistics.likelihood.moving_ends import Stage
from derive.statistics.likelihood.profile import Profile
from derive.statistics.likelihood.sampling import Sampling
from derive.steps import Step, Trace

END_WORDS = {
    "least": "the likelihood grows with it: as large as the sample allows",
    "greatest": "the likelihood falls with it: as small as the sample allows",
}


@dataclass(frozen=True)
class Equation:
    """What a parameter without a closed form solves; `scale` times n makes it its score."""

    relation: Relation
    scale: Node


def right_of(relation: Relation) -> Node:
    """The right side, which is a node."""
    assert isinstance(relation.right, Node)
    return relation.right


# --- the page ---------------------------------------------------------------------------


def page_of_maximum(
    asked: Sampling, unknowns: tuple[Node, ...], found: Profile, equations: tuple[Equation, ...]
) -> Trace:
    """The largest likelihood, from the score of each parameter to its value."""
    total = asked.log_likelihood()
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
    return Trace(
        question=question_of_maximum(asked, unknowns),
        definitions=((asked.name, total),),
        steps=tuple(steps),
        results=tuple((p.name, value) for p, value in found.values),
        conditions=(*asked.conditions, *inside(found)),
        arguments=asked.arguments,
        closing=closing_of(asked, found),
        lefts=tuple(p for p, _ in found.values),
    )


def question_of_maximum(asked: Sampling, unknowns: tuple[Node, ...]) -> Words:
    """What was asked, in words."""
    name = asked.law.glossed_words()
    place = len(name.nodes)
    wanted = ", ".join(f"{{{place + 1 + k}}}" for k in range(len(unknowns)))
    words = f"maximum likelihood of {name.text}, from a sample {{{place}}}, in {wanted}"
    return Words(words, (*name.nodes, asked.sample.vector, *unknowns))


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


def closing_of(asked: Sampling, found: Profile) -> tuple[Words, ...]:
    """What is said of a median, and of what has no closed form."""
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


def inside(found: Profile) -> tuple[Condition, ...]:
    """That the values lie where the parameters may lie, where that is not plain."""
    conditions: list[Condition] = [need for stage in found.stages for need in stage.needs]
    for p, value in found.values:
        base = value.args[0] if value.op == "pow" else value
        if "probability" in p.facts:
            conditions += [Relation(value, ">", number(0)), Relation(value, "<", number(1))]
        elif "positive" in p.facts and not is_positive(base):
            conditions.append(Relation(base, ">", number(0)))
    return tuple(conditions)


def equation_of(asked: Sampling, score: sympy.Expr) -> Equation:
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
    forms = (sympy.factor_terms(plain_form), factored(plain_form))
    whole = min(forms, key=sympy.count_ops)
    factors = sympy.Mul.make_args(whole)
    away = sympy.Mul(*(f for f in factors if f.is_positive and not f.has(*back)))
    node = asked.shown((whole / away).xreplace(back))
    return Equation(Relation(node, "=", number(0)), asked.question.algebra.node(away))


# --- what is claimed --------------------------------------------------------------------


def claims_of_maximum(
    asked: Sampling, found: Profile, equations: tuple[Equation, ...]
) -> tuple[Claim, ...]:
    """Slopes by differences, and that no point around what was found is better."""
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
        gap = equation.relation.left - right_of(equation.relation)
        whole = asked.sample.length * equation.scale * gap
        claims.append(SlopeClaim(bench, words, "result", p, whole, before))
    if found.values:
        words = "no point around it has a larger likelihood"
        claims.append(MaximumClaim(bench, words, "result", found.values))
    return tuple(claims)
