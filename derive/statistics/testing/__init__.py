"""Testing: tests, intervals and power, each a derivation and a number from data.

Comes in: samples and counts, or nothing.  Goes out: an ``Inference``, a ``Derivation`` that
carries the numbers of the data where there were any.

A page (``*_pages``) derives a statistic from the likelihood and its law from independent normal
squares; ``*_tests``, ``confidence`` and ``power`` read data and put numbers
into it.  To add a test: a page, then a function that calls ``inference.tested``; to add an
interval: a page and a row in ``confidence.METHODS``.
"""
