"""Markov chains with exact probabilities: numbers, fractions and symbols.

Comes in: a transition matrix, a generator, counts, or a hidden chain.  Goes out: a
``Derivation`` for each question.

``entries``        what a user gives, as exact rows; what is refused
``transitions``    rows that are probabilities, with names for the states
``classes``        which states lead to which: classes, closed or not, periods
``exact_solve``    linear systems over the field of the entries
``page``           lines under construction, each with what it claims
``letters``        the letters of a page, away from those of the matrix
``stationary``     ``pi P = pi``, one law for each closed class
``powers``         the n-step matrix, of a number n or of a symbol
``hitting``        mean hitting times; ``absorption`` where the chain ends
``entropy_rate``, ``balance``, ``estimation``, ``filtering``, ``continuous``
``chain``          ``MarkovChain``, which asks them all of one matrix

To add a question about a chain, write its file over ``transitions`` and ``page`` and a
method in ``chain``.
"""
