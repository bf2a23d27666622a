"""Optimization: what one can ask of a problem.

In: an objective, the variables, constraints (``minimize``, ``maximize``).  Out: an
``OptimizationProblem``, whose ``.dual()`` is a ``Derivation``.

The way of a dual, one file a step:

``stating``      the problem as given is well formed, or is refused by name
``splitting``    new variables for the arguments of squares, where that is the route
``lagrangian``   multipliers and the Lagrangian, with the sign convention
``convexity``    is a Hessian block positive definite, by the declared facts?
``infimum``      the infimum over one block: affine, quadratic, or with a range condition
``domain``       sign multipliers eliminated, the domain as a person writes it
``elimination``  the steps above put together: problem in, ``DualParts`` out
``pages``        ``DualParts`` as lines, ``statement`` as claims, ``dual`` as the answer

Affine and quadratic extraction are in ``engine/affine.py`` and ``engine/quadratic.py``.  To
widen what has a dual, add a case to ``infimum`` (a conjugate, a spectral function); the
rest of the way stays.
"""
