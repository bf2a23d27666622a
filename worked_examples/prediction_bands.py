# %% [markdown]
# # Error bars on predictions
#
# Ten measurements of 442 diabetes patients predict how far the disease has gone a year later.
# How far may such a prediction be off?  Bayesian regression answers with a band around each
# prediction.  We let `derive` work out the band, check the integrals behind it by brute force,
# and count how many patients that were not used for the fit lie inside.

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.integrate import dblquad
from scipy.optimize import minimize
from scipy.stats import norm
from sklearn.datasets import load_diabetes
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct
from sklearn.model_selection import KFold

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
data = load_diabetes()
patients = len(data.target)
measured = data.data * np.sqrt(patients)  # columns of mean 0 and variance 1
Phi = np.column_stack([np.ones(patients), measured])
y = data.target - data.target.mean()
names = ["constant", *data.feature_names]

# %% [markdown]
# ## The weights and the next patient
#
# The weights have a normal prior of variance $\tau^2$, the noise has variance $\sigma^2$.
# Completing the square gives the law of the weights once the data are seen, and of the next
# value.

# %%
model = dv.BayesianLinearRegression(0, "tau^2", "sigma^2")
posterior, predictive = model.posterior(), model.predictive()
print(posterior, predictive.text(detail="result"), sep="\n\n")
weights_law, next_value = posterior.function(), predictive.function()

# %% [markdown]
# ## Noise and model
#
# The prediction $f = x^\top w$ is an integral over all weights: its mean and variance under
# their law.  The next value scatters about $f$.  Its variance falls into the noise, which
# stays however many patients are seen, and the part of the model, which they take away.

# %%
weights = dv.MultivariateNormal("m", "S")
mean_of_f = dv.expectation("x'*w", weights, of="w", shapes="x: d")
variance_of_f = dv.variance("x'*w", weights, of="w", shapes="x: d")
parts = dv.predictive_variance("f", "sigma^2", "Normal(mu, s)", of="f")
print(variance_of_f, parts, sep="\n\n")
band_parts, model_part = parts.function(), variance_of_f.function()

# %% [markdown]
# ## Which noise, which prior?
#
# The evidence is the density of the data with the weights integrated out.  It grows with a good
# fit and falls with needless freedom.  Its gradient, derived and compiled, finds the
# $\sigma$ and $\tau$ under which the data are most likely.

# %%
evidence = model.marginal_likelihood()
slopes = dv.gradient(evidence.expression, "tau, sigma")
evidence_and_slopes = slopes.function(value=True)
print(evidence.text(detail="result"), slopes.text(detail="result"), sep="\n\n")


