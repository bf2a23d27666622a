"""Every exception of the library, and what each means.

All of them are a ``DeriveError``, which is also a ``ValueError``: one ``except``
catches them all.  A message says what was asked, what was found and what to do.
"""

from __future__ import annotations


class DeriveError(ValueError):
    """Base of every error the library raises on purpose.

    Examples
    --------
    >>> issubclass(NoRuleError, ValueError)
    True
    """


class ReadError(DeriveError):
    """The text could not be read; the message holds the line and a caret under the place."""

    def __init__(self, message: str, source: str = "", start: int = 0, stop: int = 0):
        self.message, self.source, self.start, self.stop = message, source, start, stop
        super().__init__(message + _caret(source, start, stop))


class NameUnknownError(ReadError):
    """A name in the text was not declared, or a function is not known."""


class AmbiguousError(ReadError):
    """The text has more than one reading and the shapes do not settle which."""


class LimitError(ReadError):
    """The input is larger than a stated limit: the message names the limit and the value."""


class DeclarationError(DeriveError):
    """A declaration (a name, a shape, a fact) contradicts itself or another one."""


class ShapeError(DeriveError):
    """Two shapes disagree; the message names both."""


class NoRuleError(DeriveError):
    """A node has no rule for what was asked; the message names the node."""


class DomainError(DeriveError):
    """A value lies outside the set on which the question makes sense."""


class ShapeInTextError(ReadError, ShapeError):
    """Two shapes in a text disagree: a ``ShapeError`` with a caret under the place."""


class DeclarationInTextError(ReadError, DeclarationError):
    """A declaration in a text contradicts itself or another one, with a caret."""


class DomainInTextError(ReadError, DomainError):
    """A text asks for a value outside the set on which it makes sense, with a caret."""


class DivisionByZeroError(DomainError, ZeroDivisionError):
    """What is divided by is 0 everywhere."""


class NeverHoldsError(DomainError):
    """What an answer needs holds at no point; the message names it."""


class NoClosedFormError(DeriveError):
    """No closed form was found; nothing is returned rather than something unproved."""


class DivergentMeanError(NoClosedFormError):
    """A mean that does not exist, or is infinite; the message says which and why.

    Attributes
    ----------
    function : object
        What was averaged.
    """

    def __init__(self, message: str, function: object = None):
        super().__init__(message)
        self.function = function


class RefutedError(DeriveError):
    """A check found the result to be wrong, so the result is withheld."""


class ArgumentError(DeriveError, TypeError):
    """An argument is missing, unexpected or of the wrong kind."""


def _caret(source: str, start: int, stop: int) -> str:
    """The offending line of the source with a caret line under it, cut to 76 columns."""
    if not source:
        return ""
    begin = source.rfind("\n", 0, start) + 1
    end = source.find("\n", start)
    line = source[begin : end if end >= 0 else len(source)]
    line = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in line)
    column, width = start - begin, max(1, min(stop, begin + len(line)) - start)
    if len(line) > 76:
        shift = max(0, column - 30)
        line, column = line[shift : shift + 76], column - shift
    return f"\n  {line}\n  {' ' * column}{'^' * min(width, max(1, 76 - column))}"
