"""Nodes in a few words, for claims and messages: plain text cut to a sensible length.

What is deep or has much sharing is shortened before it is written, so that it costs no
more than a small node.
"""

from __future__ import annotations

from derive.language.expression import Node, make, symbol
from derive.language.functions import postorder
from derive.language.relations import Condition, Words
from derive.writing.plain import plain

TEXT_LIMIT = 70
MOST_PARTS = 60  # nodes written out, counted as often as they occur


def brief(node: Node, limit: int = TEXT_LIMIT) -> str:
    """A node in plain text, cut off past `limit` characters.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> brief(symbol("a") * symbol("b") + 1)
    'a*b + 1'
    """
    counts: dict[Node, int] = {}
    for part in postorder(node):
        counts[part] = 1 + sum(counts[arg] for arg in part.args)
    text = plain(_shortened(node, counts, MOST_PARTS))
    return text if len(text) <= limit else f"{text[:limit].rstrip()} .."


def _shortened(node: Node, counts: dict[Node, int], most: int) -> Node:
    """The node with parts left out where it has more than `most` of them."""
    if counts[node] <= most:
        return node
    if most < 2 or len(node.args) >= most:
        return symbol("..", node.shape)
    share = (most - 1) // len(node.args)
    args = tuple(_shortened(arg, counts, share) for arg in node.args)
    return make(node.op, args, node.shape, node.data)


def condition_words(condition: Condition) -> str:
    """A condition in plain words for messages."""
    if isinstance(condition, Words):
        return _filled(condition)
    right = condition.right
    words = _filled(right) if isinstance(right, Words) else brief(right)
    return f"{brief(condition.left)} {condition.sign} {words}"


def _filled(words: Words) -> str:
    """A sentence with its nodes written out."""
    text = words.text
    for k, node in enumerate(words.nodes):
        text = text.replace(f"{{{k}}}", brief(node))
    return text


def clip(text: str, limit: int = 2 * TEXT_LIMIT) -> str:
    """The text, shortened in the middle."""
    if len(text) <= limit:
        return text
    half = limit // 2 - 2
    return f"{text[:half]} .. {text[-half:]}"
