r"""Words for LaTeX ``\text{}``: escaped, ASCII, formulas set in mathematics."""

from __future__ import annotations

import re

from derive.writing.names import GREEK, latex_name, with_layers
from derive.writing.prose import NORM, ascii_prose, split_statement

# In mathematics, since MathJax reads no macros but these inside \text{}.
_ESCAPES = {
    "\\": r"$\backslash$",
    "{": r"$\{$",
    "}": r"$\}$",
    "$": r"\$",
    "&": r"$\&$",
    "%": r"$\%$",
    "#": r"$\#$",
    "_": r"$\_$",
    "^": r"$\wedge$",
    "~": r"$\sim$",
    "<": "$<$",
    ">": "$>$",
    "|": r"$\vert$",
    '"': "''",
}
_ROOT = re.compile(r"(?<![A-Za-z_])sqrt\(((?:[^()]|\([^()]*\))*)\)")
_BRACES = {"\x01": "{", "\x02": "}"}  # of a radicand, apart from braces that are shown
_PLACE = "\x00{}\x00"
_FUNCTIONS = {
    *("softmax", "logsumexp", "digamma", "trigamma", "loggamma", "sigmoid", "softplus"),
    *("relu", "sign", "tr", "diag", "sum", "erf"),
}
_KNOWN = {
    *("log", "det", "exp", "sqrt", "sin", "cos", "tan", "tanh", "sinh", "cosh"),
    *("arcsin", "arccos", "arctan", "max", "min"),
}
_TOKEN = re.compile(
    r"(?P<word>[A-Za-z]{2,})|(?P<foot>_[A-Za-z]{2,})"
    r"|(?P<power>\^(?:\([^()]*\)|-?\w))|(?P<other>.)",
    re.DOTALL,
)
_GLYPHS = {letter: f"\\{name}" for name, letter in GREEK.items()}
_SIGNS = {
    "−": "-", "‖": r"\Vert ", "∘": r"\odot ", "·": r"\cdot ", "≤": r"\le ", "≥": r"\ge ",
    "≠": r"\neq ", "∈": r"\in ", "∇": r"\nabla ", "⇔": r"\Leftrightarrow ", "ᵀ": r"^\top ",
    "∞": r"\infty ", "⟂": r"\perp ", "²": "^2", "³": "^3", "√": r"\sqrt ", "→": r"\to ",
    "≈": r"\approx ",
}  # fmt: skip


def latex_prose(text: str) -> str:
    r"""Words with their formulas, for use inside ``\text{}``.

    Examples
    --------
    >>> print(latex_prose("inverse: d(A^-1) = -A^-1 dA A^-1"))
    inverse: $\mathrm{d}(A^{-1}) = -A^{-1}\, \mathrm{d}A\, A^{-1}$
    >>> print(latex_prose("50 % of R & D"))
    50 $\%$ of R $\&$ D
    """
    return "; ".join(map(_latex_statement, text.split("; ")))


def _latex_statement(text: str) -> str:
    words, formula = split_statement(text)
    words = re.sub(r"\^([23])(?!\d)", lambda m: {"2": "²", "3": "³"}[m[1]], words)
    words = re.sub(r"-infinity\b", "−∞", words)
    words = _with_signs(words)
    kept: list[str] = []
    words = with_layers(words, lambda name: _aside(latex_name(name), kept))
    out = "".join(_escaped(letter) for letter in words).replace("$$", "")
    for k, formula_of_name in enumerate(kept):
        out = out.replace(_PLACE.format(k), f"${formula_of_name}$")
    if not formula:
        return out
    return f"{out}: ${_formula(formula)}$" if words else f"${_formula(formula)}$"


def _with_signs(text: str) -> str:
    """The text with one letter for each sign of a relation."""
    for sign, glyph in (("<=>", "⇔"), ("!=", "≠"), ("<=", "≤"), (">=", "≥")):
        text = text.replace(sign, glyph)
    return text


def _aside(formula: str, kept: list[str]) -> str:
    """A place that no escape touches, for a formula put in afterwards."""
    kept.append(formula)
    return _PLACE.format(len(kept) - 1)


def escape_latex(text: str) -> str:
    """Any text, safe in LaTeX text mode, nothing read as a formula."""
    return "".join(_ESCAPES.get(letter, letter) for letter in ascii_prose(text))


def _escaped(letter: str) -> str:
    if letter in _GLYPHS:
        return f"${_GLYPHS[letter]}$"
    if letter in _SIGNS:
        sign = _SIGNS[letter].strip()
        return f"${{}}{sign}$" if sign.startswith("^") else f"${sign}$"
    return _ESCAPES.get(letter, letter) if letter.isascii() else escape_latex(letter)


def _formula(text: str) -> str:
    """A formula of the rule tables in LaTeX."""
    text = re.sub(r"(?<=[A-Za-z)\]1])'", "ᵀ", _with_signs(text))
    text = re.sub(r"(?<= )o(?= )", "∘", text)
    text = NORM.sub(r"‖\1‖", text).replace("_inf ", "_∞ ")
    text = _ROOT.sub("√\x01\\1\x02", text)
    out: list[str] = []
    for match in _TOKEN.finditer(text):
        if match["word"]:
            out.append(_word(match["word"], bool(out) and out[-1].endswith(" ")))
        elif match["foot"]:
            out.append(rf"_{{\mathrm{{{match['foot'][1:]}}}}}")
        elif match["power"]:
            out.append(f"^{{{match['power'][1:].strip('()')}}}")
        else:
            out.append(_letter(match["other"], text, match.start()))
    joined = re.sub(r" +(?=\\,)|(?<= ) +", "", "".join(out)).strip()
    joined = re.sub(r"(?<==)\\,", "", joined)  # a relation has its own space
    joined = re.sub(r"(?<![\w.])1\[", r"\\mathbb{1}[", joined)
    return re.sub(r"(\\mathrm\{d\}[A-Za-z]) (?=[A-Za-z(])", r"\1\\, ", joined)


def _word(word: str, after_space: bool) -> str:
    if word in _KNOWN:
        return f"\\{word} "
    if word in GREEK:
        return f"\\{word} "
    if word in _FUNCTIONS:
        return rf"\operatorname{{{word}}}"
    if word[0] == "d" and len(word) == 2:
        thin = r"\, " if after_space else ""
        return rf"{thin}\mathrm{{d}}{word[1]}"
    return rf"\text{{ {word} }}" if len(word) > 2 else word


def _letter(letter: str, text: str, at: int) -> str:
    if letter == "d" and text[at + 1 : at + 2] in {"(", " ", "‖", "|"}:
        return r"\mathrm{d}"
    if letter in _BRACES:
        return _BRACES[letter]
    if letter in _SIGNS:
        return _SIGNS[letter]
    if letter in _GLYPHS:
        return f"{_GLYPHS[letter]} "
    if letter in "{}$&%#~\\":
        return _ESCAPES[letter].strip("$")
    return letter if letter.isascii() else ascii_prose(letter)
