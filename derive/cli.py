"""The ``derive`` command: one question a call, the answer in the format asked for.

Its verbs are the rows of ``verbs.VERBS`` and ``law_verbs.LAW_VERBS``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, TextIO

import derive
from derive.errors import (
    ArgumentError,
    DeriveError,
    NoClosedFormError,
    NoRuleError,
    RefutedError,
)
from derive.language.sizes import shape_text
from derive.law_verbs import LAW_VERBS
from derive.reading.streams import decoded, standard_input
from derive.verbs import EQUAL, PARSE, Verb
from derive.verbs import VERBS as EXPRESSION_VERBS
from derive.writing.html_page import html_page
from derive.writing.latex import latex
from derive.writing.lines import DETAILS
from derive.writing.markdown_page import markdown_page
from derive.writing.plain import plain
from derive.writing.prose import ascii_prose
from derive.writing.text import text
from derive.writing.text_page import text_page

VERBS = (*EXPRESSION_VERBS, *LAW_VERBS)
DONE, NOT_FOUND, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
DIFFERENT = 1
NO_ANSWER = (RefutedError, NoClosedFormError, NoRuleError)

DOES = {"parse": "Show", "equal": "Decide"}  # the other verbs derive
STATUS = {"equal": "\n\nexit status: 0 equal; 1 different, or not decided; 2 input that is wrong"}
DETAIL_HELP = "of the written formats, default: full; json and numpy hold all at any detail"
WIDTH = 100  # columns where the output is no terminal


# --- formats ----------------------------------------------------------------------------


def _text_format(found: Any, arguments: argparse.Namespace, unicode: bool) -> str:
    """Question, steps, result and conditions; then LaTeX, NumPy source and certificate."""
    if arguments.detail == "result":
        return str(found.text(unicode, _width(), "result"))
    page = text_page(found.trace, "", unicode, _width(), arguments.detail)
    written = found.latex(detail=arguments.detail)
    summary = found.certificate.summary()
    parts = [page, "LaTeX\n\n" + _indented(written), "NumPy\n\n" + _indented(_source(found))]
    parts.append(summary if unicode else ascii_prose(summary))
    return "\n\n".join(parts)


def _markdown_format(found: Any, arguments: argparse.Namespace, unicode: bool) -> str:
    summary = found.certificate.summary()
    return markdown_page(found.trace, summary, _source(found), detail=arguments.detail)


def _html_format(found: Any, arguments: argparse.Namespace, unicode: bool) -> str:
    summary = found.certificate.summary()
    page = html_page(found.trace, summary, _source(found), detail=arguments.detail)
    return page if unicode else page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _json_format(found: Any, arguments: argparse.Namespace, unicode: bool) -> str:
    return json.dumps(found.as_dict(), indent=2, ensure_ascii=not unicode)


def _numpy_format(found: Any, arguments: argparse.Namespace, unicode: bool) -> str:
    """The source; of an answer that is not verified, why, in a comment behind it."""
    source, doubt = str(found.function().source), ascii_prose(found.certificate.doubt())
    said = textwrap.wrap(doubt, WIDTH, initial_indent="# ", subsequent_indent="# ")
    return "\n".join([source.rstrip("\n"), "", *said]) if said else source


FORMATS: dict[str, Callable[[Any, argparse.Namespace, bool], str]] = {
    "text": _text_format,
    "latex": lambda found, arguments, unicode: found.latex(detail=arguments.detail),
    "markdown": _markdown_format,
    "html": _html_format,
    "json": _json_format,
    "numpy": _numpy_format,
}


def _parsed_as(node: Any, arguments: argparse.Namespace, unicode: bool) -> str:
    """The answer of ``parse``."""
    if arguments.format == "latex":
        return latex(node)
    if arguments.format == "json":
        facts = {"plain": plain(node), "shape": shape_text(node.shape), "latex": latex(node)}
        return json.dumps(facts, indent=2, ensure_ascii=not unicode)
    lines = [f"{text(node, unicode)}    {shape_text(node.shape)}", "", plain(node), "", latex(node)]
    return "\n".join(lines)


def _decided(found: Any, arguments: argparse.Namespace, unicode: bool) -> str:
    """The answer of ``equal``; one that was not found is an error."""
    bool(found)
    if arguments.format == "json":
        facts = {
            "question": found.question,
            "decision": found.decision,
            "conditions": list(found.conditions),
            "counterexample": found.counterexample,
            "certificate": found.certificate.summary(),
            "special_points": found.probes,
        }
        return json.dumps(facts, indent=2, ensure_ascii=not unicode)
    return found.text() if unicode else ascii_prose(found.text())


def _source(found: Any) -> str:
    """The NumPy source, or why there is none: the derivation stands without it."""
    try:
        return str(found.function().short_source)
    except DeriveError as error:
        return "\n".join(f"# {line}" for line in str(error).splitlines())


def _indented(block: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in block.strip().splitlines())


def _width() -> int:
    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH


# --- the command ------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """The argument parser, with one subcommand a verb."""
    examples = "\n".join(f"  {verb.example}" for verb in (*VERBS, EQUAL, PARSE))
    top = argparse.ArgumentParser(
        prog="derive",
        description="Derive a result step by step, check each step, and compile it to NumPy.",
        epilog=(
            f"examples:\n{examples}\n\n"
            "plain text: ' transpose, * product, .* ./ .^ elementwise, ^ power, and functions\n"
            "  sum norm1 norm2 tr det logdet inv diag exp log sqrt tanh sigmoid softmax ...\n"
            "exit status: 0 done; 1 refuted, no closed form or no rule; 2 input that is wrong;\n"
            "  of equal: 0 equal; 1 different or not decided"
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"derive {derive.__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        _add_verb(verbs, verb, tuple(FORMATS))
    _add_verb(verbs, EQUAL, ("text", "json"))
    _add_verb(verbs, PARSE, ("text", "latex", "json"))
    return top


def _add_verb(verbs: Any, verb: Verb, formats: Sequence[str]) -> None:
    one = verbs.add_parser(
        verb.name,
        aliases=[verb.python] if verb.python else [],
        help=verb.summary,
        description=f"{DOES.get(verb.name, 'Derive')} {verb.summary}.",
        epilog=f"example:\n  {verb.example}{STATUS.get(verb.name, '')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for argument in verb.arguments:
        argument.add_to(one)
    one.add_argument("--format", choices=formats, default="text", help="default: text")
    if verb.name not in DOES:
        one.add_argument("--detail", choices=DETAILS, default="full", help=DETAIL_HELP)
    one.add_argument("--ascii", action="store_true", help="ASCII only, whatever the terminal")
    one.set_defaults(row=verb)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is returned.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments behind the program's name; those of the process if left out.

    Returns
    -------
    int
        0 done; 1 refuted, no closed form or no rule; 2 bad input; 130 interrupted.  Of ``equal``
        0 says equal, 1 different (the answer is written) or not decided (an error is).
    """
    given = [_shielded(word) for word in (sys.argv[1:] if argv is None else argv)]
    status = DONE
    try:
        arguments = _arguments(given)
        if sys.stdout is None:
            _say("the answer cannot be written: standard output is closed")
            return BAD_INPUT
        answer, status = _answer(arguments)
        sys.stdout.write(answer if answer.endswith("\n") else f"{answer}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read the output has had enough
        _give_up_output()
        return status
    except OSError as error:
        _give_up_output()
        _say(f"the answer cannot be written: {error.strerror or error}")
        return BAD_INPUT
    except KeyboardInterrupt:
        _say("interrupted")
        return INTERRUPTED
    except NO_ANSWER as error:
        return _complain(error, NOT_FOUND)
    except DeriveError as error:
        return _complain(error, BAD_INPUT)
    return status


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    """The arguments read; the help text is written out before the command ends."""
    try:
        return parser().parse_args(given)
    except SystemExit:
        if sys.stdout is not None:
            sys.stdout.flush()
        raise


def _give_up_output() -> None:
    """Nothing more may be flushed to standard output, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str) -> None:
    """A line on standard error, if there is one."""
    if sys.stderr is not None:
        print(message, file=sys.stderr)


def _shielded(word: str) -> str:
    """An expression that begins with a minus sign is no option: a space says so."""
    is_option = word.startswith("--") or word in ("-", "-h")
    return f" {word}" if word.startswith("-") and not is_option else word


def _answer(arguments: argparse.Namespace) -> tuple[str, int]:
    """What is written to standard output, and the exit status."""
    verb: Verb = arguments.row
    _require_one_reader(verb, arguments)
    for argument in verb.arguments:
        name = argument.name.lstrip("-")
        value = getattr(arguments, name)
        if value is not None:
            text = standard_input() if value == "-" else decoded(value, argument.name)
            setattr(arguments, name, text.strip())
    unicode = not arguments.ascii and can_show_unicode(sys.stdout)
    found = verb.answer(arguments)
    if verb is EQUAL:
        return _decided(found, arguments, unicode), DONE if found else DIFFERENT
    if verb is PARSE:
        return _parsed_as(found, arguments, unicode), DONE
    return FORMATS[arguments.format](found, arguments, unicode), DONE


def _require_one_reader(verb: Verb, arguments: argparse.Namespace) -> None:
    """Standard input can be read once."""
    names = [argument.name for argument in verb.arguments]
    readers = [name for name in names if getattr(arguments, name.lstrip("-")) == "-"]
    if len(readers) > 1:
        raise ArgumentError(
            f"standard input is one text, and {' and '.join(readers)} are to be read from it\n"
            f"  to fix   : write - for one of them"
        )


def can_show_unicode(stream: TextIO) -> bool:
    """Whether a stream takes the signs of a page."""
    try:
        "‖∇Σ⁻¹ᵀ∘−".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _complain(error: DeriveError, status: int) -> int:
    """The message on standard error; ASCII where the terminal has no more."""
    message = f"{type(error).__name__}: {error}"
    has_unicode = sys.stderr is not None and can_show_unicode(sys.stderr)
    _say(message if has_unicode else ascii_prose(message))
    return status
