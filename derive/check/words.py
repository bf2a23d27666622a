"""Nodes in a few words, for claims and messages; `writing/` prints them for people.

The text is built without recursion and stops at a limit, so a deep tree or one with much
sharing costs no more than a small one.
"""

from __future__ import annotations

from derive.language.expression import Node

TEXT_LIMIT = 70
_BARE = frozenset({"symbol", "number", "constant", "size"})


def brief(node: Node, limit: int = TEXT_LIMIT) -> str:
    """The prefix form of a node, cut off past `limit` characters.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> brief(symbol("a") * symbol("b") + 1)
    'add(mul(a, b), 1)'
    """
    text = ""
    stack: list[Node | str] = [node]
    while stack:
        if len(text) > limit:
            return text[:limit] + " .."
        part = stack.pop()
        if isinstance(part, str):
            text += part
        elif part.op in _BARE or not part.args:
            text += repr(part)
        else:
            label = part.op if part.data is None else f"{part.op}[{part.data}]"
            pieces: list[Node | str] = [f"{label}("]
            for k, arg in enumerate(part.args):
                pieces.extend([", ", arg] if k else [arg])
            stack.extend(reversed([*pieces, ")"]))
    return text


def clip(text: str, limit: int = 2 * TEXT_LIMIT) -> str:
    """The text, shortened in the middle."""
    if len(text) <= limit:
        return text
    half = limit // 2 - 2
    return f"{text[:half]} .. {text[-half:]}"
