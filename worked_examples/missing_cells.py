# %% [markdown]
# # Filling the holes
#
# Thirteen measurements of 178 wines, and every fifth cell is lost.  The mean of the column is a
# poor guess where the rest of the row says more.  How much more?  We let `derive` find the best
# linear guess from what is seen, what remains unknown after it, and the two steps that estimate
# mean and covariance from a table with holes.  Then we compare with the cells that we hid.

# %%
from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_wine
from sklearn.linear_model import LinearRegression

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
data = load_wine()
truth = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0)
n, d = truth.shape


def with_holes(share: float, seed: int = 0) -> np.ndarray:
    """The table with a share of its cells lost, whatever stood in them."""
    lost = np.random.default_rng(seed).random((n, d)) < share
    return np.where(lost, np.nan, truth)


# %% [markdown]
# ## The best guess from what is seen
#
# A row has a hidden part $x$ of mean $a$ and a seen part $y$ of mean $b$; their covariance is
# $\begin{pmatrix} P & Q \\ Q^\top & R \end{pmatrix}$.  The guess $a + K(y - b)$ is off by
# $\begin{pmatrix} I & -K \end{pmatrix}$ times the deviation of the row, which has a known
# covariance.  Its trace is the mean square of the error.

# %%
blocks = "K: m x o, P: m x m spd, Q: m x o, R: o x o spd"
spread = dv.variance("M*z", "MultivariateNormal(mu, Sigma)", of="z", shapes="M: m x d")
print(spread)
opened = "P - K*Q' - Q*K' + K*R*K'"
product = dv.equal("[eye(m), -K]*[P, Q; Q', R]*[eye(m), -K]'", opened, blocks)
print(product)
assert product, "the covariance of the error is not what it should be"

gain = dv.stationary_point(f"tr({opened})", "K", shapes=blocks)
print(gain)
assert gain.verdict == "global minimum"

# %% [markdown]
# What remains unknown is the covariance of the error at the best $K$.

# %%
at_best = opened.replace("K", "(Q*inv(R))")
remaining = dv.equal(at_best, "P - Q*inv(R)*Q'", blocks)
print(remaining)
assert remaining.decision == "proved"

# %% [markdown]
# ## For a normal law it is the best of all guesses
#
# The law of the hidden part, given the seen one, has the same guess for its mean, and for its
# covariance what remains unknown.  One page covers every pattern of holes.

# %%
law = dv.conditional_law(dv.JointNormal("x: m, y: o"), "x")
print(law)
conditional = law.function()

# %% [markdown]
# With $\Lambda = \Sigma^{-1}$ in blocks $A$, $B$, $C$, the log density of a row is a quadratic
# form in the hidden part.  Its maximum is the mean of $x$ given $y$ and minus its Hessian, $A$,
# the inverse of the covariance.  This is another road to the same guess.

# %%
precision = "A: m x m spd, B: m x o, x: m, a: m, y: o, b: o"
log_density = "-(x - a)'*A*(x - a)/2 - (x - a)'*B*(y - b)"  # and what has no x in it
mode = dv.stationary_point(log_density, "x", shapes=precision)
bend = dv.hessian(log_density, "x", shapes=precision)
print(mode, bend.text(detail="result"), sep="\n\n")

best_gain, guess_by_precision = gain.function(), mode.function()
rng = np.random.default_rng(1)
S = np.cov(truth.T)
for _ in range(50):
    seen = rng.random(d) < 0.7
    if seen.all() or not seen.any():
        continue
    P, Q, R = S[np.ix_(~seen, ~seen)], S[np.ix_(~seen, seen)], S[np.ix_(seen, seen)]
    L = np.linalg.inv(S)
    A, B = L[np.ix_(~seen, ~seen)], L[np.ix_(~seen, seen)]
    y, a, b = rng.normal(size=seen.sum()), rng.normal(size=(~seen).sum()), np.zeros(seen.sum())
    K = best_gain(Q=Q, R=R)
    mean, covariance = conditional(y=y, mu_x=a, mu_y=b, S_xx=P, S_xy=Q, S_yy=R)
    np.testing.assert_allclose(mean, a + K @ (y - b), rtol=1e-9)
    np.testing.assert_allclose(mean, guess_by_precision(a=a, A=A, B=B, y=y, b=b), rtol=1e-8)
    np.testing.assert_allclose(covariance, np.linalg.inv(A), rtol=1e-8, atol=1e-12)
    regression = LinearRegression().fit(truth[:, seen], truth[:, ~seen])
    np.testing.assert_allclose(K, regression.coef_, rtol=1e-7, atol=1e-10)
