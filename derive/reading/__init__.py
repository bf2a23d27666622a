"""TEXT IN: plain text to nodes, symbols and problems.

In: a text, and the shapes of the names in it.  Out: a ``Node``, symbols by name, or a
``Problem``; anything else is an error with a caret under the place.  No text is ever run.

The way through the room.  ``tokens`` cuts a text into names, numbers and signs.  ``grammar``
puts them into a ``surface`` tree by precedence, and ``mistakes`` holds its errors.
``elaborate`` gives the tree its meaning, with what ``scope`` knows of the names: sums and
powers in ``arithmetic``, products in ``products``, function calls in ``calls``.  ``shapes``
reads declarations, which ``redeclared`` holds against symbols that were declared before;
``problems`` reads problems; ``limits`` says how much is read.

To add a function: a row in ``vocabulary.CALLS``.  To add a character: a row in
``characters``.  To add a sign: ``tokens`` and a line in ``grammar``.  To read another
notation, make a surface tree of it and elaborate that.
"""

from derive.reading.expressions import parse, read_matrix
from derive.reading.named_calls import read_call
from derive.reading.problems import parse_problem
from derive.reading.redeclared import require_agreement, require_known
from derive.reading.scope import nearest
from derive.reading.shapes import read_declarations, read_shapes
from derive.reading.tokens import typed

__all__ = [
    "nearest",
    "parse",
    "parse_problem",
    "read_call",
    "read_declarations",
    "read_matrix",
    "read_shapes",
    "require_agreement",
    "require_known",
    "typed",
]
