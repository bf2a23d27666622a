"""Styles of LaTeX, and delimiters that grow around tall content."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """What a book's notation changes: fonts and signs, never the meaning."""

    bold: str = "mathbf"  # font of vectors and matrices; empty for italics
    transpose: str = r"\top"
    logarithm: str = r"\log"
    euclidean: str = "_2"


STYLES: dict[str, Style] = {
    "default": Style(),
    "bishop": Style(transpose=r"\mathrm{T}", logarithm=r"\ln", euclidean=""),
    "plain": Style(bold=""),
}


def delimited(left: str, body: str, right: str, tall: bool) -> str:
    """The body between delimiters, which grow only around tall content."""
    left = left if body[0].isalpha() else left.strip()
    return rf"\left{left}{body}\right{right}" if tall else f"{left}{body}{right}"
