"""Pages about naive Bayes: the rule, its estimates, smoothing, and the logistic special case.

Letters: pi_k is the probability of class k, P[k,j] that of the observed feature j in it; c holds
counts; theta the probabilities of features in one class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import comb

from derive.calculus.stationary_point import stationary_point
from derive.check.cases import Case, CaseClaim
from derive.check.stream import Stream
from derive.derivation import Derivation
from derive.language.expression import add
from derive.language.functions import total
from derive.language.indices import entry, index
from derive.language.relations import Relation, Words
from derive.statistics.page_conditions import above_zero, not_below_zero, whole
from derive.statistics.written_page import WrittenPage, only, symbols_in


def decision_page() -> Derivation:
    """The probabilities of the classes, by Bayes and independence; the best class."""
    page = WrittenPage("P: K x d positive, pi: K simplex, l: K, p: K, s: K, e: K")
    question = page.words(
        "probabilities {0} of the classes given d features; {1} holds the probability of feature j "
        "in class k",
        "p",
        "P",
    )
    page.write("l", "rowsums(log(P))", "independent features: the logarithms add")
    page.let("l", "rowsums(log(P))")
    joint = "exp(l)./sum(pi.*exp(l))"
    page.write("p", f"pi.*({joint})", "Bayes")
    page.chain(f"pi.*({joint})", ("exp(log(pi) + l)/sum(exp(log(pi) + l))", "into the exponent"))
    result = page.node("softmax(log(pi) + rowsums(log(P)))")
    page.chain(page.last, (result, "put in"))
    page.write("s", "log(pi) + l", "score of each class")
    page.say(
        page.words("the class with the largest entry of {0} has the largest of {1}", "s", "p"),
        "what they are divided by is the same for all",
    )
    first = page.node("sum(e.*softmax(log(pi) + rowsums(log(P))))")
    words = "counted in a table of classes and features"
    page.claims.append(CaseClaim(first, symbols_in(first), _tables, words))
    return page.finish(question, {"p": result})


def _tables(stream: Stream) -> Iterator[Case]:
    """Cases in pi and P: every outcome of up to three features listed with its probability."""
    for K, d in ((2, 2), (3, 2), (2, 3), (3, 3), (2, 1), (4, 2)):
        weights = [int(k) for k in stream.integers(1, 9, (K,))]
        pi = [Fraction(w, sum(weights)) for w in weights]
        chances = [[Fraction(int(k), 10) for k in stream.integers(1, 10, (d,))] for _ in range(K)]
        table = {
            (k, *outcome): pi[k] * _chance(chances[k], outcome)
            for k in range(K)
            for outcome in product((0, 1), repeat=d)
        }
        seen = (1,) * d
        whole = sum((table[k, *seen] for k in range(K)), Fraction(0))
        values = {"pi": pi, "P": chances, "e": [1, *[0] * (K - 1)]}
        yield Case(values, table[0, *seen] / whole, {"K": K, "d": d})


def _chance(chances: list[Fraction], outcome: tuple[int, ...]) -> Fraction:
    """The probability of an outcome of independent features."""
    share = Fraction(1)
    for p, is_so in zip(chances, outcome, strict=True):
        share *= p if is_so else 1 - p
    return share


PRIORS = "sum_k(c[k]*log(pi[k]))"
LETTERS = "c: K positive, pi: K simplex, ell: scalar, ell_k: scalar"


def _counts(page: WrittenPage, *names: str) -> tuple[Relation, ...]:
    """Counts are whole numbers; zero is one, but not of all."""
    counts = tuple(map(page.node, names))
    summed = add(*map(total, counts))
    return (*whole(*counts), *not_below_zero(*counts), *above_zero(summed))


def _opened(shapes: str) -> tuple[WrittenPage, Derivation]:
    """A page that begins with the shares of the classes, and their derivation."""
    page = WrittenPage(shapes)
    page.beside = _counts(page, "c")
    priors = stationary_point(PRIORS, "pi", shapes=shapes)
    page.include(priors, "ell", "log likelihood of the classes; c counts them")
    return page, priors


def gaussian_page() -> Derivation:
    """Shares of the classes; mean and variance of a feature in a class."""
    shapes = f"{LETTERS}, x: N, mu: scalar, v: positive"
    likelihood = "sum_n(-1/2*log(v) - 1/2*(x[n] - mu)^2/v)"
    page, priors = _opened(shapes)
    words = "log likelihood of a feature, x its values in one class, but for a constant"
    mean = stationary_point(likelihood, "mu", shapes=shapes)
    page.include(mean, "ell_k", words)
    width = stationary_point(likelihood, "v", shapes=shapes)
    page.include(width, "ell_k")
    page.let("mu", "sum(x)/N")
    result = page.node("norm2(x - sum(x)/N*ones(N))^2/N")
    page.write("v", result, "the mean put in")
    page.claim_equal(only(width), result, kind="result")
    question = page.words(
        "maximum likelihood of a naive Bayes classifier: shares {0} of the classes, mean {1} and "
        "variance {2} of a feature in a class",
        "pi",
        "mu",
        "v",
    )
    return page.finish(question, {"pi": only(priors), "mu": "sum(x)/N", "v": result})


def multinomial_page() -> Derivation:
    """Shares of the classes; shares of the features in a class."""
    shapes = f"{LETTERS}, n: d positive, theta: d simplex"
    page, priors = _opened(shapes)
    page.beside += (*not_below_zero(page.node("n")), *above_zero(page.node("sum(n)")))
    shares = stationary_point("sum_j(n[j]*log(theta[j]))", "theta", shapes=shapes)
    page.include(shares, "ell_k", "log likelihood of the features in one class; n counts them")
    question = page.words(
        "maximum likelihood of a naive Bayes classifier: shares {0} of the classes, shares {1} of "
        "the features in a class",
        "pi",
        "theta",
    )
    return page.finish(question, {"pi": only(priors), "theta": only(shares)})


def bernoulli_page() -> Derivation:
    """Shares of the classes; share of the examples of a class that have a feature."""
    shapes = f"{LETTERS}, a: positive, b: positive, theta: probability"
    page, priors = _opened(shapes)
    page.beside += _counts(page, "a", "b")
    share = stationary_point("a*log(theta) + b*log(1 - theta)", "theta", shapes=shapes)
    page.include(share, "ell_k", "log likelihood of a feature, in a of the class and not in b")
    question = page.words(
        "maximum likelihood of a naive Bayes classifier: shares {0} of the classes, probability "
        "{1} of a feature in a class",
        "pi",
        "theta",
    )
    return page.finish(question, {"pi": only(priors), "theta": only(share)})


ESTIMATES: Mapping[str, Callable[[], Derivation]] = {
    "gaussian": gaussian_page,
    "multinomial": multinomial_page,
    "bernoulli": bernoulli_page,
}


def smoothing_page() -> Derivation:
    """Laplace smoothing is the mean of a Dirichlet posterior."""
    page = WrittenPage(
        "n: d positive, alpha: positive, a: d positive, theta: d, m: d, s: positive, t: positive, "
        "e: d"
    )
    page.beside = not_below_zero(page.node("n"))
    j = index("j", page.node("n").shape[0])
    theta_j, n_j = (entry(page.node(name), j) for name in ("theta", "n"))
    page.say(
        page.words("before the data {0} has a Dirichlet law, each parameter {1}", "theta", "alpha"),
        Words(
            "density proportional to the product of all {0}", (theta_j ** (page.node("alpha") - 1),)
        ),
    )
    page.write(
        "a",
        "n + alpha*ones(d)",
        Words("times the product of all {0}: Dirichlet again", (theta_j**n_j,)),
    )
    page.write("s", "sum(a)", "total of the parameters")
    page.write(
        entry(page.node("m"), j),
        page.node("exp(loggamma(t + 1) - loggamma(t) + loggamma(s) - loggamma(s + 1))"),
        Words(
            "mean of {0}: totals with one more factor and without; {1} is {2}",
            (theta_j, page.node("t"), entry(page.node("a"), j)),
        ),
    )
    page.chain(page.last, ("t/s", "recurrence of the gamma function"))
    result = page.node("(n + alpha*ones(d))/(sum(n) + d*alpha)")
    page.write("m", "a/s", "every j")
    page.let("a", "n + alpha*ones(d)")
    page.let("s", "sum(a)")
    page.chain("a/s", (result, "put in"))
    page.say(page.words("{0} = 1 adds one to each count", "alpha"), "Laplace smoothing")
    first = page.node("sum(e.*(n + alpha*ones(d)))/(sum(n) + d*alpha)")
    words = "integrated over the simplex"
    page.claims.append(CaseClaim(first, symbols_in(first), _integrals, words))
    question = page.words(
        "posterior mean {0} of the probabilities {1} of features with counts {2}", "m", "theta", "n"
    )
    return page.finish(question, {"m": result})


def _integrals(stream: Stream) -> Iterator[Case]:
    """Cases in n and alpha: the mean of theta_1 over two or three probabilities, integrated."""
    for d in (2, 3, 3, 2, 3, 2):
        counts = [int(k) for k in stream.integers(1, 6, (d,))]
        alpha = int(stream.integers(1, 4, (1,))[0])
        powers = [count + alpha - 1 for count in counts]
        more = [powers[0] + 1, *powers[1:]]
        found = _over_simplex(more) / _over_simplex(powers)
        yield Case({"n": counts, "alpha": alpha, "e": [1, *[0] * (d - 1)]}, found, {"d": d})


def _over_simplex(powers: list[int]) -> Fraction:
    """The integral of a product of powers of numbers that sum to one, all but the last free."""
    *first, last = powers
    if len(first) == 1:
        return sum(
            (Fraction(comb(last, i) * (-1) ** i, first[0] + i + 1) for i in range(last + 1)),
            Fraction(0),
        )
    p, q = first
    total = Fraction(0)
    for i in range(last + 1):  # (u - y)^last with u = 1 - x, then y from 0 to u
        inner = Fraction(comb(last, i) * (-1) ** i, q + i + 1)
        total += inner * _over_simplex([p, q + last + 1])
    return total


def logistic_page() -> Derivation:
    """With variances that do not depend on the class, the classifier is a logistic one."""
    page = WrittenPage(
        "x: d, mu_1: d, mu_0: d, v: d positive, pi_1: probability, z: scalar, w: d, b: scalar, "
        "p: scalar, f_1: positive, f_0: positive"
    )
    for k in "10":
        page.let(f"f_{k}", f"exp(-1/2*sum((x - mu_{k}).^2./v) - 1/2*sum(log(2*pi*v)))")
    page.write(
        "z",
        "log(pi_1*f_1/((1 - pi_1)*f_0))",
        Words("log odds; {0} and {1} are the densities", (page.node("f_1"), page.node("f_0"))),
    )
    page.chain(
        "log(pi_1*f_1/((1 - pi_1)*f_0))",
        (
            "log(pi_1/(1 - pi_1)) - 1/2*sum((x - mu_1).^2./v) + 1/2*sum((x - mu_0).^2./v)",
            "independent normal features; what has no mean in it cancels",
        ),
        (
            "((mu_1 - mu_0)./v)'*x + log(pi_1/(1 - pi_1)) - 1/2*sum((mu_1.^2 - mu_0.^2)./v)",
            "open the squares: those of x cancel",
        ),
    )
    page.write("w", "(mu_1 - mu_0)./v", "weights")
    bias = "log(pi_1/(1 - pi_1)) - 1/2*sum((mu_1.^2 - mu_0.^2)./v)"
    page.write("b", bias, "intercept")
    page.write("p", "sigmoid(w'*x + b)", "probability of class 1")
    page.let("w", "(mu_1 - mu_0)./v")
    page.let("b", bias)
    page.claim_equal("pi_1*f_1/(pi_1*f_1 + (1 - pi_1)*f_0)", "sigmoid(w'*x + b)", kind="result")
    question = page.words(
        "weights {0} and intercept {1} of a Gaussian naive Bayes classifier, the variances {2} "
        "being the same in both classes",
        "w",
        "b",
        "v",
    )
    return page.finish(question, {"w": "(mu_1 - mu_0)./v", "b": bias})
