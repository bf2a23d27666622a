"""Characters outside ASCII: which are read, as what, and what to write for the others."""

from __future__ import annotations

import unicodedata

# One letter, one name: ``λ`` is the name ``lambda``; ``lam`` is another name.
GREEK: dict[str, str] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa",
    "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi",
    "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "ℓ": "ell",
}  # fmt: skip
MICRO_SIGN = "\u00b5"  # looks like a mu, and is what many keyboards type for one
GREEK[MICRO_SIGN] = "mu"

SUPERSCRIPTS: dict[str, str] = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
SUBSCRIPTS: dict[str, str] = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

# Signs with one meaning, read as what stands at the right.
SIGNS: dict[str, str] = {
    "−": "-",
    "ᵀ": "'",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "**": "^",
    "==": "=",
    **dict.fromkeys("·⋅∙•", "*"),
    **dict.fromkeys("∘⊙", ".*"),
    "⊘": "./",
}
RING = "∘"  # before raised digits: a power of each entry, as in A∘²

# Signs that are not read, and what to write instead.
OFFERS: dict[str, str] = {
    **dict.fromkeys("∗", "write .* for an elementwise product, * for a product"),
    "÷": "write / for a quotient",
    **dict.fromkeys("–—‐", "write - for minus"),
    **dict.fromkeys("′’‘´`", "write ' for a transpose"),
    "⊤": "write ' for a transpose",
    "√": "write sqrt(...)",
    "∑": "write sum(...) for the sum of all entries, sum_i(...) over an index",
    "∏": "write the product out, or exp(sum(log(...)))",
    "∞": "infinity is no number here; norminf(x) is the largest absolute entry",
    "∇": "ask for the gradient of the expression instead",
    "∂": "ask for the gradient of the expression instead",
    "∈": "declare shapes as in X: n x d",
    "½": "write 1/2",
    "ϵ": "write ε or epsilon",
    "ϕ": "write φ or phi",
    "ϑ": "write θ or theta",
    "ς": "write σ or sigma",
    "_": "a name starts with a letter",
    "{": "group with ( and ); LaTeX is not read here",
    "}": "group with ( and ); LaTeX is not read here",
    "\\": "to solve A*x = y write inv(A)*y",
    "$": "leave the dollar signs out; LaTeX is not read here",
    '"': "a text has no meaning here; norms are norm2 (Frobenius), norm1, specnorm, nucnorm",
    "!": "a factorial n! is exp(loggamma(n + 1))",
    "%": "write /100 for percent; there is no remainder",
    "&": "separate constraints by commas",
    "?": "",
    "#": "comments are not read",
}


def name_of(character: str) -> str:
    """How an error speaks of a character: itself if visible, its code point, its name."""
    code = f"U+{ord(character):04X}"
    if not character.isprintable():
        return f"{code} {unicodedata.name(character, 'a control character')}"
    if character.isascii():
        return f"`{character}`"
    return f"`{character}` ({code} {unicodedata.name(character, 'without a name')})"
