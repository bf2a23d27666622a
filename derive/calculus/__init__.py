"""Calculus: gradients of scalars in scalars, vectors and matrices.

In: an expression and a variable, in any of the three ways of writing.  Out: a
``Derivation``.  A verb is thin: it elaborates, lets the engine derive, and claims what the
check is to refute.  A new question about derivatives is a new file here.
"""
