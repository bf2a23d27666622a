"""Pages about the log likelihood of a mixture: its lower bound, and why it never falls.

Letters: x_n is row n of the data X, f_nk = F[n,k] the density of component k at x_n, pi_k its
weight, r_nk = R[n,k] the responsibility of component k for x_n; rows of R sum to one.
"""

from __future__ import annotations

from derive.derivation import Derivation
from derive.language.expression import Node, divide
from derive.language.indices import entry, index, sum_over
from derive.language.relations import Words
from derive.statistics.written_page import WrittenPage

SHAPES = (
    "F: N x K positive, R: N x K positive, pi: K simplex, P: N x K positive, U: N x K positive, "
    "ell: scalar, B: scalar"
)
LIKELIHOOD = "sum_n(log(sum_k(pi[k]*F[n,k])))"
BOUND = "sum_n(sum_k(R[n,k]*log(pi[k]*F[n,k]/R[n,k])))"
ROWS_ON_SIMPLEX = "U ./ (rowsums(U)*ones(K)')"
POSTERIOR = "(F*diag(pi)) ./ (F*pi*ones(K)')"


def evidence_lower_bound_page() -> Derivation:
    """Jensen's inequality gives a lower bound, and the gap is a divergence."""
    page = WrittenPage(SHAPES)
    page.let("R", ROWS_ON_SIMPLEX)
    page.write("ell", LIKELIHOOD, "log likelihood")
    page.chain(
        LIKELIHOOD,
        ("sum_n(log(sum_k(R[n,k]*(pi[k]*F[n,k]/R[n,k]))))", "multiply and divide"),
    )
    page.write("B", BOUND, "mean and logarithm exchanged")
    page.beside = (page.words("each row of {0}: entries > 0 with sum 1", "R"),)
    page.holds(
        LIKELIHOOD,
        ">=",
        BOUND,
        "Jensen: the logarithm is concave, each row of R sums to one",
        shown=("ell", "B"),
    )
    page.let("P", POSTERIOR)
    density, share = _entries(page)
    page.write(
        entry(page.node("P"), *_indices(page)),
        share,
        "probability of the component given the point",
    )
    gap = "sum_n(sum_k(R[n,k]*log(R[n,k]/P[n,k])))"
    page.claim_equal(f"{LIKELIHOOD} - {BOUND}", gap)
    page.write("ell - B", gap, "what is lost: a divergence, zero where they are equal")
    page.claim_equal(LIKELIHOOD, BOUND.replace("R[n,k]", "P[n,k]"), kind="result")
    question = Words(
        "lower bound {0} of the log likelihood of a mixture, for every {1} with rows that sum to "
        "one; {2} is the density of component k at x_n",
        (page.node("B"), page.node("R"), density),
    )
    return page.finish(question, {"B": BOUND})


def _indices(page: WrittenPage) -> tuple[Node, Node]:
    rows, columns = page.node("F").shape
    return index("n", rows), index("k", columns)


def _entries(page: WrittenPage) -> tuple[Node, Node]:
    """The density f_nk, and the share of component k in the density at x_n."""
    F, pi = page.node("F"), page.node("pi")
    n, k = _indices(page)
    j = index("j", F.shape[1])
    whole = sum_over(entry(pi, j) * entry(F, n, j), j)
    return entry(F, n, k), divide(entry(pi, k) * entry(F, n, k), whole)
