# %% [markdown]
# # Reading digits by counting ink
#
# A handwritten digit is 64 pixels with 0 to 16 drops of ink each.  Suppose each drop falls on a
# pixel with a probability that depends on the digit alone, and on nothing else.  That is wrong,
# and reads nine digits in ten.  We let `derive` find the rule, its estimates and why one counts
# one drop more than there is; then we ask how far its probabilities may be believed.

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import brentq
from sklearn.datasets import load_digits
from sklearn.metrics import brier_score_loss, log_loss
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB, MultinomialNB

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
images, digits = load_digits(return_X_y=True)
X, X_aside, y, y_aside = train_test_split(
    images, digits, test_size=0.5, random_state=0, stratify=digits
)
X_tune, X_test, y_tune, y_test = train_test_split(
    X_aside, y_aside, test_size=0.6, random_state=0, stratify=y_aside
)

# %% [markdown]
# ## The rule
#
# Bayes turns the probability of the ink given the digit into that of the digit given the ink.
# Independence makes the logarithms add: each drop gives its own evidence.

# %%
model = dv.NaiveBayes("multinomial")
rule, estimates, smoothing = model.decision_rule(), model.estimates(), model.smoothing_rule()
print(rule, estimates, sep="\n\n")

# %% [markdown]
# ## One drop more
#
# A pixel that stayed white in all the threes seen would make any drop on it impossible for a
# three, whatever the other pixels say.  With a Dirichlet prior of parameter $\alpha$ on the
# shares, their posterior mean adds $\alpha$ to each count.  Two roads lead there: the page of
# the smoothing, and the mean of the Dirichlet law of the posterior.

# %%
dirichlet = dv.expectation("theta", "Dirichlet(alpha)", of="theta")
print(smoothing, dirichlet.text(detail="result"), sep="\n\n")

# %% [markdown]
# ## Counting
#
# The fit counts digits and drops.  The compiled pages must say the same of every digit.

# %%
fit = model.fit(X, y)
theta = fit.parameters["probabilities"]
counted = np.array([X[y == k].sum(axis=0) for k in range(10)])
shares, one_drop_more, posterior_mean = (
    page.function() for page in (estimates, smoothing, dirichlet)
)
for k in range(10):
    np.testing.assert_allclose(theta[k], one_drop_more(n=counted[k], alpha=1.0), rtol=1e-13)
    np.testing.assert_allclose(theta[k], posterior_mean(alpha=counted[k] + 1), rtol=1e-13)
class_shares, _ = shares(c=np.bincount(y).astype(float), n=counted[0] + 1)
np.testing.assert_allclose(np.exp(fit.log_priors), class_shares, rtol=1e-13)
white = (counted == 0).sum()
print(f"\npixels that stayed white in every example of a digit: {white} of {counted.size}")

# %% [markdown]
# The compiled rule takes the probability that each digit gives to each pixel of one image: its
# share to the power of its drops.

# %%
read = rule.function()
for image, probabilities in zip(X_test[:20], fit.predict_proba(X_test[:20]), strict=True):
    np.testing.assert_allclose(read(P=theta**image, pi=class_shares), probabilities, atol=1e-12)

# %% [markdown]
# ## Against scikit-learn

# %%
reference = MultinomialNB(alpha=1.0).fit(X, y)
ours = fit.predict_log_proba(X_test)
np.testing.assert_allclose(ours, reference.predict_log_proba(X_test), rtol=1e-9, atol=1e-9)
predicted = fit.predict(X_test)
accuracy, error = dv.accuracy(y_test, predicted, standard_error=True)
print(f"equal to scikit-learn; {accuracy:.1%} +- {error:.1%} of {len(y_test)} images read right")
assert accuracy > 0.85, "the rule reads fewer digits than it should"

# %% [markdown]
# ## Too sure of itself
#
# A stroke wets many pixels at once, and the rule counts each drop as fresh evidence.  Its
# ranking survives that; its probabilities do not.  The log loss is least, in the mean, for who
# states what he believes, so that it shows when a probability is not meant.

# %%
proper = dv.metric_derivation("log_loss_of_classes")
print(proper)
before = dv.log_loss(y_test, np.exp(ours))
np.testing.assert_allclose(before, -ours[np.arange(len(y_test)), y_test].mean(), rtol=1e-9)

# %% [markdown]
# The remedy has one number: the log-odds are multiplied by $b$, which says how much of a drop
# is fresh evidence.  The loss on images put aside for this is convex in $b$, and its derived
# slope is zero at the best one.

