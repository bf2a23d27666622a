"""The Fisher information of probabilities, in all of them but the last.

Probabilities with sum one have no gradient with every entry free.  Their free coordinates are
the first K - 1 of them, q; the last is 1 - sum(q), and likewise of the value.
"""

from __future__ import annotations

from derive.calculus.gradient import gradient
from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.engine.vector_mean import settled
from derive.language.expression import Node, elementwise_power, eye, multiply, number, ones, symbol
from derive.language.functions import diag, dot, elementwise, nabla, total
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.language.vector_law import VectorLaw
from derive.probability.question import free_name, told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.probability.vector_question import mean_of, pose_vectors, support_step
from derive.steps import Step, Trace


def is_on_simplex(law: VectorLaw, unknown: Node) -> bool:
    """Whether the unknown is the probabilities of one trial or of several."""
    return type(law).domain in ("onehot", "counts") and unknown is law.values[-1]


def simplex_information(law: VectorLaw, p: Node, count: Node) -> Derivation:
    """The page of the information of the first K - 1 probabilities."""
    question = pose_vectors((law,), ("I", "J", "I_"))
    x, trials = question.value, law.values[0] if len(law.values) > 1 else number(1)
    free = _free_names(law, x)
    q, y, rows = free
    last, rest = number(1) - total(q), trials - total(y)
    density = dot(y, elementwise("log", q)) + rest * elementwise("log", last)
    slope = gradient(density, q)
    score = slope.trace.results[0][1]
    one = ones(rows)
    inner = diag(elementwise_power(q, number(-1))) + multiply(one @ one.T, last**-1)
    spread = diag(q) - q @ q.T
    found = mean_of(question, settled(x @ x.T))
    within = (Relation(total(q), "<", number(1)),)
    answer = multiply(count, trials, inner)
    name = law.glossed_words()
    place = len(name.nodes)
    length = "" if isinstance(rows, int) else f", {rows} = {law.size_of['K']} - 1 of them"
    score_name = nabla(question.log_of(0), q, False)
    trace = Trace(
        question=Words(
            f"Fisher information of {name.text} in {{{place}}}, the first K - 1 entries of "
            f"{{{place + 1}}}",
            (*name.nodes, q, p),
        ),
        definitions=(),
        steps=(
            support_step(question),
            Step(
                None,
                Words(
                    f"{{0}} and {{1}} without their last entries: {{2}}, {{3}}{length}",
                    (p, x, q, y),
                ),
                "free coordinates: the entries of both have a fixed sum",
            ),
            Step(question.log_of(0), density, "log density, up to what is free of the unknowns"),
            Step(score_name, score, "score of one value"),
            Step(score, inner @ (y - trials * q), "about the mean"),
            *found.mean_steps(),
            Step(
                None,
                Words("{0} has covariance {1}", (y, multiply(trials, spread))),
                "the first entries of E[x x'] - E[x] E[x]'",
            ),
            *told(Step(inner @ spread, eye(rows), "inverse of one another")),
            Step(question.answer, answer, "information: the score is a linear map of the value"),
        ),
        results=((question.answer.name, answer),),
        conditions=(
            *question.conditions(found.requires),
            Relation(q, ">", number(0)),
            *within,
        ),
        arguments=(*count.symbols, *trials.symbols, q),
        closing=(Words("the last probability is {0}", (last,)),),
        lefts=(question.answer,),
    )
    claims: tuple[Claim, ...] = (
        *slope.claims,
        *found.claims(found.function, found.closed, None),
        SameValue(score, inner @ (y - trials * q), conditions=within),
        SameValue(inner @ spread, eye(rows), conditions=within),
        SameValue(
            inner @ spread @ inner * (count * trials), answer, conditions=within, kind="result"
        ),
    )
    return DerivationUnderConditions(trace, claims)


def _free_names(law: VectorLaw, x: Node) -> tuple[Node, Node, int | Size]:
    """The free coordinates of the probabilities and of the value, and how many there are."""
    size = law.size_of["K"]
    taken = {s.name for s in law.symbols} | {str(size), x.name}
    rows = size - 1 if isinstance(size, int) else Size.named(free_name(("r", "s", "r_"), taken))
    names = []
    for wanted in (("q", "w", "q_"), ("y", "z", "y_")):
        names.append(free_name(wanted, taken | {str(rows)}))
        taken.add(names[-1])
    q = symbol(names[0], (rows, 1), ("positive",))
    return q, symbol(names[1], (rows, 1), ("nonnegative",)), rows
