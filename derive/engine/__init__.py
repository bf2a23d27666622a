"""HOW RULES APPLY: from a node and a variable to the lines of a derivation.

In: nodes.  Out: nodes and lines.  The way through the room: ``sweep`` opens one node
after the other by its row of ``rules``, ``transposition`` turns a differential into
adjoints, ``normal`` and ``factor`` keep them readable, ``lines`` writes ``df = ...``,
``facts`` applies declared facts in one labelled line at the end, ``canonical`` decides
when two nodes are the same up to the order of terms, ``signs`` what is positive.

A new differential needs nothing here: it is a row in ``rules/differentials.py``.
"""
