"""Pages about one step of the algorithm: responsibilities, then weights, means, covariances.

Letters: x_n is row n of the data X; L[n,k] is the logarithm of the density of component k at
x_n, pi_k its weight; r_k holds the responsibilities of component k for all points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derive.calculus.stationary_point import stationary_point
from derive.check.stationary import StationaryAt
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.language.expression import Node
from derive.language.relations import Condition, Words
from derive.statistics.page_conditions import above_zero, not_below_zero
from derive.statistics.written_page import WrittenPage, only, with_parts

SHAPES = (
    "X: N x d, R: N x K positive, L: N x K, pi: K simplex, r_k: N positive, U: N x K positive, "
    "B_pi: scalar, B_k: scalar, B_all: scalar, r: K simplex, a: K, b: scalar"
)
BOUND_OF_ROW = "sum_k(r[k]*(log(pi[k]) + a[k] - log(r[k])))"
BOUND_IN_WEIGHTS = "sum_n(sum_k(R[n,k]*log(pi[k])))"
ROWS_ON_SIMPLEX = "U ./ (rowsums(U)*ones(K)')"


@dataclass(frozen=True)
class Kind:
    """What a kind of covariance declares, and its part of the lower bound less a constant.

    `all_means` is the name of the matrix of means in that part, where it has all of them.
    """

    mean: str
    width: str
    declared: str
    bound_in_mean: str
    bound_in_width: str
    words: str
    all_means: str = ""


FULL = (
    "sum_n(r_k[n]*(-1/2*logdet(Sigma_k) - 1/2*(row(X,n) - mu_k)'*inv(Sigma_k)*(row(X,n) - mu_k)))"
)
TIED = (
    "sum_n(sum_k(R[n,k]*(-1/2*logdet(Sigma) "
    "- 1/2*(row(X,n) - row(M,k))'*inv(Sigma)*(row(X,n) - row(M,k)))))"
)
DIAGONAL = "sum_n(r_k[n]*(-1/2*log(v_j) - 1/2*(x_j[n] - m_j)^2/v_j))"
SPHERICAL = "sum_n(r_k[n]*(-d/2*log(v_k) - 1/2*norm2(row(X,n) - mu_k)^2/v_k))"
KINDS: Mapping[str, Kind] = {
    "full": Kind(
        "mu_k",
        "Sigma_k",
        "mu_k: d, Sigma_k: d x d spd",
        FULL,
        FULL,
        "mean {1} and covariance {2} of component k",
    ),
    "tied": Kind(
        "mu_k",
        "Sigma",
        "mu_k: d, M: K x d, Sigma: d x d spd",
        FULL.replace("Sigma_k", "Sigma"),
        TIED,
        "mean {1} of component k and covariance {2} of all components",
        all_means="M",
    ),
    "diagonal": Kind(
        "m_j",
        "v_j",
        "x_j: N, m_j: scalar, v_j: positive",
        DIAGONAL,
        DIAGONAL,
        "mean {1} and variance {2} of feature j in component k",
    ),
    "spherical": Kind(
        "mu_k",
        "v_k",
        "mu_k: d, v_k: positive",
        SPHERICAL,
        SPHERICAL,
        "mean {1} and variance {2} of component k",
    ),
}


def responsibilities_page() -> Derivation:
    """The row of responsibilities with the largest lower bound: the posterior probabilities."""
    page = WrittenPage(SHAPES)
    row = stationary_point(BOUND_OF_ROW, "r", shapes=SHAPES)
    closing = page.include(row, "b", "what one point adds to the lower bound")
    result = "rowsoftmax(L + ones(N)*log(pi)')"
    page.claim_equal(result, "(exp(L)*diag(pi)) ./ (exp(L)*pi*ones(K)')", kind="result")
    page.write("R", result, "all rows at once")
    question = Words(
        "responsibilities {0} with the largest lower bound; {1} holds the logarithm of the density "
        "of component k at {2} in place n, k, and {3} is a row of it",
        tuple(map(page.node, ("R", "L", "X", "a"))),
    )
    return page.finish(question, {"R": result}, closing)


def _responsibilities(page: WrittenPage, covariance: str) -> tuple[Condition, ...]:
    """What responsibilities are; those that underflow are zero."""
    R, r_k = page.node("R"), page.node("r_k")
    shares = Words("each row of {0}: entries >= 0 with sum 1", (R,))
    return (*not_below_zero(R, r_k), shares, *above_zero(page.node("sum(r_k)")))


def maximisation_page(covariance: str = "full") -> Derivation:
    """The weights, means and covariances with the largest lower bound."""
    kind = KINDS[covariance]
    shapes = f"{SHAPES}, {kind.declared}"
    page = WrittenPage(shapes)
    weights = stationary_point(BOUND_IN_WEIGHTS, "pi", shapes=shapes)
    page.include(weights, "B_pi", "the part of the lower bound with the weights")
    page.let("R", ROWS_ON_SIMPLEX)
    page.write("pi", "R'*ones(N)/N", "each row of R sums to one")
    page.claim_equal(only(weights), "R'*ones(N)/N", kind="result")
    page.given = ()
    centre = stationary_point(kind.bound_in_mean, kind.mean, shapes=shapes)
    page.include(centre, "B_k", "the part with component k, but for a constant")
    there = {page.node(kind.mean): only(centre)}
    around = stationary_point(kind.bound_in_width, kind.width, shapes=shapes)
    if kind.all_means:
        page.include(around, "B_all", "this part of all components")
        means = page.node(kind.all_means)
        there = {means: page.node("diag(ones(K)./(R'*ones(N)))*R'*X")}
        page.write(means, there[means], "the means as rows")
    else:
        page.include(around, "B_k")
    page.beside = _responsibilities(page, covariance)
    width, found = page.node(kind.width), substituted(only(around), there)
    page.conditions = tuple(with_parts(c, there) for c in around.trace.conditions)
    page.write(width, found, "put the mean in")
    best = (*there.items(), (width, found))
    bound = page.node(kind.bound_in_width)
    page.claims.append(StationaryAt(bound, best, conditions=page.conditions))
    words = f"weights {{0}}, {kind.words} with the largest lower bound, the responsibilities held"
    question = page.words(words, "pi", kind.mean, kind.width)
    results: dict[str, str | Node] = {"pi": "R'*ones(N)/N"}
    results |= {kind.mean: only(centre), kind.width: found}
    return page.finish(question, results)
