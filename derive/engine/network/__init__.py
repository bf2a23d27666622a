"""Backpropagation: one general layer of a network, differentiated by the sweep.

In: an ``Architecture`` (depth, activations, head, loss).  Out: ``Stage`` records with checked
lines, the delta recursion in the letters of one layer, and the same recursion at a depth.
Nothing about a network is looked up: each formula is read off the differential of one step,
by the same table of rules as every gradient.  An activation made of several functions is a row
of ``activations.COMPOSED``; a loss is a row of ``losses.LOSSES``.
"""
