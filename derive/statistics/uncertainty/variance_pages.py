"""Pages about variances: the law of total variance, and the bootstrap of a mean."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import product

from derive.check.cases import Case, CaseClaim
from derive.check.stream import Stream
from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.statistics.page_conditions import not_below_zero
from derive.statistics.written_page import WrittenPage, symbols_in


def total_expectation_and_variance(value: str = "y") -> Derivation:
    """Derive the laws of total expectation and total variance for values on finitely many places.

    Parameters
    ----------
    value : str
        What the column of J possible values is called.

    Returns
    -------
    Derivation
        ``.result`` is (mean, variance) of a value that is y_j with probability P_kj where the
        state is k, of probability w_k.

    Raises
    ------
    ArgumentError
        The name is one that the page uses.

    References
    ----------
    casella2002, section 4.4.

    Examples
    --------
    >>> page = total_expectation_and_variance()
    >>> page.certificate.verdict
    'verified'
    """
    y = value
    _require_free(y, ("w", "P", "U", "m", "v", "E", "V", "K", "J", "j", "k"))
    page = WrittenPage(
        f"w: K simplex, P: K x J positive, U: K x J positive, {y}: J, m: K, v: K, E: scalar, "
        "V: scalar"
    )
    page.let("P", "U ./ (rowsums(U)*ones(J)')")
    page.write("m", f"P*{y}", "mean in each state")
    page.write("v", f"P*{y}.^2 - (P*{y}).^2", "variance in each state")
    page.beside = not_below_zero(page.node("v"))
    page.let("m", f"P*{y}")
    page.let("v", f"P*{y}.^2 - m.^2")
    whole, squares = f"sum_j({y}[j]*sum_k(w[k]*P[k,j]))", f"sum_j({y}[j]^2*sum_k(w[k]*P[k,j]))"
    page.write("E", whole, "mean, over all states")
    page.chain(whole, (f"sum_k(w[k]*sum_j(P[k,j]*{y}[j]))", "sum over the places first"))
    page.chain(page.last, ("w'*m", "total expectation: the mean of the means"))
    page.write("V", f"{squares} - ({whole})^2", "mean square less the square of the mean")
    page.chain(
        f"{squares} - ({whole})^2",
        ("w'*(v + m.^2) - (w'*m)^2", "in each state the mean square is v + m^2"),
        ("w'*v + (w'*m.^2 - (w'*m)^2)", "mean of the variances, and variance of the means"),
    )
    page.claim_equal(page.last, "w'*v + w'*(m - w'*m*ones(K)).^2", kind="result")
    question = page.words(
        "mean and variance of a value that is {0} with probability {1} in state k, "
        "which itself has probability {2}",
        y,
        "P",
        "w",
    )
    return page.finish(question, {"E": "w'*m", "V": "w'*v + (w'*m.^2 - (w'*m)^2)"})


def bootstrap_variance(data: str = "x") -> Derivation:
    """Derive the variance of the mean of a bootstrap sample, the data held.

    Parameters
    ----------
    data : str
        What the column of n data is called; they have some unit u.

    Returns
    -------
    Derivation
        ``.result`` is that variance, a scalar of unit u^2.

    Raises
    ------
    ArgumentError
        The name is one that the page uses.

    References
    ----------
    efron1993, section 5.3.

    Examples
    --------
    >>> bootstrap_variance()
    norm2(x - sum(x)/n*ones(n))^2/n^2    # scalar
    """
    x, mean = data, f"{data}_bar"
    _require_free(x, ("S", "v", "V", "n"))
    page = WrittenPage(f"{x}: n, {mean}: scalar, S: scalar, v: scalar, V: scalar")
    squares = f"norm2({x} - {mean}*ones(n))^2"
    page.say(
        page.words("each draw is one of the n entries of {0}, with chance 1/n each", x),
        "with replacement, independent",
    )
    page.write(mean, f"sum({x})/n", "mean of one draw")
    page.let(mean, f"sum({x})/n")
    page.write("v", f"{squares}/n", "variance of one draw")
    page.let("v", f"{squares}/n")
    page.claim_equal(f"sum({x}.^2)/n - {mean}^2", "v")
    page.write("S", f"{squares}/(n - 1)", "sample variance")
    page.let("S", f"{squares}/(n - 1)")
    page.write("V", "v/n", "mean of n independent draws")
    page.chain("v/n", (f"{squares}/n^2", "the variance of a draw"))
    page.chain(f"{squares}/n^2", ("(1 - 1/n)*S/n", "by the sample variance"))
    result = page.node(f"norm2({x} - sum({x})/n*ones(n))^2/n^2")
    page.claims.append(
        CaseClaim(
            result, symbols_in(result), partial(_resamples, x), "counted over all n^n resamples"
        )
    )
    question = page.words("variance of the mean of n draws from the n data {0}", x)
    return page.finish(question, {"V": result})


def _resamples(name: str, stream: Stream) -> Iterator[Case]:
    """Cases in the data: every resample of two to five data, each as likely."""
    for n in (2, 3, 4, 5, 3, 4):
        data = [Fraction(int(k)) for k in stream.integers(-9, 10, (n,))]
        means = [sum(drawn) / n for drawn in product(data, repeat=n)]
        centre = sum(means) / len(means)
        found = sum((mean - centre) ** 2 for mean in means) / len(means)
        yield Case({name: data}, found, {"n": n})


def _require_free(name: str, taken: tuple[str, ...]) -> None:
    if not isinstance(name, str) or not name.isidentifier() or name in taken:
        raise ArgumentError(
            f"{str(name)[:40]!r} cannot be the name here\n"
            f"  to fix   : take a letter that is none of {', '.join(taken)}"
        )
