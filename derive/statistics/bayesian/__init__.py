"""BAYESIAN STATISTICS: posteriors, predictions and evidence from a likelihood and a prior.

In: the law of one value with a parameter unknown, and a law of that parameter.  Out:
``Derivation`` pages about a sample of symbolic length.  No conjugate pair is listed:
``engine/law_reading.py`` reads the posterior off its kernel, and a page on which it finds no
law says so and prints the kernel.  To add a law or a pair, there is nothing to do here.
"""
