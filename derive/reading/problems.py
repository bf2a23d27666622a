"""``minimize f over x, b subject to g <= h, A*x == b`` to a problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NoReturn, TypeAlias

from derive.errors import AmbiguousError, NameUnknownError, ReadError, ShapeInTextError
from derive.language.expression import Node, multiply, ones
from derive.language.problems import Problem
from derive.language.relations import Relation
from derive.language.sizes import Shape, shape_text
from derive.language.structure import SCALAR
from derive.reading.expressions import read_tokens
from derive.reading.mistakes import RELATIONS, unclosed
from derive.reading.scope import Scope, Shapes, nearest, scope_of
from derive.reading.surface import snippet
from derive.reading.tokens import Token, split_outside, tokenize

Sense: TypeAlias = Literal["minimize", "maximize"]

SENSES: dict[str, Sense] = {
    **dict.fromkeys(("minimize", "minimise", "min"), "minimize"),
    **dict.fromkeys(("maximize", "maximise", "max"), "maximize"),
}
SIGNS = {"=": "=", "<=": "<=", ">=": ">="}


def parse_problem(text: str, shapes: Shapes = "") -> Problem:
    """The problem that a plain text states.

    Parameters
    ----------
    text : str
        ``minimize`` (``min``) or ``maximize`` (``max``), a scalar, ``over`` variables,
        and, if there are any, ``subject to`` (``s.t.``) constraints separated by commas,
        each with one of ``<= >= ==``.  A scalar side stands for every entry.
    shapes : str or mapping of str to symbol
        What the names are, as for ``parse``.

    Returns
    -------
    Problem
        Shapes are checked; constraints are in the author's order.

    Raises
    ------
    ReadError
        A part is missing, or a constraint is not one relation.
    NameUnknownError
        A variable is not declared.
    ShapeError
        The objective is no scalar, or two sides have different shapes.
    AmbiguousError
        A square matrix is compared with a number, by entries or by eigenvalues.

    Examples
    --------
    >>> problem = parse_problem("min norm2(x)^2/2 over x s.t. A*x = b", "A: m x n, x: n, b: m")
    >>> problem.sense, problem.variables, problem.constraints[0].sign
    ('minimize', (x,), '=')
    """
    scope = scope_of(text, shapes)
    sense, objective, variables, constraints = _clauses(tokenize(text), text)
    goal = _objective(objective, scope)
    names = _variables(variables, scope)
    relations = tuple(_constraint(clause, scope) for clause in constraints)
    used = goal.symbols.union(*(_symbols(relation) for relation in relations))
    for name, place in names.items():
        if name not in used:
            raise ReadError(
                f"`{place.text}` occurs neither in the objective nor in a constraint\n"
                f"  to fix   : leave it out of the variables",
                text,
                place.start,
                place.stop,
            )
    return Problem(sense, goal, tuple(names), relations)


@dataclass(frozen=True)
class _Clause:
    """A run of tokens, the token it follows, and where it ends."""

    before: Token
    tokens: Sequence[Token]
    end: int


# --- the clauses --------------------------------------------------------------------------


def _clauses(tokens: Sequence[Token], text: str) -> tuple[Sense, _Clause, _Clause, list[_Clause]]:
    """Sense, objective, variables, constraints: cut at the words between them."""
    first = tokens[0] if tokens else Token("name", "", 0, len(text))
    if first.text not in SENSES:
        _wrong_form("a problem starts with minimize or maximize", text, first)
    over = subject = len(tokens)
    after = len(tokens)  # where the constraints begin
    for k in _outside(tokens):
        if tokens[k].text == "over":
            if over < len(tokens):
                _wrong_form("`over` is given twice", text, tokens[k])
            over = k
        elif (length := _subject(tokens, k, text)) and subject == len(tokens):
            subject, after = k, k + length
    if over == len(tokens):
        _check_closed(tokens, text)
        place = tokens[subject] if subject < len(tokens) else tokens[-1]
        _wrong_form("the variables are missing: nothing says `over`", text, place)
    if subject < over:
        _wrong_form("the variables come before the constraints", text, tokens[over])
    objective = _Clause(first, tokens[1:over], tokens[over].start)
    end = tokens[subject].start if subject < len(tokens) else len(text)
    variables = _Clause(tokens[over], tokens[over + 1 : subject], end)
    if subject == len(tokens):
        return SENSES[first.text], objective, variables, []
    constraints = list(_split(tokens[after - 1], tokens[after:], len(text)))
    return SENSES[first.text], objective, variables, constraints


def _wrong_form(what: str, text: str, place: Token) -> NoReturn:
    raise ReadError(
        f"{what}\n  to fix   : write minimize f over x, b subject to g <= h, A*x == b",
        text,
        place.start,
        place.stop,
    )


def _outside(tokens: Sequence[Token]) -> Iterator[int]:
    """The indices of the tokens outside all brackets."""
    depth = 0
    for k, token in enumerate(tokens):
        depth += (token.text in {"(", "["}) - (token.text in {")", "]"})
        if depth == 0:
            yield k


def _check_closed(tokens: Sequence[Token], text: str) -> None:
    """Refuse a bracket that is never closed: it hides the words after it."""
    openers: list[Token] = []
    for token in tokens:
        if token.text in {"(", "["}:
            openers.append(token)
        elif token.text in {")", "]"} and openers:
            openers.pop()
    if openers:
        unclosed(text, openers[-1])


def _subject(tokens: Sequence[Token], k: int, text: str) -> int:
    """The number of tokens of ``subject to`` or ``s.t.`` at the index `k`."""
    if tokens[k].text == "s.t.":
        return 1
    if tokens[k].text != "subject":
        return 0
    if k + 1 == len(tokens) or tokens[k + 1].text != "to":
        _wrong_form("`subject` is not followed by `to`", text, tokens[k])
    return 2


def _split(before: Token, tokens: Sequence[Token], end: int) -> Iterator[_Clause]:
    """The clauses between commas; each ends where its comma stands."""
    place = 0
    for run in split_outside(tokens, {","}):
        place += len(run)
        stop = tokens[place].start if place < len(tokens) else end
        yield _Clause(before, run, stop)
        before = tokens[place] if place < len(tokens) else before
        place += 1


# --- what the clauses mean ----------------------------------------------------------------


def _objective(clause: _Clause, scope: Scope) -> Node:
    if not clause.tokens:
        _wrong_form("the objective is missing", scope.source, clause.before)
    node = read_tokens(clause.tokens, scope, clause.end)
    if not node.is_scalar:
        raise ShapeInTextError(
            f"the objective must be a scalar, got shape {shape_text(node.shape)}\n"
            f"  to fix   : take a norm or a sum of it",
            scope.source,
            clause.tokens[0].start,
            clause.tokens[-1].stop,
        )
    return node


def _variables(clause: _Clause, scope: Scope) -> dict[Node, Token]:
    """The variables in order, each with its place."""
    found: dict[Node, Token] = {}
    for part in _split(clause.before, clause.tokens, clause.end):
        if len(part.tokens) != 1 or part.tokens[0].kind != "name":
            place = part.tokens[0] if part.tokens else part.before
            _wrong_form("a variable is a declared name, and commas separate them",
                        scope.source, place)  # fmt: skip
        token = part.tokens[0]
        if token.text not in scope.symbols:
            near = nearest(token.text, scope.symbols)
            raise NameUnknownError(
                f"`{token.text}` is not a declared symbol\n"
                f"  to fix   : {f'did you mean {near[0]}?' if near else 'declare its shape'}",
                scope.source,
                token.start,
                token.stop,
            )
        node = scope.symbols[token.text]
        if node in found:
            _wrong_form(f"the variable `{token.text}` is given twice", scope.source, token)
        found[node] = token
    return found


def _constraint(clause: _Clause, scope: Scope) -> Relation:
    if not clause.tokens:
        _wrong_form("a constraint is missing", scope.source, clause.before)
    at = [k for k in _outside(clause.tokens) if clause.tokens[k].text in RELATIONS]
    start, stop = clause.tokens[0].start, clause.tokens[-1].stop
    if not at:
        text = snippet(scope.source, start, stop)
        is_inside = any(token.text in RELATIONS for token in clause.tokens)
        remedy = "take the relation out of the brackets" if is_inside else f"write {text} <= 0"
        raise ReadError(
            f"a constraint needs one of <= >= ==\n  to fix   : {remedy}",
            scope.source,
            start,
            stop,
        )
    if len(at) > 1:
        _chain(clause, at, scope)
    sign = clause.tokens[at[0]]
    if sign.text not in SIGNS:
        remedy = {"<": "write <=", ">": "write >="}.get(sign.text, "state it with <= or >=")
        raise ReadError(
            f"`{sign.text}` cannot be a constraint\n  to fix   : {remedy}",
            scope.source,
            sign.start,
            sign.stop,
        )
    left = _side(clause.tokens[: at[0]], sign, sign.start, scope)
    right = _side(clause.tokens[at[0] + 1 :], sign, clause.end, scope)
    return _related(left, sign, right, clause, scope)


def _side(tokens: Sequence[Token], sign: Token, end: int, scope: Scope) -> Node:
    if not tokens:
        raise ReadError(
            f"one side of `{sign.text}` is missing", scope.source, sign.start, sign.stop
        )
    return read_tokens(tokens, scope, end)


def _chain(clause: _Clause, at: Sequence[int], scope: Scope) -> NoReturn:
    """Raise for ``0 <= x <= 1``, with the constraints to write instead."""
    bounds = [-1, *at, len(clause.tokens)]
    sides = []
    for begin, end in pairwise(bounds):
        run = clause.tokens[begin + 1 : end]
        sides.append(snippet(scope.source, run[0].start, run[-1].stop) if run else "...")
    signs = [clause.tokens[k].text for k in at]
    each = [f"{sides[k]} {sign} {sides[k + 1]}" for k, sign in enumerate(signs)]
    raise ReadError(
        f"a constraint has one relation, this has {len(at)}\n"
        f"  to fix   : write {', '.join(each[:4])}",
        scope.source,
        clause.tokens[at[0]].start,
        clause.tokens[at[-1]].stop,
    )


def _related(left: Node, sign: Token, right: Node, clause: _Clause, scope: Scope) -> Relation:
    """The relation of two sides of one shape; a scalar side is every entry."""
    shape = right.shape if left.is_scalar else left.shape
    if SCALAR not in (left.shape, right.shape) and left.shape != right.shape:
        raise ShapeInTextError(
            f"the sides of `{sign.text}` have shapes {shape_text(left.shape)} and "
            f"{shape_text(right.shape)}",
            scope.source,
            sign.start,
            sign.stop,
        )
    if sign.text != "=" and shape[0] == shape[1] != 1 and left.is_scalar != right.is_scalar:
        source, start, stop = scope.source, clause.tokens[0].start, clause.tokens[-1].stop
        raise AmbiguousError(
            f"a square matrix is compared with a number\n"
            f"  readings : every entry; write ones({shape[0]}, {shape[1]}) times the number\n"
            f"             every eigenvalue; declare the matrix psd instead",
            source,
            start,
            stop,
        )
    return Relation(_filled(left, shape), SIGNS[sign.text], _filled(right, shape))


def _filled(node: Node, shape: Shape) -> Node:
    return multiply(node, ones(*shape)) if node.is_scalar else node


def _symbols(relation: Relation) -> frozenset[Node]:
    sides = (side for side in (relation.left, relation.right) if isinstance(side, Node))
    return frozenset[Node]().union(*(side.symbols for side in sides))
