"""Every operator a node can have: its arity and what it means.

The tree holds no other operators.  Each room keeps one table keyed by these names
(a differential, a print form, a NumPy form, a value), and a test walks this table to
prove that a room either has a row or refuses by name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Operator:
    """One operator: name, number of arguments (-1: any), whether linear, and a gloss."""

    name: str
    arity: int
    gloss: str


OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        # leaves
        Operator("symbol", 0, "a declared name; data = (name, facts)"),
        Operator("number", 0, "an exact rational; data = Fraction"),
        Operator("constant", 0, "pi, e, euler_gamma, infinity (alone, as a result); data = name"),
        Operator("size", 0, "a symbolic size used as a scalar; data = Size"),
        Operator("index", 0, "a whole number between bounds; data = (name, first, last)"),
        Operator("eye", 0, "identity matrix"),
        Operator("ones", 0, "every entry 1"),
        Operator("zero", 0, "every entry 0 (scalars use number 0)"),
        Operator("mask", 0, "entries 0, 1 or 1/2 by their place; data = name in MASKS"),
        Operator("unit", 1, "the unit vector of an index"),
        # arithmetic
        Operator("add", -1, "sum of equal shapes, in the author's order"),
        Operator("mul", -1, "number, scalars, then a chain of matrices"),
        Operator("had", -1, "elementwise product of equal shapes"),
        Operator("pow", 2, "power of a scalar, or elementwise power by a scalar exponent"),
        Operator("mpow", 1, "matrix power of a square matrix; data = whole exponent >= 2"),
        Operator("matpow", 2, "power of a square matrix by a whole number that has a name"),
        Operator("transpose", 1, "transpose"),
        Operator("inverse", 1, "inverse of a square matrix"),
        Operator("map", 1, "elementwise function; data = its name in ELEMENTWISE"),
        Operator("polygamma", 1, "elementwise derivative of digamma; data = whole order >= 2"),
        Operator("besseli", 2, "modified Bessel function of the first kind: order, scalar"),
        Operator("zeta", 1, "derivative of the zeta function at a scalar; data = how many times"),
        Operator("gammainc", 2, "regularised incomplete gamma function: shape, scalar"),
        Operator("betainc", 3, "regularised incomplete beta function: two shapes, scalar"),
        Operator("normquantile", 1, "inverse of the normal distribution function at a scalar"),
        Operator("gammaincinv", 2, "inverse of gammainc: shape, probability"),
        Operator("betaincinv", 3, "inverse of betainc: two shapes, probability"),
        # functions of matrices
        Operator("matrixmap", 1, "function of a square matrix; data = name in MATRIX_FUNCTIONS"),
        Operator("frechet", -1, "derivative of a matrix function along its later arguments"),
        Operator("cholesky", 1, "lower Cholesky factor of the symmetric part"),
        Operator("adjugate", 1, "transposed matrix of cofactors"),
        Operator("pinv", 1, "Moore-Penrose inverse"),
        Operator("sum_over", 1, "sum over the values of an index; data = the index"),
        # to a scalar
        Operator("trace", 1, "sum of the diagonal"),
        Operator("det", 1, "determinant"),
        Operator("logdet", 1, "logarithm of a positive determinant"),
        Operator("total", 1, "sum of all entries"),
        Operator("norm2", 1, "Euclidean (vector) or Frobenius (matrix) norm"),
        Operator("norm1", 1, "sum of the absolute values of all entries"),
        Operator("logsumexp", 1, "log of the sum of exp over all entries of a vector"),
        # shape changing
        Operator("diag", 1, "diagonal matrix of a vector"),
        Operator("diagonal", 1, "vector of the diagonal of a square matrix"),
        Operator("softmax", 1, "exp over its sum, over a vector"),
        Operator("rowsoftmax", 1, "softmax of each row of a matrix"),
        Operator("rowlogsumexp", 1, "logsumexp of each row of a matrix, a vector"),
        Operator("array", -1, "explicit entries row by row"),
        # Kronecker products
        Operator("kron", 2, "Kronecker product: the blocks a_ij B"),
        Operator("vec", 1, "the columns of a matrix, stacked"),
        Operator("unvec", 1, "the matrix of this shape whose columns, stacked, are the argument"),
        Operator("commutation", 0, "K with K vec(A) = vec(A'); data = the shape of A"),
        Operator("block_inner", 2, "of W and B: the inner products of the blocks of W with B"),
        Operator("block_sum", 2, "of W and A: the sum of the blocks of W, each times its a_ij"),
        # eigenvalues of a symmetric matrix: the largest first, of A the symmetric part
        Operator("eigvals", 1, "eigenvalues, a vector, descending"),
        Operator("eigvecs", 1, "orthogonal matrix of eigenvectors, in the order of eigvals"),
        Operator("lambda_max", 1, "largest eigenvalue"),
        Operator("lambda_min", 1, "smallest eigenvalue"),
        Operator("eigvec_max", 1, "unit eigenvector of the largest eigenvalue"),
        Operator("eigvec_min", 1, "unit eigenvector of the smallest eigenvalue"),
        Operator("resolvent_max", 1, "pseudo-inverse of lambda_max(A) I - A"),
        Operator("resolvent_min", 1, "pseudo-inverse of lambda_min(A) I - A"),
        Operator("gaps", 1, "of a vector v the matrix of 1/(v_j - v_i), 0 on its diagonal"),
        # singular values of any matrix: the largest first
        Operator("svdvals", 1, "singular values, a vector, descending"),
        Operator("leftvecs", 1, "left singular vectors in columns, as many as singular values"),
        Operator("rightvecs", 1, "right singular vectors in columns, as many as singular values"),
        Operator("specnorm", 1, "largest singular value"),
        Operator("leftvec_max", 1, "unit left singular vector of the largest singular value"),
        Operator("rightvec_max", 1, "unit right singular vector of the largest singular value"),
        Operator("nucnorm", 1, "sum of the singular values"),
        Operator("polar", 1, "polar factor U V' of the singular value decomposition"),
        # extremes
        Operator("max", 1, "the largest entry"),
        Operator("min", 1, "the smallest entry"),
        Operator("norminf", 1, "the largest absolute entry of a vector"),
        Operator("peak", 1, "1 at the largest entry, 0 elsewhere; data = max or min"),
        # several arrays, entry by entry
        Operator("combine", -1, "maximum, minimum, clip or huber (data), entry by entry"),
        # blocks
        Operator("block", -1, "a matrix of blocks, row by row; data = rows and columns of blocks"),
        Operator("part", 1, "rows and columns in sequence; data = those before them"),
        Operator("toeplitz", 1, "each diagonal replaced by its mean"),
        # derivations speak of these
        Operator("differential", 1, "d of its argument, same shape"),
        Operator("nabla", 2, "gradient by name; data = (one of several, what may vary)"),
        Operator("derivative", -1, "jacobian, hessian or directional (data) derivative by name"),
        Operator("expectation", 1, "mean of its argument; data = (law text, name averaged over)"),
    )
}

# What takes the transposes of its arguments to its transpose.
TURNED_INSIDE = frozenset(
    {
        *("inverse", "mpow", "matpow", "kron", "sum_over", "toeplitz"),
        *("matrixmap", "frechet", "adjugate", "pinv"),
    }
)

# a unit vector holds no symbol but its index
LEAVES = frozenset(
    {
        *("symbol", "number", "constant", "size", "index", "unit"),
        *("eye", "ones", "zero", "commutation", "mask"),
    }
)


@dataclass(frozen=True)
class Elementwise:
    """One elementwise function: its gloss, where it is defined, where it has a kink."""

    name: str
    gloss: str
    domain: str = "all"  # all | positive | nonnegative | inside_one (|x| <= 1) | not_a_pole
    kinks: str = ""  # where it is not differentiable, e.g. "x = 0"
    # real | positive | nonnegative | unit (0 < y < 1) | inside_one (|y| <= 1)
    # | strictly_inside_one (|y| < 1)
    range: str = "real"


ELEMENTWISE: dict[str, Elementwise] = {
    function.name: function
    for function in (
        Elementwise("exp", "exponential", range="positive"),
        Elementwise("log", "natural logarithm", domain="positive"),
        Elementwise("abs", "absolute value", kinks="x = 0", range="nonnegative"),
        Elementwise("sign", "sign, 0 at 0", kinks="x = 0", range="inside_one"),
        Elementwise("step", "1 where x > 0, else 0", kinks="x = 0", range="nonnegative"),
        Elementwise("closed_step", "1 where x >= 0, else 0", kinks="x = 0", range="nonnegative"),
        Elementwise("relu", "max(x, 0)", kinks="x = 0", range="nonnegative"),
        Elementwise("sin", "sine", range="inside_one"),
        Elementwise("cos", "cosine", range="inside_one"),
        Elementwise("tan", "tangent", domain="not_a_pole"),
        Elementwise("arcsin", "inverse sine", domain="inside_one"),
        Elementwise("arccos", "inverse cosine", domain="inside_one"),
        Elementwise("arctan", "inverse tangent"),
        Elementwise("sinh", "hyperbolic sine"),
        Elementwise("cosh", "hyperbolic cosine", range="positive"),
        Elementwise("tanh", "hyperbolic tangent", range="strictly_inside_one"),
        Elementwise("sigmoid", "1/(1 + exp(-x))", range="unit"),
        Elementwise("softplus", "log(1 + exp(x))", range="positive"),
        Elementwise("erf", "error function", range="strictly_inside_one"),
        Elementwise("normpdf", "standard normal density", range="positive"),
        Elementwise("normcdf", "standard normal distribution function", range="unit"),
        Elementwise("lognormcdf", "logarithm of normcdf"),
        Elementwise("loggamma", "logarithm of the gamma function", domain="positive"),
        Elementwise("digamma", "derivative of loggamma", domain="positive"),
        Elementwise("trigamma", "second derivative of loggamma", domain="positive"),
    )
}


@dataclass(frozen=True)
class MatrixFunction:
    """A function of square matrices: its gloss, its scalar function, where it is defined.

    With the domain ``off_cut`` no eigenvalue may lie on the closed negative real axis; the
    value is the principal one.
    """

    name: str
    gloss: str
    scalar: str
    domain: str = "all"  # all | off_cut


MATRIX_FUNCTIONS: dict[str, MatrixFunction] = {
    function.name: function
    for function in (
        MatrixFunction("expm", "matrix exponential", "exp"),
        MatrixFunction("logm", "principal matrix logarithm", "log", "off_cut"),
        MatrixFunction("sqrtm", "principal matrix square root", "sqrt", "off_cut"),
        MatrixFunction("sinm", "matrix sine", "sin"),
        MatrixFunction("cosm", "matrix cosine", "cos"),
    )
}

# Masks: what stands below, on and above the diagonal, each in halves.
MASKS: dict[str, tuple[int, int, int]] = {
    "lower": (2, 2, 0),
    "strict_lower": (2, 0, 0),
    "lower_half": (2, 1, 0),
    "upper": (0, 2, 2),
    "strict_upper": (0, 0, 2),
    "upper_half": (0, 1, 2),
}
TURNED_MASKS = {
    name: name.replace("lower", "upper") if "lower" in name else name.replace("upper", "lower")
    for name in MASKS
}
