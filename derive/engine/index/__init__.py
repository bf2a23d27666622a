"""Index notation: what matrix notation cannot hold.

Comes in: a node that is linear in one or more directions.  Goes out: its coefficients as a
sum of products of entries (``Tensor``), and from there a matrix, a Kronecker form or text
with indices.

* ``tensor.py``: the products of entries, and what a tensor is
* ``expand.py``: from a node to a tensor, operator by operator
* ``reduce.py``: summed indices removed where a matrix product says the same
* ``matrices.py``: what is left as a matrix or a Kronecker form

To let another linear operator through, add a row to ``expand.ENTRIES``.
"""
