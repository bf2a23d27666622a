"""Renyi divergence and Hellinger distance of two laws of one exponential family of vectors.

``E_p[(q/p)^(1 - alpha)] = Z(alpha eta_p + (1 - alpha) eta_q) / (Z(eta_p)^alpha
Z(eta_q)^(1 - alpha))``: a total at the mixed natural parameters, over those of both laws.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.check.vector_claims import VectorMeanClaim, mass_claims
from derive.derivation import Derivation
from derive.engine.vector_form import collected
from derive.engine.vector_mean import settled
from derive.engine.vector_openings import opened_logdets
from derive.errors import DomainError, NoClosedFormError
from derive.information.distance_page import DistancePage
from derive.information.renyi_order import order_conditions
from derive.language.expression import Node, number, power, size_node
from derive.language.functions import elementwise, logdet
from derive.language.laws.terms import log
from derive.language.laws.vectors import quadratic
from derive.language.properties import is_nonnegative, is_positive_semidefinite
from derive.language.relations import Condition, Relation, Words
from derive.language.spectral import lambda_min
from derive.language.vector_law import VectorLaw
from derive.probability.question import told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.probability.vector_question import (
    VectorQuestion,
    merge_vector_symbols,
    pose_vectors,
    support_step,
)
from derive.rules.vector_families import VECTOR_KERNELS, VectorKernel
from derive.steps import Step, Trace


def vector_ratio(
    p: VectorLaw,
    q: VectorLaw,
    alpha: Node,
    answers: tuple[str, str],
    asked: str,
    distance: Callable[[Node], Node] | None = None,
) -> Derivation:
    """A distance that is a function of the mean of ``(q/p)^(1 - alpha)`` under p.

    `distance` is that function; the Renyi divergence where it is left out.
    """
    kernel = _kernel(p, q, asked)
    laws = merge_vector_symbols(p, q)
    symbols = {s for law in laws for s in law.symbols}
    question = pose_vectors(laws, answers, None, tuple(alpha.symbols - symbols))
    first, second = question.laws
    mixed, log_mean = _mixture(kernel, first, second, alpha)
    conditions, needs = _admissible(kernel, mixed, alpha)
    short = _shortest(kernel, first, second, alpha, log_mean)
    by_letters = question.mean(power(question.letters[1] / question.letters[0], 1 - alpha))
    ratio = second.log_density(question.value) - first.log_density(question.value)
    in_full = question.mean(elementwise("exp", (1 - alpha) * ratio))
    closed = elementwise("exp", short)
    if distance is None:
        defined, answer = log(by_letters) / (alpha - 1), settled(short / (alpha - 1))
    else:
        defined, answer = distance(by_letters), distance(closed)
    rule = "ratio of the totals at mixed natural parameters"
    steps = (
        support_step(question),
        _total_step(kernel, question),
        *told(
            Step(log(by_letters), log_mean, rule),
            Step(log_mean, short, "collect"),
            Step(question.answer, defined, "definition"),
            Step(defined, answer, "insert the mean"),
        ),
    )
    trace = Trace(
        question=_words(question, alpha, asked),
        definitions=question.definitions,
        steps=steps,
        results=((question.answer.name, answer),),
        conditions=tuple(
            dict.fromkeys((*question.conditions(()), *conditions, *order_conditions(alpha)))
        ),
        arguments=question.symbols,
    )
    bench = question.bench(needs)
    whole = log(in_full) / (alpha - 1) if distance is None else distance(in_full)
    claims = (
        *mass_claims(bench),
        VectorMeanClaim(bench, log(in_full), log_mean, "the log of the mean of the ratio"),
        VectorMeanClaim(bench, log_mean, short, "the collected form"),
        VectorMeanClaim(bench, whole, answer, "the answer", "result"),
    )
    if distance is not None:
        return DistancePage(trace, claims, log_mean=short)
    return DerivationUnderConditions(trace, claims)


def _kernel(p: VectorLaw, q: VectorLaw, asked: str) -> VectorKernel:
    kernel = VECTOR_KERNELS.get(getattr(p, "kernel", ""))
    if kernel is None or kernel.given or kernel.name == "sphere" or type(p) is not type(q):
        raise NoClosedFormError(
            f"no closed form is known for the {asked.split(' of ')[0]} of {q!r} from {p!r}\n"
            f"  known    : two laws of one family among MultivariateNormal, Dirichlet, "
            f"Categorical, Wishart, InverseWishart"
        )
    return kernel


def _mixture(
    kernel: VectorKernel, p: VectorLaw, q: VectorLaw, alpha: Node
) -> tuple[tuple[Node, ...], Node]:
    """The mixed natural parameters, and the log of the ratio of the totals."""
    one, other = (type(law).natural(*law.values) for law in (p, q))  # type: ignore[attr-defined]
    mixed = tuple(alpha * a + (1 - alpha) * b for a, b in zip(one, other, strict=True))
    if kernel.name == "categorical":  # log sum exp log p = log 1
        return mixed, settled(kernel.log_total(*mixed))
    separate = alpha * kernel.log_total(*one) + (1 - alpha) * kernel.log_total(*other)
    return mixed, settled(opened_logdets(settled(kernel.log_total(*mixed) - separate)))


def _shortest(
    kernel: VectorKernel, p: VectorLaw, q: VectorLaw, alpha: Node, log_mean: Node
) -> Node:
    """The log of the mean as a textbook writes it; of normal laws with one difference."""
    if kernel.name != "gaussian_vector":
        return collected(log_mean)
    (a, A), (b, B) = p.values, q.values
    mixed = settled((1 - alpha) * A + alpha * B)
    form = quadratic(settled(a - b), mixed)
    volumes = alpha * logdet(B) + (1 - alpha) * logdet(A) - logdet(mixed)
    return settled(volumes / 2 - alpha * (1 - alpha) / 2 * form)


def _admissible(
    kernel: VectorKernel, mixed: tuple[Node, ...], alpha: Node
) -> tuple[tuple[Condition, ...], tuple[Relation, ...]]:
    """What a mixture beyond the two laws needs: as printed, and for the points of the claims."""
    if alpha.is_number and 0 < alpha.data < 1:
        return (), ()
    zero = number(0)
    if kernel.name == "gaussian_vector":
        precision = settled(mixed[1])
        _require_possible(precision)
        return (Words("{0} positive definite", (precision,)),), (_definite(precision),)
    if kernel.name == "dirichlet":
        inside = settled(mixed[0])
        _require_possible(inside)
        return (Words("{0} positive", (inside,)),), (Relation(inside, ">", zero),)
    if kernel.name in {"wishart", "inverse_wishart"}:
        degrees, scale = (settled(node) for node in mixed)
        _require_possible(scale)
        least = (size_node(scale.shape[0]) - 1) / 2
        enough = Relation(degrees, ">", least)
        return (enough, Words("{0} positive definite", (scale,))), (enough, _definite(scale))
    return (), ()


def _require_possible(mixed: Node) -> None:
    """A mixture that is nowhere positive leaves the mean infinite for all parameters."""
    opposite = settled(-mixed)
    if is_positive_semidefinite(opposite) or is_nonnegative(opposite):
        raise DomainError(
            f"the mean of the ratio is infinite: {mixed!r}, a parameter of the mixture of the "
            "laws at this order, is not positive for any values\n"
            "  to fix   : exchange the laws, or give an order closer to 1"
        )


def _definite(matrix: Node) -> Relation:
    return Relation(lambda_min((matrix + matrix.T) / 2), ">", number(0))


def _total_step(kernel: VectorKernel, question: VectorQuestion) -> Step:
    letters = kernel.natural(question.value.shape)
    return Step(None, Words("log Z = {0}", (kernel.log_total(*letters),)), kernel.title)


def _words(question: VectorQuestion, alpha: Node, asked: str) -> Words:
    (p, q), (first, second) = question.letters, question.laws
    one, other = first.words(), second.words(len(first.values))
    places = (*one.nodes, *other.nodes, alpha)
    name = asked.format(f"{{{len(places) - 1}}}")
    text = f"{name} of {p.name} from {q.name}, {p.name} = {one.text}, {q.name} = {other.text}"
    return Words(text, places)
