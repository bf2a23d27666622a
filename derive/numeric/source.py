"""Terms to the text of a function: temporaries where work is shared, no more.

The same plan is written twice if need be: for one point, as an expert would write it, and
for arrays with leading batch axes.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import Literal

from derive.language.expression import Node
from derive.language.operators import MASKS
from derive.language.sizes import Atom, Dim, Size
from derive.numeric.forms import (
    ANY,
    ATOM,
    BY_RANK,
    FACTOR_STEMS,
    FORMS,
    PRODUCT,
    STEMS,
    SUM,
    USED_ONCE,
    VALUES,
    Form,
)
from derive.numeric.literals import Output, docstring, number_text
from derive.numeric.loops import LoopWriter, free_of
from derive.numeric.names import Names, names_used
from derive.numeric.requirement_texts import CALL, RequirementTexts
from derive.numeric.requirements import Planned
from derive.numeric.reshaping import ReshapingTexts
from derive.numeric.series import SeriesAtZero
from derive.numeric.size_arguments import SizeTexts
from derive.numeric.terms import Term, terms_below

Dialect = Literal["one", "stack"]

LONGEST_INLINE = 64  # a longer part gets a name of its own
LONGEST_LINE = 84
OWNED_ELSEWHERE = frozenset({"argument", "diagonal"})  # results that would share memory
ALWAYS_NAMED = frozenset({"cholesky", "lu", "peak", "row_peak"})
NEVER_NAMED = frozenset({"argument", "number", "constant", "size", "index", "spread", "eye"})
DECOMPOSITIONS = frozenset({"cholesky", "lu", "eigen", "svd"})
CONSTANTS = {
    "pi": "math.pi",
    "e": "math.e",
    "euler_gamma": "np.euler_gamma",
    "infinity": "np.inf",
}


def write_function(
    name: str,
    outputs: Sequence[Output],
    arguments: Sequence[Node],
    identifiers: Sequence[str],
    told: Mapping[str, str],
    dialect: Dialect,
    required: Sequence[Planned] = (),
) -> str:
    """The text of one function.

    `identifiers` are the names of the arguments in it; `told` gives the names of the sizes
    that are arguments too, after the others; what is `required` is looked at first.
    """
    names = Names([*identifiers, *told.values(), name])
    writer = _Writer(arguments, identifiers, told, names, dialect)
    guard = _Writer(arguments, identifiers, told, names, dialect)
    guard.sizes = writer.sizes
    guard.write_requirements(required)
    returned = writer.write(outputs)
    writer.sizes.require_shown()
    body = _without_unused([*writer.sizes.lines, *guard.lines, *writer.lines], returned)
    body.append(f"return {returned}")
    words = docstring(outputs, arguments, identifiers, told.values(), dialect == "stack")
    head = f"def {name}({', '.join([*identifiers, *told.values()])}):"
    indented = textwrap.indent("\n".join([*words, *body]), "    ")
    return f"{head}\n{indented}\n"


def unshown_sizes(
    outputs: Sequence[Output], arguments: Sequence[Node], identifiers: Sequence[str]
) -> Sequence[str]:
    """The sizes that the text needs and that no argument shows."""
    writer = _Writer(arguments, identifiers, {}, Names(identifiers), "one")
    writer.write(outputs)
    return writer.sizes.unshown


def unshown_of(
    terms: Sequence[Term], arguments: Sequence[Node], identifiers: Sequence[str]
) -> Sequence[str]:
    """The sizes that the text of some terms needs and that no argument shows."""
    writer = _Writer(arguments, identifiers, {}, Names(identifiers), "one")
    writer.write_terms(terms, {})
    return writer.sizes.unshown


class _Writer(LoopWriter, ReshapingTexts, RequirementTexts):
    """Writes the terms below the outputs, arguments before their users."""

    def __init__(
        self,
        arguments: Sequence[Node],
        identifiers: Sequence[str],
        told: Mapping[str, str],
        names: Names,
        dialect: Dialect,
    ):
        self.arguments = dict(zip(arguments, identifiers, strict=True))
        self.names = names
        self.is_stack = dialect == "stack"
        self.sizes = SizeTexts(self.arguments, self.names, self.is_stack, dict(told))
        self.lines: list[str] = []
        self.texts: dict[Term, tuple[str, int]] = {}
        self.uses: Counter[Term] = Counter()
        self.returned: set[Term] = set()
        self.without_vectors: set[Term] = set()
        self.free: dict[Term, frozenset[Node]] = {}
        self.running: dict[Node, str] = {}

    def write(self, outputs: Sequence[Output]) -> str:
        """Write every line; the text that is returned."""
        wanted = {} if len(outputs) == 1 else {o.term: o.name for o in reversed(outputs)}
        self.write_terms([output.term for output in outputs], wanted)
        seen: set[Term] = set()
        results = []
        for output in outputs:
            results.append(self.result(output, output.term in seen))
            seen.add(output.term)
        return ", ".join(results)

    def write_terms(self, terms: Sequence[Term], wanted: Mapping[Term, str]) -> None:
        """Write what leads to some terms, and them; those `wanted` get these names."""
        order = terms_below(terms)
        for term in order:
            self.uses.update(term.args)
        self.uses.update(terms)
        self.returned = set(terms)
        with_vectors = {arg for term in order if term.op not in VALUES for arg in term.args}
        self.without_vectors = {term.args[0] for term in order if term.op in VALUES} - with_vectors
        for term in order:
            self.free[term] = free_of(term, self.free)
        for term in order:
            if not self.free[term]:
                self.write_term(term, wanted)

    def write_term(self, term: Term, wanted: Mapping[Term, str]) -> None:
        """Find the text of a term whose parts are written, and name it if that helps."""
        if term.op == "spread":
            return  # filled in only where its text is asked for
        if term.op == "loop":
            self.write_loop(term)
            return
        text = self.shortened(term)
        is_result = term in wanted and term.op not in NEVER_NAMED
        if is_result or self.is_named(term, text, term in self.returned):
            self.assign(term, wanted.get(term, _stem(term, self)))

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
        is_wrapped = isinstance(term.data, SeriesAtZero) and not is_returned
        return self.uses[term] > 1 or term.op in ALWAYS_NAMED or is_long or is_wrapped

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
        if term.rank == 0 and term.is_constant:
            text = self.at(term, ANY)
            return f"{text}.0" if text.isdigit() else f"float({text})"
        if term.rank == 0 and not self.is_stack:
            return self.at(term, ANY)
        is_view = is_repeated or _shares_memory(term, self.returned)
        text = self.at(term, ATOM) + ".copy()" if is_view else self.at(term, ANY)
        if shape[0] == 1 and term.rank:
            index = "[..., None, :]" if self.is_stack else "[None, :]"
            text = f"{text if is_view else self.at(term, ATOM)}{index}"
        return text

    # --- the text of a term ---------------------------------------------------------

    def at(self, term: Term, level: int) -> str:
        """The text of a term, in parentheses if it binds less tightly than `level`."""
        text, own = self.text(term) if term.op == "spread" else self.texts[term]
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
            return self.text(args[0]) if args[0].op == "spread" else self.texts[args[0]]
        if term in self.without_vectors:
            op = f"{op} without vectors"
        elif args and args[0] in self.without_vectors:
            op = f"{op} alone"
        rank = args[0].rank if op == "inner" else args[-1].rank
        forms = FORMS[f"{op} {rank}" if op in BY_RANK else op]
        form: Form = forms.stack if self.is_stack else forms.one
        filled = [self.at(arg, place) for arg, place in zip(args, form.places, strict=True)]
        return form.text.format(*filled, data=term.data), form.level

    def _add_diagonal(self, term: Term) -> tuple[str, int]:
        matrix, vector = term.args
        name = "stacked_add_diagonal" if self.is_stack else "add_diagonal"
        added = self.operand(vector, 1, ANY) if self.is_stack else self.at(vector, ANY)
        number = vector.args[0] if vector.op == "spread" else vector
        if self.is_stack and number.is_constant and number.rank == 0:
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

    def _mask(self, term: Term) -> tuple[str, int]:
        """``np.tri`` of the shape; what stands above is the transpose of what stands below."""
        below, on, above = MASKS[term.data]
        sizes = [self.size(size, ANY) for size in term.shape]
        if above > below:
            sizes.reverse()
        offset = "" if on == 2 else ", -1"
        text = f"np.tri({', '.join(sizes)}{offset})" + (".T" if above > below else "")
        return (text, ATOM) if on != 1 else (f"{text} + 0.5 * np.eye({sizes[0]})", SUM)

    def _matrix_slope(self, term: Term) -> tuple[str, int]:
        arguments = ", ".join(self.at(arg, ANY) for arg in term.args)
        return f"matrix_slope({term.data}, {arguments})", ATOM

    def _polygamma(self, term: Term) -> tuple[str, int]:
        text = f"polygamma({term.data}, {self.at(term.args[0], ANY)})"
        is_float = term.rank == 0 and (not self.is_stack or term.is_constant)
        return (f"float({text})" if is_float else text), ATOM

    def _spread(self, term: Term) -> tuple[str, int]:
        """A spread array filled in."""
        source, kept = term.args[0], term.kept
        fill = [self.size(size, ANY) for axis, size in enumerate(term.shape) if axis not in kept]
        shape = fill[0] if len(fill) == 1 else f"({', '.join(fill)})"
        if not kept and source.is_constant:
            value = self.at(source, ANY)
            if value in {"0", "1"}:
                return f"np.{'zeros' if value == '0' else 'ones'}({shape})", ATOM
            return f"np.full({shape}, {value}, dtype=float)", ATOM
        if kept == (1,):
            shape = f"({shape}, 1)"
        return f"{self.operand(term, term.rank, PRODUCT)} * np.ones({shape})", PRODUCT

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

    def size(self, size: Dim, level: int) -> str:
        """The text of a size; `sizes` knows the names in it."""
        if not isinstance(size, Size):
            return str(size)
        names = {name: self.sizes.text(name) for name in sorted(size.names)}
        parts = []
        for monomial, coefficient in size.terms:
            factors = [self.atom(atom, names) for atom in monomial]
            if coefficient != 1 or not factors:
                factors.insert(0, str(coefficient))
            parts.append(" * ".join(factors))
        text = " + ".join(parts).replace("+ -", "- ")
        is_atom = text.isidentifier() or (len(parts) == 1 and text.startswith("min("))
        return text if is_atom or level < ATOM else f"({text})"

    def atom(self, atom: Atom, names: Mapping[str, str]) -> str:
        """The text of a size name, or of the least of several sizes."""
        if isinstance(atom, str):
            return names[atom]
        return f"min({', '.join(self.size(size, ANY) for size in atom.among)})"


# --- parts ----------------------------------------------------------------------------


def _without_unused(lines: Sequence[str], returned: str) -> list[str]:
    """The assignments whose names are used after them, and what is required."""
    used, kept = set(names_used(returned)), list[str]()
    for line in reversed(lines):
        if line.startswith(CALL) or line.partition(" = ")[0] in used:
            used |= names_used(line)
            kept.append(line)
    return kept[::-1]


def _shares_memory(term: Term, returned: Set[Term]) -> bool:
    """Whether a result looks into the memory of an argument or of another result."""
    if term.op in OWNED_ELSEWHERE:
        return True
    is_view = term.op in {"reshape", "transpose", "part"}
    return is_view and (term.args[0] in returned or _shares_memory(term.args[0], returned))


def _is_free_view(term: Term) -> bool:
    return term.op == "transpose" and term.args[0].op == "argument"


def _stem(term: Term, writer: _Writer) -> str:
    """What a temporary is called."""
    if term.op in FACTOR_STEMS:
        matrix = term.args[0] if term.op in DECOMPOSITIONS else term.args[0].args[0]
        stem = FACTOR_STEMS[term.op]
        return f"{stem}_{writer.texts[matrix][0]}" if matrix.op == "argument" else stem
    key = str(term.data) if term.op == "apply" else term.op
    low, high = STEMS.get(key, ("t" if term.rank == 0 else "v", "M"))
    return high if term.rank == 2 else low
