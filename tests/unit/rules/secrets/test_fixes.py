"""What stands in a secret's place afterwards: in Python, shells, notebooks and images; and what other files get."""

from __future__ import annotations

import ast
import subprocess

import pytest

from tests.components import program
from tests.unit.rules.page_secrets import secret
from tflsp.dataclass import replace
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.engine import check
from tflsp.findings import Finding, FindingFix
from tflsp.project import NO_PROJECT, Project
from tflsp.rules.base import Safety
from tflsp.settings import DEFAULTS, Settings
from tflsp.text import apply_edits

PASSWORD = "Zx9-" + "kq2Lm"


def findings(name: str, text: str, settings: Settings = DEFAULTS, project: Project = NO_PROJECT) -> list[Finding]:
    report = check(open_text(name, text), settings, project)
    return [finding for finding in report.findings if finding.code.startswith("TFL30") and finding.fixes]


def fixed(name: str, text: str, title: str = "", settings: Settings = DEFAULTS, project: Project = NO_PROJECT) -> str:
    """The text after every first fix, or after those of a title."""
    text = text.replace("@PW@", PASSWORD)
    edits = {
        edit
        for finding in findings(name, text, settings, project)
        for fix in finding.fixes[:1] or ()
        if not title or fix.key == title
        for edit in fix.edits
    }
    assert edits
    return apply_edits(text, edits)


def one_fix(name: str, text: str, key: str, project: Project = NO_PROJECT) -> FindingFix:
    (finding,) = findings(name, text.replace("@PW@", PASSWORD), project=project)
    return next(fix for fix in finding.fixes if fix.key == key)


# -- Python ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import os\npassword = '@PW@'\n", 'import os\npassword = os.getenv("PASSWORD")\n'),
        ("import os\npassword = b'@PW@'\n", 'import os\npassword = os.getenv("PASSWORD", "").encode()\n'),
        (
            "import os\nurl = 'mysql://ml:@PW@@db-1/x'\n",
            "import os\nurl = f'mysql://ml:{os.getenv(\"DB_PASSWORD\")}@db-1/x'\n",
        ),
        (
            "import os\nurl = f'mysql://{user}:@PW@@db-1/x'\n",
            "import os\nurl = f'mysql://{user}:{os.getenv(\"DB_PASSWORD\")}@db-1/x'\n",
        ),
        (
            'import os\nurl = r"mysql://ml:@PW@@db-1/x"\n',
            "import os\nurl = fr\"mysql://ml:{os.getenv('DB_PASSWORD')}@db-1/x\"\n",
        ),
        (
            "import os\nos.environ['DB_PASSWORD'] = '@PW@'\n",
            "import os\nos.environ['DB_PASSWORD'] = os.environ[\"DB_PASSWORD\"]\n",
        ),
        ("import os\np = os.getenv('DB_PASSWORD', '@PW@')\n", "import os\np = os.getenv('DB_PASSWORD')\n"),
        (
            "import os\nconnect(password='@PW@', port=1)\n",
            'import os\nconnect(password=os.getenv("PASSWORD"), port=1)\n',
        ),
        ("password = '@PW@'\n", 'import os\npassword = os.getenv("PASSWORD")\n'),
        (
            "#!/usr/bin/env python\n'''Doc.'''\n\npassword = '@PW@'\n",
            "#!/usr/bin/env python\n'''Doc.'''\n\nimport os\npassword = os.getenv(\"PASSWORD\")\n",
        ),
        (
            "from __future__ import annotations\n\npassword = '@PW@'\n",
            'from __future__ import annotations\n\nimport os\n\npassword = os.getenv("PASSWORD")\n',
        ),
        (
            "'''Doc.'''\nimport numpy as np\n\npassword = '@PW@'\n",
            "'''Doc.'''\nimport os\nimport numpy as np\n\npassword = os.getenv(\"PASSWORD\")\n",
        ),
    ],
)
def test_python(text: str, wanted: str) -> None:
    after = fixed("train.py", text)
    assert after == wanted
    ast.parse(after)


def test_an_import_reaches_the_head_of_a_long_script() -> None:
    body = "".join(f"def step_{number}(x):\n    return x + {number} * 1.0 ** 2\n\n\n" for number in range(200))
    text = f"import numpy as np\n\n{body}password = '@PW@'\n"
    assert fixed("train.py", text).startswith("import os\nimport numpy as np\n")


