"""Why no step of the algorithm lowers the log likelihood.

Letters: pi, F are weights and densities before a step, pi_new and G after it; c_k is the sum of
the responsibilities r_k of component k; m and M are the mean and covariance of the step.
"""

from __future__ import annotations

from derive.check.relations import Equation
from derive.derivation import Derivation
from derive.language.functions import elementwise, total
from derive.language.relations import Relation
from derive.statistics.mixtures.bound_pages import BOUND, LIKELIHOOD, POSTERIOR
from derive.statistics.page_conditions import above_zero, not_below_zero
from derive.statistics.written_page import WrittenPage

SHAPES = (
    "F: N x K positive, G: N x K positive, pi: K simplex, pi_new: K simplex, R: N x K positive, "
    "c: K positive, X: N x d, r_k: N positive, m: d, M: d x d spd, mu_k: d, Sigma_k: d x d spd, "
    "A: d x d spd, ell: scalar, ell_new: scalar, B: scalar, B_new: scalar, Delta_k: scalar"
)
NEW_LIKELIHOOD, NEW_BOUND = (
    text.replace("pi[k]", "pi_new[k]").replace("F[n,k]", "G[n,k]") for text in (LIKELIHOOD, BOUND)
)
PART = (
    "sum_n(r_k[n]*(-1/2*logdet(Sigma_k) - 1/2*(row(X,n) - mu_k)'*inv(Sigma_k)*(row(X,n) - mu_k)))"
)
BEST_PART = PART.replace("Sigma_k", "M").replace("mu_k", "m")
GAIN = (
    "1/2*sum(r_k)*(tr(inv(Sigma_k)*M) - logdet(M) + logdet(Sigma_k) - d "
    "+ (m - mu_k)'*inv(Sigma_k)*(m - mu_k))"
)


def growth_page() -> Derivation:
    """One step never lowers the log likelihood."""
    page = WrittenPage(SHAPES)
    page.write("B", BOUND, "the bound before the step, R the posterior probabilities")
    page.let("R", POSTERIOR)
    page.write("ell", "B", "no gap there")
    page.claim_equal(LIKELIHOOD, BOUND)
    page.let("pi_new", "c/sum(c)")
    page.holds(
        "sum_k(c[k]*log(pi_new[k])) - sum_k(c[k]*log(pi[k]))",
        ">=",
        "0",
        page.words("{0} = {1}, and a divergence is not negative", "pi_new", "c/sum(c)"),
    )
    page.let("m", "X'*r_k/sum(r_k)")
    page.let("M", "(X - ones(N)*m')'*diag(r_k)*(X - ones(N)*m')/sum(r_k)")
    page.write("Delta_k", f"{BEST_PART} - ({PART})", "what component k adds to the bound")
    page.chain(f"{BEST_PART} - ({PART})", (GAIN, "m and M the new mean and covariance"))
    page.holds(
        "tr(inv(Sigma_k)*A) - logdet(A) + logdet(Sigma_k)",
        ">=",
        "d",
        "an eigenvalue less one is at least its logarithm",
        shown=("tr(inv(Sigma_k)*M) - logdet(M) + logdet(Sigma_k)", "d"),
    )
    page.beside = (*not_below_zero(page.node("r_k")), *above_zero(page.node("sum(r_k)")))
    page.holds(GAIN, ">=", "0", "so no part of the bound falls", shown=("Delta_k", "0"))
    page.holds(
        NEW_LIKELIHOOD, ">=", NEW_BOUND, "Jensen, for the same R", shown=("ell_new", "B_new")
    )
    page.write_relation("ell_new", ">=", "ell", "the bound was the log likelihood and grew")
    page.claims.append(_two_components())
    question = page.words(
        "growth {0} of the lower bound by the new mean and covariance of component k, and why the "
        "log likelihood {1} never falls",
        "Delta_k",
        "ell",
    )
    return page.finish(question, {"Delta_k": GAIN})


def _two_components() -> Equation:
    """The log likelihood of two components, a whole step written out, before and after."""
    page = WrittenPage(
        "X: N x d, pi_1: probability, mu_1: d, mu_2: d, S_1: d x d spd, S_2: d x d spd, "
        "m_1: d, m_2: d, M_1: d x d spd, M_2: d x d spd, r_1: N positive, r_2: N positive, "
        "p: positive"
    )
    before = [("mu_1", "S_1", "pi_1"), ("mu_2", "S_2", "(1 - pi_1)")]
    after = [("m_1", "M_1", "p"), ("m_2", "M_2", "(1 - p)")]
    first, second = (_weighted(*letters) for letters in before)
    page.let("r_1", f"({first})./({first} + {second})")
    page.let("r_2", "ones(N) - r_1")
    page.let("p", "sum(r_1)/N")
    for k in "12":
        page.let(f"m_{k}", f"X'*r_{k}/sum(r_{k})")
        rest = f"(X - ones(N)*m_{k}')"
        page.let(f"M_{k}", f"{rest}'*diag(r_{k})*{rest}/sum(r_{k})")
    old, new = (
        page.node(" + ".join(_weighted(*letters) for letters in both)) for both in (before, after)
    )
    likelihoods = [total(elementwise("log", node)) for node in (new, old)]
    return Equation(
        Relation(likelihoods[0], ">=", likelihoods[1]),
        page.given,
        kind="result",
        sizes=(("N", 6), ("d", 2)),
    )


def _weighted(mean: str, covariance: str, weight: str) -> str:
    """The weighted density of a component at every point, without the constant."""
    rest = f"(X - ones(N)*{mean}')"
    inner = f"diag({rest}*inv({covariance})*{rest}')"
    return f"{weight}*exp(-1/2*{inner} - 1/2*logdet({covariance})*ones(N))"
