"""Names for the parts of a question that come back again and again in its answer or its lines.

Nodes of the question are named: an activation or a softmax, the matrix under an inverse, a
residual.  ``p = softmax(Wx)`` turns four copies into four letters; a sum as short as
``x - mu`` stays written out.  Of the answer only eigenvectors, singular vectors and what
their differentials need have names: ``q`` for ``eigvec_max(X'X)``, however often it occurs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from derive.engine.rebuilding import rebuild
from derive.language.canonical import length
from derive.language.expression import Node, symbol
from derive.language.functions import postorder
from derive.language.indices import free_indices
from derive.language.relations import Relation, Side, Words
from derive.language.sizes import size_names
from derive.language.spectral import leftvecs, rightvecs
from derive.steps import Step

LONG = 16  # a part as long as that is named where a line reads it twice
ACTIVATIONS = {
    "tanh", "sigmoid", "relu", "softplus", "sin", "cos", "erf", "arctan", "sinh", "cosh",
}  # fmt: skip


@dataclass(frozen=True)
class Naming:
    """One kind of nameable node: the letters tried, and how long and frequent it must be."""

    vectors: str
    matrices: str
    scalars: str
    least_size: int
    least_count: int


NAMINGS = {
    "softmax": Naming("pqg", "PQG", "", 2, 2),
    "activation": Naming("hgz", "HGZ", "hgz", 4, 2),
    "inverted": Naming("", "KCMB", "", 4, 2),
    "factor": Naming("", "LRT", "", 2, 2),
    "residual": Naming("rev", "REV", "", 8, 2),
    "argument": Naming("", "", "tsz", 10, 2),
    "eigenvectors": Naming("qep", "QEP", "", 2, 0),
    "left": Naming("uag", "UAG", "", 2, 0),
    "right": Naming("vbh", "VBH", "", 2, 0),
    "resolvent": Naming("", "RTM", "", 2, 0),
    "gaps": Naming("", "FGH", "", 2, 0),
    "values": Naming("stz", "", "", 2, 2),
}
DIFFERENTIATED = {"softmax", "activation"}  # named also where only differentiation brings them in
SPECTRAL = {
    **dict.fromkeys(("eigvecs", "eigvec_max", "eigvec_min"), "eigenvectors"),
    **dict.fromkeys(("leftvecs", "leftvec_max"), "left"),
    **dict.fromkeys(("rightvecs", "rightvec_max"), "right"),
    **dict.fromkeys(("resolvent_max", "resolvent_min"), "resolvent"),
    **dict.fromkeys(("eigvals", "svdvals"), "values"),
    "gaps": "gaps",
}


def named(
    function: Node,
    steps: Sequence[Step],
    results: Sequence[Node],
    name: Node | None = None,
    before: Sequence[Node] = (),
    longer: Sequence[Node] = (),
) -> tuple[tuple[tuple[Node, Node], ...], tuple[Step, ...]]:
    """Definitions of the names introduced, inner ones first, and the steps written with them.

    What the lines find `before` the results, as a gradient before a Hessian, is read too, and
    so are the `longer` forms of results that facts made shorter.
    Where the function itself is a softmax, an activation or a vector of singular values and
    comes back in the results, the lines call it by its `name`.
    """
    steps, results = _with_polar_factors(function, steps, results)
    taken = {s.name for s in function.symbols} | _names_of_sizes(function)
    for step in steps:
        taken |= {s.name for side in (step.before, step.after) for s in _symbols(side)}
    itself = {}
    if name is not None and _comes_back(function, results):
        itself = {function: name}
    forms = (results, longer) if longer else (results,)
    chosen = (_chosen(function, steps, [*before, *nodes], itself) for nodes in forms)
    names = _lettered(max(chosen, key=len), taken)
    if not names and not itself:
        return (), tuple(steps)
    definitions = []
    for part, name in names.items():
        inner = {node: other for node, other in names.items() if node is not part}
        definitions.append((name, substituted(part, inner)))
    done = {**names, **itself}
    return tuple(definitions), tuple(_renamed(step, done) for step in steps)


def _comes_back(function: Node, results: Sequence[Node]) -> bool:
    """Whether a function is one that is known by a letter and its results hold it."""
    if _kind(function, set()) not in DIFFERENTIATED and function.op not in SPECTRAL:
        return False
    return any(function in part.args for part in postorder(*results))


def _lettered(chosen: Sequence[tuple[Node, str]], taken: set[str]) -> dict[Node, Node]:
    """A letter for each part; several of one kind share a letter and are numbered."""
    groups: dict[str, list[Node]] = {}
    for part, kind in chosen:
        naming = NAMINGS[kind]
        letters = naming.matrices
        if part.shape[1] == 1:
            letters = naming.scalars if part.is_scalar else naming.vectors
        if letters:
            groups.setdefault(letters, []).append(part)
    names: dict[Node, Node] = {}
    for letters, parts in groups.items():
        for letter in letters:
            fresh = [letter] if len(parts) == 1 else [f"{letter}{k + 1}" for k in range(len(parts))]
            if not taken & set(fresh):
                taken.update(fresh)
                for part, name in zip(parts, fresh, strict=True):
                    names[part] = symbol(name, part.shape)
                break
    return {part: names[part] for part, _ in chosen if part in names}


def _with_polar_factors(
    function: Node, steps: Sequence[Step], results: Sequence[Node]
) -> tuple[Sequence[Step], Sequence[Node]]:
    """A polar factor of the answer as the product ``U V'`` of singular vectors."""
    own = frozenset(postorder(function))
    parts = postorder(*results, *_sides(steps))
    polars = [part for part in parts if part.op == "polar" and part not in own]
    if not polars:
        return steps, results
    done = {part: leftvecs(part.args[0]) @ rightvecs(part.args[0]).T for part in polars}
    written = [_substituted(result, done) for result in results]
    return tuple(_renamed(step, done) for step in steps), written


