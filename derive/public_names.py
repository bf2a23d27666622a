"""Where every public name is; a new verb is one row."""

from __future__ import annotations

# Module -> the public names it holds, imported when one of them is first used.
PLACES: dict[str, str] = {
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
    "derive.language.to_special": "besseli riemann_zeta zetaderiv",
    "derive.language.to_incomplete": "betainc betaincinv gammainc gammaincinv normquantile",
    "derive.language.sums": "entry index row sum_over",
    "derive.language.to_scalar": "det dot logdet logsumexp norm total trace",
    "derive.language.to_spectral": (
        "eigvals eigvecs lambda_max lambda_min nucnorm schatten specnorm svdvals"
    ),
    "derive.derivation": "Derivation",
    "derive.progress": "show_progress",
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
    "derive.probability.continuous": "ContinuousRandomVariable",
    "derive.probability.convolution": "convolve",
    "derive.probability.discrete": "DiscreteRandomVariable",
    "derive.probability.change_of_variables": "change_of_variables",
    "derive.probability.characteristic_function": "characteristic_function",
    "derive.probability.densities": "density log_density",
    "derive.probability.distribution_function": "cdf quantile",
    "derive.probability.distribution_of_sum": "distribution_of_sum",
    "derive.probability.exponential_family": "exponential_family",
    "derive.probability.events": "Event is_partition",
    "derive.probability.sample_space": "SampleSpace",
    "derive.linear_algebra.eigendecomposition": "eigendecomposition",
    "derive.probability.expectation": "expectation",
    "derive.probability.variance": "variance",
    "derive.statistics.covariance": "covariance",
    "derive.probability.normal_laws.affine": "affine_map",
    "derive.probability.normal_laws.conditional": "conditional_law marginal_law",
    "derive.probability.normal_laws.joint": "JointNormal",
    "derive.probability.normal_laws.products": "product_of_densities",
    "derive.probability.moments": "moment moment_generating_function",
    "derive.statistics.confusion": "accuracy confusion_matrix",
    "derive.statistics.ratios": "f1_score fbeta_score precision recall specificity",
    "derive.statistics.ranking": "auc roc_curve",
    "derive.statistics.proper_scores": "brier_score log_loss",
    "derive.statistics.calibration": "calibration_curve",
    "derive.statistics.likelihood.cramer_rao": "cramer_rao_bound",
    "derive.statistics.likelihood.fisher_information": "fisher_information",
    "derive.statistics.likelihood.log_likelihood": "log_likelihood",
    "derive.statistics.likelihood.maximum_likelihood": "maximum_likelihood",
    "derive.statistics.likelihood.regression": "linear_regression logistic_regression "
    "poisson_regression",
    "derive.statistics.likelihood.score": "score",
    "derive.statistics.law_derivation": "law_derivation",
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
    "derive.statistics.sample.spread": "correlation sample_variance standard_deviation",
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
    "derive.statistics.bayesian.posterior": "Posterior posterior",
    "derive.statistics.bayesian.conjugate_prior": "conjugate_prior",
    "derive.statistics.bayesian.credible_interval": "CredibleInterval credible_interval",
    "derive.statistics.bayesian.linear_regression": "BayesianLinearRegression",
    "derive.statistics.bayesian.maximum_a_posteriori": "maximum_a_posteriori",
    "derive.statistics.bayesian.evidence": "Predictive marginal_likelihood posterior_predictive",
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
        "NormalGamma NormalInverseGamma NormalInverseWishart NormalWishart PowerFunction "
        "Rademacher Rayleigh StudentT Triangular TruncatedExponential TruncatedNormal Uniform "
        "VonMises VonMisesFisher Weibull WignerSemicircle Zeta"
    ),
}
