"""What every test may use: comparison with golden files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

PROCESSES = 2
GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files from what is printed now",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Run in two processes where pytest-xdist is installed and nothing else is asked for."""
    asked = config.invocation_params.args
    if not config.pluginmanager.hasplugin("xdist") or "PYTEST_XDIST_WORKER" in os.environ:
        return
    is_whole = not any(not str(arg).startswith("-") for arg in asked)
    if is_whole and config.getoption("numprocesses", None) is None and not config.option.usepdb:
        config.option.numprocesses = PROCESSES


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """``golden("gradient/ridge.txt", text)`` compares text with tests/golden/gradient/ridge.txt."""
    update = request.config.getoption("--update-golden")

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        # the size of a rounding error is not part of a page
        text = re.sub(r"(worst\s+error) [0-9.e+-]+", r"\1 *", text.rstrip("\n") + "\n")
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        if not path.exists():
            pytest.fail(f"no golden file {name}: read the page, then run with --update-golden")
        assert text == path.read_text(encoding="utf-8"), f"{name} differs from what is printed"

    return compare
