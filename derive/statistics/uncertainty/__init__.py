"""Uncertainty: what is not known of a quantity that was computed from what is uncertain.

Comes in: functions, densities, laws.  Goes out: derivations: ``delta_method``,
``laplace_approximation``, and pages (``variance_pages``) on the law of total variance, the
variance of a prediction and of a bootstrapped mean.
"""
