"""The log-likelihood, the score and the information of laws of vectors."""

from __future__ import annotations

from derive.calculus.gradient import gradient
from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.engine.vector_mean import settled
from derive.errors import NoClosedFormError
from derive.language.expression import Node, multiply
from derive.language.functions import nabla
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.question import told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.probability.vector_question import mean_of, pose_vectors, support_step
from derive.statistics.likelihood.vectors.sampling import VectorSampling, vector_sampling
from derive.statistics.likelihood.vectors.simplex import is_on_simplex, simplex_information
from derive.steps import Step, Trace

INDEPENDENT = "independent values: log densities add"


def opening(asked: VectorSampling) -> tuple[Step, ...]:
    """The sample and its log-likelihood."""
    return (
        Step(None, asked.statement(), INDEPENDENT),
        Step(asked.name, asked.defined, "sum of the log densities"),
        *told(Step(asked.defined, asked.log_likelihood, "all rows at once")),
    )


def rows_claim(asked: VectorSampling, is_result: bool) -> SameValue:
    """The rows all at once are the declared sum."""
    kind = "result" if is_result else "line"
    conditions = asked.law.relations()
    return SameValue(asked.defined, asked.log_likelihood, conditions=conditions, kind=kind)  # type: ignore[arg-type]


def question_words(asked: VectorSampling, text: str, more: tuple[Node, ...] = ()) -> Words:
    """``text`` of the law, from the sample; `more` are listed after it."""
    name = asked.law.glossed_words()
    place = len(name.nodes)
    listed = ", ".join(f"{{{place + 1 + k}}}" for k in range(len(more)))
    words = f"{text} of {name.text}, sample {{{place}}}" + (f", in {listed}" if more else "")
    return Words(words, (*name.nodes, asked.data, *more))


def vector_log_likelihood(law: VectorLaw) -> Derivation:
    """The page of the log-likelihood."""
    asked = vector_sampling(law, "log_likelihood")
    trace = Trace(
        question=question_words(asked, "log-likelihood"),
        definitions=(),
        steps=opening(asked),
        results=((asked.name.name, asked.log_likelihood),),
        conditions=asked.conditions,
        arguments=asked.arguments,
        lefts=(asked.name,),
    )
    return DerivationUnderConditions(trace, (rows_claim(asked, True),))


def vector_score(law: VectorLaw, unknowns: tuple[Node, ...]) -> Derivation:
    """The page of the score: the gradients of the log-likelihood, every entry free."""
    asked = vector_sampling(law, "score")
    found = [gradient(asked.log_likelihood, p) for p in unknowns]
    results = [one.trace.results[0][1] for one in found]
    several = len(unknowns) > 1
    lefts = tuple(nabla(asked.name, p, several) for p in unknowns)
    steps = [*opening(asked)]
    claims: list[Claim] = [rows_claim(asked, False)]
    for left, one, node in zip(lefts, found, results, strict=True):
        steps.append(Step(left, node, "gradient of matrix calculus, every entry free"))
        claims += one.claims
    trace = Trace(
        question=question_words(asked, "score", unknowns),
        definitions=((asked.name, asked.log_likelihood),),
        steps=tuple(steps),
        results=tuple((f"score_{p.name}", v) for p, v in zip(unknowns, results, strict=True)),
        conditions=asked.conditions,
        arguments=asked.arguments,
        lefts=lefts,
    )
    return DerivationUnderConditions(trace, tuple(claims))


def vector_information(law: VectorLaw, unknowns: tuple[Node, ...], count: Node) -> Derivation:
    """The page of the Fisher information of one column of parameters.

    Raises
    ------
    NoClosedFormError
        Several unknowns or a matrix, or a score whose products have no known mean.
    """
    if len(unknowns) != 1 or unknowns[0].shape[1] != 1:
        raise NoClosedFormError(
            f"fisher_information of {law!r} is known for one vector or number, got "
            f"{', '.join(p.name for p in unknowns)}\n"
            f"  to fix   : name one, wrt={next(p.name for p in law.symbols)!r}; hessian of the "
            f"log_likelihood has the rest"
        )
    (p,) = unknowns
    if is_on_simplex(law, p):
        return simplex_information(law, p, count)
    question = pose_vectors((law,), ("I", "J", "I_"))
    slope = gradient(law.log_density(question.value), p)
    score = slope.trace.results[0][1]
    product = settled(score @ score.T)
    found = mean_of(question, product)
    answer = settled(multiply(count, found.closed))
    name = law.glossed_words()
    trace = Trace(
        question=Words(
            f"Fisher information of {name.text} in {{{len(name.nodes)}}}", (*name.nodes, p)
        ),
        definitions=question.definitions,
        steps=(
            support_step(question),
            Step(nabla(question.log_of(0), p, False), score, "score of one value"),
            *found.kernel_steps(),
            *found.mean_steps(),
            Step(question.answer, question.mean(product), "mean of score times score'"),
            *told(
                Step(question.mean(product), found.averaged, "linearity of expectation"),
                Step(found.averaged, found.closed, "insert the means"),
                Step(found.closed, answer, "independent values: informations add"),
            ),
        ),
        results=((question.answer.name, answer),),
        conditions=question.conditions(found.requires),
        arguments=(*count.symbols, *question.symbols),
        lefts=(question.answer,),
    )
    many = SameValue(multiply(count, found.closed), answer, kind="result")
    claims = (*slope.claims, *found.claims(product, found.closed, None), many)
    return DerivationUnderConditions(trace, claims)
