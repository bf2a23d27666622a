"""Check: is it so?  Claims in, certificates out.

What comes in are claims about nodes of ``language/``: that the two sides of a line are
equal (``claims.SameValue``), that a node is the gradient of a function
(``gradients.GradientOf``), that a relation holds (``relations.Equation``).  Any object with
the three methods of ``claim.Claim`` is a claim, so a topic adds kinds of its own.  What
goes out is a ``certificate.Certificate``.

The room stands apart from the engine: nothing here knows a rule of it, and no value ever
depends on a declared fact.

==================  ======================================================================
``claim.py``        Plan, Finding, the protocol of a claim
``evaluate.py``     the value of a node at a point, each node computed once
``rows.py``         operator to value: ``ROWS``
``numbers.py``      number types: balls, floats; ``jets.py``: balls with a derivative
``maps.py``         elementwise functions in the three types: ``MAPS``
``sample.py``       matrices that satisfy declared facts: ``PREDICATES``
``size_sets.py``    numbers for size names
``points.py``       admissible points of a question, shared by its claims (``Bench``)
``contradictions``  conditions that fail at every point
``scan.py``         the first look at candidate points; ``branches.py`` what branches
``compare.py``      the decision rule
``claims.py``       how a claim is examined at points; ``SameValue``
``gradients.py``    ``GradientOf``; ``directions.py`` what may vary: ``STRUCTURES``
``relations.py``    ``Equation``
``mutate.py``       false variants for the negative control
``traces.py``       ``line_claims``: the claims that the lines of a trace make
``groups.py``       which claims share points; the tally of the negative control
``cost.py``         what a check costs, from the shapes
``twins.py``        the same claims with small sizes for large fixed ones
``doubles.py``      a batch of points at full size in doubles; ``full_size.py`` the check there
``words.py``        nodes and conditions in a few words
``certificate.py``  ``certify``, ``require_not_refuted``
==================  ======================================================================

For other rooms, enclosures at a point::

    from derive.check.evaluate import Point, ball_value

    point = Point(sizes={"n": 2}, values={w: [3, 4], A: [[1, 2], [3, 4]]}, directions={w: [1, 0]})
    ball_value(w.T @ A @ w, point)                 # flint.arb_mat, shape (1, 1), 50 digits
    ball_value(differential(w.T @ w), point, 80)   # the slope in the direction given

``float(x.mid())`` is the midpoint of an entry, ``x.is_finite()`` tells nan and infinities.
Values are numbers, lists, NumPy arrays (floats are taken exactly) or flint matrices.

To add an operator, append a row to ``rows.ROWS``; an elementwise function, to
``maps.MAPS``; a fact, to ``sample.PREDICATES``; a structure, to ``directions.STRUCTURES``.
"""
