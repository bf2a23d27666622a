"""TEXT OUT: nodes and traces as text, LaTeX, Markdown, HTML, notebooks.

In: a node, a relation, words, or the ``Trace`` of a derivation with one line about its
certificate.  Out: strings.

The way through the room.  ``names`` knows how a declared name looks (``mu1``, ``w_hat``),
``glossary`` keeps the names of one page apart, ``abbreviations`` names the repeated parts of
formulas that are too long.
``forms`` holds one row per operator and decides structure: signs, fractions, roots,
parentheses; ``product_forms`` and ``power_forms`` hold those of arithmetic.  ``text``,
``latex`` and ``plain`` are the notations: they only know how each form is
spelled.  ``sentences`` adds relations, words and conditions; ``lines`` turns a trace into
lines; each ``..._page`` lays the same lines out in one format.

To add an operator: a row in ``forms.FORMS`` (and in ``plain.PLAIN_FORMS`` where the plain
text differs).  To add a function written as a call: a row in ``functions.SPELLINGS``.  To
add a notation: a subclass of ``notation.Notation``.
"""
