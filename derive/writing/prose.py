"""Words with a little mathematics in them: rule names and their statements.

The tables of ``rules`` state a rule in ASCII (``d(A^-1) = -A^-1 dA A^-1``).  Here such a
sentence gets the signs of a notation.  What stands behind a colon and holds an equals
sign is taken for a formula; everything else is words.
"""

from __future__ import annotations

import re
import unicodedata

from derive.writing.names import GREEK, ascii_name, unicode_name, with_layers

_RAISED = str.maketrans("0123456789-kpT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵏᵖᵀ")
_GREEK_WORD = re.compile(r"\b(" + "|".join(sorted(GREEK, key=len, reverse=True)) + r"|lam)\b")

NORM = re.compile(r"\|([A-Za-wyz])\|")  # in the tables x is an entry, and |x| its absolute value

_SIGNS = (("<=>", "⇔"), ("!=", "≠"), ("<=", "≤"), (">=", "≥"))

_TO_ASCII = {
    "−": "-", "–": "-", "—": "-", "‖": "||", "∘": "o", "⊘": "./", "⊙": "o", "·": "*", "×": "x",
    "≤": "<=", "≥": ">=", "≠": "!=", "∈": "in", "∇": "grad ", "⇔": "<=>", "⇒": "=>", "→": "->",
    "∞": "infinity", "⟂": "perp", "⊥": "perp", "√": "sqrt", "∑": "sum", "∫": "integral",
    "½": "1/2", "ᵀ": "'", "′": "'", "⋆": "*", "…": "...", "±": "+-", "ℝ": "R", "∂": "d",
    "≈": "~",
}  # fmt: skip


def split_statement(text: str) -> tuple[str, str]:
    """Words and formula of ``words: formula``; either may be empty.

    Examples
    --------
    >>> split_statement("inverse: d(A^-1) = -A^-1 dA A^-1")
    ('inverse', 'd(A^-1) = -A^-1 dA A^-1')
    >>> split_statement("d exp x = exp x dx")
    ('', 'd exp x = exp x dx')
    >>> split_statement("second moment about c")
    ('second moment about c', '')
    """
    words, colon, formula = text.partition(": ")
    if colon and "=" in formula:
        return words, formula
    return ("", text) if re.match(r"d[ |(].*=", text) else (text, "")


def unicode_prose(text: str) -> str:
    """The sentence with mathematical signs in its formula.

    Examples
    --------
    >>> unicode_prose("inverse: d(A^-1) = -A^-1 dA A^-1")
    'inverse: d(A⁻¹) = −A⁻¹ dA A⁻¹'
    >>> unicode_prose("squared norm: d|u|^2 = 2 u'du")
    'squared norm: d‖u‖² = 2 uᵀdu'
    """
    text = with_layers(text, unicode_name)
    return "; ".join(map(_unicode_statement, text.split("; ")))


def _unicode_statement(text: str) -> str:
    words, formula = split_statement(text)
    words = re.sub(r"\^(\d)(?!\d)", lambda m: m[1].translate(_RAISED), words)
    words = re.sub(r"-infinity\b", "−∞", words)
    for sign, glyph in _SIGNS:
        words = words.replace(sign, glyph)
    if not formula:
        return words
    formula = re.sub(r"\^\(([0-9kp-]+)\)", r"^\1", formula)
    formula = re.sub(
        r"\^(-?[0-9]+|[kp](-[0-9])?|-?T\b)", lambda m: m[1].translate(_RAISED), formula
    )
    formula = NORM.sub(r"‖\1‖", formula)
    formula = re.sub(r"(?<=[A-Za-z)\]1])'", "ᵀ", formula)
    formula = re.sub(r"(?<= )o(?= )", "∘", formula)
    formula = re.sub(r"(?<=[ (=])-(?=[A-Za-z0-9 (])|^-", "−", formula)
    formula = _GREEK_WORD.sub(lambda m: GREEK[{"lam": "lambda"}.get(m[1], m[1])], formula)
    for sign, glyph in _SIGNS:
        formula = formula.replace(sign, glyph)
    return f"{words}: {formula}" if words else formula


def ascii_prose(text: str) -> str:
    """The sentence in ASCII.

    Examples
    --------
    >>> ascii_prose("d(A⁻¹) = −A⁻¹ dA A⁻¹, λ ≥ 0")
    'd(A^-1) = -A^-1 dA A^-1, lambda >= 0'
    """
    text = with_layers(text, ascii_name)
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: "^" + unicodedata.normalize("NFKC", m[0]), text)
    names = {glyph: name for name, glyph in GREEK.items()}
    out = []
    for letter in text:
        if letter.isascii():
            out.append(letter)
        elif letter in _TO_ASCII:
            out.append(_TO_ASCII[letter])
        elif letter in names:
            out.append(names[letter])
        else:
            flat = unicodedata.normalize("NFKD", letter).replace("−", "-")
            out.append("".join(c for c in flat if c.isascii()) or f"u{ord(letter):04X}")
    return "".join(out)
