"""What PATH arguments stand for: no file twice, however its name is written."""

from __future__ import annotations

import os

import click
import pytest

from wptest.console.path_arguments import find_targets


def test_a_file_is_one_by_whatever_name_it_is_called(tmp_path):
    path = tmp_path / "a.wptest.yaml"
    path.write_text("scenario: a\n")
    (tmp_path / "link.wptest.yaml").symlink_to(path)
    os.link(path, tmp_path / "A.wptest.yaml")  # what another case of the same name is to some file systems
    (tmp_path / "sub").mkdir()
    os.link(path, tmp_path / "sub/a.wptest.yaml")

    found = find_targets(
        [str(path), str(tmp_path / "A.wptest.yaml"), f"{tmp_path}/sub/../link.wptest.yaml", str(tmp_path)]
    )

    assert [target.path for target in found] == [path, tmp_path / "sub/a.wptest.yaml"]
    both = find_targets([f"{path}::x", f"{tmp_path}/A.wptest.yaml::x", f"{path}::y"])
    assert [target.scenario for target in both] == ["x", "y"]


def test_a_link_to_nothing_is_still_one(tmp_path):
    (tmp_path / "gone.wptest.yaml").symlink_to(tmp_path / "nowhere")

    found = find_targets([str(tmp_path), str(tmp_path)])

    assert [target.path for target in found] == [tmp_path / "gone.wptest.yaml"]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("night.wptest.yml", "did you mean 'night.wptest.yaml'?"),
        ("night", "did you mean 'night.wptest.yaml'?"),
        ("night.yaml::x", "did you mean 'night.wptest.yaml'?"),
        ("scenaros", "did you mean 'scenarios'?"),
        ("scenarios/nihgt.wptest.yaml", "did you mean 'scenarios/night.wptest.yaml'?"),
        ("hidden", ""),
        ("notes.txt", ""),
        ("nowhere/night.wptest.yaml", ""),
        ("", ""),
    ],
)
def test_of_a_file_that_is_not_there_the_nearest_are_named(tmp_path, monkeypatch, name, near):
    monkeypatch.chdir(tmp_path)
    for directory in ("scenarios", ".hidden"):
        (tmp_path / directory).mkdir()
    for file in ("night.wptest.yaml", "scenarios/night.wptest.yaml", "note.txt"):
        (tmp_path / file).touch()

    with pytest.raises(click.UsageError) as raised:
        find_targets([name])

    first, *more = raised.value.message.splitlines()
    assert first.startswith("there is no file or directory")
    assert more == ([near] if near else [])
