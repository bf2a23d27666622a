"""Functions out: nodes in, a NumPy function a person can read out.

In: outputs ``(name, Node)`` and the symbols that are the arguments.  Out: a
``CompiledFunction``, callable, with ``.source`` and ``.save("f.py")``.

The way of an expression, in the order in which the files are used:

``stabilise``   nodes to nodes: forms that do not overflow (softplus, logsumexp, logdet),
                in ``stable_logarithms`` and ``stable_exponentials``, nor cancel, in
                ``stable_differences``, ``stable_normal``, ``stable_hazards``,
                ``stable_moments`` and ``stable_at_zero``, where a ``series`` takes over
``definite``    what is provably positive, symmetric, positive definite
``terms``       the plan: typed operations on arrays, each distinct one once
``products``    the cheapest order of a chain of products
``lower``       nodes to terms, one row per operator; the rules are in ``arithmetic``,
                ``chains`` and ``reductions``, the state they share in ``lowering``
``forms``       how each term is written, for one point and for leading batch axes
``source``      terms to the text of a function, with ``names`` and ``literals``; parts of
                it are ``elementwise_texts``, ``reshaping`` and ``loops``
``requirements`` what numbers are refused without; ``requirement_texts`` writes the lines
``execute``     the text made callable, behind quick checks of its arguments and, where
                ``alarms`` says so, without NumPy's warnings
``cancellation`` watches differences that can lose every digit, and has ``exact`` say
                whether one did
``function``    ``CompiledFunction``; ``files`` makes the text for reading and
                saving, ``saving`` writes it

The text uses a few helpers, ordinary functions in ``helpers_numpy``,
``helpers_differences``, ``helpers_conditions`` and ``helpers_lapack``; ``arguments`` checks
whatever the quick checks do not let through.  A saved file holds copies of what it needs.
NumPy and SciPy are loaded when a function is compiled, not when this room is imported.

To add an operator: a row in ``lower.LOWERED``.  To add an elementwise function: a row in
``forms.FUNCTIONS``.  To add an operation: a row in ``forms.FORMS``.  To add a helper: a
function in a helper file and its name in ``names.HELPERS``.
"""

from derive.numeric.function import CompiledFunction, compile_function

__all__ = ["CompiledFunction", "compile_function"]
