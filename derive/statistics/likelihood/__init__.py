"""Likelihood: samples of symbolic length under a law, what they say of its parameters.

Comes in: a law, or its text.  Goes out: a ``Derivation``; of the largest likelihood a
``MaximumLikelihood``, which also estimates from data.

``log_likelihood``, ``score``, ``fisher_information``, ``cramer_rao_bound`` and
``maximum_likelihood`` are the verbs.  ``sampling`` sets up the names and the sample;
``profile`` finds the maximum parameter by parameter: at an end of the support where the
likelihood is monotone, else at the root of the score; what has no closed form stays an
equation, which ``estimates`` solves by numbers.  ``regression`` holds linear and logistic
regression and the laws of vectors.
"""
