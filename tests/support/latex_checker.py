"""A structural check of LaTeX: what pdflatex, KaTeX and MathJax would all refuse.

Written from the rules of TeX alone: balanced braces, environments and delimiters, one
superscript and one subscript a base, commands from a fixed list, ASCII.
"""

from __future__ import annotations

import re

COMMANDS = frozenset(
    {
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
        *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi"),
        *("psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon"),
        *("Phi", "Psi", "Omega", "ell", "mathbf", "mathrm", "mathbb", "boldsymbol"),
        *("operatorname", "text", "hat", "bar", "tilde", "star", "prime", "frac", "tfrac"),
        *("sqrt", "log", "ln", "exp", "det", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
        *("arcsin", "arccos", "arctan", "max", "min", "left", "right", "lVert", "rVert", "sum"),
        *(
            "lvert",
            "rvert",
            "Vert",
            "vert",
            "top",
            "nabla",
            "odot",
            "oslash",
            "otimes",
            "cdot",
            "times",
        ),
        *("neq", "le", "ge", "in", "iff", "implies", "to", "infty", "quad", "qquad", "begin"),
        *("end", "perp", "partial", "wedge", "backslash", "sim", "Leftrightarrow"),
    }
)
ENVIRONMENTS = frozenset({"aligned", "pmatrix"})
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_&$]|[^\\{}^_&$\s]|\s+", re.DOTALL)


def faults(source: str) -> list[str]:
    """What is wrong with a formula; an empty list if nothing is."""
    found = [] if source.isascii() else ["not ASCII"]
    tokens = TOKEN.findall(source)
    unknown = {t[1:] for t in tokens if re.fullmatch(r"\\[A-Za-z]+", t)} - COMMANDS
    found += [f"unknown command \\{name}" for name in sorted(unknown)]
    found += _nesting(source, tokens)
    found += _scripts(tokens)
    if "$$" in source or source.count("$") % 2:
        found.append("dollar signs do not pair")
    return found


def _nesting(source: str, tokens: list[str]) -> list[str]:
    found, depth, open_left = [], 0, 0
    for token in tokens:
        depth += (token == "{") - (token == "}")
        open_left += (token == r"\left") - (token == r"\right")
        if depth < 0 or open_left < 0:
            return ["a group is closed that was not opened"]
    if depth:
        found.append("braces do not balance")
    if open_left:
        found.append(r"\left and \right do not balance")
    stack = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", source):
        if name not in ENVIRONMENTS:
            found.append(f"unknown environment {name}")
        if kind == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            found.append(f"{name} is ended but not begun")
    return found + [f"{name} is not ended" for name in stack]


def _scripts(tokens: list[str]) -> list[str]:
    """Two superscripts or two subscripts on one base."""
    found, seen, k = [], set(), 0
    while k < len(tokens):
        token = tokens[k]
        if token in ("^", "_"):
            if token in seen:
                found.append(f"two {token} on one base")
            seen.add(token)
            k = _end_of_group(tokens, k + 1)
            continue
        if not token.isspace():
            seen = set()
        k += 1
    return found


def _end_of_group(tokens: list[str], k: int) -> int:
    """The place behind the group or token that starts at k."""
    if k >= len(tokens) or tokens[k] != "{":
        return k + 1
    depth = 0
    while k < len(tokens):
        depth += (tokens[k] == "{") - (tokens[k] == "}")
        k += 1
        if depth == 0:
            break
    return k
