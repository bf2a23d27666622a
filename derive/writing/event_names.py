r"""How the name of a probability, an expectation or a set of outcomes looks.

Such a name, ``P(A ∩ B | C)`` or ``{1, 2}``, is a formula of its own: no name that a user can
declare holds a bracket or a blank, so the two are never confused.
"""

from __future__ import annotations

import re
import unicodedata

_FORMULA = re.compile(r"[ ({\[∩∪∖∅ᶜΩ]")
_ASCII = {
    "∩": "&",
    "∪": "or",
    "∖": "\\",
    "∅": "{}",
    "Ω": "Omega",
    "Δ": "Delta",
    "−": "-",
    "ᶜ": "^c",
    "²": "^2",
    "‖": "||",
}
_LATEX = {
    "∩": r"\cap ", "∪": r"\cup ", "∖": r"\setminus ", "∅": r"\emptyset", "Ω": r"\Omega ",
    "Δ": r"\Delta ", "−": "-",
    "ᶜ": r"^{\mathsf{c}}", "²": "^2", "|": r"\mid ", "{": r"\{", "}": r"\}", "≤": r"\le ",
    "‖": r"\Vert ",
    "_": r"\_", "^": r"\wedge ", "&": r"\&", "%": r"\%", "#": r"\#", "$": r"\$", "~": r"\sim ",
    "\\": r"\backslash ",
}  # fmt: skip
_PIECE = re.compile(
    r"(?P<word>[^\W\d_ᶜ²]{2,}(?:[ _-][^\W\d_ᶜ²]+)*)"
    r"|(?P<foot>_[^\W_]+|(?<=[A-Za-z])\d+)|(?P<gap> +)|(?P<sign>.)",
    re.DOTALL,
)


def is_event_name(name: str) -> bool:
    """Whether a name is a formula such as ``P(A)``, and no declared name.

    Examples
    --------
    >>> is_event_name("P(A)"), is_event_name("p_1")
    (True, False)
    """
    return bool(_FORMULA.search(name))


def ascii_event(name: str) -> str:
    """The formula in ASCII.

    Examples
    --------
    >>> ascii_event("P(A ∩ B)")
    'P(A & B)'
    """
    return "".join(_ASCII.get(letter) or _plain(letter) for letter in name)


def latex_event(name: str) -> str:
    r"""The formula in LaTeX: words upright, letters in italics.

    Examples
    --------
    >>> print(latex_event("P(A ∩ sick | {1, 2})"))
    P(A \cap \mathrm{sick} \mid \{1, 2\})
    """
    out = [_latex_piece(match) for match in _PIECE.finditer(name)]
    return re.sub(r" +", " ", "".join(out)).replace(" )", ")").strip()


def _latex_piece(match: re.Match[str]) -> str:
    if match["word"]:
        return latex_word(match["word"])
    if match["foot"]:
        foot = match["foot"].removeprefix("_")
        return f"_{{{foot if foot.isdigit() or len(foot) == 1 else latex_word(foot)}}}"
    return match["gap"] or _latex_letter(match["sign"])


def latex_word(word: str) -> str:
    r"""A word upright, its gaps kept.

    Examples
    --------
    >>> print(latex_word("has flu"))
    \mathrm{has\ flu}
    """
    return rf"\mathrm{{{''.join(map(_latex_letter, word))}}}".replace(" ", r"\ ")


def _latex_letter(letter: str) -> str:
    if letter in _LATEX:
        return _LATEX[letter]
    return _plain(letter)


def _plain(letter: str) -> str:
    """A letter in ASCII, without its accent; its number where it has no such form."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", letter) if c.isascii())
    return flat or f"u{ord(letter):04X}"
