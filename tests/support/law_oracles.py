"""SciPy's law of each name: how it is made, some parameters, some values inside the support."""

from __future__ import annotations

import numpy as np
import scipy.stats as st


class HalvesOf:
    """A law of two sides whose log density SciPy has not, from the definition by cases."""

    def __init__(self, logpdf):
        self.logpdf = logpdf


def _asymmetric_laplace(mu, lam, kappa):
    return st.laplace_asymmetric(kappa, loc=mu, scale=1 / lam)


def _wigner(radius):
    return HalvesOf(lambda x: np.log(2 * np.sqrt(radius**2 - x**2) / (np.pi * radius**2)))


def _continuous_bernoulli(lam):
    constant = 2 * np.arctanh(1 - 2 * lam) / (1 - 2 * lam)
    return HalvesOf(lambda x: np.log(constant * lam**x * (1 - lam) ** (1 - x)))


def _rademacher():
    return st.rv_discrete(values=([-1, 1], [0.5, 0.5]))


ORACLES = {
    "arcsine": (lambda a, b: st.arcsine(a, b - a), [(0, 1), (-2, 1.5)], [0.25, 0.75]),
    "asymmetric_laplace": (_asymmetric_laplace, [(0.5, 2, 3), (-1, 0.5, 0.25)], [-2, 0.75, 4]),
    "bernoulli": (lambda p: st.bernoulli(p), [(0.25,), (0.9,)], [0, 1]),
    "beta": (lambda a, b: st.beta(a, b), [(0.5, 2), (3, 1.25)], [0.125, 0.5]),
    "beta_prime": (lambda a, b: st.betaprime(a, b), [(0.5, 2), (3, 1.25)], [0.125, 4]),
    "binomial": (lambda n, p: st.binom(n, p), [(1, 0.25), (7, 0.75)], [0, 1]),
    "burr12": (
        lambda c, k, lam: st.burr12(c, k, scale=lam),
        [(0.5, 2, 3), (3, 0.5, 0.25)],
        [0.125, 4],
    ),
    "cauchy": (lambda x0, gamma: st.cauchy(x0, gamma), [(0, 1), (-2, 0.5)], [-3, 0.5]),
    "chi": (lambda k: st.chi(k), [(0.5,), (3,)], [0.25, 2]),
    "chi2": (lambda k: st.chi2(k), [(0.5,), (3,)], [0.25, 2]),
    "continuous_bernoulli": (_continuous_bernoulli, [(0.25,), (0.875,)], [0.125, 0.5]),
    "dagum": (lambda p, a, b: st.burr(a, p, scale=b), [(0.5, 2, 3), (3, 0.5, 0.25)], [0.125, 4]),
    "discrete_uniform": (lambda n: st.randint(1, n + 1), [(3,), (8,)], [1, 3]),
    "erlang": (lambda k, rate: st.erlang(k, scale=1 / rate), [(1, 2), (4, 0.5)], [0.125, 4]),
    "exponential": (lambda rate: st.expon(scale=1 / rate), [(0.5,), (3,)], [0.25, 2]),
    "f": (lambda d1, d2: st.f(d1, d2), [(0.5, 2), (3, 5)], [0.125, 4]),
    "frechet": (lambda a, s: st.invweibull(a, scale=s), [(0.5, 2), (3, 0.25)], [0.125, 4]),
    "gamma": (lambda k, theta: st.gamma(k, scale=theta), [(0.5, 2), (3, 0.25)], [0.125, 4]),
    "generalized_gamma": (
        lambda a, d, p: st.gengamma(d / p, p, scale=a),
        [(0.5, 2, 3), (3, 0.5, 0.25)],
        [0.125, 4],
    ),
    "generalized_normal": (
        lambda mu, alpha, beta: st.gennorm(beta, mu, alpha),
        [(0, 1, 3), (-1, 2, 0.5)],
        [-2, 0.5],
    ),
    "generalized_pareto": (
        lambda mu, sigma, xi: st.genpareto(xi, mu, sigma),
        [(0, 1, 0.5), (-2, 0.5, 2)],
        [0.125, 4],
    ),
    "geometric": (lambda p: st.geom(p), [(0.25,), (0.9,)], [1, 2, 7]),
    "gev": (
        lambda mu, sigma, xi: st.genextreme(-xi, mu, sigma),
        [(0, 1, 0.5), (1, 0.5, 0.25)],
        [0.125, 4],
    ),
    "gompertz": (lambda b, eta: st.gompertz(eta, scale=1 / b), [(0.5, 2), (3, 0.25)], [0.125, 1]),
    "gumbel": (lambda mu, beta: st.gumbel_r(mu, beta), [(0, 1), (-2, 0.5)], [-2, 0.5]),
    "half_cauchy": (lambda gamma: st.halfcauchy(scale=gamma), [(0.5,), (3,)], [0.25, 2]),
    "half_normal": (lambda sigma: st.halfnorm(scale=sigma), [(0.5,), (3,)], [0.25, 2]),
    "hyperbolic_secant": (
        lambda s: st.hypsecant(scale=s),
        [(0.5,), (3,)],
        [-2, 0.25],
    ),
    "inverse_gamma": (lambda a, b: st.invgamma(a, scale=b), [(0.5, 2), (3, 0.25)], [0.125, 4]),
    "inverse_gaussian": (
        lambda mu, lam: st.invgauss(mu / lam, scale=lam),
        [(0.5, 2), (3, 0.25)],
        [0.125, 4],
    ),
    "kumaraswamy": (
        lambda a, b: HalvesOf(lambda x: np.log(a * b * x ** (a - 1) * (1 - x**a) ** (b - 1))),
        [(0.5, 2), (3, 1.25)],
        [0.125, 0.5],
    ),
    "laplace": (lambda mu, b: st.laplace(mu, b), [(0, 1), (-2, 0.5)], [-2.5, 0.5]),
    "levy": (lambda mu, c: st.levy(mu, c), [(0, 1), (-2, 0.5)], [0.125, 4]),
    "log_logistic": (lambda a, b: st.fisk(b, scale=a), [(0.5, 2), (3, 0.25)], [0.125, 4]),
    "log_series": (lambda p: st.logser(p), [(0.25,), (0.9,)], [1, 2, 7]),
    "log_uniform": (lambda a, b: st.loguniform(a, b), [(0.1, 4), (0.05, 5)], [0.125, 2]),
    "logistic": (lambda mu, s: st.logistic(mu, s), [(0, 1), (-2, 0.5)], [-2.5, 0.5]),
    "lognormal": (
        lambda mu, sigma: st.lognorm(sigma, scale=np.exp(mu)),
        [(0, 1), (-2, 0.5)],
        [0.125, 4],
    ),
    "lomax": (lambda alpha, lam: st.lomax(alpha, scale=lam), [(0.5, 2), (3, 0.25)], [0.125, 4]),
    "maxwell": (lambda a: st.maxwell(scale=a), [(0.5,), (3,)], [0.25, 2]),
    "moyal": (lambda mu, sigma: st.moyal(mu, sigma), [(0, 1), (-2, 0.5)], [-2, 0.5]),
    "nakagami": (
        lambda m, omega: st.nakagami(m, scale=np.sqrt(omega)),
        [(0.5, 2), (3, 0.25)],
        [0.125, 1],
    ),
    "negative_binomial": (lambda r, p: st.nbinom(r, p), [(0.5, 0.25), (3, 0.9)], [0, 1, 6]),
    "normal": (lambda mu, sigma: st.norm(mu, sigma), [(-1, 0.5), (2, 3)], [-2, 0, 1.5]),
    "pareto": (lambda xm, alpha: st.pareto(alpha, scale=xm), [(0.5, 2), (0.75, 0.5)], [1, 4]),
    "poisson": (lambda lam: st.poisson(lam), [(0.5,), (7,)], [0, 1, 6]),
    "power_function": (lambda alpha: st.powerlaw(alpha), [(0.5,), (3,)], [0.25, 0.75]),
    "rademacher": (_rademacher, [()], [-1, 1]),
    "rayleigh": (lambda sigma: st.rayleigh(scale=sigma), [(0.5,), (3,)], [0.25, 2]),
    "student_t": (lambda nu: st.t(nu), [(0.5,), (3,)], [-2, 0.25]),
    "triangular": (
        lambda a, b, c: st.triang((c - a) / (b - a), a, b - a),
        [(0, 1, 0.25), (-2, 3, 1)],
        [0.125, 0.75],
    ),
    "truncated_exponential": (
        lambda rate, b: st.truncexpon(rate * b, scale=1 / rate),
        [(0.5, 2), (3, 1)],
        [0.125, 0.75],
    ),
    "truncated_normal": (
        lambda mu, sigma, a, b: st.truncnorm((a - mu) / sigma, (b - mu) / sigma, mu, sigma),
        [(0, 1, -1, 2), (-2, 0.5, -3, 1)],
        [-0.5, 0.5],
    ),
    "uniform": (lambda a, b: st.uniform(a, b - a), [(0, 1), (-2, 1.5)], [0.25, 0.75]),
    "weibull": (lambda k, lam: st.weibull_min(k, scale=lam), [(0.5, 2), (3, 0.25)], [0.125, 1]),
    "wigner_semicircle": (_wigner, [(1,), (2.5,)], [-0.75, 0.5]),
    "von_mises": (lambda mu, kappa: st.vonmises(kappa, mu), [(0, 1), (-2, 0.5)], [-1.5, 0.5]),
    "zeta": (lambda s: st.zipf(s), [(2.5,), (4,)], [1, 2, 7]),
}
