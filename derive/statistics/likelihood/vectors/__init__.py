"""LIKELIHOODS OF VECTORS: a sample is a matrix whose rows are the values.

``sampling.py`` writes the log-likelihood; ``pages.py`` has the pages of it, of the score and of
the information; ``estimate.py`` finds where it is largest, by ``stationary_point``.
"""
