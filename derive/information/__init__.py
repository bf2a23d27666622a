"""Information: entropies and divergences of laws.

Comes in: laws of ``language.distributions``.  Goes out: a ``Derivation``.

``mean_log`` averages a sum of log densities, term by term, and writes the lines;
``entropy`` and ``kl_divergence`` are the verbs; ``units`` converts nats.  To add a
question that is a mean of log densities (a cross-entropy), write its file over
``mean_log``.
"""
