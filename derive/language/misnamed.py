"""What a public name that does not exist may have been meant for: one row each."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

# Names of the text, of NumPy and of other systems, and what they are in Python here.
ELSEWHERE: dict[str, str] = {
    "sum": "total(x)",
    "tr": "trace(A)",
    "norm1": "norm(x, 1)",
    "norm2": "norm(x)",
    "frobenius": "norm(X)",
    "eig": "eigvals(S)",
    "eigvec_max": "eigvecs(S)",
    "eigvec_min": "eigvecs(S)",
    "eigh": "eigvals(S), eigvecs(S)",
    "svd": "svdvals(X)",
    "adj": "adjugate(A)",
    "transpose": "X.T",
    "matmul": "A*B",
    "multiply": "hadamard(x, y)",
    "power": "hadamard_power(x, k), or A**k of a square matrix",
    "square": "hadamard_power(x, 2)",
    "divide": "hadamard_quotient(x, y)",
    "identity": "eye(n)",
    "unit": "entry(x, i)",
    "is_max": "max(x), whose gradient it is",
    "is_min": "min(x), whose gradient it is",
    "slogdet": "logdet(S)",
    "solve": "inv(A)*y",
    "ln": "log(x)",
    "asin": "arcsin(x)",
    "acos": "arccos(x)",
    "atan": "arctan(x)",
    "concatenate": "vstack(A, B), hstack(A, B)",
    "grad": "gradient(f, x)",
    "diff": "gradient(f, x)",
    "derivative": "gradient(f, x)",
    "hess": "hessian(f, x)",
    "hvp": "hessian_vector_product(f, x, v)",
    "jac": "jacobian(f, x)",
    "taylor": "taylor_series(f, x, x0)",
    "symbols": "scalar(name), vector(name, n), matrix(name, n, d)",
    "variable": "scalar(name), vector(name, n), matrix(name, n, d)",
    "lambdify": "function(f)",
}

NOT_FINITE = frozenset({"oo", "inf", "infinity", "nan"})  # in small letters: numbers of no text


def is_not_finite(name: str) -> bool:
    """Whether a name is how other systems write infinity or what is no number.

    Examples
    --------
    >>> is_not_finite("Inf"), is_not_finite("o")
    (True, False)
    """
    return name.lower() in NOT_FINITE


def remedy(name: str, public: Sequence[str]) -> str:
    r"""A line that names what to write, or nothing.

    Examples
    --------
    >>> remedy("sum", [])
    '\n  to fix   : write derive.total(x)'
    >>> remedy("hesian", ["gradient", "hessian"])
    '\n  to fix   : did you mean hessian?'
    """
    if name.startswith("mask_"):
        return f'\n  to fix   : write derive.mask("{name.removeprefix("mask_")}", n)'
    if name in ELSEWHERE:
        ours = ELSEWHERE[name]
        is_call = ours.partition("(")[0] in public or not public
        return f"\n  to fix   : write {'derive.' if is_call else ''}{ours}"
    near = difflib.get_close_matches(name, public, n=2, cutoff=0.7)
    return f"\n  to fix   : did you mean {' or '.join(near)}?" if near else ""
