"""Probability: laws, how they are read, and means under them.

Comes in: laws of ``language.distributions``, or their text.  Goes out: a ``Derivation``, and
what other topics ask of laws before they average over them.

``expectation``, ``variance`` and ``moments`` are the verbs.  ``question`` sets up names and
algebra, ``mean_of_sum`` averages a sum of functions term by term and writes the lines;
``functions_of_values`` reads the function, ``law_text`` reads ``Gamma(k, theta)``; ``supports``
says whether one law has mass where another has none.

To add a question about laws, write its file and its verb here.
"""