def scales(inputs: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """The tau and sigma of the largest evidence; the search is in their logarithms."""

    def cost(logs: np.ndarray) -> tuple[float, np.ndarray]:
        tau, sigma = np.exp(logs)
        value, *slope = evidence_and_slopes(Phi=inputs, y=targets, tau=tau, sigma=sigma)
        return -value, -np.array(slope) * [tau, sigma]

    found = minimize(cost, np.log([targets.std() / 4, targets.std()]), jac=True, method="BFGS")
    tau, sigma = np.exp(found.x)
    assert np.abs(cost(found.x)[1]).max() < 1e-3, "the evidence has a slope where it should not"
    return float(tau), float(sigma)


tau, sigma = scales(Phi, y)
print(f"\ntau = {tau:.2f}, sigma = {sigma:.2f}; the targets deviate by {y.std():.2f}")

# %% [markdown]
# ## The same by another road
#
# A Gaussian process with the kernel $\tau^2 x^\top x'$ is the same model without weights.
# scikit-learn computes it from the 442 x 442 matrix of products.

# %%
S, m = weights_law(Phi=Phi, y=y, tau=tau, sigma=sigma)
kernel = ConstantKernel(tau**2, "fixed") * DotProduct(0.0, "fixed")
process = GaussianProcessRegressor(kernel, alpha=sigma**2, optimizer=None).fit(Phi, y)
expected, deviation = process.predict(Phi[:50], return_std=True)
ours = np.array([next_value(x=x, Phi=Phi, y=y, tau=tau, sigma=sigma) for x in Phi[:50]])
np.testing.assert_allclose(ours[:, 0], expected, rtol=1e-6, atol=1e-6)
np.testing.assert_allclose(ours[:, 1], sigma**2 + deviation**2, rtol=1e-7)
log_evidence = evidence.function()(Phi=Phi, y=y, tau=tau, sigma=sigma)
np.testing.assert_allclose(log_evidence, process.log_marginal_likelihood_value_, rtol=1e-9)
print("equal to scikit-learn's Gaussian process: means, variances and evidence")

# %% [markdown]
# ## The integrals by brute force
#
# Twenty patients and the body-mass index alone leave two weights, so that the integrals can be
# done by quadrature: likelihood times prior over the plane of the weights.  Evidence, mean and
# variance of the prediction at one place must come out the same.

# %%
few = np.random.default_rng(3).choice(patients, 20, replace=False)
bmi = Phi[:, [0, 1 + data.feature_names.index("bmi")]]
small, seen = bmi[few], y[few]
small_tau, small_sigma = scales(small, seen)
small_S, small_m = weights_law(Phi=small, y=seen, tau=small_tau, sigma=small_sigma)
at = {"Phi": small, "y": seen, "tau": small_tau, "sigma": small_sigma}
small_evidence = evidence.function()(**at)
place = np.array([1.0, 1.5])


def joint(w: np.ndarray) -> float:
    """Likelihood times prior over the evidence claimed: it should integrate to one."""
    logs = norm.logpdf(seen, small @ w, small_sigma).sum() + norm.logpdf(w, 0, small_tau).sum()
    return float(np.exp(logs - small_evidence))


reach = 8 * np.sqrt(np.diag(small_S))
(a, c), (b, d) = small_m - reach, small_m + reach


def integral(power: int) -> float:
    """The integral of a power of the prediction over both weights."""

    def inner(slope: float, constant: float) -> float:
        w = np.array([constant, slope])
        return float((place @ w) ** power * joint(w))

    return dblquad(inner, a, b, c, d, epsabs=1e-6, epsrel=1e-7)[0]


mass, first, second = (integral(power) for power in range(3))
derived = next_value(x=place, **at)
np.testing.assert_allclose(mass, 1, rtol=1e-6)
np.testing.assert_allclose(first, derived[0], rtol=1e-6)
np.testing.assert_allclose(first, mean_of_f.function()(x=place, m=small_m, S=small_S), rtol=1e-6)
np.testing.assert_allclose(second - first**2 + small_sigma**2, derived[1], rtol=1e-5)
print(f"by quadrature: mass {mass:.8f}, prediction {first:.4f} against {derived[0]:.4f} derived")

# %% [markdown]
# ## What is known of each weight
#
# The law of one weight is normal too.  Ninety-five percent of its mass lie in its interval.

# %%
print("\nweight        mean    95 % of the mass")
for name, mean, variance in zip(names[1:], m[1:], np.diag(S)[1:], strict=True):
    found = dv.credible_interval("Normal(mu, s)", 0.95, mu=mean, s=np.sqrt(variance))
    sign = "" if found.lower < 0 < found.upper else "  its sign is clear"
    print(f"{name:10s} {mean:8.2f}    [{found.lower:7.2f}, {found.upper:7.2f}]{sign}")

# %% [markdown]
# How many deviations of blood pressure count as much as one of the body-mass index?  A ratio
# of uncertain weights, so the delta method: gradient, covariance, gradient.

# %%
i, j = names.index("bmi"), names.index("bp")
ratio = dv.delta_method(
    "w_1/w_2",
    "w_1, w_2",
    [["v_1", "c"], ["c", "v_2"]],
    shapes="w_1: scalar, w_2: scalar, v_1: positive, v_2: positive, c: scalar",
)
print("\n", ratio.text(detail="result"), sep="")
variance = ratio.function()(w_1=m[i], w_2=m[j], v_1=S[i, i], c=S[i, j], v_2=S[j, j])
spread = float(np.sqrt(variance))
draws = np.random.default_rng(0).multivariate_normal(m, S, 200_000)
low, high = np.quantile(draws[:, i] / draws[:, j], norm.cdf([-1, 1]))
print(f"bmi weighs {m[i] / m[j]:.2f} +- {spread:.2f} times as much as blood pressure")
assert abs((high - low) / 2 - spread) < 0.15 * spread, "the delta method is far off the draws"

# %% [markdown]
# ## Do the bands hold?
#
# Ten times a tenth of the patients is put aside, noise and prior and weights are found from
# the others, and each patient put aside either lies in the band or does not.  That the share
# is honest is a question about a probability, with a Beta posterior.

# %%
off, deviations = np.zeros(patients), np.zeros(patients)
for fitted, aside in KFold(10, shuffle=True, random_state=0).split(Phi):
    inputs, centre = Phi[fitted], y[fitted].mean()
    fold_tau, fold_sigma = scales(inputs, y[fitted] - centre)
    for row in aside:
        mean, variance = next_value(Phi[row], inputs, y[fitted] - centre, fold_tau, fold_sigma)
        off[row], deviations[row] = y[row] - centre - mean, np.sqrt(variance)

share = dv.posterior("Bernoulli(p)", "Uniform(0, 1)")
print("\n", share.text(detail="result"), sep="")
levels = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
table = []
print("\nband   inside   99 % of the mass of the true share")
for level in levels:
    half_width = dv.credible_interval("Normal(0, 1)", float(level)).upper
    inside = (np.abs(off) <= half_width * deviations).astype(float)
    honest = dv.credible_interval(share, 0.99, x=inside)
    table.append((inside.mean(), honest.lower, honest.upper))
    print(f"{level:4.0%}   {inside.mean():6.1%}   [{honest.lower:.1%}, {honest.upper:.1%}]")
table = np.array(table)
ninety = table[levels == 0.9][0]
assert ninety[1] < 0.9 < ninety[2], "the 90 % band does not hold 90 % of unseen patients"
assert ((table[:, 1] < levels) & (levels < table[:, 2])).all(), "a band is not honest"

# %% [markdown]
# ## The picture
#
# Left, the model of twenty patients and one measurement, where the part of the model is wide
# enough to be seen.  Right, the bands of the full model on patients it had not seen.

# %%
across = np.linspace(-3.2, 3.8, 120)
line = np.array([next_value(x=np.array([1.0, t]), **at)[0] for t in across])
spreads = [model_part(small_m, small_S, np.array([1.0, t])) for t in across]
total, noise, of_model = np.array(
    [band_parts(mu=f, sigma=small_sigma, s=np.sqrt(v)) for f, v in zip(line, spreads, strict=True)]
).T
width = dv.credible_interval("Normal(0, 1)", 0.9).upper
figure, (left, right) = plt.subplots(
    1, 2, figsize=(11, 4.6), width_ratios=(1.35, 1), layout="constrained"
)
up, down = line + width * np.sqrt(total), line - width * np.sqrt(total)
left.fill_between(across, down, up, color="C0", alpha=0.2, label="90 %: noise and model")
up, down = line + width * np.sqrt(of_model), line - width * np.sqrt(of_model)
left.fill_between(across, down, up, color="C0", alpha=0.4, label="90 %: model alone")
left.plot(across, line, color="C0")
left.plot(bmi[:, 1], y, ".", color="0.6", markersize=3, label="unseen patients")
left.plot(small[:, 1], seen, "o", color="C1", label="the twenty patients")
left.set(
    xlim=(across[0], across[-1]),
    xlabel="body-mass index, standard deviations from its mean",
    ylabel="progression, less its mean",
    title="Twenty patients, one measurement",
)
left.legend(fontsize="small")
right.plot([0, 1], [0, 1], color="0.6", linestyle=":", label="an honest band")
errors = np.abs(table[:, 1:] - table[:, :1]).T
right.errorbar(
    levels, table[:, 0], errors, fmt="o", color="C0", capsize=3, label="with 99 % interval"
)
right.set(
    xlabel="probability of the band",
    ylabel="share of unseen patients inside",
    title="All measurements, patients put aside",
    aspect="equal",
)
right.legend(fontsize="small", loc="upper left")

# %%
OUT.mkdir(parents=True, exist_ok=True)
pages = (posterior, predictive, evidence, variance_of_f, parts, ratio, share)
notes = "\n\n".join(page.markdown() for page in pages)
(OUT / "prediction_bands.md").write_text(notes, encoding="utf-8")
predictive.save(OUT / "prediction_bands.tex", overwrite=True)
figure.savefig(OUT / "prediction_bands.png", dpi=120)
print("written: prediction_bands.md, prediction_bands.tex, prediction_bands.png")
