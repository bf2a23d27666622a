"""Where a line of text that is too long is broken.

At a sign of the outermost sum that is in reach, never inside a bracket that is short, and
not so that a sign stands alone.
"""

from __future__ import annotations

from itertools import accumulate

SHORT = 24  # a bracket as short as that is read as one thing
LONGEST_INDENT = 16  # behind a longer left side a formula of many lines goes on further left
OPENING, CLOSING, SIGNS = "([{", ")]}", ("+", "−", "-", "=", "∘")


def wrapped(head: str, body: str, width: int) -> list[str]:
    """The body behind its head, broken so that no line is wider than `width` if possible."""
    body = body.rstrip()
    indent = " " * min(len(head), width // 2)
    if len(head) > LONGEST_INDENT and len(body) > 2 * (width - len(head)) and not head.isspace():
        indent = " " * (len(head) - len(head.lstrip()) + 4)
    lines, line, start = [], head, 0
    for cut in cuts(body, width - len(head), width - len(indent)):
        lines.append((line + body[start:cut]).rstrip())
        line, start = indent, cut + (body[cut] == " ")
    return [*lines, line + body[start:]]


def cuts(body: str, first: int, later: int) -> list[int]:
    """Where a text is cut, so that its first line has so much room and the later ones so much."""
    depths, shorts = _depths(body), _inside_short(body)
    found: list[int] = []
    start, room = 0, first
    while len(body) - start > room:
        cut = _break_point(body, start, room, depths, shorts)
        if cut is None:
            break
        found.append(cut)
        start, room = cut + (body[cut] == " "), later
    return found


def _depths(text: str) -> list[int]:
    """How many brackets are open behind each letter."""
    return list(accumulate((letter in OPENING) - (letter in CLOSING) for letter in text))


def _inside_short(text: str) -> list[bool]:
    """Whether a letter stands in a bracket that is short."""
    inside = [False] * len(text)
    opened: list[int] = []
    for k, letter in enumerate(text):
        if letter in OPENING:
            opened.append(k)
        elif letter in CLOSING and opened:
            first = opened.pop()
            if k - first < SHORT:
                inside[first + 1 : k] = [True] * (k - first - 1)
    return inside


def _break_point(
    text: str, start: int, room: int, depths: list[int], shorts: list[bool]
) -> int | None:
    """Where to break behind `start`: the outermost place, best at a comma or before a sign.

    Of places equally good the last in the room; where there is none in it, the first behind.
    """
    best, best_rank = None, (True, 99, 9, 0)
    for k in range(start + 1, len(text)):
        if k - start > room and best is not None:
            break
        if not _may_end(text, k) or text[start:k].strip() in SIGNS:
            continue
        if k - start > room:
            return k
        early = 0 if k - start > room // 3 else 4
        rank = (shorts[k], depths[k] + early, _break_rank(text, k), -k)
        if rank <= best_rank:
            best, best_rank = k, rank
    return best


def _may_end(text: str, k: int) -> bool:
    """Whether a line may end before the letter at k: a space, or what follows ``)∘``."""
    return text[k] == " " or (text[k - 2 : k] == ")∘" and text[k] == "(")


def _break_rank(text: str, k: int) -> int:
    """How good a break at k is; 0 is best."""
    if text[k] != " ":
        return 4
    if text[k - 1] in ",;" or text[k + 1 :].startswith(("subject to ", "over ", "with ")):
        return 0
    if text[k + 1 : k + 3] in ("+ ", "− ", "- "):
        return 1
    return 3 if text[k - 1] in "+−-=∘" else 2
