"""Linear algebra with exact entries.

Comes in: an exact matrix (SymPy, nested lists, text).  Goes out: a ``Derivation``.

``symmetric`` reads and tests the input; ``exact_field`` calculates with its entries;
``characteristic`` finds the roots, ``null_space`` and ``orthogonal`` the vectors;
``spectrum`` puts them together, ``spectral_lines`` writes the lines, and
``eigendecomposition`` is the verb.  To add a question, write its file and its verb here,
over the same field.
"""
