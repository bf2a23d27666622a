"""Probability: laws, how they are read and how their supports compare.

Comes in: laws of ``language.distributions``, or their text.  Goes out: what other topics
ask of laws before they average over them.

``supports`` says whether one law has mass where another has none; ``law_text`` reads
``Gamma(k, theta)``.  To add a question about laws, write its file and its verb here.
"""
