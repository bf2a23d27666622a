"""Derivation: the one object every verb returns.

It is made from a ``Trace`` and the claims that the trace makes.  Everything it prints,
saves or compiles comes from that one trace; the claims are examined when it is made, so a
derivation that was refuted never exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn, Self, TypeAlias

from derive.check.certificate import Certificate, certify, require_not_refuted
from derive.check.claim import Claim, Plan
from derive.check.claims import SameValue
from derive.engine.bound_indices import with_free_indices
from derive.engine.index.trace import index_trace
from derive.engine.naming import substituted
from derive.engine.number_conditions import without_plain_numbers
from derive.errors import ArgumentError, DeriveError, NoRuleError
from derive.language.directions import directions_of
from derive.language.expression import Node
from derive.language.functions import differential
from derive.language.sympy_out import to_sympy
from derive.numeric import CompiledFunction, compile_function
from derive.numeric.array_function import ArrayFunction
from derive.numeric.requirements import Requirement
from derive.numeric.saving import file_path, write_whole
from derive.steps import Step, Trace
from derive.writing.abbreviations import abbreviated
from derive.writing.html_page import html_page
from derive.writing.latex_page import latex_page
from derive.writing.lines import all_conditions
from derive.writing.markdown_page import markdown_page
from derive.writing.notebook_file import notebook_file
from derive.writing.plain import plain
from derive.writing.plain_data import answer_text, question_text, step_as_dict, worded
from derive.writing.tex_file import tex_file
from derive.writing.text_page import text_page

Page: TypeAlias = Callable[[Trace, str, str, str, str], str]


@dataclass(frozen=True, repr=False)
class Derivation:
    """A question, the steps to its answer, the answer, and the certificate of both.

    Verbs such as ``gradient`` make derivations; a user only reads them.  A derivation is
    immutable; two are equal if they record the same question, steps and answer.

    Parameters
    ----------
    trace : Trace
        The record of the derivation.
    claims : sequence of Claim
        What is true if the derivation is right; examined at once.

    Raises
    ------
    RefutedError
        A claim was refuted: the answer is withheld.
    NeverHoldsError
        A condition compares two numbers, and fails.

    Examples
    --------
    >>> import derive as dv
    >>> d = dv.dims("d")
    >>> w = dv.vector("w", d)
    >>> dv.gradient(w.T*w / 2, w)
    w    # shape (d,)
    """

    trace: Trace
    claims: tuple[Claim, ...] = field(default=(), compare=False)
    certificate: Certificate = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "trace", without_plain_numbers(with_free_indices(self.trace)))
        object.__setattr__(self, "claims", tuple(self.claims))
        object.__setattr__(self, "certificate", self.check())

    # --- what was found -------------------------------------------------------------

    @property
    def question(self) -> str:
        """What was asked, in words and plain text."""
        return question_text(self.trace)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines in order, each a true equation with the name of its rule."""
        return self.trace.steps

    @property
    def expression(self) -> Node | tuple[Node, ...]:
        """The answer as an expression tree; a tuple if there are several results.

        A differential in it is a symbol ``dX``.
        """
        nodes = tuple(node for _, node in self._outputs)
        return nodes[0] if len(nodes) == 1 else nodes

    @cached_property
    def _directions(self) -> dict[Node, Node]:
        """The symbol ``dX`` for each differential in the answer, or that a map takes."""
        moving = map(differential, self.trace.moving)
        return directions_of([*(node for _, node in self.trace.results), *moving])

    @cached_property
    def _outputs(self) -> list[tuple[str, Node]]:
        """The results by name, differentials as symbols."""
        directions = self._directions
        return [(name, substituted(node, directions)) for name, node in self.trace.results]

    @property
    def _arguments(self) -> tuple[Node, ...]:
        """What a compiled function of the answer takes."""
        return (*self.trace.arguments, *self._directions.values())

    @cached_property
    def result(self) -> Any:
        """The answer as a SymPy object; a tuple if there are several results."""
        objects = tuple(to_sympy(node) for _, node in self._outputs)
        return objects[0] if len(objects) == 1 else objects

    @property
    def conditions(self) -> tuple[str, ...]:
        """What must hold for the answer, in plain text."""
        return tuple(map(worded, all_conditions(self.trace)))

    # --- how it is written ----------------------------------------------------------

    def text(self, unicode: bool = True, width: int = 100, detail: str = "full") -> str:
        """Aligned text: question, lines with their reasons, conditions, certificate.

        Parameters
        ----------
        unicode : bool
            False for ASCII alone.
        width : int
            Columns of the terminal.
        detail : "result", "short" or "full"
            The answer alone, the lines without trivial ones, or all of them.  The last
            line is the certificate; under the answer alone only if that is not verified.
        """
        said = self.certificate.doubt() if detail == "result" else self.certificate.summary()
        return text_page(self.trace, said, unicode, width, detail)

    def latex(self, style: str = "default", detail: str = "full") -> str:
        """LaTeX for display mathematics, without dollar signs.

        Parameters
        ----------
        style : str
            A style of ``writing/latex.py``.
        detail : "result", "short" or "full"
            As for ``text``; of the certificate only why an answer is not verified.
        """
        return latex_page(self.trace, style, detail, doubt=self.certificate.doubt())

    def markdown(self, style: str = "default", detail: str = "full") -> str:
        """Notes in Markdown: question, formulas, conditions, NumPy source, certificate."""
        return self._page(markdown_page, style, detail)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data for JSON; ``numpy`` is None where nothing compiles.

        Long formulas are in the names of ``definitions``, inner ones first.
        """
        trace = abbreviated(self.trace)
        return {
            "question": self.question,
            "definitions": {plain(name): plain(node) for name, node in trace.definitions},
            "steps": [step_as_dict(step) for step in trace.steps],
            "result": [plain(substituted(n, self._directions)) for _, n in trace.results],
            "conditions": list(self.conditions),
            "latex": self.latex(),
            "numpy": self._code("source") or None,
            "certificate": self.certificate.as_dict(),
        }

    def save(self, path: str | Path, overwrite: bool = False) -> Path:
        """Write the derivation to a file, in the format its suffix names.

        Parameters
        ----------
        path : str or Path
            Ends in ``.md``, ``.tex``, ``.html``, ``.ipynb`` or ``.py`` (the compiled
            function, which needs NumPy and SciPy alone).
        overwrite : bool
            Whether a file that is there already may be replaced.

        Returns
        -------
        Path
            The file, written in one piece or not at all.

        Raises
        ------
        ArgumentError
            The suffix is none of these, or the file exists.
        """
        target = file_path(path)
        if target.suffix == ".py":
            return self.function().save(target, overwrite)
        if target.suffix not in PAGES:
            raise ArgumentError(
                f"no format is known for {target.name!r}\n"
                f"  to fix   : end the name in one of {', '.join([*PAGES, '.py'])}"
            )
        return write_whole(target, self._page(PAGES[target.suffix]), overwrite)

    def _page(self, page: Page, style: str = "default", detail: str = "full") -> str:
        return page(
            self.trace, self.certificate.summary(), self._code("short_source"), style, detail
        )

    def _code(self, text: str) -> str:
        """A text of the compiled function; empty where the answer has no numeric form."""
        try:
            return str(getattr(self.function(), text))
        except DeriveError:
            return ""

    # --- what it is good for --------------------------------------------------------

    def function(self, backend: str = "numpy", value: bool = False) -> CompiledFunction:
        """Compile the answer.

        Parameters
        ----------
        backend : "numpy"
            What the function is written for.
        value : bool
            Also return the value of the function asked about, first; work is shared.

        Returns
        -------
        CompiledFunction
            Callable by position or keyword; ``.source`` reads, ``.save("f.py")`` keeps it.

        Raises
        ------
        ArgumentError
            The backend is not known.
        NoRuleError
            There is no function to return the value of.
        """
        if backend != "numpy":
            raise ArgumentError(f"no backend is called {backend!r}\n  known    : numpy")
        outputs = list(self._outputs)
        if value:
            outputs.insert(0, self._asked_about())
        return compile_function(outputs, self._arguments, requirements=self._requirements())

    def _requirements(self) -> tuple[Requirement, ...]:
        """What a compiled function refuses numbers without."""
        return ()

    def array_function(self) -> ArrayFunction:
        """Compile the coefficients of an answer that is a linear map of ``dX``.

        ``function()`` applies the map and never forms them.

        Returns
        -------
        ArrayFunction
            Returns one array: the axes of the output, then those of ``X``.

        Raises
        ------
        ArgumentError
            The answer is no linear map of one ``dX``.
        """
        if len(self.trace.moving) != 1 or len(self._outputs) != 1:
            raise ArgumentError(
                "an array of coefficients needs one answer that is linear in one dX\n"
                "  to fix   : ask for the derivative in one variable"
            )
        ((moved, direction),) = self._directions.items()
        compiled = compile_function(self._outputs, self._arguments)
        return ArrayFunction(compiled, moved.args[0].name, direction.name)

    def index_form(self) -> Derivation:
        """Write an answer that is a linear map of ``dX`` entry by entry.

        Returns
        -------
        Derivation
            One line, ``dF_ij/dX_kl = ...``, checked against the map.

        Raises
        ------
        ArgumentError
            The answer is no linear map of one ``dX``, or an operator in it has no entries.
        """
        if len(self.trace.moving) != 1 or len(self._outputs) != 1:
            raise ArgumentError(
                "an index form needs one answer that is linear in one dX\n"
                "  to fix   : ask for the jacobian or the hessian in one matrix variable"
            )
        trace, linear, together = index_trace(self.trace)
        (moved,) = self._directions
        whole = SameValue(linear, together, (), moved.args[0], trace.conditions, kind="result")
        return Derivation(trace, (whole,))

    def check(
        self, points: int | None = None, precision: int | None = None, seed: int | None = None
    ) -> Certificate:
        """Examine the claims again.

        Parameters
        ----------
        points : int
            Least number of points per claim.
        precision : int
            Decimal digits.
        seed : int
            Of the points.

        Returns
        -------
        Certificate
            Verified or unchecked, with the reason.

        Raises
        ------
        RefutedError
            A claim was refuted.
        """
        default = Plan()
        plan = Plan(
            default.points if points is None else points,
            default.digits if precision is None else precision,
            default.seed if seed is None else seed,
        )
        return require_not_refuted(certify(self.claims, plan))

    def _asked_about(self) -> tuple[str, Node]:
        """The name and meaning of the function in the question."""
        asked = self.trace.question.nodes[:1]
        known: dict[Node, Node] = {}
        for name, meaning in self.trace.definitions:
            if name in asked:
                return "value", substituted(meaning, known)
            known[name] = meaning
        raise NoRuleError(f"{self.question} asks about no function with a value")

    # --- how Python sees it ---------------------------------------------------------

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        trace = abbreviated(self.trace, "result")
        results = [substituted(node, self._directions) for _, node in trace.results]
        doubt = self.certificate.doubt()
        return answer_text(trace, results) + (f"\n# {doubt}" if doubt else "")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        try:
            formulas = self.latex()
            mathematics = f"$$\n{latex_page(self.trace)}\n$$"
        except DeriveError:  # a page in a notebook shows what it can, and never an error
            return {"text/plain": repr(self)}
        return {
            "text/plain": repr(self),
            "text/latex": f"$${formulas}$$",
            "text/markdown": f"{mathematics}\n\n*{self.certificate.summary()}*\n",
        }

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __dir__(self) -> list[str]:
        own = {name for name in vars(type(self)) if not name.startswith("_")}
        return sorted((MEMBERS | own) - {"claims"})

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Derivation is not pickled: save it with .save(path), or derive again")


PAGES: dict[str, Page] = {
    ".md": markdown_page,
    ".tex": tex_file,
    ".html": html_page,
    ".ipynb": notebook_file,
}

MEMBERS = {"certificate", "trace"} | {name for name in vars(Derivation) if not name.startswith("_")}
