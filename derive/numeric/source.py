"""Terms to the text of a function: temporaries where work is shared, no more.

The same plan is written twice if need be: for one point, as an expert would write it, and
for arrays with leading batch axes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from derive.errors import ShapeError
from derive.language.expression import Node
from derive.language.sizes import Dim, Size
from derive.numeric.forms import (
    ANY,
    ATOM,
    BY_RANK,
    FORMS,
    FUNCTIONS,
    MATMUL,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    USED_ONCE,
    Form,
)
from derive.numeric.literals import Output, docstring, number_text, shapes_text, size_source
from derive.numeric.names import Names
from derive.numeric.terms import Term

Dialect = Literal["one", "stack"]

LONGEST_INLINE = 64  # a longer part gets a name of its own
LONGEST_LINE = 84
ALWAYS_NAMED = frozenset({"cholesky", "lu", "peak", "row_peak"})
NEVER_NAMED = frozenset({"argument", "number", "constant", "size", "spread", "eye"})
CONSTANTS = {
    "pi": "math.pi",
    "e": "math.e",
    "euler_gamma": "np.euler_gamma",
    "infinity": "np.inf",
}

#: What a temporary is called, by operation and function: scalar or vector, then matrix.
STEMS = {
    "sum": ("r", "R"),
    "matvec": ("z", "Z"),
    "inner": ("t", "t"),
    "total": ("t", "t"),
    "peak": ("top", "top"),
    "row_peak": ("top", "top"),
    "over": ("p", "P"),
    "cholesky_solve": ("p", "P"),
    "lu_solve": ("p", "P"),
    "exp": ("e", "E"),
    "sigmoid": ("s", "S"),
    "tanh": ("h", "H"),
    "sqrt": ("root", "root"),
}
FACTOR_STEMS = {
    "cholesky": "chol",
    "lu": "lu",
    "cholesky_inverse": "inv",
    "lu_inverse": "inv",
    "cholesky_logdet": "logdet",
    "lu_logdet": "logdet",
}


def write_function(
    name: str,
    outputs: Sequence[Output],
    arguments: Sequence[Node],
    identifiers: Sequence[str],
    dialect: Dialect,
) -> str:
    """The text of one function; `identifiers` are the names of the arguments in it."""
    writer = _Writer(arguments, identifiers, Names([*identifiers, name]), dialect)
    returned = writer.write(outputs)
    body = [*writer.size_lines, *writer.lines, f"return {returned}"]
    words = docstring(outputs, arguments, identifiers, dialect == "stack")
    lines = [f"def {name}({', '.join(identifiers)}):", *words, *body]
    return "\n".join([lines[0], *(f"    {line}" if line else "" for line in lines[1:])]) + "\n"


class _Writer:
    """Writes the terms below the outputs, arguments before their users."""

    def __init__(
        self,
        arguments: Sequence[Node],
        identifiers: Sequence[str],
        names: Names,
        dialect: Dialect,
    ):
        self.arguments = dict(zip(arguments, identifiers, strict=True))
        self.names = names
        self.dialect = dialect
        self.is_stack = dialect == "stack"
        self.lines: list[str] = []
        self.size_lines: list[str] = []
        self.sizes: dict[str, str] = {}
        self.texts: dict[Term, tuple[str, int]] = {}
        self.uses: Counter[Term] = Counter()

    def write(self, outputs: Sequence[Output]) -> str:
        """Write every line; the text that is returned."""
        order = _order([output.term for output in outputs])
        for term in order:
            self.uses.update(term.args)
        self.uses.update(output.term for output in outputs)
        returned = {output.term for output in outputs}
        wanted = {} if len(outputs) == 1 else {o.term: o.name for o in reversed(outputs)}
        for term in order:
            if term.op == "spread":
                continue  # filled in only where its text is asked for
            text = self.shortened(term)
            is_result = term in wanted and term.op not in NEVER_NAMED
            if is_result or self.is_named(term, text, term in returned):
                self.assign(term, wanted.get(term, _stem(term, self)))
        seen: set[Term] = set()
        results = []
        for output in outputs:
            results.append(self.result(output, output.term in seen))
            seen.add(output.term)
        return ", ".join(results)

    def shortened(self, term: Term) -> str:
        """The text of a term, its longest parts named until it fits on a line."""
        while True:
            self.texts[term] = text, _ = self.text(term)
            parts = [p.args[0] if p.op == "spread" else p for p in term.args]
            parts = [p.args[0] if p.op == "negative" else p for p in parts]
            open_parts = [p for p in parts if self.can_name(p)]
            if len(text) <= LONGEST_LINE or not open_parts:
                return text
            longest = max(open_parts, key=lambda part: len(self.texts[part][0]))
            self.assign(longest, _stem(longest, self))
            for part in term.args:
                if part.op == "negative":
                    self.texts[part] = self.text(part)

    def can_name(self, term: Term) -> bool:
        """Whether a term could have a temporary and has none."""
        if term.op in NEVER_NAMED or _is_free_view(term):
            return False
        return not self.texts[term][0].isidentifier()

    def is_named(self, term: Term, text: str, is_returned: bool) -> bool:
        """Whether a term gets a temporary."""
        if term.op in NEVER_NAMED or text.isidentifier() or _is_free_view(term):
            return False
        if term.op == "lu" and self.uses[term] == 1:
            return False
        is_long = len(text) > LONGEST_INLINE and not is_returned
        return self.uses[term] > 1 or term.op in ALWAYS_NAMED or is_long

    def assign(self, term: Term, wanted: str) -> None:
        """Give a term a name of its own."""
        text, _ = self.texts[term]
        if text.isidentifier():
            return
        name = self.names.take(wanted)
        self.lines.append(f"{name} = {text}")
        self.texts[term] = name, ATOM

    def result(self, output: Output, is_repeated: bool) -> str:
        """What is returned for an output: its own memory, its own shape."""
        term, shape = output.term, output.node.shape
        if term.rank == 0:
            text = self.at(term, ANY)
            if term.is_constant:
                return f"{text}.0" if text.isdigit() else f"float({text})"
            return text
        is_view = term.op in {"argument", "diagonal"} or _is_free_view(term) or is_repeated
        text = self.at(term, ATOM) + ".copy()" if is_view else self.at(term, ANY)
        if shape[0] == 1:
            index = "[..., None, :]" if self.is_stack else "[None, :]"
            text = f"{text if is_view else self.at(term, ATOM)}{index}"
        return text

    # --- the text of a term ---------------------------------------------------------

    def at(self, term: Term, level: int) -> str:
        """The text of a term, in parentheses if it binds less tightly than `level`."""
        if term not in self.texts:
            self.texts[term] = self.text(term)
        text, own = self.texts[term]
        return text if own >= level else f"({text})"

    def text(self, term: Term) -> tuple[str, int]:
        """The text of a term and how tightly it binds."""
        method = getattr(self, f"_{term.op}", None)
        return method(term) if method else self._form(term)

    def _form(self, term: Term) -> tuple[str, int]:
        args, op = term.args, term.op
        if op == "lu_solve" and term.data:
            op = "lu_solve_transposed"
        if op in USED_ONCE and self.uses[args[0]] == 1 and not self.is_stack:
            op = USED_ONCE[op]
        if op == "lu" and self.uses[term] == 1:
            return self.texts[args[0]]
        rank = args[0].rank if op == "inner" else args[-1].rank
        forms = FORMS[f"{op} {rank}" if op in BY_RANK else op]
        form: Form = forms.stack if self.is_stack else forms.one
        filled = [self.at(arg, place) for arg, place in zip(args, form.places, strict=True)]
        return form.text.format(*filled, data=term.data), form.level

    def _add_diagonal(self, term: Term) -> tuple[str, int]:
        matrix, vector = term.args
        name = "stacked_add_diagonal" if self.is_stack else "add_diagonal"
        added = self.operand(vector, 1, ANY) if self.is_stack else self.at(vector, ANY)
        if self.is_stack and vector.is_constant and vector.rank == 0:
            added = f"np.full(1, {added})"
        return f"{name}({self.at(matrix, ANY)}, {added})", ATOM

    # --- leaves ---------------------------------------------------------------------

    def _argument(self, term: Term) -> tuple[str, int]:
        node: Node = term.data
        name = self.arguments[node]
        if node.shape[0] == 1 and term.rank == 1:
            return f"{name}[..., 0, :]" if self.is_stack else f"{name}[0]", ATOM
        return name, ATOM

    def _number(self, term: Term) -> tuple[str, int]:
        return number_text(term.data)

    def _constant(self, term: Term) -> tuple[str, int]:
        return CONSTANTS[str(term.data)], ATOM

    def _size(self, term: Term) -> tuple[str, int]:
        return self.size(term.data, ATOM), ATOM

    def _eye(self, term: Term) -> tuple[str, int]:
        return f"np.eye({self.size(term.shape[0], ANY)})", ATOM

    def _spread(self, term: Term) -> tuple[str, int]:
        """A spread array filled in."""
        source = term.args[0]
        lengths = [self.size(size, ANY) for size in term.shape]
        if not term.kept and source.is_constant:
            shape = lengths[0] if len(lengths) == 1 else f"({', '.join(lengths)})"
            value = self.at(source, ANY)
            if value in {"0", "1"}:
                return f"np.{'zeros' if value == '0' else 'ones'}({shape})", ATOM
            return f"np.full({shape}, {value}, dtype=float)", ATOM
        kept = term.kept
        fill = [length for axis, length in enumerate(lengths) if axis not in kept]
        shape = fill[0] if len(fill) == 1 else f"({', '.join(fill)})"
        if kept == (1,):
            shape = f"({shape}, 1)"
        return f"{self.operand(term, term.rank, PRODUCT)} * np.ones({shape})", PRODUCT

    def size(self, size: Dim, level: int) -> str:
        """The text of a size; the names in it are read off the arguments' shapes."""
        if not isinstance(size, Size):
            return str(size)
        names = {name: self._size_name(name) for name in sorted(size.names)}
        parts = []
        for monomial, coefficient in size.terms:
            factors = [names[name] for name in monomial]
            if coefficient != 1 or not factors:
                factors.insert(0, str(coefficient))
            parts.append(" * ".join(factors))
        text = " + ".join(parts).replace("+ -", "- ")
        return text if text.isidentifier() or level < ATOM else f"({text})"

    def _size_name(self, size_name: str) -> str:
        if size_name not in self.sizes:
            for node, identifier in self.arguments.items():
                found = size_source(size_name, node, identifier, self.is_stack)
                if found:
                    self.sizes[size_name] = self.names.take(size_name)
                    self.size_lines.append(f"{self.sizes[size_name]} = {found}")
                    break
            else:
                raise ShapeError(
                    f"the size {size_name} cannot be read off the arguments' shapes\n"
                    f"  got      : {shapes_text(self.arguments)}\n"
                    f"  to fix   : give an argument that has {size_name} rows or columns"
                )
        return self.sizes[size_name]

    # --- elementwise ----------------------------------------------------------------

    def operand(self, arg: Term, rank: int, level: int) -> str:
        """An argument of an elementwise operation, indexed so that it broadcasts."""
        if arg.op == "spread":
            return self.indexed(arg.args[0], arg.kept, rank, level)
        return self.indexed(arg, None, rank, level)

    def indexed(self, source: Term, kept: object, rank: int, level: int) -> str:
        """A term indexed so that its axes are the `kept` ones of `rank` axes."""
        if kept == (0,):
            return self.at(source, ATOM) + ("[..., :, None]" if self.is_stack else "[:, None]")
        if kept == (1,):
            return (
                self.at(source, ATOM) + "[..., None, :]" if self.is_stack
                else self.at(source, level)
            )  # fmt: skip
        missing = rank - source.rank
        if not self.is_stack or source.is_constant or not missing:
            return self.at(source, level)
        return f"{self.at(source, ATOM)}[..., {', '.join(['None'] * missing)}]"

    def factor(self, arg: Term, rank: int) -> str:
        """The left operand of a product: ``@`` binds like ``*``, so it is set apart."""
        text = self.operand(arg, rank, PRODUCT)
        is_matmul = arg in self.texts and self.texts[arg] == (text, MATMUL)
        return f"({text})" if is_matmul else text

    def _sum(self, term: Term) -> tuple[str, int]:
        text = self.operand(term.args[0], term.rank, SUM)
        for arg in term.args[1:]:
            source, kept = (arg.args[0], arg.kept) if arg.op == "spread" else (arg, None)
            sign, source = ("-", source.args[0]) if source.op == "negative" else ("+", source)
            text += f" {sign} {self.indexed(source, kept, term.rank, PRODUCT)}"
        return text, SUM

    def _negative(self, term: Term) -> tuple[str, int]:
        return f"-{self.factor(term.args[0], term.rank)}", SUM

    def _times(self, term: Term) -> tuple[str, int]:
        left, right = term.args
        return f"{self.factor(left, term.rank)} * {self.operand(right, term.rank, SIGN)}", PRODUCT

    def _over(self, term: Term) -> tuple[str, int]:
        left, right = term.args
        return f"{self.factor(left, term.rank)} / {self.operand(right, term.rank, SIGN)}", PRODUCT

    def _square(self, term: Term) -> tuple[str, int]:
        return f"{self.operand(term.args[0], term.rank, ATOM)} ** 2", POWER

    def _power(self, term: Term) -> tuple[str, int]:
        base, exponent = term.args
        if term.rank == 0:
            module = "np.power" if self.is_stack and not term.is_constant else "math.pow"
            return f"{module}({self.at(base, ANY)}, {self.at(exponent, ANY)})", ATOM
        left = self.operand(base, term.rank, ATOM)
        return f"{left} ** {self.operand(exponent, term.rank, ATOM)}", POWER

    def _apply(self, term: Term) -> tuple[str, int]:
        function = FUNCTIONS[str(term.data)]
        is_float = term.rank == 0 and (not self.is_stack or term.is_constant)
        text = function.scalar if is_float else function.array
        return text.format(self.at(term.args[0], ANY)), ATOM

    def _array(self, term: Term) -> tuple[str, int]:
        entries = [self.at(arg, ANY) for arg in term.args]
        if self.is_stack:
            shape = ", ".join(map(str, term.shape)) + "," * (term.rank == 1)
            return f"stacked_entries([{', '.join(entries)}], ({shape}))", ATOM
        if term.rank == 2:
            width = len(entries) // int(str(term.shape[0]))
            rows = [entries[k : k + width] for k in range(0, len(entries), width)]
            entries = [f"[{', '.join(row)}]" for row in rows]
        return f"np.array([{', '.join(entries)}], dtype=float)", ATOM


# --- parts ----------------------------------------------------------------------------


def _order(roots: Sequence[Term]) -> list[Term]:
    """Every term below the roots once, arguments before users."""
    order: list[Term] = []
    seen: set[Term] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        term, is_done = stack.pop()
        if is_done:
            order.append(term)
        elif term not in seen:
            seen.add(term)
            stack.append((term, True))
            stack.extend((arg, False) for arg in reversed(term.args) if arg not in seen)
    return order


def _is_free_view(term: Term) -> bool:
    return term.op == "transpose" and term.args[0].op == "argument"


def _stem(term: Term, writer: _Writer) -> str:
    """What a temporary is called."""
    if term.op in FACTOR_STEMS:
        matrix = term.args[0] if term.op in {"cholesky", "lu"} else term.args[0].args[0]
        stem = FACTOR_STEMS[term.op]
        return f"{stem}_{writer.texts[matrix][0]}" if matrix.op == "argument" else stem
    key = str(term.data) if term.op == "apply" else term.op
    low, high = STEMS.get(key, ("t" if term.rank == 0 else "v", "M"))
    return high if term.rank == 2 else low
