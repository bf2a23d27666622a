"""Saving: the file is there whole, or it is not there and the message says why."""

from __future__ import annotations

import os
import stat

import pytest

import derive as dv
from derive.errors import ArgumentError
from derive.numeric.saving import write_whole

F = dv.function("2*x", "x: n")


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing/f.py", "does not exist"),
        ("folder.py", "is a folder"),
        ("dangling.py", "is a link to a file that does not exist"),
        ("a" * 300 + ".py", "too long"),
        ("a" * 300 + "/f.py", "cannot write|does not exist"),
        ("a\0.py", "null"),
        ("there.py", "exists"),
        ("there.py/f.py", "does not exist|[Nn]ot a directory"),
        ("f.txt", "saved as a .py file"),
    ],
)
def test_a_place_where_no_file_can_be_is_refused(name, message, tmp_path):
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "dangling.py").symlink_to(tmp_path / "nothing.py")
    (tmp_path / "there.py").write_text("mine")
    before = names_in(tmp_path)
    with pytest.raises(ArgumentError, match=message):
        F.save(f"{tmp_path}/{name}")
    assert names_in(tmp_path) == before
    assert (tmp_path / "dangling.py").is_symlink()
    assert (tmp_path / "there.py").read_text() == "mine"


def test_a_folder_is_refused_with_overwrite_too(tmp_path):
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(ArgumentError, match="is a folder"):
        F.save(tmp_path / "folder.py", overwrite=True)


def test_a_new_file_follows_the_umask_and_a_replaced_one_keeps_its_mode(tmp_path):
    mask = os.umask(0o027)
    try:
        path = F.save(tmp_path / "f.py")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    F.save(path, overwrite=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert names_in(tmp_path) == ["f.py"]


def test_a_page_is_written_as_it_is_and_nothing_is_left_beside_it(tmp_path):
    path = write_whole(tmp_path / "notes.md", "∇f = λw\n", overwrite=False)
    assert path.read_bytes() == "∇f = λw\n".encode()
    assert names_in(tmp_path) == ["notes.md"]


def test_a_failure_leaves_the_old_file_whole(tmp_path, monkeypatch):
    def fail(self, *_):
        raise OSError(28, "No space left on device")

    path = F.save(tmp_path / "f.py")
    old = path.read_text()
    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(ArgumentError, match="No space left"):
        dv.function("3*x", "x: n").save(path, overwrite=True)
    assert path.read_text() == old
    assert names_in(tmp_path) == ["f.py"]


def test_nothing_is_left_when_writing_fails(tmp_path, monkeypatch):
    def fail(self, *_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.chmod", fail)
    with pytest.raises(ArgumentError, match="No space left"):
        F.save(tmp_path / "f.py")
    assert names_in(tmp_path) == []
