"""The text of a function with all it needs: for reading, and as a file of its own."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Sequence

from derive.numeric.names import HELPERS, LINEAR_ALGEBRA, SPECIAL_FUNCTIONS, SUPPORT, names_used

LAPACK = frozenset(
    {"dgees", "dgetrf", "dgetri", "dgetrs", "dpotrf", "dpotri", "dpotrs", "dtrsyl", "dtrtri"}
)
LONGEST_LINE = 88
SUPPORT_MODULE = "derive.numeric.arguments"

DOMAIN_ERROR = '''class DomainError(ValueError):
    """A value lies outside the set on which the function makes sense."""
'''
ERRORS = f'''class ArgumentError(ValueError, TypeError):
    """An argument is missing, unexpected or of the wrong kind."""


class ShapeError(ValueError):
    """Two shapes disagree; the message names both."""


{DOMAIN_ERROR}'''

ENTRY = '''def {name}({signature}):
    """{docstring}
    """
    return evaluate(
        "{name}",
        {shapes!r},
        {ranks!r},
        _one,
        _stack,
        ({values}),
    )
'''


def readable_text(*kernels: str) -> str:
    """Imports, the helpers used, the functions."""
    helpers = _helpers("\n".join(kernels))
    imports = _imports([*helpers, *kernels])
    errors = [DOMAIN_ERROR] if "DomainError" in names_used("\n".join(helpers)) else []
    return _joined([*([imports] if imports else []), *errors, *helpers, *kernels])


def short_text(*kernels: str) -> str:
    """Imports, of the helpers too, and the functions: for a page, where these are the matter."""
    words = names_used("\n".join(kernels))
    modules: dict[str, list[str]] = {}
    for helper, module in sorted(HELPERS.items()):
        if helper in words:
            modules.setdefault(module, []).append(helper)
    lines = [_import_line(module, names) for module, names in sorted(modules.items())]
    imports = "\n".join([*filter(None, [_imports(kernels)]), *([""] if lines else []), *lines])
    return _joined([*([imports] if imports else []), *kernels])


def _import_line(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= LONGEST_LINE:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def file_text(
    name: str,
    shapes: dict[str, tuple[object, ...] | None],
    ranks: list[int],
    one: str,
    stack: str,
    more_support: Sequence[str] = (),
    tail: str = "",
) -> str:
    """A file that stands alone: errors, checks, helpers and the function both ways."""
    helpers = _helpers(one + stack + tail)
    support = [_text_of(SUPPORT_MODULE, function) for function in (*SUPPORT, *more_support)]
    entry = ENTRY.format(
        name=name,
        signature=", ".join(shapes),
        docstring=one.split('"""')[1].rstrip(),
        shapes=shapes,
        ranks=ranks,
        values="".join(f"{identifier}, " for identifier in shapes).strip(),
    )
    parts = [*support, *helpers, one, stack, entry, *([tail] if tail else [])]
    head = f'"""{name}: a NumPy function that checks its arguments; call {name}(...)."""'
    return _joined([head, _imports(parts), ERRORS, *parts], gap="\n\n\n")


def _helpers(text: str) -> list[str]:
    """The texts of the helpers that a text calls, and of those they call."""
    found: dict[str, str] = {}
    pending = [text]
    while pending:
        words = names_used(pending.pop())
        for helper, module in HELPERS.items():
            if helper in words and helper not in found:
                found[helper] = _text_of(module, helper)
                pending.append(found[helper])
    return [found[helper] for helper in HELPERS if helper in found]


def _text_of(module: str, function: str) -> str:
    """The text of one of our functions, without its type hints."""
    text = inspect.getsource(getattr(importlib.import_module(module), function))
    tree = ast.parse(text).body[0]
    assert isinstance(tree, ast.FunctionDef)
    for argument in (*tree.args.args, *filter(None, [tree.args.kwarg])):
        argument.annotation = None
    body = text.splitlines()[tree.body[0].lineno - 1 :]
    return "\n".join([f"def {function}({ast.unparse(tree.args)}):", *body]) + "\n"


def _imports(parts: Sequence[str]) -> str:
    """The import lines that the parts need."""
    text = "\n".join(parts)
    words = names_used(text)
    lines = [f"import {module}" for module in ("math", "warnings") if module in words]
    lines += [""] + ["import numpy as np"] * ("np" in words)
    algebra = sorted(words & LINEAR_ALGEBRA)
    if algebra:
        lines.append(f"from scipy.linalg import {', '.join(algebra)}")
    lapack = sorted(words & LAPACK)
    if lapack:
        lines.append(f"from scipy.linalg.lapack import {', '.join(lapack)}")
    special = sorted(words & set(SPECIAL_FUNCTIONS))
    if special:
        lines.append(f"from scipy.special import {', '.join(special)}")
    return "\n".join(lines).strip()


def _joined(parts: Sequence[str], gap: str = "\n\n\n") -> str:
    return gap.join(part.strip("\n") for part in parts) + "\n"
