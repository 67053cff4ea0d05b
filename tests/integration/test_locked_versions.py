"""requirements/ has what pyproject.toml asks for, in versions that it allows, on every Python and system."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
FILES = {path.stem: path.read_text() for path in (ROOT / "requirements").glob("*.txt")}
PLACES = [
    {"python_version": version, "python_full_version": f"{version}.0", "sys_platform": system, "os_name": "posix"}
    for version in ("3.11", "3.12", "3.13", "3.14")
    for system in ("linux", "darwin")
]


def pins(name: str, place: dict[str, str]) -> dict[str, str]:
    """The versions that a file installs there, by package."""
    found: dict[str, str] = {}
    for entry in re.findall(r"^[a-z].*?(?=[\\\n])", FILES[name], re.MULTILINE):
        requirement = Requirement(entry)
        if requirement.marker is None or requirement.marker.evaluate(place):
            assert requirement.name not in found, f"{requirement.name} is there twice"
            (exact,) = requirement.specifier
            assert exact.operator == "=="
            found[canonicalize_name(requirement.name)] = exact.version
    return found


def asked(name: str) -> list[Requirement]:
    texts = PROJECT["project"]["dependencies"] + GROUPS["backend"] if name == "run" else GROUPS[name]
    return [Requirement(text) for text in texts]


def test_every_group_has_its_file() -> None:
    assert set(FILES) == {"run", *GROUPS} - {"backend"}


@pytest.mark.parametrize("name", FILES)
def test_what_is_asked_for_is_locked_in_a_version_that_is_allowed(name: str) -> None:
    for place in PLACES:
        locked = pins("run", place) | pins(name, place)
        for requirement in asked(name):
            version = locked.get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} isn't in requirements/{name}.txt: make lock"
            assert requirement.specifier.contains(version), f"{requirement} isn't {version}: make lock"


def test_files_that_are_installed_together_agree() -> None:
    for place in PLACES:
        together: dict[str, str] = {}
        for name in FILES:
            for package, version in pins(name, place).items():
                assert together.setdefault(package, version) == version, package


@pytest.mark.parametrize("name", FILES)
def test_a_file_names_no_host_and_every_package_by_its_hashes(name: str) -> None:
    text = FILES[name]
    assert "://" not in text
    assert "--index-url" not in text
    entries = re.split(r"\n(?=[a-z])", text)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_locked_build_backend_is_the_one_that_builds() -> None:
    assert set(PROJECT["build-system"]["requires"]) <= set(GROUPS["backend"])