def _chosen(
    function: Node, steps: Sequence[Step], results: Sequence[Node], itself: Collection[Node]
) -> list[tuple[Node, str]]:
    """The parts worth a name and their kind, inner ones first.

    A part is counted as often as it is read once the parts around it have their names;
    `itself` is the function, where it has one.
    """
    everything = postorder(function, *results, *_sides(steps))
    kinds = _kinds(function, everything)
    read = frozenset(postorder(*results))
    twice = _read_twice(_sides(steps), kinds, itself)
    chosen = []
    counts: dict[Node, int] = dict.fromkeys(results, 1)
    for part in reversed(everything):
        if part not in read and part not in twice and part.op not in SPECTRAL:
            continue
        count = counts.get(part, 0)
        if part in kinds:
            naming = NAMINGS[kinds[part]]
            is_repeated = count >= naming.least_count or part in twice
            if is_repeated and length(part) >= naming.least_size:
                chosen.append((part, kinds[part]))
                count = 1
        for arg in () if part in itself else part.args:
            counts[arg] = counts.get(arg, 0) + count
    order = {part: k for k, part in enumerate(everything)}
    return sorted(chosen, key=lambda item: order[item[0]])


def _kinds(function: Node, everything: Sequence[Node]) -> dict[Node, str]:
    """The parts that could have a name, and their kind."""
    parts = frozenset(postorder(function))
    inverted = {p.args[0] for p in parts if p.op in {"inverse", "logdet", "det"}}
    kinds: dict[Node, str] = {}
    for part in everything:
        kind = _kind(part, inverted) if part is not function else None
        if part not in parts and kind not in DIFFERENTIATED:
            kind = None
        if part is not function and not (part in parts and SPECTRAL.get(part.op) == "values"):
            kind = SPECTRAL.get(part.op, kind)
        if kind is not None and not free_indices(part):  # a name has one value
            kinds[part] = kind
    return kinds


def _read_twice(
    lines: Sequence[Node], kinds: Mapping[Node, str], itself: Collection[Node]
) -> frozenset[Node]:
    """The long parts with a kind that one line reads more than once."""
    found: set[Node] = set()
    long = {part for part in kinds if length(part) >= LONG}
    for line in lines if long else ():
        counts = {line: 1}
        for part in reversed(postorder(line)):
            count = counts.get(part, 0)
            if count > 1 and part in long:
                found.add(part)
                count = 1
            for arg in () if part in itself else part.args:
                counts[arg] = counts.get(arg, 0) + count
    return frozenset(found)


def substituted(node: Node, names: Mapping[Node, Node]) -> Node:
    """The node with parts replaced, outermost first."""
    return _substituted(node, dict(names))


def _substituted(node: Node, done: dict[Node, Node]) -> Node:
    for part in postorder(node, known=done):
        done[part] = rebuild(part, [done[arg] for arg in part.args])
    return done[node]


def _kind(part: Node, inverted: set[Node]) -> str | None:
    if part.op in {"softmax", "rowsoftmax"}:
        return "softmax"
    if part.op == "map" and part.data in ACTIVATIONS:
        return "activation"
    if part.op == "cholesky":
        return "factor"
    if part.op == "add" and part.is_scalar:
        return "argument"
    if part in inverted and part.op in {"add", "block"}:
        return "inverted"
    return "residual" if part.op == "add" else None


def _sides(steps: Sequence[Step]) -> list[Node]:
    """The nodes that steps lead from and to."""
    sides = (side for step in steps for side in (step.before, step.after))
    return [side for side in sides if isinstance(side, Node)]


def _symbols(side: Side | None) -> frozenset[Node]:
    return side.symbols if isinstance(side, Node) else frozenset()


def _names_of_sizes(function: Node) -> set[str]:
    return {name for part in postorder(function) for name in size_names(part.shape)}


def _renamed(step: Step, done: dict[Node, Node]) -> Step:
    def side(value: Side | None) -> Side | None:
        if isinstance(value, Node):
            return _substituted(value, done)
        if isinstance(value, Relation):
            right = value.right
            return Relation(
                _substituted(value.left, done),
                value.sign,
                _substituted(right, done) if isinstance(right, Node) else right,
            )
        return value

    after = side(step.after)
    assert after is not None
    rule = step.rule
    if isinstance(rule, Words):
        rule = Words(rule.text, tuple(_substituted(node, done) for node in rule.nodes))
    return replace(step, before=side(step.before), after=after, rule=rule)
