"""Probability: laws, how they are read, and means under them; finite probability; Markov chains.

Comes in: laws of ``language.distributions``, or their text; outcomes with masses.  Goes out: a
``Derivation``, and what other topics ask of laws before they average over them.

Laws.  ``expectation``, ``variance`` and ``moments`` are the verbs.  ``question`` sets up names
and algebra, ``mean_of_sum`` averages a sum of functions term by term and writes the lines;
``functions_of_values`` reads the function, ``law_text`` reads ``Gamma(k, theta)``; ``supports``
says whether one law has mass where another has none.

Events.  ``masses`` reads exact masses; ``sample_space`` and ``events`` are what questions are
asked of; ``event_page`` writes the lines; ``axioms``, ``conditional_probability`` and ``bayes``
hold the verbs.  ``discrete`` holds random variables with finitely many values,
``convolution`` their sums.  ``markov`` holds chains.

To add a question, write its file and its verb here.
"""
