r"""Sentences: relations, words and conditions as runs of words and formulas.

Each format joins the runs in its own way: text puts them side by side, LaTeX wraps the
words in ``\text{}``, Markdown wraps the formulas in dollar signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from derive.language.expression import Node
from derive.language.facts import FACTS
from derive.language.indices import free_indices
from derive.language.relations import Condition, Relation, Side, Words
from derive.language.sizes import shape_text
from derive.writing.notation import Notation

_PLACE = re.compile(r"\{(\d+)\}")
TIMES = " x "  # alone between two places: the sizes of a matrix
_SIGN = re.compile(
    r"(<=>|=>|<=|>=|!=|->|(?<![^ ])[=<>](?![^ ])|(?<![\w.])-?(?:infinity|\d+)(?![\w.]))"
)


@dataclass(frozen=True)
class Run:
    """A stretch of words or of one formula."""

    text: str
    is_formula: bool


def side_runs(side: Side, notation: Notation) -> tuple[Run, ...]:
    """The runs of a node, a relation or words."""
    if isinstance(side, Node):
        return (Run(notation.signed(notation.write(side)), True),)
    if isinstance(side, Relation):
        return _relation_runs(side, notation)
    return words_runs(side, notation)


def _relation_runs(relation: Relation, notation: Notation) -> tuple[Run, ...]:
    left = side_runs(relation.left, notation)
    right = side_runs(relation.right, notation)
    if relation.sign == "is":
        return merged((*left, Run(" is ", False), *right))
    sign = Run(f" {notation.relation_sign(relation.sign)} ", True)
    # of an array, "not zero" would read as "not the zero array"
    everywhere = relation.sign == "!=" and not relation.left.is_scalar
    tail = (Run(notation.prose(" in every entry"), False),) if everywhere else ()
    for_every = words_runs(_for_every((relation.left, relation.right)), notation)
    return merged((*left, sign, *right, *tail, *for_every))


def of_every_index(condition: Condition) -> Condition:
    """A condition in words said of every value of the indices that stand free in it.

    Of a comparison its own runs say so.
    """
    if isinstance(condition, Words):
        tail = _for_every(condition.nodes, len(condition.nodes))
        return Words(condition.text + tail.text, (*condition.nodes, *tail.nodes))
    if isinstance(condition.right, Words):
        tail = _for_every((condition.left,))
        words = Words(condition.right.text + tail.text, (*condition.right.nodes, *tail.nodes))
        return Relation(condition.left, condition.sign, words)
    return condition


def _for_every(sides: Iterable[Node | Words], first: int = 0) -> Words:
    """``for every i`` of the indices that no sum in some sides binds; nothing if all are bound."""
    nodes = [side for side in sides if isinstance(side, Node)]
    found = tuple(dict.fromkeys(i for node in nodes for i in free_indices(node)))
    places = " and ".join(f"{{{first + k}}}" for k in range(len(found)))
    return Words(f" for every {places}" if found else "", found)


def words_runs(words: str | Words, notation: Notation) -> tuple[Run, ...]:
    """The runs of a sentence with ``{k}`` places; signs among the words are formulas."""
    if isinstance(words, str):
        return (Run(notation.prose(words), False),) if words else ()
    runs: list[Run] = []
    for k, part in enumerate(_PLACE.split(words.text)):
        if k % 2:
            runs.extend(side_runs(words.nodes[int(part)], notation))
        else:
            runs.extend(_literal_runs(part, notation))
    return merged(runs)


def _literal_runs(text: str, notation: Notation) -> Iterable[Run]:
    if text == TIMES:
        yield Run(f" {notation.relation_sign('x')} ", True)
        return
    for k, part in enumerate(_SIGN.split(text)):
        if k % 2:
            yield Run(notation.relation_sign(part), True)
        elif part:
            yield Run(notation.prose(part), False)


def merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbouring formulas as one, with the space between them."""
    out: list[Run] = []
    for run in runs:
        is_gap = not run.text.strip()
        if out and out[-1].is_formula and (run.is_formula or is_gap):
            out[-1] = Run(out[-1].text + run.text, True)
        elif out and not out[-1].is_formula and not run.is_formula:
            out[-1] = Run(out[-1].text + run.text, False)
        else:
            out.append(run)
    return tuple(out)


def stated(symbols: Iterable[Node], notation: Notation) -> tuple[Run, ...]:
    """The declarations in one line; a semicolon where a comma would run two together."""
    groups = declarations(symbols)
    has_lists = any(", " in words.text for words in groups)
    runs = [words_runs(words, notation) for words in groups]
    return joined(runs, "; " if has_lists and len(groups) > 1 else ", ")


def joined(groups: Iterable[tuple[Run, ...]], separator: str = ", ") -> tuple[Run, ...]:
    """Several sentences as one, separated by words."""
    out: list[Run] = []
    for group in groups:
        if out:
            out.append(Run(separator, False))
        out.extend(group)
    return merged(out)


def text_of(runs: Iterable[Run]) -> str:
    """Runs side by side, for text."""
    return "".join(run.text for run in runs)


# --- what is declared -------------------------------------------------------------------


def declared_facts(symbol: Node) -> tuple[str, ...]:
    """The facts of a symbol that no other of its facts implies, in the table's order."""
    implied = {name for fact in symbol.facts for name in FACTS[fact].implies}
    return tuple(name for name in FACTS if name in symbol.facts and name not in implied)


def declarations(symbols: Iterable[Node]) -> tuple[Words, ...]:
    """Shapes and facts as a page states them: ``X: n x d``, ``lam > 0``."""
    groups: dict[str, list[Node]] = {}
    for symbol in symbols:
        groups.setdefault(_declaration(symbol), []).append(symbol)
    return tuple(_for_all(text, group) for text, group in groups.items())


def _for_all(text: str, group: list[Node]) -> Words:
    """One declaration of several symbols: ``x, mu: d``."""
    if text.count("{0}") == 1 and text.startswith("{0}"):
        places = ", ".join(f"{{{k}}}" for k in range(len(group)))
        return Words(text.replace("{0}", places), tuple(group))
    several = ", ".join(text.replace("{0}", f"{{{k}}}") for k in range(len(group)))
    return Words(several, tuple(group))


def _declaration(symbol: Node) -> str:
    conditions = [FACTS[fact].condition for fact in declared_facts(symbol)]
    if symbol.is_scalar:
        known = [c for c in conditions if c]
        return ", ".join(known) if known else "{0} real"
    properties = [c.removeprefix("{0} ") for c in conditions if c.startswith("{0} ")]
    words = [p for p in properties if p[0].isalpha()]
    signs = [c for c in conditions if c and c.removeprefix("{0} ") not in words]
    text = " ".join(["{0}: " + shape_text(symbol.shape), *words])
    return ", ".join([text, *signs])


def conditions_of(
    conditions: Iterable[Condition], more: Iterable[Condition] = ()
) -> tuple[Condition, ...]:
    """All conditions, each once, in order."""
    return tuple(dict.fromkeys((*conditions, *more)))
