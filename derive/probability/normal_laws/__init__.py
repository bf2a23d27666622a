"""Normal laws of vectors: parts, conditions, affine functions, products of densities.

Comes in: a joint normal law, by blocks or with sets of indices.  Goes out: a
``NormalDerivation``, whose ``law`` is a ``MultivariateNormal``.

``joint``      ``JointNormal``: vectors that are jointly normal, block by block
``pairs``      the two groups of blocks that a question is about, with letters for a page
``entries``    matrices whose entries are known
``page``       lines under construction, each with what it claims
``conditional``  the law of some blocks, and of some given others: completing the square
``affine``     the law of ``A x + b``, by its generating function
``products``   the product of two densities of one vector
``measures``   what two blocks tell of each other
"""
