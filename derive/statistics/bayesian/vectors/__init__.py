"""BAYES FOR VECTORS: posteriors of vectors, matrices and pairs after a sample.

In: the law of one value and a law of its unknown.  Out: pages like those of one number.
The natural parameters of the prior's kernel get what the likelihood adds to them; no conjugate
pair is listed.  ``pairing.py`` puts laws together, ``pages.py`` holds the lines that pages
share; a new prior needs ``log_kernel`` and ``read_back`` in its row of
``rules/vector_families.py``.
"""
