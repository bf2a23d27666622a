"""Stationary points: a gradient is set to zero and the equation solved where it can be.

Comes in: a scalar function and its variables.  Goes out: a ``Stationary``, with the lines of
the gradient, the lines of the solution, and a verdict of second order.

* ``equation.py``: what may be divided out of ``E = 0``
* ``sandwiches.py``: linear maps of a matrix as sums of ``A X B``
* ``linear.py``: equations that are affine in the unknown
* ``inside.py``: unknowns that stand inside one invertible function (an inverse, a logarithm)
* ``scalar.py``: rational equations in one scalar
* ``disagreement.py``: what is said where equations leave nothing to solve
* ``orthogonal.py``, ``simplex.py``: orthonormal matrices, and probability vectors by a multiplier
* ``solve.py``: the ways above, tried in turn
* ``curvature.py``, ``verdict.py``: minimum, maximum, saddle, or not known, with the reason
* ``closing.py``: the last lines of a page
* ``point.py``: the whole derivation, several variables one after the other

A new way to solve is a file of its own and a row of ``solve.WAYS``.
"""
