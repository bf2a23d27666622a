"""Functions out: nodes in, a NumPy function a person can read out.

In: outputs ``(name, Node)`` and the symbols that are the arguments.  Out: a
``CompiledFunction``, callable, with ``.source`` and ``.save("f.py")``.

The way of an expression, one file a step:

``stabilise``   nodes to nodes: forms that do not overflow (softplus, logsumexp, logdet)
``definite``    what is provably positive, symmetric, positive definite
``products``    the cheapest order of a chain of products
``terms``       the plan: typed operations on arrays, each distinct one once
``lower``       nodes to terms; one row per operator of ``language.operators``
``forms``       how each term is written, for one point and for leading batch axes
``source``      terms to the text of a function: temporaries, names, sizes
``function``    the text executed, arguments checked, saved

The text uses a few helpers; they are ordinary functions in ``helpers_numpy`` and
``helpers_lapack``, and ``arguments`` checks what a caller passes.  A saved file holds
copies of those it needs.  NumPy and SciPy are loaded when a function is compiled.

To add an operator: a row in ``lower.LOWERED``.  To add an elementwise function: a row in
``forms.FUNCTIONS``.  To add an operation: a row in ``forms.FORMS``.
"""

from derive.numeric.function import CompiledFunction, compile_function

__all__ = ["CompiledFunction", "compile_function"]
