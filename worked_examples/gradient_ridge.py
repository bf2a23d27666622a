# %% [markdown]
# # Ridge regression, from the loss to a fitted model
#
# Ten measurements of 442 diabetes patients are to predict how far the disease has gone a
# year later.  We write the loss, let `derive` find its gradient, read the best weights off
# the gradient, and check everything against scikit-learn.

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
X, y = load_diabetes(return_X_y=True)
y = y - y.mean()  # the columns of X are centred already, so no intercept is needed

# %% [markdown]
# ## The loss and its gradient
#
# Sizes stay symbolic: the derivation holds for any number of patients and measurements.

# %%
shapes = "X: n x d, w: d, y: n, lam: positive"
loss = "norm2(X*w - y)^2/2 + lam/2*norm2(w)^2"
gradient = dv.gradient(loss, "w", shapes=shapes)
print(gradient)

# %% [markdown]
# ## The stationary point
#
# The gradient $X^\top(Xw - y) + \lambda w$ is zero exactly where
# $(X^\top X + \lambda I)\,w = X^\top y$.  The matrix on the left is positive definite, so
# there is one solution and it is the minimum.  We ask `derive` for both sides as functions.

# %%
left = dv.function("X'*X + lam*eye(d)", shapes=shapes)
right = dv.function("X'*y", shapes=shapes)
lam = 0.5
closed_form = np.linalg.solve(left(X=X, lam=lam), right(X=X, y=y))
slope_there = gradient.function()(X=X, w=closed_form, y=y, lam=lam)
print("largest slope at the stationary point:", np.abs(slope_there).max())

# %% [markdown]
# ## The compiled function drives a fit
#
# One function returns the loss and its gradient and shares the residual between them.

# %%
value_and_gradient = gradient.function(value=True)
print(value_and_gradient.source)
fit = minimize(
    lambda w: value_and_gradient(X, w, y, lam),
    x0=np.zeros(X.shape[1]),
    jac=True,
    method="BFGS",
    options={"gtol": 1e-8},
)
reference = Ridge(alpha=lam, fit_intercept=False, solver="cholesky").fit(X, y).coef_
np.testing.assert_allclose(closed_form, reference, rtol=1e-9)
np.testing.assert_allclose(fit.x, reference, rtol=1e-6)
print("equal to scikit-learn's Ridge")

# %% [markdown]
# ## How the penalty pulls the weights to zero

# %%
penalties = np.logspace(-3, 2, 60)
path = np.array([np.linalg.solve(left(X=X, lam=p), right(X=X, y=y)) for p in penalties])
figure, axes = plt.subplots(figsize=(6.4, 4.0))
axes.semilogx(penalties, path)
axes.axvline(lam, color="0.6", linestyle=":")
axes.set_xlabel(r"penalty $\lambda$")
axes.set_ylabel("weight")
axes.set_title("Ridge weights on the diabetes data")
axes.legend(load_diabetes().feature_names, fontsize="small", ncols=2)
figure.tight_layout()

# %% [markdown]
# ## Notes to keep
#
# The derivation as Markdown and as a LaTeX document, and the picture.

# %%
OUT.mkdir(parents=True, exist_ok=True)
gradient.save(OUT / "gradient_ridge.md", overwrite=True)
gradient.save(OUT / "gradient_ridge.tex", overwrite=True)
figure.savefig(OUT / "gradient_ridge.png", dpi=120)
print("written: gradient_ridge.md, gradient_ridge.tex, gradient_ridge.png")
