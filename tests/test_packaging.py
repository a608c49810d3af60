"""What is shipped and how: locks, the wheel, the image's steps, the words that name commands.

Not here: whether installing works, which `make test` shows by running at all.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.import_graph import FOLDERS, imported_by, read_sources

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")
PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)==(\S+)((?: ;[^\\\n]*)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE
)
# Written as patterns, since no file may name them, this one included.
REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|npmjs\.org|registry\.yarnpkg|deb\.debian\.org"
)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked(lock: str) -> dict[str, Version]:
    found = PINNED.findall((ROOT / lock).read_text())
    return {canonicalize_name(name): Version(version) for name, version, _ in found}


def wanted(lock: str) -> list[Requirement]:
    """What pyproject.toml asks of a lock, included groups too."""
    if lock == "requirements.txt":
        texts = project()["project"]["dependencies"]
    else:
        groups = project()["dependency-groups"]
        group = groups[lock.removeprefix("requirements-").removesuffix(".txt")]
        texts = [each for each in group if isinstance(each, str)]
        texts += [text for each in group if isinstance(each, dict) for text in groups[each["include-group"]]]
    return [Requirement(text) for text in texts]


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_hashes(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    starts = [line.partition(" ")[0] for line in lines if re.match(r"[A-Za-z0-9-]", line)]
    assert starts
    assert [f"{name}=={version}" for name, version in locked(lock).items()] == [
        f"{canonicalize_name(start.partition('==')[0])}=={start.partition('==')[2]}" for start in starts
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    assert (
        re.findall(r"^.*(?:://|--index|--extra|--find| @ ).*$", (ROOT / lock).read_text(), re.MULTILINE) == []
    )


def test_every_package_that_is_imported_is_asked_for() -> None:
    asked = {
        canonicalize_name(each.name) for each in wanted("requirements.txt") + wanted("requirements-dev.txt")
    }
    ours = set(FOLDERS)
    tops = {name.partition(".")[0] for source in read_sources().values() for name in imported_by(source)}
    unasked = [
        name
        for name in sorted(tops - ours - sys.stdlib_module_names)
        if asked.isdisjoint(map(canonicalize_name, packages_distributions().get(name, [])))
    ]
    assert unasked == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(lock: str) -> None:
    versions = locked(lock)
    unmet = [
        str(each)
        for each in wanted(lock)
        if (found := versions.get(canonicalize_name(each.name))) is None or found not in each.specifier
    ]
    assert unmet == [], "run make lock"


def test_the_locks_agree_with_each_other() -> None:
    seen: dict[str, set[Version]] = {}
    for lock in LOCKS:
        for name, version in locked(lock).items():
            seen.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in seen.items() if len(versions) > 1} == {}


def test_the_locked_cryptography_survives_a_forged_dtls_datagram() -> None:
    assert locked("requirements.txt")["cryptography"] >= Version("50.0.2")


def test_the_client_is_pinned_exactly_and_locked_with_integrity() -> None:
    package = json.loads((ROOT / "webclient" / "package.json").read_text())
    packages = json.loads((ROOT / "webclient" / "package-lock.json").read_text())["packages"]
    asked = package["dependencies"] | package["devDependencies"]
    assert asked == {name: packages[f"node_modules/{name}"]["version"] for name in asked}
    loose = [
        name
        for name, each in packages.items()
        if name and not each.get("integrity", "").startswith("sha512-")
    ]
    assert loose == []


def test_the_client_lock_has_its_programs_for_every_platform_they_are_made_for() -> None:
    """`npm ci` refuses a lock that a package's optional platforms are missing from."""
    packages = json.loads((ROOT / "webclient" / "package-lock.json").read_text())["packages"]
    optional = {name for each in packages.values() for name in each.get("optionalDependencies", {})}
    assert sorted(name for name in optional if f"node_modules/{name}" not in packages) == []


def test_no_committed_file_names_a_registry_or_an_address_to_fetch_from() -> None:
    naming = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in tracked()
        if (found := REGISTRIES.search(path.read_bytes().decode("utf-8", "replace")))
    ]
    assert naming == []


def test_the_lock_files_of_other_tools_which_write_addresses_are_not_committed() -> None:
    names = {path.name for path in tracked()}
    assert names.isdisjoint(
        {"uv.lock", "pylock.toml", "poetry.lock", "yarn.lock", "pnpm-lock.yaml", ".npmrc"}
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel that was just built."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=100)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_wheel_carries_the_client_as_it_is_served(wheel: list[str]) -> None:
    assert "server/static/manifest.json" in wheel
    script = next(name for name in wheel if re.fullmatch(r"server/static/main-[A-Z0-9]{8}\.js", name))
    assert {f"{script}.br", f"{script}.gz"} <= set(wheel)
    assert [name for name in wheel if name.endswith(".map")] == []


def test_the_wheel_carries_every_file_of_the_two_packages_and_nothing_else(wheel: list[str]) -> None:
    committed = {str(path.relative_to(ROOT)) for path in tracked()}
    expected = {name for name in committed if name.startswith(("server/", "signalling/"))}
    carried = {name for name in wheel if not name.startswith(("server/static/", "ringback-"))}
    assert sorted(expected - carried) == []
    assert sorted({name.partition("/")[0] for name in carried}) == ["server", "signalling"]


def steps(dockerfile: str) -> list[str]:
    """The RUN instructions, each on one line."""
    joined = re.sub(r"\\\n\s*", " ", dockerfile)
    return [line.removeprefix("RUN ") for line in joined.splitlines() if line.startswith("RUN ")]


def test_the_image_is_made_with_the_makefile() -> None:
    run = steps((ROOT / "Dockerfile").read_text())
    assert [step for step in run if step.startswith("make ")] == ["make install PREFIX=/opt/ringback"]
    assert [step for step in run if re.search(r"\b(pip|npm (ci|install)|node|uv)\b", step)] == []


def test_the_image_runs_as_nobody_in_particular_and_tells_its_health() -> None:
    build, final = (ROOT / "Dockerfile").read_text().split("\nFROM ")[1:]
    assert " AS build\n" in build
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*\\\n.*/healthz", final, re.MULTILINE)


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        f"{path.relative_to(ROOT)}: make {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"`make ([a-z-]+)[^`]*`", path.read_text())
        if target not in targets
    }
    assert sorted(named) == []


def test_continuous_integration_does_what_a_reader_of_the_readme_can_do() -> None:
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in script if line and not line.startswith("#")] == [
        'exec make -C "$(dirname "$0")/.." test'
    ]
