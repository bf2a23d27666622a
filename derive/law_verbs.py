"""The verbs of the ``derive`` command that ask about laws, samples of them, and finite laws.

Laws and tables go to the library as text: what is a vector there is one here.  To add a verb,
append a row to ``LAW_VERBS``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import derive
from derive.errors import ArgumentError
from derive.reading import parse as read
from derive.verbs import SHAPES, Argument, Verb

LAW = Argument("law", "for example Gamma(k, theta)")
BASE = Argument("--base", "of the logarithm: 2 for bits; nats if left out", False)
FUNCTION = Argument("function", "of x, for example log(x)")
WRT = Argument("--wrt", "the parameter, or several: mu, sigma; all if left out", False)
OF = Argument("--of", "the parameter that the prior is of, where several could be", False)
COUNT = Argument("--count", "how many values the sample holds: a number or a name", False)
LIKELIHOOD = Argument("likelihood", "the law of one value, for example Poisson(lam)")
PRIOR = Argument("prior", "the law of its parameter, for example Gamma(k, theta)")
PAIR = (Argument("p", "the law averaged over"), Argument("q", "the other law"))


# --- reading arguments ------------------------------------------------------------------


def _base(given: argparse.Namespace) -> Any:
    return None if given.base is None else read(given.base)


def _shaped(given: argparse.Namespace) -> dict[str, Any]:
    """The base and the shapes, as the measures of laws take them."""
    return {"base": _base(given), "shapes": given.shapes or ""}


def _order(given: argparse.Namespace) -> Any:
    return read(given.order) if given.order is not None else "alpha"


def _count(given: argparse.Namespace, left_out: Any) -> Any:
    """The size of a sample: digits are a number, all else is a name."""
    text = left_out if given.count is None else given.count
    return int(text[:9]) if isinstance(text, str) and text.isdecimal() else text


def _names(text: str | None) -> Any:
    """Names between commas."""
    return None if text is None else [name.strip() for name in text.split(",")]


def _variance(given: argparse.Namespace) -> Any:
    """The variance of a function under a law, or of a law alone."""
    if given.law is None:
        return derive.variance(given.function)
    return derive.variance(given.function, given.law, shapes=given.shapes or "")


def _moment(given: argparse.Namespace) -> Any:
    order = read(given.order, undeclared="scalar")
    return derive.moment(given.law, order)


def _pair_verb(question: Callable[..., Any]) -> Callable[[argparse.Namespace], Any]:
    """The answer to a question of a likelihood and a prior."""
    return lambda a: question(a.likelihood, a.prior, a.of)


def _stationary(given: argparse.Namespace) -> Any:
    if not given.matrix.lstrip().startswith("["):
        raise ArgumentError(
            f"a transition matrix is written in brackets, got {given.matrix[:40]!r}\n"
            f'  to fix   : give its rows, as in "[[1 - a, a], [b, 1 - b]]"'
        )
    return derive.stationary_distribution(given.matrix)


# --- the verbs --------------------------------------------------------------------------

LAW_VERBS: tuple[Verb, ...] = (
    Verb(
        "expectation",
        "the mean of a function of a random value x",
        (FUNCTION, LAW, SHAPES),
        lambda a: derive.expectation(a.function, a.law, shapes=a.shapes or ""),
        'derive expectation "x^2" "Gamma(k, theta)"',
    ),
    Verb(
        "variance",
        "the variance of a function of a random value x, or of a law alone",
        (FUNCTION, Argument("law", "left out for the variance of a law alone", False), SHAPES),
        _variance,
        'derive variance "log(x)" "Beta(a, b)"',
    ),
    Verb(
        "moment",
        "the mean of a power of a random value",
        (LAW, Argument("order", "the power, a number or a name")),
        _moment,
        'derive moment "LogNormal(mu, sigma)" s',
    ),
    Verb(
        "mgf",
        "the moment generating function of a law",
        (LAW,),
        lambda a: derive.moment_generating_function(a.law),
        'derive mgf "Poisson(lam)"',
        "moment_generating_function",
    ),
    Verb(
        "density",
        "the density of a law",
        (LAW,),
        lambda a: derive.density(a.law),
        'derive density "Weibull(k, lam)"',
    ),
    Verb(
        "cdf",
        "the distribution function of a law",
        (LAW,),
        lambda a: derive.cdf(a.law),
        'derive cdf "Laplace(mu, b)"',
    ),
    Verb(
        "quantile",
        "the place below which a share of a law lies",
        (LAW,),
        lambda a: derive.quantile(a.law),
        'derive quantile "Exponential(rate)"',
    ),
    Verb(
        "entropy",
        "the entropy of a law or of masses",
        (LAW, BASE, SHAPES),
        lambda a: derive.entropy(a.law, **_shaped(a)),
        'derive entropy "Normal(mu, sigma)" --base 2',
    ),
    Verb(
        "kl",
        "the Kullback-Leibler divergence of one law from another",
        (*PAIR, BASE, SHAPES),
        lambda a: derive.kl_divergence(a.p, a.q, **_shaped(a)),
        'derive kl "Normal(mu1, sigma1)" "Normal(mu2, sigma2)"',
        "kl_divergence",
    ),
    Verb(
        "js",
        "the Jensen-Shannon divergence of two laws",
        (*PAIR, BASE),
        lambda a: derive.js_divergence(a.p, a.q, base=_base(a)),
        'derive js "[p, 1 - p]" "[1/2, 1/2]"',
        "js_divergence",
    ),
    Verb(
        "cross_entropy",
        "the cross-entropy of two laws",
        (*PAIR, BASE, SHAPES),
        lambda a: derive.cross_entropy(a.p, a.q, **_shaped(a)),
        'derive cross_entropy "Bernoulli(p)" "Bernoulli(q)"',
    ),
    Verb(
        "renyi",
        "the Renyi divergence of one law from another",
        (
            *PAIR,
            Argument("--order", "the order, a number or a name; alpha if left out", False),
        ),
        lambda a: derive.renyi_divergence(a.p, a.q, _order(a)),
        'derive renyi "Exponential(a)" "Exponential(b)" --order 2',
        "renyi_divergence",
    ),
    Verb(
        "hellinger",
        "the Hellinger distance of two laws",
        PAIR,
        lambda a: derive.hellinger_distance(a.p, a.q),
        'derive hellinger "Normal(a, 1)" "Normal(b, 1)"',
        "hellinger_distance",
    ),
    Verb(
        "mutual_information",
        "what two values of a joint table tell of each other",
        (Argument("table", "joint masses, a row for each value of X"), BASE),
        lambda a: derive.mutual_information(a.table, base=_base(a)),
        'derive mutual_information "[[p/2, (1 - p)/2], [(1 - p)/2, p/2]]" --base 2',
    ),
    Verb(
        "capacity",
        "the capacity of a channel",
        (Argument("matrix", "a row for each input, the law of the output"), BASE),
        lambda a: derive.channel_capacity(a.matrix, base=_base(a)),
        'derive capacity "[[1 - e, e], [e, 1 - e]]" --base 2',
        "channel_capacity",
    ),
    Verb(
        "maximum_entropy",
        "the law of largest entropy with given means",
        (
            Argument("means", "what is held, as in E[x] = m, E[x^2] = s"),
            Argument("--support", "where the value lies, R if left out: (0, oo), [0, 1]", False),
            BASE,
        ),
        lambda a: derive.maximum_entropy(a.means, a.support or "R", base=_base(a)),
        'derive maximum_entropy "E[x] = mu" --support "(0, oo)"',
    ),
    Verb(
        "score",
        "the derivative of the log likelihood of a sample",
        (LAW, WRT),
        lambda a: derive.score(a.law, _names(a.wrt)),
        'derive score "Normal(mu, sigma)" --wrt mu',
    ),
    Verb(
        "mle",
        "the parameters at which the likelihood of a sample is largest",
        (LAW, Argument("--known", "the parameters that are held: mu, sigma", False)),
        lambda a: derive.maximum_likelihood(a.law, known=_names(a.known) or ()),
        'derive mle "Poisson(lam)"',
        "maximum_likelihood",
    ),
    Verb(
        "fisher",
        "the Fisher information of a law",
        (LAW, WRT, COUNT),
        lambda a: derive.fisher_information(a.law, _names(a.wrt), n=_count(a, 1)),
        'derive fisher "Gamma(k, theta)" --wrt theta --count n',
        "fisher_information",
    ),
    Verb(
        "cramer_rao",
        "the least variance of an unbiased estimate",
        (LAW, Argument("--of", "the function that is estimated: sigma^2", False), WRT, COUNT),
        lambda a: derive.cramer_rao_bound(a.law, a.of, _names(a.wrt), n=_count(a, "n")),
        'derive cramer_rao "Poisson(lam)" --of "exp(-lam)"',
        "cramer_rao_bound",
    ),
    Verb(
        "posterior",
        "the law of a parameter given a sample",
        (LIKELIHOOD, PRIOR, OF),
        _pair_verb(derive.posterior),
        'derive posterior "Poisson(lam)" "Gamma(k, theta)"',
    ),
    Verb(
        "predictive",
        "the law of one more value given a sample",
        (LIKELIHOOD, PRIOR, OF),
        _pair_verb(derive.posterior_predictive),
        'derive predictive "Bernoulli(p)" "Beta(a, b)"',
        "posterior_predictive",
    ),
    Verb(
        "evidence",
        "the log of the density of a sample, the parameter averaged out",
        (LIKELIHOOD, PRIOR, OF),
        _pair_verb(derive.marginal_likelihood),
        'derive evidence "Bernoulli(p)" "Beta(a, b)"',
        "marginal_likelihood",
    ),
    Verb(
        "map",
        "the mode of a posterior",
        (LIKELIHOOD, PRIOR, OF),
        _pair_verb(derive.maximum_a_posteriori),
        'derive map "Bernoulli(p)" "Beta(a, b)"',
        "maximum_a_posteriori",
    ),
    Verb(
        "stationary_law",
        "the stationary law of a Markov chain",
        (Argument("matrix", "a row for each state, as in [[1 - a, a], [b, 1 - b]]"),),
        _stationary,
        'derive stationary_law "[[1 - a, a], [b, 1 - b]]"',
        "stationary_distribution",
    ),
)
