"""How a question comes in: text, SymPy objects, nodes and numbers, all as nodes.

Every verb takes its expressions through ``elaborate`` and its variable through
``symbol_of``, so the three ways of writing mean the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from derive.derivation import Derivation
from derive.engine.ties import without_ties
from derive.errors import ArgumentError, DeclarationError
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.sizes import shape_text, size_names
from derive.language.sympy_elaboration import sizes_in
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy
from derive.language.sympy_shapes import DeclaredSize, checked_name
from derive.numeric import CompiledFunction, compile_function
from derive.reading import (
    nearest,
    read_declarations,
    read_shapes,
    require_agreement,
    require_known,
    typed,
)
from derive.reading import parse as read


def elaborate(value: Any, shapes: str = "", beside: Sequence[Any] = ()) -> Node:
    """Turn any way of writing an expression into its node.

    Parameters
    ----------
    value : str, SymPy object, Node, Derivation or number
        A text is read with `shapes`; of a derivation, its result is taken.
    shapes : str
        Shapes of the names in a text.
    beside : sequence
        The other arguments of the question; the texts among them are read with `shapes` too.

    Returns
    -------
    Node
        The expression, of any shape.

    Raises
    ------
    ReadError
        The text cannot be read.
    NoRuleError, ShapeError, DeclarationError, ArgumentError
        As for ``language.sympy_in.from_sympy``.

    Examples
    --------
    >>> elaborate("x^2", "x: scalar") is elaborate("x*x", "x: scalar")
    False
    >>> elaborate("2*x", "x: scalar")
    2*x
    """
    (node,) = elaborate_all([value], shapes)
    if not isinstance(value, str):
        require_known([node], shapes, beside)
    return node


def elaborate_all(values: Sequence[Any], shapes: str = "") -> tuple[Node, ...]:
    """Turn several expressions of one question into nodes in which a name has one meaning.

    Raises
    ------
    DeclarationError
        Two of them use one name in two ways, or `shapes` say of a symbol that stands in no
        text what it was not declared with.
    """
    plain = [v for v in values if not isinstance(v, str | Node | Derivation)]
    sizes = frozenset().union(*map(sizes_in, plain))
    nodes = tuple(without_ties(_node(value, shapes, sizes)) for value in values)
    pairs = zip(nodes, values, strict=True)
    require_agreement([node for node, value in pairs if not isinstance(value, str)], shapes)
    require_one_meaning(nodes)
    return nodes


def _node(value: Any, shapes: str, sizes: frozenset[str]) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, str):
        return read(value, shapes)
    if isinstance(value, Derivation):
        expression = value.expression
        if isinstance(expression, Node):
            return expression
        raise ArgumentError(
            f"{value.question} has {len(expression)} results\n  to fix   : take one of .result"
        )
    return from_sympy(value, sizes=sizes)


def require_one_meaning(nodes: Sequence[Node]) -> None:
    """Raise if one name is two different symbols, or a symbol and a size, among the nodes.

    Raises
    ------
    DeclarationError
        Names both uses.
    """
    found: dict[str, Node] = {}
    sizes = {name for part in postorder(*nodes) for name in size_names(part.shape)}
    for part in postorder(*nodes):
        if part.op == "symbol":
            known = found.setdefault(part.name, part)
            if known is not part:
                raise _two_meanings(part.name, _declared(known), _declared(part))
            if part.name in sizes:
                raise _two_meanings(part.name, "a size", _declared(part))


def symbol_of(wrt: Any, expression: Node, shapes: str = "") -> Node:
    """Find the symbol that a question speaks of.

    Parameters
    ----------
    wrt : str, SymPy symbol or Node
        A name or a symbol.
    expression : Node
        What is asked about.
    shapes : str
        Declarations, for a name that does not occur in the expression.

    Returns
    -------
    Node
        A symbol.

    Raises
    ------
    ArgumentError
        `wrt` is no symbol, or a name that occurs nowhere.
    DeclarationError
        The expression uses the same name with another shape or other facts.

    Examples
    --------
    >>> f = elaborate("w'*w", "w: d")
    >>> symbol_of("w", f).shape
    (Size(terms=((('d',), 1),)), 1)
    """
    if isinstance(wrt, list | tuple | set | dict) or (isinstance(wrt, str) and "," in wrt):
        names = [str(one).strip() for one in (wrt.split(",") if isinstance(wrt, str) else wrt)]
        kind = "" if isinstance(wrt, str) else f"a {type(wrt).__name__} of "
        remedy = f"give it as one name: {names[0]}" if len(names) == 1 else "ask once for each"
        raise ArgumentError(
            f"one variable is needed, got {kind}{len(names)}: {', '.join(names)[:120]}\n"
            f"  to fix   : {remedy}"
        )
    if isinstance(wrt, str):
        return _named(wrt.strip(), expression, shapes)
    node = elaborate(wrt)
    if node.op != "symbol":
        raise ArgumentError(
            f"the variable must be a symbol, got {str(wrt)[:120]}\n"
            f"  to fix   : name one of {_names(expression)}"
        )
    require_one_meaning((expression, node))
    return node


def symbols_of(wrt: Any, expression: Node, shapes: str = "") -> tuple[Node, ...]:
    """Find the symbols that a question speaks of: one, or a list of them.

    Parameters
    ----------
    wrt : str, SymPy symbol or Node, or a list or tuple of these
        A text may list names: ``"W, b"``.
    expression : Node
        What is asked about.
    shapes : str
        Declarations, for names that do not occur in the expression.

    Returns
    -------
    tuple of Node
        Distinct symbols in the order given.

    Raises
    ------
    ArgumentError
        Nothing is given, one is given twice, or one is no symbol that occurs.
    DeclarationError
        As for ``symbol_of``.

    Examples
    --------
    >>> f = elaborate("w'*w + b^2", "w: d, b: scalar")
    >>> [s.name for s in symbols_of("w, b", f)]
    ['w', 'b']
    """
    asked = wrt.split(",") if isinstance(wrt, str) else wrt
    if not isinstance(asked, list | tuple):
        return (symbol_of(wrt, expression, shapes),)
    found = tuple(symbol_of(one, expression, shapes) for one in asked)
    if not found:
        raise ArgumentError(f"no variable is given\n  to fix   : name {_names(expression)}")
    for k, one in enumerate(found):
        if one in found[:k]:
            raise ArgumentError(f"the variable {one.name!r} is given twice")
    return found


def _named(name: str, expression: Node, shapes: str) -> Node:
    known = {symbol.name: symbol for symbol in expression.symbols}
    declared = read_shapes(shapes) if shapes else {}
    both = {**declared, **known}
    node = both.get(name, both.get(typed(name)))
    if node is None:
        apart = [one for one in re.split(r"[\s;]+", name) if one]
        if len(apart) > 1 and all(one in known or one in declared for one in apart):
            raise ArgumentError(
                f"variables are separated by commas, got {name!r:.60}\n"
                f"  to fix   : {', '.join(apart)}"
            )
        names = [*dict.fromkeys([*sorted(known), *declared])]
        near = nearest(name, names)
        remedy = f"did you mean {' or '.join(near)}? or " if near else ""
        raise ArgumentError(
            f"the variable {name!r:.80} is not declared\n"
            f"  known    : {', '.join(names) or 'no symbol'}\n"
            f"  to fix   : {remedy}declare it among the shapes; where it does not occur, the "
            f"derivative is zero"
        )
    return node


def _names(expression: Node) -> str:
    return ", ".join(sorted(symbol.name for symbol in expression.symbols)) or "no symbol"


def _declared(symbol: Node) -> str:
    return " ".join([shape_text(symbol.shape), *sorted(symbol.facts)])


def _two_meanings(name: str, once: str, again: str) -> DeclarationError:
    return DeclarationError(
        f"{name} is used in two ways\n  once     : {once}\n  and      : {again}"
    )


# --- public verbs that only read or compile -------------------------------------------


def parse(text: str, shapes: str = "") -> Any:
    """Read an expression written as plain text.

    Parameters
    ----------
    text : str
        Such as ``norm2(X*w - y)^2/2``; the grammar is in the documentation.
    shapes : str
        Shapes of its names, such as ``X: n x d, w: d, y: n, lam: positive``.

    Returns
    -------
    SymPy Expr or MatrixExpr
        The expression; scalars are ``Expr``.

    Raises
    ------
    ReadError
        The text cannot be read; the message has a caret under the place.
    ShapeError
        Shapes disagree.
    DeclarationError
        The shapes contradict each other.

    Examples
    --------
    >>> parse("X'*(X*w - y)", shapes="X: n x d, w: d, y: n")
    X.T*(X*w - y)
    """
    return to_sympy(read(text, shapes))


def declare(shapes: str) -> SimpleNamespace:
    """Declare symbols by a shapes text.

    Parameters
    ----------
    shapes : str
        ``name: shape facts``, separated by commas or semicolons.

    Returns
    -------
    SimpleNamespace
        The symbols and indices, and the sizes they mention, as attributes.

    Raises
    ------
    ReadError
        The text cannot be read.
    DeclarationError
        The declarations contradict each other.

    Examples
    --------
    >>> s = declare("X: n x d, w: d, lam: positive")
    >>> (s.X * s.w).shape
    (n, 1)
    >>> s.lam.is_positive
    True
    """
    symbols, indices = read_declarations(shapes)
    sizes = {name for node in symbols.values() for name in size_names(node.shape)}
    sizes |= {name for i in indices.values() for name in size_names((i.data.last, 1))}
    named: dict[str, Any] = {name: DeclaredSize(name) for name in sorted(sizes)}
    declared = {**symbols, **indices}
    named.update({checked_name(name): to_sympy(node) for name, node in declared.items()})
    return SimpleNamespace(**named)


def function(
    expressions: Any, shapes: str = "", arguments: Sequence[Any] | None = None
) -> CompiledFunction:
    """Compile expressions to one NumPy function that shares their work.

    Parameters
    ----------
    expressions : expression, list of them, or dict from name to expression
        Each a text, a SymPy object, a Node or a Derivation (its result).
    shapes : str
        Shapes of the names in texts.
    arguments : sequence of names or symbols, optional
        What the function takes, in order; by default every symbol, as first met.

    Returns
    -------
    CompiledFunction
        Returns one array, or a tuple of them for several expressions.

    Raises
    ------
    ArgumentError
        Nothing is given, or an argument is no symbol.
    NoRuleError
        Something has no numeric form.
    DeclarationError
        Two expressions use one name in two ways.

    Examples
    --------
    >>> f = function("x^2 + 1", shapes="x: scalar")
    >>> f(3)
    10.0
    """
    if isinstance(expressions, Mapping):
        names, values = list(map(str, expressions)), list(expressions.values())
    elif isinstance(expressions, list | tuple):
        values = list(expressions)
        names = [f"value_{k + 1}" for k in range(len(values))]
    else:
        names, values = ["value"], [expressions]
    nodes = elaborate_all(values, shapes)
    if not any(isinstance(value, str) for value in values):
        require_known(nodes, shapes, arguments or ())
    symbols = [part for part in postorder(*nodes) if part.op == "symbol"]
    if arguments is not None:
        symbols = [_argument(a, symbols, shapes) for a in arguments]
    return compile_function(list(zip(names, nodes, strict=True)), symbols)


def _argument(value: Any, symbols: Sequence[Node], shapes: str) -> Node:
    """An argument by name among the symbols, or a symbol of its own."""
    for symbol in symbols:
        if value is symbol or value == symbol.name:
            return symbol
    if isinstance(value, str):
        declared = read_shapes(shapes) if shapes else {}
        if value in declared:
            return declared[value]
        raise ArgumentError(f"the argument {value!r} does not occur")
    node = elaborate(value)
    if node.op != "symbol":
        raise ArgumentError(f"an argument must be a symbol, got {str(value)[:120]}")
    require_one_meaning((*symbols, node))
    return node
