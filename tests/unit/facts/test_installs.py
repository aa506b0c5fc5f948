"""pip, uv and apt installs are read with the place of every package."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement as Reference

from tests.unit.facts.reading import at, facts, one
from tflsp.documents.words import literal
from tflsp.facts.installs import AptInstall, PipInstall
from tflsp.facts.requirements import parse_requirement
from tflsp.text import Span, TextEdit, apply_edits


def install(text: str) -> PipInstall:
    return one(PipInstall, "shell", text)


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("pip install x", "pip"),
        ("pip3 install x", "pip"),
        ("pip3.8 install x", "pip"),
        ("python -m pip install x", "pip"),
        ("python3 -u -m pip --no-cache-dir install x", "pip"),
        ("/usr/bin/python3 -m pip install x", "pip"),
        ("sudo -H pip install x", "pip"),
        ("uv pip install x", "uv pip"),
        ("uv --quiet pip install --system x", "uv pip"),
        ("docker exec tf pip install x", "pip"),
        ("docker run tf bash -c 'pip install x'", "pip"),
    ],
)
def test_installs_are_found(text: str, program: str) -> None:
    found = install(text)
    assert found.program == program
    assert [requirement.name for requirement in found.requirements] == ["x"]
    assert [at(found, requirement.span) for requirement in found.requirements] == ["x"]


@pytest.mark.parametrize(
    "text", ["pip list", "pip uninstall x", "pip", "python -m venv x", "python train.py -m pip", "uv run pip", "uv"]
)
def test_what_installs_nothing(text: str) -> None:
    assert facts("shell", text, PipInstall) == ()


@pytest.mark.parametrize(
    ("written", "name", "extras", "specifier", "version"),
    [
        ("numpy", "numpy", (), "", None),
        ("NumPy==1.22.4", "numpy", (), "==1.22.4", "1.22.4"),
        ("'tensorflow >= 2.9, < 2.10'", "tensorflow", (), ">=2.9,<2.10", None),
        ("'ray[rllib,tune]==2.0'", "ray", ("rllib", "tune"), "==2.0", "2.0"),
        ("scikit_learn~=1.0", "scikit-learn", (), "~=1.0", None),
        ("'protobuf<3.20; python_version < \"3.9\"'", "protobuf", (), "<3.20", None),
        ("numpy==1.*", "numpy", (), "==1.*", None),
        ("tensorflow==${TF:-2.9.0}", "tensorflow", (), "==2.9.0", "2.9.0"),
    ],
)
def test_requirements(written: str, name: str, extras: tuple[str, ...], specifier: str, version: str | None) -> None:
    (requirement,) = install(f"pip install -q {written} --user").requirements
    assert (requirement.name, requirement.extras, requirement.specifier) == (name, extras, specifier)
    assert requirement.version == version
    assert requirement.is_pinned is (version is not None)


def test_places_in_a_requirement() -> None:
    found = install("pip install 'Ray[tune] >=2.0 ; python_version<\"3.9\"' tensorflow")
    ray, tensorflow = found.requirements
    assert at(found, ray.span) == "Ray[tune] >=2.0"
    assert at(found, ray.name_span) == "Ray"
    assert at(found, ray.specifier_span) == ">=2.0"
    edits = [TextEdit(Span(place, place), "==1") for place in (ray.version_at, tensorflow.version_at)]
    assert apply_edits(found.region.text, edits) == (
        "pip install 'Ray[tune]==1 >=2.0 ; python_version<\"3.9\"' tensorflow==1"
    )


def test_an_unknown_version_counts_as_pinned() -> None:
    (requirement,) = install("pip install tensorflow==$TF").requirements
    assert (requirement.name, requirement.known, requirement.is_pinned) == ("tensorflow", False, True)


def test_an_unquoted_specifier_is_a_redirection() -> None:
    found = install("pip install numpy>=1.20 pandas<2 scipy > log")
    assert [(r.name, r.specifier, r.redirected and at(found, r.redirected)) for r in found.requirements] == [
        ("numpy", "", ">=1.20"),
        ("pandas", "", "<2"),
        ("scipy", "", None),
    ]


def test_options_and_sources() -> None:
    found = install(
        "pip install -U -r req.txt -c con.txt --index-url https://pypi.example/simple -e . "
        "./x y.whl git+https://h/r.git $P z"
    )
    assert found.upgrades
    assert [(option.name, option.value) for option in found.options] == [
        ("upgrade", None),
        ("requirement", "req.txt"),
        ("constraint", "con.txt"),
        ("index-url", "https://pypi.example/simple"),
        ("editable", "."),
    ]
    assert [word.raw for word in found.sources] == ["./x", "y.whl", "git+https://h/r.git"]
    assert [requirement.name for requirement in found.requirements] == ["z"]
    assert not found.complete


def test_an_address_is_a_pin_of_its_own() -> None:
    (requirement,) = install("pip install 'x @ https://example.org/x.whl'").requirements
    assert (requirement.name, requirement.url, requirement.is_pinned) == ("x", "https://example.org/x.whl", True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".venv/bin/pip install x", True),
        ("/opt/venv/bin/python -m pip install x", True),
        ('"$VIRTUAL_ENV/bin/pip" install x', True),
        ("python -m venv v\nsource v/bin/activate\npip install x", True),
        (". v/bin/activate && pip install x", True),
        ("pip install x", False),
        ("pip install x\nsource v/bin/activate", False),
    ],
)
def test_virtual_environments(text: str, expected: bool) -> None:
    assert install(text).in_virtual_environment is expected


def test_apt() -> None:
    text = "apt-get update && apt-get install -y --no-install-recommends openssh-server=1:8.2p1 git\n"
    found = one(AptInstall, "shell", text)
    assert [(package.name, package.version, at(found, package.span)) for package in found.packages] == [
        ("openssh-server", "1:8.2p1", "openssh-server=1:8.2p1"),
        ("git", None, "git"),
    ]
    assert [option.name for option in found.options] == ["yes", "no-install-recommends"]


NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?", fullmatch=True)
CLAUSES = st.tuples(st.sampled_from(["==", ">=", "<", "~=", "!="]), st.from_regex(r"[0-9]\.[0-9]{1,2}", fullmatch=True))
EXTRAS = st.lists(st.from_regex(r"[a-z]{1,4}", fullmatch=True), max_size=2, unique=True)


@given(NAMES, EXTRAS, st.lists(CLAUSES.map("".join), max_size=3, unique=True), st.sampled_from(["", " "]))
def test_requirements_are_read_as_packaging_does(name: str, extras: list[str], clauses: list[str], blank: str) -> None:
    text = name + (f"[{','.join(extras)}]" if extras else "") + blank + f"{blank},".join(clauses)
    found = parse_requirement(literal(text, Span(0, len(text))))
    reference = Reference(text)
    assert found is not None
    assert (found.written, set(found.extras)) == (reference.name, reference.extras)
    assert sorted(filter(None, found.specifier.split(","))) == sorted(str(clause) for clause in reference.specifier)


@given(st.text(alphabet="aZ0=<>~!,;[]()@ ./-_", max_size=30))
def test_any_word_is_read(text: str) -> None:
    found = parse_requirement(literal(text, Span(0, len(text))))
    if found is not None:
        assert found.name_span.of(text) == found.written
