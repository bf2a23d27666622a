"""WHAT ONE WRITES: symbols, facts, shapes, the expression tree, SymPy in and out, laws.

In: what a user declares and writes with SymPy objects and our functions.  Out: a ``Node``,
the one typed tree that every other room works from.

The tree.  ``sizes`` and ``facts`` say what a shape and a fact are; ``operators`` lists every
operator and elementwise function; ``structure``, ``expression`` and ``functions`` build
nodes, ``shape_errors`` says which shapes do not fit; ``canonical`` tells which nodes mean the
same, ``ranks`` how large a rank can be by the form; ``relations`` and ``problems`` are made
of nodes.

SymPy.  ``symbols`` declares; ``elementwise``, ``to_scalar``, ``to_matrix``, ``softmaxes`` hold
the public functions.  What they build are the classes of ``sympy_nodes`` (sums, products),
``sympy_functions`` and ``sympy_scalars``.  ``sympy_in`` turns any SymPy expression into a node
by one table of classes, with the help of ``sympy_functions_in``, ``sympy_kronecker_in`` (rows
of that table), ``sympy_elementwise`` (``applyfunc``), ``sympy_sums`` (entries of 1 x 1
products) and ``sympy_order`` (the order of a person); ``sympy_out`` turns a node into SymPy.

Laws.  ``law`` says what a law is, ``support`` where one lives, ``laws`` holds them family by
family, ``distributions`` finds one by its name.

To add an operator: a row in ``operators.OPERATORS``, a builder in ``functions``, a row in
``sympy_functions_in.FUNCTION_HANDLERS`` and ``sympy_out.FORMS``, then a row in each room's
table.  To add an elementwise function: a row in ``operators.ELEMENTWISE`` and
``sympy_scalars``, a line in ``elementwise``.  To add a fact: a row in ``facts.FACTS``.
"""
