"""How a declared name looks: Greek letters, accents, subscripts, the layer it belongs to.

A name is read as ``base digits _part _part ... __layer``: digits and parts are subscripts,
except the parts of ``ACCENTS`` and ``MARKS``, which decorate the base.  What follows a double
underscore is an index in parentheses above the line: ``W__l_plus_1`` is the ``W`` of layer
l + 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from derive.writing.event_names import ascii_event, is_event_name, latex_event

_SMALL = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi"),
    *("omega", "ell"),
)
_CAPITAL = (
    *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi"),
    "Omega",
)
GREEK: dict[str, str] = dict(
    zip((*_SMALL, *_CAPITAL), "αβγδεζηθικλμνξπρστυφχψωℓΓΔΘΛΞΠΣΥΦΨΩ", strict=True)
)
ALIASES: dict[str, str] = {"lam": "lambda", "eps": "epsilon", "varepsilon": "epsilon"}
_SPELLED: dict[str, str] = {glyph: name for name, glyph in GREEK.items()} | {"ϵ": "epsilon"}

ACCENTS: dict[str, tuple[str, str]] = {
    "hat": ("\u0302", r"\hat"),
    "bar": ("\u0304", r"\bar"),
    "tilde": ("\u0303", r"\tilde"),
}
MARKS: dict[str, tuple[str, str]] = {"star": ("⋆", r"\star"), "prime": ("′", r"\prime")}

_LAYER = "__"
_FOOT = re.compile(r"(?<=[A-Za-z])_(\d+)|(?<=\b[A-Za-z])(\d+)\b")
_OF_LAYER = re.compile(r"(?<!\w)[^\W\d_][^\W_]*__\w+")
_LAYER_SIGNS = {"_plus_": "+", "_minus_": "-"}
_SUPERSCRIPTS = dict(zip("0123456789+-()klnL", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵏˡⁿᴸ", strict=True))
_SUBSCRIPTS = dict(
    zip("0123456789aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True)
)


@dataclass(frozen=True)
class Name:
    """The parts of a name: ``mu_hat_1`` is base ``mu``, accent ``hat``, subscript ``1``."""

    base: str
    accent: str = ""
    mark: str = ""
    subscripts: tuple[str, ...] = ()
    layer: str = ""


def split_name(name: str) -> Name:
    """The parts of a declared name; Greek letters are spelled out.

    Examples
    --------
    >>> split_name("mu1")
    Name(base='mu', accent='', mark='', subscripts=('1',), layer='')
    >>> split_name("w_hat").accent, split_name("W__l_plus_1").layer
    ('hat', 'l+1')
    """
    name = "".join(_SPELLED.get(letter, letter) for letter in name)
    name, layer = _split_layer(name)
    head, *parts = name.split("_")
    match = re.fullmatch(r"(\D+)(\d+)", head)
    base, subscripts = (match[1], [match[2]]) if match else (head, [])
    accent = mark = ""
    for part in parts:
        if part in ACCENTS and not accent:
            accent = part
        elif part in MARKS and not mark:
            mark = part
        elif part:
            subscripts.append(part)
    return Name(ALIASES.get(base, base), accent, mark, tuple(subscripts), layer)


def _split_layer(name: str) -> tuple[str, str]:
    """The name before the first double underscore, and the layer behind it."""
    head, _, layer = name.partition(_LAYER)
    if not (head and layer.strip("_")):
        return name, ""
    for word, sign in _LAYER_SIGNS.items():
        layer = layer.replace(word, sign)
    return head, layer


def ascii_name(name: str) -> str:
    """The name in ASCII, Greek letters spelled out.

    Examples
    --------
    >>> ascii_name("λ_k"), ascii_name("W__l_plus_1")
    ('lambda_k', 'W[l+1]')
    """
    if is_event_name(name):
        return ascii_event(name)
    head, layer = _split_layer("".join(_SPELLED.get(letter, letter) for letter in name))
    if layer:
        head += f"[{layer}]"
    return "".join(c if c.isascii() else f"u{ord(c):04X}" for c in head)


def unicode_name(name: str) -> str:
    """The name with Greek glyphs, accents and, where glyphs exist, lowered subscripts.

    Examples
    --------
    >>> unicode_name("mu1"), unicode_name("w_hat"), unicode_name("theta_MLE")
    ('μ₁', 'ŵ', 'θ_MLE')
    >>> unicode_name("W__l_plus_1"), unicode_name("W__out")
    ('W⁽ˡ⁺¹⁾', 'W[out]')
    """
    if is_event_name(name):
        return _FOOT.sub(lambda foot: lowered_name(foot[1] or foot[2]), name)
    parts = split_name(name)
    if parts.layer:
        return f"{unicode_name(_split_layer(name)[0])}{_raised_layer(parts.layer)}"
    body = GREEK.get(parts.base, parts.base)
    if parts.accent:
        body = unicodedata.normalize("NFC", body + ACCENTS[parts.accent][0])
    body += MARKS[parts.mark][0] if parts.mark else ""
    subscript = ",".join(GREEK.get(s, s) for s in parts.subscripts)
    if not subscript:
        return body
    lowered = lowered_name(subscript)
    return f"{body}{lowered}" if lowered else f"{body}_{subscript}"


def with_layers(text: str, spell: Callable[[str], str]) -> str:
    """The text with every name of a layer in it spelled.

    Examples
    --------
    >>> with_layers("d__l x d__l_minus_1", unicode_name)
    'd⁽ˡ⁾ x d⁽ˡ⁻¹⁾'
    """
    return _OF_LAYER.sub(lambda name: spell(name[0]), text)


def _raised_layer(layer: str) -> str:
    """A layer in raised parentheses where glyphs exist, in brackets where not."""
    raised = f"({layer})"
    if all(c in _SUPERSCRIPTS for c in raised):
        return "".join(_SUPERSCRIPTS[c] for c in raised)
    return f"[{layer}]"


def lowered_name(subscript: str) -> str:
    """A number or a letter as a subscript; empty where no glyph exists.

    Examples
    --------
    >>> lowered_name("12"), lowered_name("n"), lowered_name("d"), lowered_name("nm")
    ('₁₂', 'ₙ', '', '')
    """
    fits = all(c in _SUBSCRIPTS for c in subscript) and (subscript.isdigit() or len(subscript) == 1)
    return "".join(_SUBSCRIPTS[c] for c in subscript) if fits else ""


_TIGHT = frozenset(
    (*_SUBSCRIPTS.values(), *_SUPERSCRIPTS.values(), *(m for m, _ in MARKS.values()))
)


def is_tight(written: str) -> bool:
    """Whether a written name is one letter (with marks) and may touch its neighbours.

    Examples
    --------
    >>> is_tight("μ₁"), is_tight("ŵ"), is_tight("alpha"), is_tight("x_k")
    (True, True, False, False)
    """
    return all(c in _TIGHT or unicodedata.combining(c) for c in written[1:])


def latex_name(name: str, font: str = "") -> str:
    r"""The name in LaTeX; `font` is ``mathbf`` for vectors and matrices, empty for scalars.

    Examples
    --------
    >>> print(latex_name("mu1"), latex_name("w_hat", "mathbf"), latex_name("Sigma", "mathbf"))
    \mu_1 \hat{\mathbf{w}} \boldsymbol{\Sigma}
    >>> print(latex_name("W__l_plus_1", "mathbf"))
    \mathbf{W}^{(l+1)}
    """
    if is_event_name(name):
        return latex_event(name)
    parts = split_name(name)
    body = _latex_base(parts.base, font)
    if parts.accent:
        body = f"{ACCENTS[parts.accent][1]}{{{body}}}"
    if parts.subscripts:
        subscript = ",".join(map(_latex_subscript, parts.subscripts))
        body += f"_{subscript}" if len(subscript) == 1 else f"_{{{subscript}}}"
    mark = MARKS[parts.mark][1] if parts.mark else ""
    if parts.layer:
        return f"{body}^{{{mark}({_latex_layer(parts.layer)})}}"
    return f"{{{body}^{{{mark}}}}}" if mark else body


def _latex_layer(layer: str) -> str:
    """Letters and numbers as they are, words upright."""
    return re.sub(r"[^\W\d]{2,}", lambda word: rf"\mathrm{{{word[0]}}}", ascii_name(layer))


def _latex_base(base: str, font: str) -> str:
    if base in GREEK:
        return rf"\boldsymbol{{\{base}}}" if font else rf"\{base}"
    base = ascii_name(base)
    if len(base) == 1:
        return rf"\{font}{{{base}}}" if font else base
    return rf"\{font or 'mathrm'}{{{base}}}"


def _latex_subscript(part: str) -> str:
    if part in GREEK or ALIASES.get(part) in GREEK:
        return "\\" + ALIASES.get(part, part)
    part = ascii_name(part)
    return part if len(part) == 1 or part.isdigit() else rf"\mathrm{{{part}}}"
