"""How a declared name looks: Greek letters, accents, subscripts.

A name is read as ``base digits _part _part ...``: digits and parts are subscripts, except
the parts of ``ACCENTS`` and ``MARKS``, which decorate the base.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

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


def split_name(name: str) -> Name:
    """The parts of a declared name; Greek letters are spelled out.

    Examples
    --------
    >>> split_name("mu1")
    Name(base='mu', accent='', mark='', subscripts=('1',))
    >>> split_name("w_hat").accent
    'hat'
    """
    name = "".join(_SPELLED.get(letter, letter) for letter in name)
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
    return Name(ALIASES.get(base, base), accent, mark, tuple(subscripts))


def ascii_name(name: str) -> str:
    """The name in ASCII, Greek letters spelled out.

    Examples
    --------
    >>> ascii_name("λ_k")
    'lambda_k'
    """
    letters = (_SPELLED.get(letter, letter) for letter in name)
    return "".join(c if c.isascii() else f"u{ord(c):04X}" for c in letters)


def unicode_name(name: str) -> str:
    """The name with Greek glyphs, accents and, where glyphs exist, lowered subscripts.

    Examples
    --------
    >>> unicode_name("mu1"), unicode_name("w_hat"), unicode_name("theta_MLE")
    ('μ₁', 'ŵ', 'θ_MLE')
    """
    parts = split_name(name)
    body = GREEK.get(parts.base, parts.base)
    if parts.accent:
        body = unicodedata.normalize("NFC", body + ACCENTS[parts.accent][0])
    body += MARKS[parts.mark][0] if parts.mark else ""
    subscript = ",".join(GREEK.get(s, s) for s in parts.subscripts)
    if not subscript:
        return body
    lowered = lowered_name(subscript)
    return f"{body}{lowered}" if lowered else f"{body}_{subscript}"


def lowered_name(subscript: str) -> str:
    """A number or a letter as a subscript; empty where no glyph exists.

    Examples
    --------
    >>> lowered_name("12"), lowered_name("n"), lowered_name("d"), lowered_name("nm")
    ('₁₂', 'ₙ', '', '')
    """
    fits = all(c in _SUBSCRIPTS for c in subscript) and (subscript.isdigit() or len(subscript) == 1)
    return "".join(_SUBSCRIPTS[c] for c in subscript) if fits else ""


def is_tight(written: str) -> bool:
    """Whether a written name is one letter (with marks) and may touch its neighbours.

    Examples
    --------
    >>> is_tight("μ₁"), is_tight("ŵ"), is_tight("alpha"), is_tight("x_k")
    (True, True, False, False)
    """
    allowed = {*_SUBSCRIPTS.values(), *(mark for mark, _ in MARKS.values())}
    return all(c in allowed or unicodedata.combining(c) for c in written[1:])


def latex_name(name: str, font: str = "") -> str:
    r"""The name in LaTeX; `font` is ``mathbf`` for vectors and matrices, empty for scalars.

    Examples
    --------
    >>> print(latex_name("mu1"), latex_name("w_hat", "mathbf"), latex_name("Sigma", "mathbf"))
    \mu_1 \hat{\mathbf{w}} \boldsymbol{\Sigma}
    """
    parts = split_name(name)
    body = _latex_base(parts.base, font)
    if parts.accent:
        body = f"{ACCENTS[parts.accent][1]}{{{body}}}"
    if parts.subscripts:
        subscript = ",".join(map(_latex_subscript, parts.subscripts))
        body += f"_{subscript}" if len(subscript) == 1 else f"_{{{subscript}}}"
    if parts.mark:
        body = f"{{{body}^{{{MARKS[parts.mark][1]}}}}}"
    return body


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
