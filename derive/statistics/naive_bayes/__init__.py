"""Naive Bayes: features that are independent once the class is known.

Comes in: nothing but sizes for the ``pages``; arrays for ``fitting``.  Goes out: derivations,
and log probabilities of classes.  ``classifier`` holds ``NaiveBayes``.  A further law of the
features is a row of ``fitting.FEATURES`` and a page of estimates in ``pages.ESTIMATES``.
"""
