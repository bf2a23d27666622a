"""Statistics: how good predictions are, as numbers from arrays and as derivations.

Comes in: arrays of labels, scores and probabilities.  Goes out: NumPy numbers and arrays;
from ``metric_derivation`` a ``Derivation``.

``labels`` and ``probabilities`` read and refuse; ``confusion``, ``ratios``, ``ranking``,
``proper_scores`` and ``calibration`` count and average.  The mathematics of a metric is a
page: a function of ``count_pages``, ``ranking_pages`` or ``score_pages`` and a row in
``metric_derivation.PAGES``.

``mixtures`` and ``naive_bayes`` derive a model and fit it to arrays, which ``data`` reads;
``uncertainty`` says how far a number may be off.  Their pages are lines of text that
``written_page`` reads, shows and claims.
"""