print("\ncovariance, precision and scikit-learn's regression make the same guess, 50 patterns")

# %% [markdown]
# ## Mean and covariance from a table with holes
#
# Expectation: given what is seen, a row $z$ has a mean, with the guesses in its holes, and a
# covariance $V$, zero but in its holes.  The log likelihood of a full row needs the mean of one
# quadratic form.

# %%
form = dv.expectation(
    "(x - m)'*A*(x - m)", "MultivariateNormal(z, V)", shapes="m: d, A: d x d symmetric"
)
print(form)

# %% [markdown]
# Maximisation: with the filled rows in $Z$ and $C$ the sum of all $V$, the mean log likelihood is
# largest at the mean of $Z$ and at a covariance to which $C$ is added.  Without $C$ the guesses
# would count as measurements that obey their own rule exactly: the covariance grows flat.

# %%
expected = "-n/2*logdet(S) - tr(inv(S)*(C + (Z - ones(n)*m')'*(Z - ones(n)*m')))/2"
shapes = "Z: n x d, m: d, S: d x d spd, C: d x d symmetric"
maximum = dv.stationary_point(expected, "m, S", shapes=shapes)
print(maximum)
estimate = maximum.function()

# %% [markdown]
# ## The two steps on arrays
#
# One pass over the rows fills them and sums what is unknown.  The log likelihood of the cells
# that are seen is that of a normal law of the seen part of each row.

# %%
mixture = dv.GaussianMixture()


class Filled(NamedTuple):
    """A table without holes."""

    Z: np.ndarray
    unknown: np.ndarray  # covariance of each row given what is seen, n x d x d
    likelihood: float  # of what is seen, under the mean and covariance it was filled by


def filled(X: np.ndarray, m: np.ndarray, S: np.ndarray) -> Filled:
    """Fill the holes from what is seen."""
    Z, V, likelihood = X.copy(), np.zeros((n, d, d)), 0.0
    for row, z in enumerate(X):
        seen = ~np.isnan(z)
        Q, R = S[np.ix_(~seen, seen)], S[np.ix_(seen, seen)]
        likelihood += mixture.log_likelihood(z[None, seen], ([1.0], [m[seen]], [R]))
        if not seen.all():
            P = S[np.ix_(~seen, ~seen)]
            Z[row, ~seen], left = conditional(z[seen], m[~seen], m[seen], P, Q, R)
            V[row][np.ix_(~seen, ~seen)] = left
    return Filled(Z, V, likelihood)


def estimated(X: np.ndarray, steps: int, correction: bool = True) -> tuple[np.ndarray, ...]:
    """Mean, covariance and the log likelihoods on the way, from the means of the columns."""
    Z = np.where(np.isnan(X), np.nanmean(X, axis=0), X)
    m, S = estimate(Z=Z, C=np.diag(np.isnan(X).sum(axis=0).astype(float)))
    path = []
    for _ in range(steps):
        now = filled(X, m, S)
        path.append(now.likelihood)
        C = now.unknown.sum(axis=0) if correction else np.zeros((d, d))
        m, S = estimate(Z=now.Z, C=C)
    return m, S, np.array(path)


X = with_holes(0.2)
holes = np.isnan(X)
m, S, path = estimated(X, 40)
assert np.diff(path).min() > -1e-8, "a step lowered the log likelihood"
m_plain, S_plain, path_plain = estimated(X, 15, correction=False)
print(f"\n{holes.sum()} of {holes.size} cells are lost")
print(
    f"log likelihood {path[0]:.1f} -> {path[-1]:.1f}; without the correction {path_plain[-1]:.1f}"
)
assert path[-1] > path_plain.max(), "the correction does not help"

# %% [markdown]
# At the end the likelihood of the seen cells has no slope in any direction: differences say so,
# which know nothing of the two steps.  The place of the maximum is off by the slope over the
# curvature, and should be off by little against what the data leave open, one over its root.

# %%
for _ in range(3):
    E = rng.normal(size=(d, d)) / 100
    up, down = (filled(X, m, S + h * (E + E.T)).likelihood for h in (1e-3, -1e-3))
    bent = np.abs(up + down - 2 * filled(X, m, S).likelihood) / 1e-6
    assert np.abs(up - down) / 2e-3 < 0.05 * np.sqrt(bent), "the likelihood still has a slope"

# %% [markdown]
# ## What the guesses are worth

# %%
by_means = np.where(holes, np.nanmean(X, axis=0), X)
by_em, by_plain = filled(X, m, S), filled(X, m_plain, S_plain)
full = np.corrcoef(truth.T)


