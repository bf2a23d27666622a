"""Likelihoods of data in rows: linear, logistic and Poisson regression, counts, normal vectors.

The log-likelihood is written down as a text, and the gradient of matrix calculus does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from derive.asking import elaborate
from derive.calculus.gradient import gradient
from derive.calculus.hessian import hessian
from derive.calculus.stationary_point import StationaryPoint, stationary_point
from derive.check.regression_claims import RegressionInformation
from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.language.expression import Node, number, ones, symbol
from derive.language.facts import FACTS
from derive.language.functions import hadamard
from derive.language.relations import Condition, Relation, Words
from derive.probability.under_conditions import DerivationUnderConditions
from derive.statistics.page_conditions import not_below_zero, whole
from derive.steps import Step, Trace


def linear_regression(
    design: str = "X",
    response: str = "y",
    weights: str = "w",
    variance: str = "s2",
    known: str = "",
) -> StationaryPoint:
    """Derive the maximum-likelihood fit of a linear model with Gaussian noise.

    The response is design times weights plus independent noise of mean 0 and one variance.

    Parameters
    ----------
    design, response, weights, variance : str
        Names of the matrix (n, d), the vectors (n,) and (d,), and the scalar.
    known : str
        The name of the variance where that is known: the weights alone are found.

    Returns
    -------
    StationaryPoint
        ``.result`` is the pair of weights, shape (d,), and variance, a scalar; the weights
        alone where the variance is known.

    Raises
    ------
    ArgumentError
        A name is none, or stands twice; `known` is another name than that of the variance.

    References
    ----------
    casella2002, section 11.3; magnus2019, chapter 13.

    Examples
    --------
    >>> linear_regression().trace.results[0][0]
    'stationary_w'
    """
    X, y, w, s = _names(design, response, weights, variance)
    text = f"-n/2*log(2*pi*{s}) - norm2({y} - {X}*{w})^2/(2*{s})"
    shapes = f"{X}: n x d, {w}: d, {y}: n, {s}: positive"
    if known not in ("", s):
        raise ArgumentError(
            f"linear_regression can hold its variance alone, got known={known!r}\n"
            f"  to fix   : known={s!r}"
        )
    return stationary_point(text, w if known else [w, s], shapes=shapes)


def logistic_regression(design: str = "X", response: str = "y", weights: str = "w") -> Derivation:
    """Derive the score equation and the Fisher information of a logistic regression.

    Response i is 1 with probability 1/(1 + exp(-x_i'w)), else 0, independently.  The equation
    has no closed form; Newton steps with the information solve it.

    Parameters
    ----------
    design, response, weights : str
        Names of the matrix (n, d) and the vectors (n,) of zeros and ones, and (d,).

    Returns
    -------
    Derivation
        ``.result`` is the pair of score, shape (d,), and information, shape (d, d).

    Raises
    ------
    ArgumentError
        A name is none, or stands twice.

    References
    ----------
    casella2002, section 12.3.

    Examples
    --------
    >>> logistic_regression().function().arguments
    ('y', 'X', 'w')
    """
    return _page(_names(design, response, weights), COINS)


def poisson_regression(design: str = "X", response: str = "y", weights: str = "w") -> Derivation:
    """Derive the score equation and the Fisher information of a regression of counts.

    Response i is Poisson with mean exp(x_i'w), independently.  The equation has no closed form;
    Newton steps with the information solve it.

    Parameters
    ----------
    design, response, weights : str
        Names of the matrix (n, d) and the vectors (n,) of whole numbers, and (d,).

    Returns
    -------
    Derivation
        ``.result`` is the pair of score, shape (d,), and information, shape (d, d).

    Raises
    ------
    ArgumentError
        A name is none, or stands twice.

    References
    ----------
    casella2002, section 12.3.

    Examples
    --------
    >>> poisson_regression().trace.results[0]
    ('score', X'*(y - exp(X*w)))
    """
    return _page(_names(design, response, weights), COUNTS)


@dataclass(frozen=True)
class Responses:
    """What is regressed: its name, its fact, log-likelihood, mean, and what is said of it.

    The texts hold ``{y}`` and ``{m}``, the response and the design times the weights; of `model`
    ``{0}`` is the response and ``{1}`` its mean.
    """

    title: str
    kind: Literal["coin", "count"]
    fact: str
    log_likelihood: str
    mean: str
    model: str
    because: str


COINS = Responses(
    "a logistic regression",
    "coin",
    "binary",
    "{y}'*{m} - sum(softplus({m}))",
    "sigmoid({m})",
    "the entries of {0} are independent, 1 with the probabilities {1}, else 0",
    "independent zeros and ones",
)
COUNTS = Responses(
    "a Poisson regression",
    "count",
    "nonnegative integer",
    "{y}'*{m} - sum(exp({m}))",
    "exp({m})",
    "the entries of {0} are independent Poisson numbers with the means {1}; what is free of the "
    "weights is left out of the log-likelihood",
    "independent Poisson numbers: the variances are the means",
)


def _page(names: tuple[str, ...], of: Responses) -> Derivation:
    """The score equation and the information of one kind of responses."""
    X, y, w = names
    text = of.log_likelihood.format(y=y, m=f"{X}*{w}")
    shapes = f"{X}: n x d, {w}: d, {y}: n {of.fact}"
    slope = gradient(text, w, shapes=shapes)
    curvature = hessian(f"-({text})", w, shapes=shapes)
    score, information = _one(slope), _one(curvature)
    x, unknown = elaborate(X, shapes, ()), elaborate(w, shapes, ())
    response = elaborate(y, shapes, ())
    mean = elaborate(of.mean.format(m=f"{X}*{w}"), shapes, ())
    spread = mean if of.kind == "count" else hadamard(mean, ones(mean.shape[0]) - mean)
    zero = Relation(score, "=", number(0) * score)
    said = Words("{0} has mean {1}, its entries have the variances {2}", (response, mean, spread))
    steps = (
        Step(None, Words(of.model, (response, mean)), "model"),
        *slope.trace.steps,
        Step(None, zero, "score equation: no closed form is known"),
        Step(None, said, of.because),
        Step(None, Relation(symbol("I"), "=", information), "covariance of the score"),
    )
    trace = Trace(
        question=Words(
            f"score and Fisher information of {of.title} of {{0}} on {{1}}", (response, x)
        ),
        definitions=slope.trace.definitions,
        steps=steps,
        results=(("score", score), ("information", information)),
        conditions=(*slope.trace.conditions, *_values(response, of.kind)),
        arguments=slope.trace.arguments,
        closing=(
            Words(
                "minus I is also the Hessian: the log-likelihood is concave in {0}, and each "
                "zero of the score is a maximum",
                (unknown,),
            ),
        ),
    )
    claim = RegressionInformation(information, x, unknown, of.kind)
    return DerivationUnderConditions(trace, (*slope.claims, *curvature.claims, claim))


def _values(response: Node, kind: Literal["coin", "count"]) -> tuple[Condition, ...]:
    """What every response is."""
    if kind == "coin":
        return (Words(FACTS["binary"].condition, (response,)),)
    return (*not_below_zero(response), *whole(response))


def counts_estimate(counts: str = "c", probabilities: str = "p") -> StationaryPoint:
    """Derive the most likely probabilities of categories from their counts, by a multiplier."""
    c, p = _names(counts, probabilities)
    return stationary_point(f"{c}'*log({p})", p, shapes=f"{c}: K positive, {p}: K simplex")


def normal_vectors_estimate(
    sample: str = "X", mean: str = "mu", covariance: str = "Sigma"
) -> StationaryPoint:
    """Derive the most likely mean and covariance of normal vectors, the rows of a sample."""
    X, m, S = _names(sample, mean, covariance)
    text = (
        f"-n*d/2*log(2*pi) - n/2*logdet({S}) "
        f"- sum_i((row({X}, i) - {m})'*inv({S})*(row({X}, i) - {m}))/2"
    )
    return stationary_point(text, [m, S], shapes=f"{X}: n x d, {m}: d, {S}: d x d spd")


def _one(found: Derivation) -> Node:
    ((_, node),) = found.trace.results
    return node


def _names(*names: str) -> tuple[str, ...]:
    """Names as given, each one of its own and no size.

    Raises
    ------
    ArgumentError
        A name is none, stands twice, or is that of a size.
    """
    for name in names:
        if not isinstance(name, str) or not name.isidentifier() or name in {"n", "d", "K", "i"}:
            raise ArgumentError(
                f"a regression needs names, not n, d, K or i, got {name!r}\n"
                f"  to fix   : give letters such as 'X', 'y' and 'w'"
            )
    if len(set(names)) < len(names):
        raise ArgumentError(f"each name stands for one thing, got {', '.join(names)}")
    return names
