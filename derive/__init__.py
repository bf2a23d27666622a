"""derive: from an expression to a derivation whose every step is checked.

SymPy is the language: declare sizes, vectors and matrices, write an expression, ask a
question.  Every answer is a ``Derivation``: steps, result, conditions, certificate, LaTeX
and a NumPy function.

Symbols and errors are imported with the package; all else when it is first used.  A new verb
is one row in ``_PLACES``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from derive.errors import (
    AmbiguousError,
    ArgumentError,
    DeclarationError,
    DeriveError,
    DivergentMeanError,
    DomainError,
    LimitError,
    NameUnknownError,
    NeverHoldsError,
    NoClosedFormError,
    NoRuleError,
    ReadError,
    RefutedError,
    ShapeError,
)
from derive.language.symbols import dims, matrix, scalar, vector

__version__ = "0.1.0"

# Module -> the public names it holds, imported when one of them is first used.
_PLACES: dict[str, str] = {
    "derive.language.elementwise": (
        "abs arccos arcsin arctan closed_step cos cosh digamma erf exp log loggamma "
        "lognormcdf normcdf normpdf relu sigmoid sign sin sinh softplus sqrt step tan tanh trigamma"
    ),
    "derive.language.stacking": "commutation kron toeplitz_part unvec vec",
    "derive.language.to_extremes": "max min norminf",
    "derive.language.to_combined": "clip gelu huber maximum minimum",
    "derive.language.to_sums": "colsums mahalanobis rowsums",
    "derive.language.to_blocks": "block hstack vstack",
    "derive.language.softmaxes": "logsumexp_rows rowsoftmax softmax",
    "derive.language.to_matrix": (
        "diag eye hadamard hadamard_power hadamard_quotient inv ones outer zeros"
    ),
    "derive.language.to_matrix_functions": (
        "adjugate cholesky cosm expm frechet logm mask pinv polygamma sinm sqrtm"
    ),
    "derive.language.sums": "entry index row sum_over",
    "derive.language.to_scalar": "det dot logdet logsumexp norm total trace",
    "derive.language.to_spectral": (
        "eigvals eigvecs lambda_max lambda_min nucnorm schatten specnorm svdvals"
    ),
    "derive.derivation": "Derivation",
    "derive.asking": "parse declare function",
    "derive.calculus.equality": "equal",
    "derive.calculus.gradient": "gradient",
    "derive.calculus.jacobian": "differential jacobian",
    "derive.calculus.hessian": "hessian",
    "derive.calculus.backpropagation": "backpropagation",
    "derive.calculus.computational_graph": "computational_graph",
    "derive.calculus.directional": "directional_derivative hessian_vector_product jvp vjp",
    "derive.calculus.taylor_series": "taylor_series",
    "derive.calculus.stationary_point": "stationary_point",
    "derive.probability.axioms": "inclusion_exclusion probability",
    "derive.probability.bayes": "bayes_theorem",
    "derive.probability.conditional_probability": (
        "conditional_probability independence total_probability"
    ),
    "derive.probability.convolution": "convolve",
    "derive.probability.discrete": "DiscreteRandomVariable",
    "derive.probability.change_of_variables": "change_of_variables",
    "derive.probability.characteristic_function": "characteristic_function",
    "derive.probability.densities": "density log_density",
    "derive.probability.distribution_function": "cdf quantile",
    "derive.probability.exponential_family": "exponential_family",
    "derive.probability.events": "Event is_partition",
    "derive.probability.sample_space": "SampleSpace",
    "derive.linear_algebra.eigendecomposition": "eigendecomposition",
    "derive.probability.expectation": "expectation",
    "derive.probability.variance": "variance",
    "derive.probability.covariance": "covariance",
    "derive.probability.moments": "moment moment_generating_function",
    "derive.statistics.confusion": "accuracy confusion_matrix",
    "derive.statistics.ratios": "f1_score fbeta_score precision recall specificity",
    "derive.statistics.ranking": "auc roc_curve",
    "derive.statistics.proper_scores": "brier_score log_loss",
    "derive.statistics.calibration": "calibration_curve",
    "derive.statistics.metric_derivation": "metric_derivation",
    "derive.statistics.mixtures.fitting": "expectation_maximization",
    "derive.statistics.mixtures.mixture": "GaussianMixture",
    "derive.statistics.naive_bayes.classifier": "NaiveBayes",
    "derive.statistics.uncertainty.delta_method": "delta_method",
    "derive.statistics.uncertainty.laplace_approximation": "laplace_approximation",
    "derive.statistics.uncertainty.predictive_variance": "predictive_variance",
    "derive.statistics.uncertainty.variance_pages": (
        "bootstrap_variance total_expectation_and_variance"
    ),
    "derive.statistics.sample.averages": "mean median sample_quantile",
    "derive.statistics.sample.spread": "correlation covariance sample_variance standard_deviation",
    "derive.statistics.sample.statistic_derivation": "statistic_derivation",
    "derive.statistics.testing.mean_tests": "t_test z_test",
    "derive.statistics.testing.spread_tests": (
        "anova correlation_test variance_ratio_test variance_test"
    ),
    "derive.statistics.testing.proportion_tests": (
        "poisson_test proportion_test two_proportions_test"
    ),
    "derive.statistics.testing.table_tests": "chi_squared_test odds_ratio_test",
    "derive.statistics.testing.likelihood_tests": "likelihood_ratio_test score_test wald_test",
    "derive.statistics.testing.confidence": "confidence_interval",
    "derive.statistics.testing.power": "power sample_size",
    "derive.information.entropy": "entropy",
    "derive.information.finite_entropy": "conditional_entropy joint_entropy",
    "derive.information.mutual_information": "mutual_information",
    "derive.information.maximum_entropy": "maximum_entropy",
    "derive.information.channel_capacity": "channel_capacity",
    "derive.information.js_divergence": "js_divergence",
    "derive.information.kl_divergence": "kl_divergence",
    "derive.information.cross_entropy": "cross_entropy",
    "derive.information.renyi_divergence": "hellinger_distance renyi_divergence",
    "derive.probability.markov.chain": "MarkovChain",
    "derive.probability.markov.continuous": "ContinuousTimeChain",
    "derive.probability.markov.estimation": "maximum_likelihood_transitions",
    "derive.probability.markov.filtering": "forward_filter",
    "derive.probability.markov.hitting": "hitting_time",
    "derive.probability.markov.stationary": "stationary_distribution",
    "derive.optimization.minimize": "minimize maximize",
    "derive.language.distributions": (
        "distribution Arcsine AsymmetricLaplace Bernoulli Beta BetaPrime Binomial BurrXII "
        "Cauchy Chi ChiSquared ContinuousBernoulli Dagum DiscreteUniform Erlang "
        "Exponential FisherF Frechet Gamma GeneralizedExtremeValue GeneralizedGamma "
        "GeneralizedNormal GeneralizedPareto Geometric Gompertz Gumbel HalfCauchy "
        "HalfNormal HyperbolicSecant InverseGamma InverseGaussian Kumaraswamy Laplace "
        "Levy LogLogistic LogNormal LogSeries LogUniform Logistic Lomax Maxwell Moyal "
        "Categorical Dirichlet InverseWishart MatrixNormal Multinomial MultivariateNormal "
        "MultivariateT Wishart Nakagami NegativeBinomial Normal Pareto Poisson "
        "NormalGamma NormalInverseGamma PowerFunction Rademacher "
        "Rayleigh StudentT Triangular TruncatedExponential TruncatedNormal Uniform "
        "Weibull WignerSemicircle"
    ),
}
_LAZY = {name: module for module, names in _PLACES.items() for name in names.split()}

__all__ = [
    "AmbiguousError",
    "Arcsine",
    "ArgumentError",
    "AsymmetricLaplace",
    "Bernoulli",
    "Beta",
    "BetaPrime",
    "Binomial",
    "BurrXII",
    "Categorical",
    "Cauchy",
    "Chi",
    "ChiSquared",
    "ContinuousBernoulli",
    "ContinuousTimeChain",
    "Dagum",
    "DeclarationError",
    "Derivation",
    "DeriveError",
    "Dirichlet",
    "DiscreteRandomVariable",
    "DiscreteUniform",
    "DivergentMeanError",
    "DomainError",
    "Erlang",
    "Event",
    "Exponential",
    "FisherF",
    "Frechet",
    "Gamma",
    "GaussianMixture",
    "GeneralizedExtremeValue",
    "GeneralizedGamma",
    "GeneralizedNormal",
    "GeneralizedPareto",
    "Geometric",
    "Gompertz",
    "Gumbel",
    "HalfCauchy",
    "HalfNormal",
    "HyperbolicSecant",
    "InverseGamma",
    "InverseGaussian",
    "InverseWishart",
    "Kumaraswamy",
    "Laplace",
    "Levy",
    "LimitError",
    "LogLogistic",
    "LogNormal",
    "LogSeries",
    "LogUniform",
    "Logistic",
    "Lomax",
    "MarkovChain",
    "MatrixNormal",
    "Maxwell",
    "Moyal",
    "Multinomial",
    "MultivariateNormal",
    "MultivariateT",
    "NaiveBayes",
    "Nakagami",
    "NameUnknownError",
    "NegativeBinomial",
    "NeverHoldsError",
    "NoClosedFormError",
    "NoRuleError",
    "Normal",
    "NormalGamma",
    "NormalInverseGamma",
    "Pareto",
    "Poisson",
    "PowerFunction",
    "Rademacher",
    "Rayleigh",
    "ReadError",
    "RefutedError",
    "SampleSpace",
    "ShapeError",
    "StudentT",
    "Triangular",
    "TruncatedExponential",
    "TruncatedNormal",
    "Uniform",
    "Weibull",
    "WignerSemicircle",
    "Wishart",
    "abs",
    "accuracy",
    "adjugate",
    "anova",
    "arccos",
    "arcsin",
    "arctan",
    "auc",
    "backpropagation",
    "bayes_theorem",
    "block",
    "bootstrap_variance",
    "brier_score",
    "calibration_curve",
    "channel_capacity",
    "cdf",
    "change_of_variables",
    "characteristic_function",
    "chi_squared_test",
    "cholesky",
    "clip",
    "closed_step",
    "colsums",
    "commutation",
    "computational_graph",
    "conditional_entropy",
    "conditional_probability",
    "confidence_interval",
    "confusion_matrix",
    "convolve",
    "correlation",
    "correlation_test",
    "cos",
    "cosh",
    "cosm",
    "covariance",
    "cross_entropy",
    "declare",
    "delta_method",
    "density",
    "det",
    "diag",
    "differential",
    "digamma",
    "dims",
    "directional_derivative",
    "distribution",
    "dot",
    "eigendecomposition",
    "eigvals",
    "eigvecs",
    "entropy",
    "entry",
    "equal",
    "erf",
    "exp",
    "expectation",
    "expectation_maximization",
    "expm",
    "exponential_family",
    "eye",
    "f1_score",
    "fbeta_score",
    "forward_filter",
    "frechet",
    "function",
    "gelu",
    "gradient",
    "hadamard",
    "hadamard_power",
    "hadamard_quotient",
    "hellinger_distance",
    "hessian",
    "hessian_vector_product",
    "hitting_time",
    "hstack",
    "huber",
    "inclusion_exclusion",
    "independence",
    "index",
    "inv",
    "is_partition",
    "jacobian",
    "joint_entropy",
    "js_divergence",
    "jvp",
    "kl_divergence",
    "kron",
    "lambda_max",
    "lambda_min",
    "laplace_approximation",
    "likelihood_ratio_test",
    "log",
    "log_density",
    "log_loss",
    "logdet",
    "loggamma",
    "logm",
    "lognormcdf",
    "logsumexp",
    "logsumexp_rows",
    "mahalanobis",
    "mask",
    "matrix",
    "max",
    "maximize",
    "maximum",
    "maximum_entropy",
    "maximum_likelihood_transitions",
    "mean",
    "median",
    "metric_derivation",
    "min",
    "minimize",
    "minimum",
    "moment",
    "moment_generating_function",
    "mutual_information",
    "norm",
    "normcdf",
    "norminf",
    "normpdf",
    "nucnorm",
    "odds_ratio_test",
    "ones",
    "outer",
    "parse",
    "pinv",
    "poisson_test",
    "polygamma",
    "power",
    "precision",
    "predictive_variance",
    "probability",
    "quantile",
    "proportion_test",
    "recall",
    "relu",
    "renyi_divergence",
    "roc_curve",
    "row",
    "rowsoftmax",
    "rowsums",
    "sample_quantile",
    "sample_size",
    "sample_variance",
    "scalar",
    "schatten",
    "score_test",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "sinm",
    "softmax",
    "softplus",
    "specificity",
    "specnorm",
    "sqrt",
    "sqrtm",
    "standard_deviation",
    "stationary_distribution",
    "stationary_point",
    "statistic_derivation",
    "step",
    "sum_over",
    "svdvals",
    "t_test",
    "tan",
    "tanh",
    "taylor_series",
    "toeplitz_part",
    "total",
    "total_expectation_and_variance",
    "total_probability",
    "trace",
    "trigamma",
    "two_proportions_test",
    "unvec",
    "variance",
    "variance_ratio_test",
    "variance_test",
    "vec",
    "vector",
    "vjp",
    "vstack",
    "wald_test",
    "z_test",
    "zeros",
]


def __getattr__(name: str) -> Any:
    """Import what is used for the first time."""
    if name not in _LAZY:
        raise AttributeError(f"module 'derive' has no attribute {name!r}{_remedy(name)}")
    value = getattr(import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def _remedy(name: str) -> str:
    """What to write instead; nothing for the names that programs look for on their own."""
    if name.startswith("_"):
        return ""
    return str(import_module("derive.language.misnamed").remedy(name, __all__))


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


class _Package(ModuleType):
    """The package, in which a public name is what it says although a room is called so too.

    Importing ``derive.probability.bayes`` would put the room ``probability`` over the verb.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _LAZY and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