def summary(name: str, Z: np.ndarray, covariance: np.ndarray) -> tuple[float, ...]:
    """How far the cells and the correlations are off; mean and least variance in a direction."""
    cells = float(np.sqrt(np.mean((Z - truth)[holes] ** 2)))
    variances = np.diag(covariance)
    correlations = covariance / np.sqrt(np.outer(variances, variances))
    off = float(np.sqrt(np.mean((correlations - full) ** 2)))
    least = float(np.linalg.eigvalsh(covariance)[0])
    print(f"{name:24s} {cells:6.3f} {off:14.3f} {variances.mean():10.3f} {least:8.3f}")
    return cells, off, least


print("filled by                 error   correlations   variance    least")
of_means = summary("means of the columns", by_means, np.cov(by_means.T, ddof=0))
of_plain = summary("guesses, not corrected", by_plain.Z, S_plain)
of_em = summary("guesses, corrected", by_em.Z, S)
assert of_em[0] < 0.75 * of_means[0], "the guesses are hardly better than the means"
assert of_em[1] < min(of_plain[1], of_means[1]), "the correlations are no better"
assert of_plain[2] < of_em[2] / 2, "without the correction the covariance should be flatter"

# %% [markdown]
# Means put in shrink the variance of a column by exactly the share that is seen.

# %%
share_seen = 1 - holes.mean(axis=0)
np.testing.assert_allclose(by_means.var(axis=0), share_seen * np.nanvar(X, axis=0), rtol=1e-12)

# %% [markdown]
# Each guess comes with its own uncertainty.  About ninety percent of the hidden cells should lie
# within their interval: rather fewer, for wines are not normal, and the covariance is estimated.

# %%
deviation = np.sqrt(np.array([np.diag(V) for V in by_em.unknown]))
width = dv.credible_interval("Normal(0, 1)", 0.9).upper
inside = (np.abs(by_em.Z - truth) <= width * deviation)[holes].astype(float)
share = dv.posterior("Bernoulli(p)", "Uniform(0, 1)")
honest = dv.credible_interval(share, 0.99, x=inside)
print(f"\n{inside.mean():.1%} of the hidden cells lie in their 90 % interval")
print(f"the true share: {honest}")
assert honest.lower < 0.9 < honest.upper, "the intervals are not honest"

# %% [markdown]
# ## The picture
#
# Left, one column: what was hidden, and what was put in its place.  Right, the error as more
# and more cells are lost.

# %%
shares = np.array([0.05, 0.2, 0.35, 0.5])
errors = []
for share_lost in shares:
    table = with_holes(share_lost, seed=5)
    lost = np.isnan(table)
    mean, covariance, rising = estimated(table, 20)
    assert np.diff(rising).min() > -1e-8, "a step lowered the log likelihood"
    by = (np.where(lost, np.nanmean(table, axis=0), table), filled(table, mean, covariance).Z)
    errors.append([np.sqrt(np.mean((Z - truth)[lost] ** 2)) for Z in by])
errors = np.array(errors)
assert (errors[:, 1] < errors[:, 0]).all(), "the means are better somewhere"

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
column = data.feature_names.index("flavanoids")
lost = holes[:, column]
hidden, put = truth[lost, column], by_em.Z[lost, column]
left.plot([-2.2, 2.6], [-2.2, 2.6], color="0.6", linestyle=":")
left.errorbar(
    hidden, put, width * deviation[lost, column], fmt="o", color="C0", label="guess, 90 % interval"
)
left.plot(hidden, by_means[lost, column], "x", color="C3", label="mean of the column")
left.set(
    xlabel="what was hidden", ylabel="what was put in", title="Flavanoids, standard deviations"
)
left.legend(loc="upper left")
right.plot(shares, errors[:, 0], "x-", color="C3", label="means of the columns")
right.plot(shares, errors[:, 1], "o-", color="C0", label="guesses from the row")
right.set(
    xlabel="share of cells lost",
    ylabel="root mean square error, standard deviations",
    title="All columns",
    ylim=(0, 1.15),
)
right.legend(loc="lower right")

# %%
OUT.mkdir(parents=True, exist_ok=True)
pages = (spread, gain, law, mode, bend, form, maximum)
notes = "\n\n".join(page.markdown() for page in pages)
(OUT / "missing_cells.md").write_text(notes, encoding="utf-8")
figure.savefig(OUT / "missing_cells.png", dpi=120)
print("written: missing_cells.md, missing_cells.png")
