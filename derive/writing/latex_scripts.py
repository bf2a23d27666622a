r"""Superscripts in LaTeX, which stand beside the layer of a name."""

from __future__ import annotations

import re

from derive.writing.latex_style import STYLES

_OF_LAYER = re.compile(r"\^\{[^{}]*\((?:[^{}]|\\mathrm\{\w+\})+\)\}$")  # W^{(l)}


def raised(body: str, script: str) -> str:
    r"""A superscript; a transpose joins the layer of a name, other scripts stand behind it.

    Examples
    --------
    >>> print(raised("W^{(l)}", r"\top"), raised("a^{(l)}", r"\odot 2"), raised("x", "2"))
    W^{(l)\top} {a^{(l)}}^{\odot 2} x^2
    """
    if not _OF_LAYER.search(body):
        return f"{body}^{script_of(script)}"
    if script in {style.transpose for style in STYLES.values()}:
        return f"{body[:-1]}{script}}}"
    return f"{{{body}}}^{script_of(script)}"


def script_of(body: str) -> str:
    """A script in braces, where it needs them."""
    return body if len(body) == 1 or body == r"\top" else f"{{{body}}}"
