"""Print docs/gallery.md: ``python docs/print_gallery.py > docs/gallery.md``.

Every row of ``gallery.toml`` is asked of ``derive`` and printed as it answers, so the page
cannot differ from what the library finds.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import derive as dv

ROWS = Path(__file__).parent / "gallery.toml"

OPENING = """\
# Gallery of matrix calculus

Printed by `docs/print_gallery.py`, which asks `derive` every question of `docs/gallery.toml`.

## How to read it

An entry shows the question as it is typed, after `import derive as dv`; the answer; and the
lines that lead to it.

* Sizes are names: an answer holds for all of them.
* To the right of a line stands the rule that made it. A line without a left side goes on from
  the line above.
* `df` is the differential of `f`, `∇f` its gradient, `∂f/∂x` a Jacobian, `∇²f` a Hessian.
* `∘`, `⊘` and `∘²` work entry by entry, `⊗` is the Kronecker product, `I` the identity, `1ₙ`
  a vector of ones, `σ` the sigmoid, `1[x > 0]` one where `x > 0` and zero elsewhere.
* `with` gives names to what is repeated. After `where` stands what must hold.
* A gradient has the shape of its variable, and every entry of the variable moves on its own;
  these and other layouts are [conventions](conventions.md).
* The lines and the answer were compared with the question, by a route of their own, at random
  points: `checked` says at which sizes and how closely. This is the
  [certificate](certificate.md).
* A source is a key of the [bibliography](references.bib) and a place in it. What is common
  knowledge has none.
"""


@dataclass(frozen=True)
class Entry:
    """A row of the gallery."""

    title: str
    verb: str
    text: str
    wrt: str
    shapes: str
    source: str
    more: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def arguments(self) -> tuple[tuple[str, ...], dict[str, str | int]]:
        """What the verb is called with: by position, and by keyword."""
        options = dict(self.more)
        direction = options.pop("direction", None)
        third = "" if direction is None else str(direction)
        positional = tuple(part for part in (self.text, self.wrt, third) if part)
        return positional, {**options, "shapes": self.shapes} if self.shapes else options

    @property
    def question(self) -> str:
        """The call as typed; long ones over several lines."""
        positional, named = self.arguments
        parts = [*map(quoted, positional), *(f"{k}={quoted(v)}" for k, v in named.items())]
        line = f"dv.{self.verb}({', '.join(parts)})"
        if len(line) <= 88:
            return line
        return "\n".join([f"dv.{self.verb}(", *(f"    {part}," for part in parts), ")"])

    def derived(self) -> dv.Derivation:
        """What derive answers."""
        positional, named = self.arguments
        derivation = getattr(dv, self.verb)(*positional, **named)
        assert isinstance(derivation, dv.Derivation)
        return derivation

    def page(self) -> str:
        """The entry in Markdown."""
        derivation = self.derived()
        parts = [
            f"### {self.title}",
            f"```python\n{self.question}\n```",
            f"$$\n{derivation.latex(detail='result')}\n$$",
            f"```text\n{derivation}\n```",
        ]
        if self.source:
            parts.append(f"Source: {self.source}.")
        return "\n\n".join(parts)


@dataclass(frozen=True)
class Section:
    """Entries that belong together."""

    title: str
    text: str
    entries: tuple[Entry, ...]

    def page(self) -> str:
        """The section in Markdown."""
        entries = (entry.page() for entry in self.entries)
        return "\n\n".join([f"## {self.title}", self.text, *entries])


def quoted(value: str | int) -> str:
    """A text between double quotes, a number as it is."""
    return f'"{value}"' if isinstance(value, str) else str(value)


def sections() -> Iterator[Section]:
    """The rows of ``gallery.toml``."""
    for section in tomllib.loads(ROWS.read_text(encoding="utf-8"))["section"]:
        entries = tuple(Entry(*row) for row in section["rows"])
        yield Section(section["title"], section["text"], entries)


def page() -> str:
    """The whole of docs/gallery.md."""
    found = tuple(sections())
    contents = "\n".join(
        f"* [{section.title}](#{anchor(section.title)}): "
        + "; ".join(entry.title for entry in section.entries)
        for section in found
    )
    body = "\n\n".join(section.page() for section in found)
    return f"{OPENING}\n## Contents\n\n{contents}\n\n{body}\n"


def anchor(title: str) -> str:
    """The name by which a link points at a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


if __name__ == "__main__":
    sys.stdout.buffer.write(page().encode())
