"""The signs of text: Unicode, and what stands for them in ASCII."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Glyphs:
    """The signs of one alphabet."""

    minus: str
    bar: str
    dot: str
    circle: str
    divided: str
    nabla: str
    partial: str
    hessian: str
    signs: tuple[tuple[str, str], ...]


UNICODE = Glyphs(
    minus="−",
    bar="‖",
    dot="·",
    circle="∘",
    divided="⊘",
    nabla="∇",
    partial="∂",
    hessian="∇²",
    signs=(
        *(("!=", "≠"), ("<=", "≤"), (">=", "≥"), ("in", "∈"), ("<=>", "⇔"), ("=>", "⇒")),
        *(("->", "→"), ("infinity", "∞"), ("-infinity", "−∞")),
    ),
)
ASCII = Glyphs(
    minus="-",
    bar="||",
    dot="*",
    circle=".*",
    divided="./",
    nabla="grad ",
    partial="d",
    hessian="hess ",
    signs=(),
)
