"""Every law by its name, and how to find one."""

from __future__ import annotations

import difflib

from derive.errors import ArgumentError
from derive.language.law import Law, Value
from derive.language.laws.circle import VonMises
from derive.language.laws.directions import VonMisesFisher
from derive.language.laws.extremes import (
    Frechet,
    GeneralizedExtremeValue,
    Gompertz,
    Gumbel,
    Moyal,
    Weibull,
)
from derive.language.laws.half_line import (
    Chi,
    ChiSquared,
    Erlang,
    Exponential,
    Gamma,
    GeneralizedGamma,
    HalfNormal,
    InverseGamma,
    InverseGaussian,
    LogNormal,
    Maxwell,
    Nakagami,
    Rayleigh,
)
from derive.language.laws.heavy_tails import (
    BetaPrime,
    BurrXII,
    Dagum,
    FisherF,
    GeneralizedPareto,
    HalfCauchy,
    Levy,
    LogLogistic,
    Lomax,
    Pareto,
)
from derive.language.laws.intervals import (
    Arcsine,
    Beta,
    ContinuousBernoulli,
    Kumaraswamy,
    LogUniform,
    PowerFunction,
    Triangular,
    TruncatedExponential,
    TruncatedNormal,
    Uniform,
    WignerSemicircle,
)
from derive.language.laws.line import (
    AsymmetricLaplace,
    Cauchy,
    GeneralizedNormal,
    HyperbolicSecant,
    Laplace,
    Logistic,
    Normal,
    StudentT,
)
from derive.language.laws.matrices import InverseWishart, MatrixNormal, Wishart
from derive.language.laws.pairs import NormalGamma, NormalInverseGamma, PairLaw
from derive.language.laws.vector_pairs import (
    NormalInverseWishart,
    NormalWishart,
    VectorPairLaw,
)
from derive.language.laws.vectors import (
    Categorical,
    Dirichlet,
    Multinomial,
    MultivariateNormal,
    MultivariateT,
)
from derive.language.laws.whole_numbers import (
    Bernoulli,
    Binomial,
    DiscreteUniform,
    Geometric,
    LogSeries,
    NegativeBinomial,
    Poisson,
    Rademacher,
    Zeta,
)
from derive.language.vector_law import VectorLaw

LAWS: tuple[type[Law], ...] = (
    Normal,
    Laplace,
    AsymmetricLaplace,
    GeneralizedNormal,
    Logistic,
    HyperbolicSecant,
    Cauchy,
    StudentT,
    Exponential,
    Gamma,
    Erlang,
    InverseGamma,
    GeneralizedGamma,
    ChiSquared,
    Chi,
    Rayleigh,
    Maxwell,
    HalfNormal,
    Nakagami,
    LogNormal,
    InverseGaussian,
    Pareto,
    Lomax,
    GeneralizedPareto,
    BetaPrime,
    FisherF,
    LogLogistic,
    BurrXII,
    Dagum,
    HalfCauchy,
    Levy,
    Gumbel,
    Moyal,
    GeneralizedExtremeValue,
    Frechet,
    Weibull,
    Gompertz,
    Uniform,
    Beta,
    Kumaraswamy,
    PowerFunction,
    Arcsine,
    WignerSemicircle,
    LogUniform,
    Triangular,
    TruncatedExponential,
    ContinuousBernoulli,
    TruncatedNormal,
    Bernoulli,
    Binomial,
    Geometric,
    Poisson,
    NegativeBinomial,
    LogSeries,
    DiscreteUniform,
    Rademacher,
    Zeta,
    VonMises,
)

VECTOR_LAWS: tuple[type[VectorLaw], ...] = (
    MultivariateNormal,
    MultivariateT,
    Dirichlet,
    Categorical,
    Multinomial,
    Wishart,
    InverseWishart,
    MatrixNormal,
    VonMisesFisher,
)

VECTOR_PAIR_LAWS: tuple[type[VectorPairLaw], ...] = (NormalInverseWishart, NormalWishart)
PAIR_LAWS: tuple[type[PairLaw], ...] = (
    NormalGamma,
    NormalInverseGamma,
    *VECTOR_PAIR_LAWS,
)

# Names of other systems, small and without underscores, and the law that they mean.
ELSEWHERE: dict[str, str] = {
    "n": "Normal",
    "norm": "Normal",
    "gaussian": "Normal",
    "gauss": "Normal",
    "mvn": "MultivariateNormal",
    "multivariategaussian": "MultivariateNormal",
    "exp": "Exponential",
    "expo": "Exponential",
    "expon": "Exponential",
    "bern": "Bernoulli",
    "ber": "Bernoulli",
    "bin": "Binomial",
    "binom": "Binomial",
    "nbinom": "NegativeBinomial",
    "negbin": "NegativeBinomial",
    "pois": "Poisson",
    "geom": "Geometric",
    "unif": "Uniform",
    "u": "Uniform",
    "randint": "DiscreteUniform",
    "t": "StudentT",
    "student": "StudentT",
    "studentst": "StudentT",
    "chisq": "ChiSquared",
    "chisquare": "ChiSquared",
    "fisher": "FisherF",
    "fdist": "FisherF",
    "invgamma": "InverseGamma",
    "invgauss": "InverseGaussian",
    "wald": "InverseGaussian",
    "lognorm": "LogNormal",
    "halfnorm": "HalfNormal",
    "truncnorm": "TruncatedNormal",
    "weibullmin": "Weibull",
    "genpareto": "GeneralizedPareto",
    "genextreme": "GeneralizedExtremeValue",
    "dir": "Dirichlet",
    "cat": "Categorical",
    "multinom": "Multinomial",
    "invwishart": "InverseWishart",
    "vmf": "VonMisesFisher",
}


def distribution(name: str, *parameters: Value, **named: Value) -> Law:
    """The law of a snake-case name, or of a class name, with its parameters.

    Parameters
    ----------
    name : str
        ``"normal"``, ``"gamma"``, ...; ``"Normal"`` works too.
    *parameters, **named
        As the class takes them: names, numbers or scalar expressions.

    Returns
    -------
    Law

    Raises
    ------
    ArgumentError
        No law has the name, or the parameters do not fit.
    DomainError
        A parameter lies outside the values that its place allows.

    Examples
    --------
    >>> distribution("normal", mu="mu1", sigma="sigma1")
    Normal(mu1, sigma1)
    """
    for law in (*LAWS, *VECTOR_LAWS, *PAIR_LAWS):
        if name in (law.name, law.__name__):
            return law(*parameters, **named)
    raise ArgumentError(f"no law is called {str(name)[:64]!r}\n{known_laws(str(name))}")


def known_laws(name: str) -> str:
    """The end of a message: the known laws, and the one that was probably meant.

    Examples
    --------
    >>> print(known_laws("Norml").splitlines()[-1])
      to fix   : did you mean Normal?
    """
    every = (*LAWS, *VECTOR_LAWS, *PAIR_LAWS)
    known = {law.name: law.__name__ for law in every}
    spelled = name.lower().replace("_", "")
    if spelled in ELSEWHERE:
        (law,) = (law for law in every if law.__name__ == ELSEWHERE[spelled])
        named = ", ".join(place.name for place in law.parameters)
        glossed = ", ".join(place.gloss for place in law.parameters)
        return f"  to fix   : write {law.__name__}({named}), with {glossed}"
    near = difflib.get_close_matches(name.lower(), known, n=1)
    remedy = f"\n  to fix   : did you mean {known[near[0]]}?" if near else ""
    return f"  known    : {', '.join(sorted(known))}{remedy}"
