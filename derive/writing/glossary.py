"""The names of one page: no two are written alike, and no product of them reads as a third.

A *leaf* is a node with a name: a symbol, a constant, or a size.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache

from derive.language.expression import Node, size_node
from derive.language.functions import postorder
from derive.language.sizes import Size
from derive.writing.functions import SPELLINGS
from derive.writing.names import is_tight, split_name, unicode_name

Spell = Callable[[Node], str]


def leaves_of(*roots: Node) -> tuple[Node, ...]:
    """Symbols, constants and named sizes below the roots, each once, in order."""
    found: dict[Node, None] = {}
    for node in postorder(*roots):
        if node.op in {"symbol", "constant", "index"}:
            found[node] = None
        sizes = [node.data] if node.op == "size" else node.shape
        for size in sizes:
            if isinstance(size, Size):
                found.update((size_node(Size.named(name)), None) for name in sorted(size.names))
    return tuple(found)


def factors_of_formulas(*roots: Node) -> frozenset[str]:
    """The names of symbols and of sizes that stand as numbers in formulas, as ``n`` in a mean."""
    found: set[str] = set()
    for node in postorder(*roots):
        if node.op == "symbol":
            found.add(node.name)
        elif node.op == "size" and isinstance(node.data, Size):
            found |= node.data.names
    return frozenset(found)


def typed_name(leaf: Node) -> str:
    """The name as it is typed."""
    return leaf.name if leaf.op in {"symbol", "index"} else str(leaf.data)


def distinct_names(leaves: Iterable[Node], spell: Spell, spell_typed: Spell) -> dict[Node, str]:
    """How each leaf is written: by `spell`, or as typed where two would look the same.

    Two leaves that are typed alike (a symbol under two sets of facts) have one name.
    """
    meant: dict[str, set[tuple[str, str]]] = {}
    leaves = tuple(leaves)
    for leaf in leaves:
        meant.setdefault(spell(leaf), set()).add(_identity(leaf))
    written: dict[Node, str] = {}
    owners: dict[str, tuple[str, str]] = {}
    for leaf in leaves:
        body = spell(leaf)
        if len(meant[body]) > 1:
            body = spell_typed(leaf)
        while owners.setdefault(body, _identity(leaf)) != _identity(leaf):
            body += "'"
        written[leaf] = body
    return written


def _identity(leaf: Node) -> tuple[str, str]:
    return ("constant" if leaf.op == "constant" else "name", typed_name(leaf))


def words_of(leaves: Iterable[Node]) -> frozenset[str]:
    """The names of several letters and the functions, which letters side by side could spell."""
    names = (unicode_name(typed_name(leaf)) for leaf in leaves)
    return _function_words() | {name for name in names if not is_tight(name)}


@cache
def _function_words() -> frozenset[str]:
    """The words in the names of functions."""
    words = (word for row in SPELLINGS.values() for word in row.unicode.split())
    return frozenset(word for word in words if not is_tight(word))


def spelling_a_word(letters: Sequence[str], words: Container[str]) -> frozenset[int]:
    """The places of the letters that, with their neighbours, spell one of the words.

    Examples
    --------
    >>> sorted(spelling_a_word(["x", "a", "b", "a"], {"ab", "bx"}))
    [1, 2]
    """
    found: set[int] = set()
    for start in range(len(letters)):
        word = letters[start]
        for end in range(start + 1, len(letters)):
            if not (word and letters[end]):
                break
            word += letters[end]
            if word in words:
                found.update(range(start, end + 1))
    return frozenset(found)


def differential_stops(leaves: Iterable[Node]) -> Mapping[Node, tuple[bool, bool]]:
    """Leaves that read as a differential, or as its ``d``, and where a product sign must stand.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> d, w, dw = map(symbol, ("d", "w", "dw"))
    >>> {leaf.name: stop for leaf, stop in differential_stops([d, w, dw]).items()}
    {'d': (False, True), 'dw': (True, True)}
    """
    leaves = tuple(leaves)
    stops = {}
    for leaf in leaves:
        name = typed_name(leaf)
        if split_name(name).base == "d":
            stops[leaf] = (False, True)
        elif (
            name.startswith("d")
            and len(name) > 1
            and any(name[1:] == typed_name(other) for other in leaves)
        ):
            stops[leaf] = (True, True)
    return stops
