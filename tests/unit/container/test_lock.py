"""tflsp.lock: what is written is what is read, by rules as well, and what is damaged is said to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.checking.project_files import read_project
from tflsp.container import lock as locking
from tflsp.container.engines import Image
from tflsp.container.lock import Lock, LockError

DIGEST = "sha256:" + "0123456789abcdef" * 4
OTHER = "sha256:" + "fedcba9876543210" * 4
BASE = "tensorflow/tensorflow:2.9.0-jupyter"


def test_rules_read_the_digests(tmp_path: Path) -> None:
    lock = Lock("0.1.0", {BASE: DIGEST}, {"attrs==25.1.0": (DIGEST, OTHER)})
    (tmp_path / locking.NAME).write_text(locking.text_of(lock), "utf-8")
    assert locking.read(tmp_path) == lock
    assert read_project(tmp_path).digests == {BASE: DIGEST}


def test_the_fix_of_an_unpinned_image_comes_from_it(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from tflsp.cli.group import group

    (tmp_path / locking.NAME).write_text(locking.text_of(Lock("0.1.0", {BASE: DIGEST})), "utf-8")
    (tmp_path / "tflsp.toml").write_text('extend-select = ["TFL103"]\n', "utf-8")
    (tmp_path / "Dockerfile").write_text(f"FROM {BASE}\n", "utf-8")
    CliRunner().invoke(group, ["check", "--fix", "--unsafe-fixes", str(tmp_path)])
    assert (tmp_path / "Dockerfile").read_text("utf-8") == f"FROM {BASE}@{DIGEST}\n"


NAMES = st.text(min_size=1)
DIGESTS = st.sampled_from([DIGEST, OTHER])


@given(
    st.builds(
        Lock,
        st.text(),
        st.dictionaries(NAMES, DIGESTS),
        st.dictionaries(NAMES, st.lists(DIGESTS, unique=True).map(lambda each: tuple(sorted(each)))),
    )
)
def test_any_lock_is_read_back(lock: Lock) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / locking.NAME).write_text(locking.text_of(lock), "utf-8")
        assert locking.read(Path(folder)) == lock


def test_without_a_file(tmp_path: Path) -> None:
    assert locking.read(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not = [toml",
        "version = 1\n[images]\n",
        f'version = 1\ntflsp = "1"\nimages = "{DIGEST}"\n[packages]\n',
        'version = 1\ntflsp = "1"\n[images]\n"a:b" = "sha256:short"\n[packages]\n',
        'version = "1"',
    ],
)
def test_damaged_files_are_said_to_be(tmp_path: Path, text: str) -> None:
    (tmp_path / locking.NAME).write_text(text, "utf-8")
    with pytest.raises(LockError, match="tflsp lock"):
        locking.read(tmp_path)


def test_a_newer_format_is_not_guessed_at(tmp_path: Path) -> None:
    (tmp_path / locking.NAME).write_text('version = 2\ntflsp = "9"\n', "utf-8")
    with pytest.raises(LockError, match="newer tflsp"):
        locking.read(tmp_path)


def test_requirements_with_hashes() -> None:
    text = (
        "attrs==25.1.0 ; python_version >= '3.11' \\\n"
        f"    --hash={DIGEST} \\\n    --hash={OTHER}\n    # via pygls\n"
        f"pygls==2.1.1 --hash={OTHER}\nunhashed==1.0\n"
    )
    assert locking.packages_in(text) == {"attrs==25.1.0": (DIGEST, OTHER), "pygls==2.1.1": (OTHER,)}


def test_digests_of_images() -> None:
    pulled = Image("sha256:id", {"tensorflow/tensorflow": DIGEST}, {})
    made = Image("sha256:id", {}, {})
    assert locking.digest_of(pulled, BASE) == DIGEST
    assert locking.digest_of(made, BASE) == "sha256:id"
    assert locking.has_digest(pulled, DIGEST)
    assert not locking.has_digest(made, DIGEST)


@pytest.mark.parametrize(
    ("reference", "repository", "tagged"),
    [
        ("ubuntu", "ubuntu", "ubuntu:latest"),
        ("a/b:1", "a/b", "a/b:1"),
        ("host:5000/a", "host:5000/a", "host:5000/a:latest"),
        (f"host:5000/a:1@{DIGEST}", "host:5000/a", "host:5000/a:1"),
    ],
)
def test_references(reference: str, repository: str, tagged: str) -> None:
    assert locking.repository(reference) == repository
    assert locking.tagged(reference) == tagged
    assert locking.with_digest(reference, DIGEST) == f"{repository}@{DIGEST}"


def test_another_installation_is_told_from_this() -> None:
    packages = {"a==1": (DIGEST,)}
    lock = Lock("0.1.0", {}, packages)
    assert list(locking.complaints(lock, "0.1.0", packages)) == []
    assert "tflsp 0.1.0" in next(locking.complaints(lock, "0.2.0", packages))
    assert "a==1" in next(locking.complaints(lock, "0.1.0", {"a==1": (OTHER,)}))
