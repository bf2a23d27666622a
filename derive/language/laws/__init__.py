"""Laws of one value: parameters, support, log density and standard form of each.

Comes in: nodes.  Goes out: classes of ``language.law.Law``, one per family.

``line``, ``circle``, ``half_line``, ``heavy_tails``, ``intervals``, ``extremes`` and
``whole_numbers`` hold the declarations, ``terms`` the functions these are written with.
To add a law, declare a class beside its kin and append it to ``LAWS`` in
``language/distributions.py``.
"""
