"""Information: entropies and divergences of laws.

Comes in: laws of ``language.distributions``.  Goes out: a ``Derivation``.

``entropy`` and ``kl_divergence`` are the verbs, means of log densities by way of
``probability.mean_of_sum``; ``units`` converts nats.  To add a question that is a mean of log
densities (a cross-entropy), write its file over ``mean_of_sum``.
"""
