# %% [markdown]
# # Hidden groups of flowers
#
# 150 irises were measured, and somebody tore off the labels with the species.  A mixture of
# three normal laws looks for the groups: which flower belongs where, and what each group looks
# like, each from the other in turn.  We let `derive` find both steps and why they never make
# the fit worse, run them, and look at the labels at last.

# %%
from __future__ import annotations

import os
import warnings
from itertools import permutations
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Ellipse
from scipy.stats import multivariate_normal
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
data = load_iris()
X, species = data.data, data.target
N, K = len(X), 3

# %% [markdown]
# ## A bound from below
#
# The log likelihood has a logarithm of a sum, which does not fall apart.  Jensen's inequality
# puts the sum outside, for any guess $R$ of who belongs where; what is lost is a divergence.

# %%
mixture = dv.GaussianMixture()
bound = mixture.evidence_lower_bound()
print(bound)

# %% [markdown]
# ## Two steps, each the best for its half
#
# With the groups held, the best guess is a softmax.  With the guess held, weights, means and
# covariances have a closed form.

# %%
e_step, m_step = mixture.e_step(), mixture.m_step()
print(e_step, m_step, sep="\n\n")

# %% [markdown]
# ## Never worse

# %%
growth = mixture.growth()
print(growth)

# %% [markdown]
# ## One round by the compiled pages
#
# The start is three flowers.  The compiled steps must do what a step on arrays does.


