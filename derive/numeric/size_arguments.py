"""Sizes in the text of a function: read off its arguments, or told by arguments of their own.

``norm1(ones(n) b')`` as a function of ``b`` is ``n norm1(b)``: no argument shows ``n``, so
``n`` is a whole number that the function takes after its other arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derive.errors import ShapeError
from derive.language.expression import Node
from derive.numeric.literals import shapes_text, size_source
from derive.numeric.names import Names


@dataclass
class SizeTexts:
    """The texts of the named sizes that one function uses.

    Attributes
    ----------
    arguments : dict from symbol Node to its name in the text
    names : Names
        Hands out the names of the sizes.
    is_stack : bool
        Whether the arguments have leading batch axes.
    texts : dict from size name to its name in the text
        At first the sizes that are told; those that are read off join them.
    lines : list of str
        The lines that read sizes off.
    unshown : list of str
        The sizes that were asked for and that nothing shows.
    """

    arguments: Mapping[Node, str]
    names: Names
    is_stack: bool
    texts: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    unshown: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The name of a size in the text."""
        if name not in self.texts:
            self.texts[name] = self.names.take(name)
            sources = (
                size_source(name, node, identifier, self.is_stack)
                for node, identifier in self.arguments.items()
            )
            source = next(filter(None, sources), None)
            if source is None:
                self.unshown.append(name)
            else:
                self.lines.append(f"{self.texts[name]} = {source}")
        return self.texts[name]

    def require_shown(self) -> None:
        """Refuse a text that needs a size which nothing shows or tells."""
        if self.unshown:
            raise ShapeError(
                f"the size {self.unshown[0]} cannot be read off the arguments' shapes\n"
                f"  got      : {shapes_text(self.arguments)}\n"
                f"  to fix   : give an argument that has {self.unshown[0]} rows or columns"
            )


def sizes_to_tell(unshown: Sequence[str], arguments: Sequence[Node]) -> tuple[str, ...]:
    """The unshown sizes that can be arguments: those whose names are free."""
    taken = {argument.name for argument in arguments}
    return tuple(name for name in unshown if name not in taken)