def test_one_import_serves_two_secrets() -> None:
    text = "import json\n\npassword = '@PW@'\nurl = 'mysql://ml:@PW@@db-1/x'\n"
    assert fixed("train.py", text).count("import os") == 1


@pytest.mark.parametrize("text", ["x = 'a' '@PW@'\n", "password = '{}-@PW@'.format(1)\n"])
def test_what_takes_more_than_text_has_no_fix(text: str) -> None:
    assert findings("train.py", text.replace("@PW@", f"mysql://ml:{PASSWORD}@db-1/{{x}}")) == []


def test_dotenv_where_settings_want_it() -> None:
    text = "import numpy as np\n\npassword = '@PW@'\n"
    settings = replace(DEFAULTS, dotenv=True)
    assert fixed("train.py", text, settings=settings) == (
        "import os\nimport numpy as np\nfrom dotenv import load_dotenv\n\nload_dotenv()\n\n"
        'password = os.getenv("PASSWORD")\n'
    )
    assert fixed("train.py", "password = '@PW@'\n", settings=settings) == (
        'import os\n\nfrom dotenv import load_dotenv\n\nload_dotenv()\npassword = os.getenv("PASSWORD")\n'
    )


def test_dotenv_that_is_loaded_already() -> None:
    text = "import os\nfrom dotenv import load_dotenv\n\nload_dotenv()\npassword = '@PW@'\n"
    assert fixed("train.py", text) == text.replace("'@PW@'", 'os.getenv("PASSWORD")')


def test_a_cell_imports_what_no_cell_before_it_did() -> None:
    def after(*cells: str) -> str:
        texts = [cell.replace("@PW@", PASSWORD) for cell in cells]
        document = open_notebook("a.ipynb", [CellText(str(i), "code", "python", text) for i, text in enumerate(texts)])
        (finding,) = (finding for finding in check(document).findings if finding.code == "TFL304")
        assert finding.part == len(cells) - 1
        return apply_edits(texts[-1], finding.fixes[0].edits)

    assert after("import os", "password = '@PW@'") == 'password = os.getenv("PASSWORD")'
    assert after("import json", "password = '@PW@'") == 'import os\npassword = os.getenv("PASSWORD")'
    assert after("%%time\nimport json\npassword = '@PW@'") == (
        '%%time\nimport os\nimport json\npassword = os.getenv("PASSWORD")'
    )


# -- shells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("export DB_PASSWORD=@PW@\n", 'export DB_PASSWORD="${DB_PASSWORD:?}"\n'),
        ("export DB_PASSWORD='@PW@'\n", 'export DB_PASSWORD="${DB_PASSWORD:?}"\n'),
        ("mysql -p@PW@ x\n", 'mysql -p"${DB_PASSWORD}" x\n'),
        ("mysql --password='@PW@' x\n", 'mysql --password="${DB_PASSWORD}" x\n'),
        ("sshpass -p '@PW@' ssh h\n", 'sshpass -p "${SSH_PASSWORD}" ssh h\n'),
        ('echo "ml:@PW@" | chpasswd\n', 'echo "ml:${ML_PASSWORD}" | chpasswd\n'),
        ("echo 'ml:@PW@' | chpasswd\n", 'echo "ml:${ML_PASSWORD}" | chpasswd\n'),
        ("echo ml:@PW@ | chpasswd\n", 'echo ml:"${ML_PASSWORD}" | chpasswd\n'),
        ("run '$a:mysql://ml:@PW@@db-1/x'\n", "run '$a:mysql://ml:'\"${DB_PASSWORD}\"'@db-1/x'\n"),
        ("psql postgresql://ml:@PW@@db-1/x\n", "psql postgresql://ml:${DB_PASSWORD}@db-1/x\n"),
        ("chpasswd <<EOF\nml:@PW@\nEOF\n", "chpasswd <<EOF\nml:${ML_PASSWORD}\nEOF\n"),
        ("docker run -e DB_PASSWORD=@PW@ x:1\n", "docker run -e DB_PASSWORD x:1\n"),
        ("docker run -e 'DB_PASSWORD=@PW@' x:1\n", "docker run -e 'DB_PASSWORD' x:1\n"),
    ],
)
def test_shell(text: str, wanted: str) -> None:
    assert fixed("start.sh", text) == wanted
    subprocess.run([program("bash"), "-n"], input=wanted, text=True, check=True)


