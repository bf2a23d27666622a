"""Every worked example runs from start to end and writes what it promises."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "worked_examples").glob("*.py"))
WRITES = {
    "positive_test": ("positive_test.md", "positive_test.png"),
    "learning_a_rate": ("learning_a_rate.md", "learning_a_rate.png"),
    "horse_kicks": ("horse_kicks.md", "horse_kicks.png"),
    "flowers_differ": ("flowers_differ.md", "flowers_differ.png"),
    "gradient_ridge": ("gradient_ridge.md", "gradient_ridge.tex", "gradient_ridge.png"),
    "backpropagation_digits": (
        "backpropagation_digits.md",
        "backpropagation_digits.tex",
        "backpropagation_digits.png",
        "digits_network.py",
    ),
    "flower_mixture": ("flower_mixture.md", "flower_mixture.png"),
    "loss_landscape": ("loss_landscape.md", "loss_landscape.png"),
    "matrix_calculus_gallery": ("matrix_calculus_gallery.md", "matrix_calculus_gallery.png"),
    "missing_cells": ("missing_cells.md", "missing_cells.png"),
    "naive_bayes_digits": ("naive_bayes_digits.md", "naive_bayes_digits.png"),
    "prediction_bands": (
        "prediction_bands.md",
        "prediction_bands.tex",
        "prediction_bands.png",
    ),
    "slopes_everywhere": ("slopes_everywhere.md", "slopes_everywhere.png"),
    "surprise_and_distance": ("surprise_and_distance.md", "surprise_and_distance.png"),
    "vowels_and_consonants": ("vowels_and_consonants.md", "vowels_and_consonants.png"),
    "which_number_to_trust": ("which_number_to_trust.md", "which_number_to_trust.png"),
}


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_a_worked_example_runs(script, tmp_path):
    environment = {
        **os.environ,
        "MPLBACKEND": "Agg",
        "DERIVE_EXAMPLES": str(tmp_path),
        "PYTHONIOENCODING": "utf-8",
    }
    run = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", str(script)],
        capture_output=True,
        env=environment,
        cwd=tmp_path,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    for name in WRITES[script.stem]:
        assert (tmp_path / name).stat().st_size > 500
