"""Saving: whole or not at all, and never over a file that is there."""

from __future__ import annotations

import os

import pytest

from derive.errors import ArgumentError
from derive.writing.files import write_atomically


def test_a_new_file_holds_the_text_and_nothing_is_left_beside_it(tmp_path):
    path = write_atomically(tmp_path / "notes.md", "∇f = λw\n")
    assert path.read_bytes() == "∇f = λw\n".encode()
    assert [p.name for p in tmp_path.iterdir()] == ["notes.md"]


def test_a_file_that_is_there_is_kept(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("mine")
    with pytest.raises(ArgumentError, match="exists already"):
        write_atomically(path, "yours")
    assert path.read_text() == "mine"


def test_a_file_is_replaced_on_request(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("old")
    path.chmod(0o640)
    assert write_atomically(path, "new", overwrite=True).read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_failure_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "notes.md"
    path.write_text("old")

    def full(_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_atomically(path, "new", overwrite=True)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["notes.md"]


def test_a_missing_folder_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ArgumentError, match="does not exist"):
        write_atomically(tmp_path / "none" / "notes.md", "")
    with pytest.raises(ArgumentError, match="is a folder"):
        write_atomically(tmp_path, "")