# %%
def log_densities(weights: np.ndarray, means: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """The logarithm of the density of each group at each flower, N x K."""
    laws = zip(means, covariances, strict=True)
    return np.column_stack([multivariate_normal(m, S).logpdf(X) for m, S in laws])


start = (np.full(K, 1 / K), X[[0, 50, 100]], np.tile(np.cov(X.T, ddof=0), (K, 1, 1)))
guess, best = e_step.function(), m_step.function()
R = guess(L=log_densities(*start), pi=start[0])
np.testing.assert_allclose(R, mixture.responsibilities(X, start), rtol=1e-9)
after = mixture.em_step(X, start)
for k in range(K):
    weights, mean, covariance = best(R=R, r_k=R[:, k], X=X)
    np.testing.assert_allclose(weights, after.weights, rtol=1e-9)
    np.testing.assert_allclose(mean, after.means[k], rtol=1e-9)
    np.testing.assert_allclose(covariance, after.covariances[k], rtol=1e-7, atol=1e-12)

# %% [markdown]
# The bound touches the log likelihood where $R$ is the posterior, and lies below it elsewhere.

# %%
below = bound.function()
F = np.exp(log_densities(*start))
likelihood = mixture.log_likelihood(X, start)
np.testing.assert_allclose(below(R=R, F=F, pi=start[0]), likelihood, rtol=1e-9)
rng = np.random.default_rng(0)
others = [below(R=rng.dirichlet(np.ones(K), N), F=F, pi=start[0]) for _ in range(200)]
assert max(others) < likelihood, "a guess lies above the log likelihood"
print(f"\nlog likelihood {likelihood:.3f}; the best of 200 other guesses {max(others):.3f}")

# %% [markdown]
# ## To the end

# %%
first = dv.expectation_maximization(X, start=start, tolerance=1e-9)
print(first)

# %% [markdown]
# scikit-learn from the same start, with as many steps.

# %%
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped after our steps
    reference = GaussianMixture(
        K,
        weights_init=start[0],
        means_init=start[1],
        precisions_init=np.linalg.inv(start[2]),
        reg_covar=0.0,
        tol=0.0,
        max_iter=first.steps,
    ).fit(X)
np.testing.assert_allclose(first.weights, reference.weights_, rtol=1e-6)
np.testing.assert_allclose(first.means, reference.means_, rtol=1e-6)
np.testing.assert_allclose(first.covariances, reference.covariances_, rtol=1e-5, atol=1e-8)
np.testing.assert_allclose(first.log_likelihood, reference.score(X) * N, rtol=1e-8)
print("equal to scikit-learn's mixture")

# %% [markdown]
# Never worse is not the best: where the climb ends depends on where it begins.  So one begins
# at several places, drawn by chance, and keeps the end with the largest likelihood.  No label
# is needed for that.

# %%
fits = [first, *(dv.expectation_maximization(X, K, seed=s, tolerance=1e-9) for s in range(8))]
for one in fits:
    rises = np.diff(one.log_likelihoods)
    assert one.has_converged and rises.min() > -1e-9, "a step lowered the log likelihood"
fit = max(fits, key=lambda one: one.log_likelihood)
print("ends:", ", ".join(f"{one.log_likelihood:.3f}" for one in fits))

# %% [markdown]
# ## The labels at last
#
# Groups have no names: the one order that fits best is taken.

# %%
groups = fit.responsibilities.argmax(axis=1)
orders = [np.array(order)[groups] for order in permutations(range(K))]
named = max(orders, key=lambda order: dv.accuracy(species, order))
agreement = dv.accuracy(species, named)
print(f"{agreement:.1%} of the flowers are in the group of their species")
print(dv.confusion_matrix(species, named, labels=range(K)))
assert agreement > 0.95, "the groups are not the species"
sure = fit.responsibilities.max(axis=1)
mistaken = named != species
right, wrong = sure[~mistaken].mean(), sure[mistaken].mean()
print(f"mean certainty {right:.3f} where right, {wrong:.3f} where wrong")
assert wrong < right, "mistakes are made without doubt"

# %% [markdown]
# ## The picture
#
# On the petals: an ellipse holds 90 % of its group, if that is normal.  Its axes are the
# eigenvectors of the covariance; its size is the radius of a normal law of the plane, whose
# squared distance from the mean has a $\chi^2$ law with two degrees of freedom.

# %%
radius = dv.quantile("ChiSquared(2)")
print(radius.text(detail="result"))
reach = float(np.sqrt(radius.function()(p=0.9)))
figure, (plane, climb) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
petals = X[:, 2:]
jitter = petals + rng.uniform(-0.03, 0.03, petals.shape)  # they are measured to a millimetre
found_as = [int(named[groups == k][0]) for k in range(K)]
for group in range(K):
    k = found_as.index(group)
    color, centre, spread = f"C{group}", fit.means[k, 2:], fit.covariances[k][2:, 2:]
    variances, axes = np.linalg.eigh(spread)
    angle = np.degrees(np.arctan2(axes[1, 1], axes[0, 1]))
    width, height = 2 * reach * np.sqrt(variances[::-1])
    plane.add_patch(Ellipse(centre, width, height, angle=angle, color=color, alpha=0.2))
    plane.plot(*jitter[species == group].T, ".", color=color, label=data.target_names[group])
    plane.plot(*centre, "+", color="black", markersize=10)
    distance = np.einsum("ni,ij,nj->n", petals - centre, np.linalg.inv(spread), petals - centre)
    inside = (distance[groups == k] < reach**2).mean()
    assert abs(inside - 0.9) < 0.1, "an ellipse does not hold its share of flowers"
plane.plot(*jitter[mistaken].T, "o", color="black", fillstyle="none", label="in another group")
plane.set(xlabel="petal length, cm", ylabel="petal width, cm", title="Groups found without labels")
plane.legend(fontsize="small", loc="upper left")

for one in fits:
    climb.plot(one.log_likelihoods, color="C0" if one is fit else "0.7", zorder=1 + (one is fit))
climb.annotate(
    "kept", (fit.steps, fit.log_likelihood), (0, 6), textcoords="offset points", color="C0"
)
climb.set(
    xscale="symlog",
    xlabel="step",
    ylabel="log likelihood",
    title="Never worse, from nine starts",
    ylim=(-330, -165),
)

# %%
OUT.mkdir(parents=True, exist_ok=True)
pages = (bound, e_step, m_step, growth, radius)
notes = "\n\n".join(page.markdown() for page in pages)
(OUT / "flower_mixture.md").write_text(notes, encoding="utf-8")
figure.savefig(OUT / "flower_mixture.png", dpi=120)
print("written: flower_mixture.md, flower_mixture.png")