@pytest.mark.parametrize(
    "word",
    [
        "mysql://ml:@PW@@db-1/x",
        "'mysql://ml:@PW@@db-1/x'",
        '"mysql://ml:@PW@@db-1/x"',
        "'$b `c` \"d\" mysql://ml:@PW@@db-1/x !e'",
        "\"a $b 'c' mysql://ml:@PW@@db-1/x\"",
        "a\\ b' c d 'mysql://ml:@PW@@db-1/x\"e f\"",
    ],
)
def test_the_shell_sees_what_it_saw_before(word: str) -> None:
    """Real bash gives a program the same words, with the password in the variable."""
    before = f"show {word}\n".replace("@PW@", PASSWORD)
    after = fixed("start.sh", before)
    assert PASSWORD not in after
    seen = [
        subprocess.run(
            [program("bash"), "-c", f"show() {{ printf '<%s>' \"$@\"; }}\n{script}"],
            env={"DB_PASSWORD": PASSWORD, "b": "B"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for script in (before, after)
    ]
    assert seen[0] == seen[1] != ""


def test_a_quoted_heredoc_expands_nothing() -> None:
    assert findings("start.sh", f"chpasswd <<'EOF'\nml:{PASSWORD}\nEOF\n") == []


def test_a_magic_takes_the_variable_by_its_short_form() -> None:
    document = open_notebook("a.ipynb", [CellText("c", "code", "python", f"!mysql -p{PASSWORD} x")])
    (finding,) = (finding for finding in check(document).findings if finding.code == "TFL304")
    assert apply_edits(document.text, finding.fixes[0].edits) == '!mysql -p"$DB_PASSWORD" x'


# -- images and configuration ------------------------------------------------------------------------------------------


def test_a_build_secret() -> None:
    text = "FROM x:1\nRUN apt-get update && \\\n    echo 'ml:@PW@' | chpasswd\n"
    assert fixed("Dockerfile", text) == (
        "FROM x:1\nRUN --mount=type=secret,id=ml_password apt-get update && \\\n"
        '    echo "ml:$(cat /run/secrets/ml_password)" | chpasswd\n'
    )


def test_what_an_image_is_built_with_is_shown_only() -> None:
    (finding,) = findings("Dockerfile", f"FROM x:1\nENV DB_PASSWORD={PASSWORD}\n")
    assert [fix.safety for fix in finding.fixes] == [Safety.DISPLAY_ONLY]


def test_configuration() -> None:
    assert fixed("compose.yaml", 'services:\n  db:\n    image: x:1\n    environment: {DB_PASSWORD: "@PW@"}\n') == (
        'services:\n  db:\n    image: x:1\n    environment: {DB_PASSWORD: "${DB_PASSWORD}"}\n'
    )
    assert fixed(".env.example", "DB_PASSWORD=@PW@\n") == "DB_PASSWORD=\n"


def test_an_env_file_is_where_secrets_belong() -> None:
    assert findings(".env", f"DB_PASSWORD={PASSWORD}\nGH={secret('github-pat')}\n") == []
    assert findings("deploy/.env.local", f"DB_PASSWORD={PASSWORD}\n") == []


# -- other files -------------------------------------------------------------------------------------------------------


def test_names_are_noted_and_git_is_told() -> None:
    fix = one_fix("start.sh", "mysql -p@PW@ x\n", "fix")
    assert [(line.path, line.line, line.secret) for line in fix.lines] == [
        (".env.example", "DB_PASSWORD=", False),
        (".gitignore", ".env", False),
    ]
    fix = one_fix("start.sh", "mysql -p@PW@ x\n", "fix", replace(NO_PROJECT, dotenv_ignored=True))
    assert [line.path for line in fix.lines] == [".env.example"]


def test_only_the_fix_that_says_so_keeps_the_secret() -> None:
    fix = one_fix("start.sh", "mysql -p@PW@ x\n", "fix.move")
    (kept,) = (line for line in fix.lines if line.path == ".env")
    assert (kept.line, kept.unless, kept.secret) == (f"DB_PASSWORD={PASSWORD}", "DB_PASSWORD=", True)


def test_every_fix_is_one_that_somebody_chooses() -> None:
    text = f"mysql -p{PASSWORD} x\nexport HF_TOKEN={secret('huggingface')}\nsshd -o PermitRootLogin=yes\n"
    assert {fix.safety for finding in findings("start.sh", text) for fix in finding.fixes} == {Safety.UNSAFE}
