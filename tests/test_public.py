"""The package: its names, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import derive as dv

HEAVY = ("numpy", "scipy", "derive.engine", "derive.check", "derive.numeric", "derive.writing")


def test_importing_derive_imports_only_the_language():
    code = "import sys, derive; print([m for m in sys.argv[1:] if m in sys.modules])"
    command = [sys.executable, "-c", code, *HEAVY]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    before = [sys.executable, "-c", code.replace("derive;", "sympy;"), *HEAVY]
    alone = subprocess.run(before, capture_output=True, text=True, check=True)
    assert done.stdout == alone.stdout


def test_every_public_name_is_there_and_completes():
    assert set(dv.__all__) <= set(dir(dv))
    assert sorted(dv.__all__) == sorted(set(dv.__all__))
    for name in dv.__all__:
        assert getattr(dv, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'gradeint'"):
        dv.gradeint  # noqa: B018


def test_the_version_is_a_literal():
    assert dv.__version__ == "0.1.0"
