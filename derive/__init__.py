"""derive: from an expression to a derivation whose every step is checked.

SymPy is the language: declare sizes, vectors and matrices, write an expression, ask a
question.  Every answer is a ``Derivation``: steps, result, conditions, certificate, LaTeX
and a NumPy function.

Symbols and errors are imported with the package; all else when it is first used.  A new verb
is one row in ``public_names.PLACES``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from derive.errors import (
    AmbiguousError as AmbiguousError,
)
from derive.errors import (
    ArgumentError as ArgumentError,
)
from derive.errors import (
    DeclarationError as DeclarationError,
)
from derive.errors import (
    DeriveError as DeriveError,
)
from derive.errors import (
    DivergentMeanError as DivergentMeanError,
)
from derive.errors import (
    DomainError as DomainError,
)
from derive.errors import (
    LimitError as LimitError,
)
from derive.errors import (
    NameUnknownError as NameUnknownError,
)
from derive.errors import (
    NeverHoldsError as NeverHoldsError,
)
from derive.errors import (
    NoClosedFormError as NoClosedFormError,
)
from derive.errors import (
    NoRuleError as NoRuleError,
)
from derive.errors import (
    ReadError as ReadError,
)
from derive.errors import (
    RefutedError as RefutedError,
)
from derive.errors import (
    ShapeError as ShapeError,
)
from derive.language.symbols import dims as dims
from derive.language.symbols import matrix as matrix
from derive.language.symbols import scalar as scalar
from derive.language.symbols import vector as vector
from derive.progress import watched
from derive.public_names import PLACES

__version__ = "0.1.0"

_SYMBOLS = ("dims", "matrix", "scalar", "vector")
_ERRORS = (
    "AmbiguousError",
    "ArgumentError",
    "DeclarationError",
    "DeriveError",
    "DivergentMeanError",
    "DomainError",
    "LimitError",
    "NameUnknownError",
    "NeverHoldsError",
    "NoClosedFormError",
    "NoRuleError",
    "ReadError",
    "RefutedError",
    "ShapeError",
)
_NO_QUESTIONS = {"language", "derivation", "asking", "progress"}
_LAZY = {name: module for module, names in PLACES.items() for name in names.split()}

__all__ = sorted([*_SYMBOLS, *_ERRORS, *_LAZY])


def __getattr__(name: str) -> Any:
    """Import what is used for the first time."""
    if name not in _LAZY:
        raise AttributeError(f"module 'derive' has no attribute {name!r}{_remedy(name)}")
    module = _LAZY[name]
    value = getattr(import_module(module), name)
    if module.split(".")[1] not in _NO_QUESTIONS:
        value = watched(value)
    globals()[name] = value
    return value


def _remedy(name: str) -> str:
    """What to write instead; nothing for the names that programs look for on their own."""
    if name.startswith("_"):
        return ""
    return str(import_module("derive.language.misnamed").remedy(name, __all__))


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


class _Package(ModuleType):
    """The package, in which a public name is what it says although a room is called so too.

    Importing ``derive.probability.bayes`` would put the room ``probability`` over the verb.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _LAZY and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
