"""The bare structure of a node, and the table in which each distinct node stands once."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from derive.language.shown import shown
from derive.language.sizes import Shape

SCALAR: Shape = (1, 1)


class Structure:
    """Operator name, arguments, data and shape; ``expression.Node`` adds the arithmetic.

    Equal nodes are the same object, so ``is`` compares and ``hash`` is by identity.
    """

    __slots__ = (
        "__weakref__",
        "_canonical",
        "_cost",
        "_digest",
        "_length",
        "_properties",
        "_turned",
        "args",
        "data",
        "is_scalar",
        "op",
        "shape",
        "symbols",
    )

    op: str
    args: tuple[Any, ...]
    data: Any
    shape: Shape
    is_scalar: bool  # whether the shape is 1 x 1
    symbols: frozenset[Any]
    _canonical: Any  # kept by language/canonical.py
    _turned: Any  # kept by language/canonical.py
    _digest: bytes | None  # kept by language/canonical.py
    _length: int  # kept by language/canonical.py; 0 until asked for
    _cost: int  # kept by language/cost.py; 0 until asked for
    _properties: Any  # kept by language/properties.py

    @property
    def is_vector(self) -> bool:
        """Whether this is a column that is not a scalar."""
        return self.shape[1] == 1 and self.shape[0] != 1

    @property
    def is_number(self) -> bool:
        """Whether this is an exact number."""
        return self.op == "number"

    @property
    def name(self) -> str:
        """The name of a symbol."""
        return str(self.data[0])

    @property
    def facts(self) -> frozenset[str]:
        """The declared facts of a symbol (closed under what follows from them)."""
        return frozenset(self.data[1]) if self.op == "symbol" else frozenset()

    def depends_on(self, variable: Structure) -> bool:
        """Whether the symbol `variable` occurs in this node."""
        return variable in self.symbols

    def __repr__(self) -> str:
        """Short plain text for error messages and debugging; `writing/` prints for people."""
        return shown(self)


T = TypeVar("T", bound=Structure)
_NODES: weakref.WeakValueDictionary[Hashable, Any] = weakref.WeakValueDictionary()
_LOCK = threading.Lock()


def interned(new: Callable[[], T], op: str, args: tuple[T, ...], shape: Shape, data: Any) -> T:
    """The one node with these parts; `new` makes an empty one."""
    key = (op, args, shape, data)
    with _LOCK:
        node: T | None = _NODES.get(key)
        if node is None:
            node = new()
            node.op, node.args, node.data, node.shape = op, args, data, shape
            node.is_scalar = shape == SCALAR
            node._canonical = node._turned = node._digest = node._properties = None
            node._length = node._cost = 0
            if op in {"symbol", "index"}:
                node.symbols = frozenset((node,))
            else:
                node.symbols = frozenset().union(*(arg.symbols for arg in args))
            if op == "sum_over":  # its index is bound; the bound of that may hold symbols
                last: frozenset[Any] = getattr(data.data.last, "symbols", frozenset())
                node.symbols = node.symbols - {data} | last
            _NODES[key] = node
    return node
