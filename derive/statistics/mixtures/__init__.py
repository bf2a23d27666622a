"""Mixtures of normal laws: the algorithm of expectation and maximisation, derived and run.

Comes in: nothing but sizes for the pages; arrays for the rest.  Goes out: from
``bound_pages`` and ``step_pages`` derivations with symbolic N, d and K; from ``densities``,
``steps`` and ``fitting`` NumPy arrays.  ``mixture`` holds ``GaussianMixture``, the one
place that knows both.  A further kind of covariance is a row of
``densities.COVARIANCES`` and a row of ``step_pages.SPREADS``.
"""