# %%
scaled_loss = "sum_n(logsumexp(b*row(S,n)) - b*row(Y,n)'*row(S,n))/N"
slope = dv.gradient(scaled_loss, "b", shapes="S: N x K, Y: N x K, b: scalar")
print(slope)
slope_at = slope.function()
scores, targets = fit.predict_log_proba(X_tune), np.eye(10)[y_tune]
b = brentq(lambda t: float(slope_at(b=t, S=scores, Y=targets)), 1e-4, 1.0)
tempered = np.exp(b * ours)
tempered /= tempered.sum(axis=1, keepdims=True)
after = dv.log_loss(y_test, tempered)
brier_before, brier_after = dv.brier_score(y_test, np.exp(ours)), dv.brier_score(y_test, tempered)
print(f"\nb = {b:.3f}: a drop counts as {b:.1%} of one")
print(f"log loss {before:.3f} -> {after:.3f}, Brier score {brier_before:.3f} -> {brier_after:.3f}")
np.testing.assert_allclose(after, log_loss(y_test, tempered), rtol=1e-9)
assert after < before / 2 and brier_after < brier_before, "the scaling does not help"

right = (predicted == y_test).astype(int)
surest = {"as they are": np.exp(ours).max(axis=1), "scaled": tempered.max(axis=1)}
np.testing.assert_allclose(
    dv.brier_score(right, surest["scaled"]), brier_score_loss(right, surest["scaled"]), rtol=1e-12
)
curves = {name: dv.calibration_curve(right, p, bins=8) for name, p in surest.items()}
standard_error = dv.metric_derivation("accuracy").function()
gaps = {}
for name, p in surest.items():
    curve = curves[name]
    gaps[name] = np.average(np.abs(curve.observed - curve.predicted), weights=curve.counts)
    print(f"{name:12s} says {p.mean():.1%}, is right {right.mean():.1%}, gap {gaps[name]:.1%}")
assert gaps["scaled"] < gaps["as they are"] / 2, "scaled probabilities are no more honest"

# %% [markdown]
# ## Two digits, and a sigmoid
#
# Measure the ink instead of counting it: normal pixels whose variance is the same in both
# digits.  What was a ratio of densities becomes a linear score in a sigmoid.

# %%
gaussian = dv.NaiveBayes("gaussian")
linear = gaussian.logistic_weights()
print(linear)
pair = np.isin(y, (3, 8))
ink, is_eight = X[pair], (y[pair] == 8).astype(int)
inside = GaussianNB(var_smoothing=1e-2).fit(ink, is_eight)
v = (inside.var_ * inside.class_prior_[:, None]).sum(axis=0)
inside.var_ = np.stack([v, v])
w, intercept = linear.function()(
    mu_1=inside.theta_[1], mu_0=inside.theta_[0], v=v, pi_1=inside.class_prior_[1]
)
unseen = X_test[np.isin(y_test, (3, 8))]
sigmoid = dv.function("sigmoid(X*w + b*ones(N))", shapes="X: N x d, w: d, b: scalar")
of_eight = sigmoid(X=unseen, w=w, b=intercept)
np.testing.assert_allclose(of_eight, inside.predict_proba(unseen)[:, 1], rtol=1e-8, atol=1e-12)
print("the sigmoid of the linear score equals Gaussian naive Bayes with equal variances")

# %% [markdown]
# ## The picture
#
# What a drop on each pixel says for one digit against another, in its log-odds, and what the
# probabilities are worth.

# %%
figure = plt.figure(figsize=(11, 4.6), layout="constrained")
maps, chart = figure.subfigures(1, 2, width_ratios=(1.25, 1))
pairs = ((3, 8), (1, 7), (4, 9), (0, 6), (2, 3), (5, 9))
odds = [np.log(theta[i] / theta[j]).reshape(8, 8) for i, j in pairs]
top = max(np.abs(o).max() for o in odds)
panels = maps.subplots(2, 3)
for axes, (i, j), o in zip(panels.flat, pairs, odds, strict=True):
    drawn = axes.imshow(o, cmap="RdBu", vmin=-top, vmax=top)
    axes.set_title(f"{i} (blue) or {j} (red)", fontsize="medium")
    axes.set_xticks([])
    axes.set_yticks([])
maps.colorbar(drawn, ax=panels, label="log-odds of a drop of ink", shrink=0.8)
axes = chart.subplots()
axes.plot([0, 1], [0, 1], color="0.6", linestyle=":", label="honest")
for color, (name, curve) in zip(("C3", "C0"), curves.items(), strict=True):
    bins = zip(curve.observed, curve.counts, strict=True)
    spread = [standard_error(p=float(p), n=float(n)) for p, n in bins]
    axes.errorbar(
        curve.predicted, curve.observed, spread, fmt="o-", color=color, capsize=3, label=name
    )
axes.set(
    xlabel="probability of the digit that was read",
    ylabel="share read right",
    title="What the probabilities are worth",
    xlim=(0.2, 1.02),
    ylim=(0, 1.05),
)
axes.legend(loc="upper left")

# %%
OUT.mkdir(parents=True, exist_ok=True)
pages = (rule, estimates, smoothing, dirichlet, proper, slope, linear)
notes = "\n\n".join(page.markdown() for page in pages)
(OUT / "naive_bayes_digits.md").write_text(notes, encoding="utf-8")
figure.savefig(OUT / "naive_bayes_digits.png", dpi=120)
print("written: naive_bayes_digits.md, naive_bayes_digits.png")
