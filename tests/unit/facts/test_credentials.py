"""Credentials in every surface: what is found, where it stands, how it is written, and what is left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.facts.reading import analysis, facts, written
from tests.unit.rules.page_secrets import secret
from tflsp.facts.credential_forms import Form
from tflsp.facts.credentials import Credential, CredentialKind
from tflsp.facts.placeholders import Strength

PASSWORD = "Zx9-" + "kq2Lm"
TOKEN = secret("github-pat")


def filled(text: str) -> str:
    """A text with the password in its place: no file holds one."""
    return text.replace("@PW@", PASSWORD)


def found(language: str, text: str) -> list[tuple[str, str]]:
    return [(fact.kind.value, fact.span.of(fact.region.text)) for fact in facts(language, text, Credential)]


def one(language: str, text: str) -> Credential:
    (fact,) = facts(language, text, Credential)
    return fact


# -- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("mysql://admin:123456@prod-db:3306/ml_data", "123456"),
        ("postgresql+psycopg2://ml:" + PASSWORD + "@10.0.0.3/runs", PASSWORD),
        ("redis://:" + PASSWORD + "@cache:6379/0", PASSWORD),
        ("https://me:" + PASSWORD + "@packages.lab.internal/simple", PASSWORD),
        ("amqp://broker:" + PASSWORD + "@[::1]:5672//", PASSWORD),
        ("mongodb+srv://ml:P@" + PASSWORD + "@cluster0.abcde.mongodb.net/x", "P@" + PASSWORD),
        ("sftp://ml:" + PASSWORD + "@storage.lab.internal:22/data", PASSWORD),
    ],
)
@pytest.mark.parametrize("language", ["python", "shell", "markdown", "text", "yaml", "dotenv", "code"])
def test_passwords_in_addresses(language: str, address: str, password: str) -> None:
    text = {"python": f"url = '{address}'\n", "yaml": f"url: {address}\n", "dotenv": f"URL={address}\n"}.get(
        language, f"see {address} there\n"
    )
    assert found(language, text) == [("uri", password)]


@pytest.mark.parametrize(
    "address",
    [
        "mysql://user:password@localhost/db",
        "postgresql://scott:tiger@localhost/test",
        "amqp://guest:guest@localhost:5672//",
        "postgres://postgres:postgres@db/app",
        "https://user:<token>@git.lab.internal/x",
        "https://${USER}:${PASSWORD}@git.lab.internal/x",
        "https://{user}:{password}@host/x",
        "https://me:" + PASSWORD + "@example.com/",
        "https://me:" + PASSWORD + "@api.example.org/",
        "https://user:your_password@proxy.company.com:8080",
        "http://user:123456@localhost:8888",
        "redis://:password123@127.0.0.1",
        "http://host:8080/path@2x.png",
        "https://www.tensorflow.org/api_docs/python/tf/keras@2.9",
        "mysql://root:***@db/x",
        "snowflake://testuser:0123456@abc123/db",
    ],
)
def test_what_is_no_password_in_an_address(address: str) -> None:
    assert found("markdown", f"see {address} there\n") == []


def test_what_a_sentence_calls_an_example_is_none() -> None:
    assert found("markdown", f"A URL, e.g. `mysql://ml:{PASSWORD}@db-1/x`.\n") == []
    assert found("markdown", f"例如:mysql://ml:{PASSWORD}@db-1/x\n") == []


# -- providers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["github-pat", "huggingface", "aws-access-key"])
@pytest.mark.parametrize("language", ["python", "shell", "markdown", "dockerfile", "compose", "json", "text", "code"])
def test_providers_tokens_everywhere(kind: str, language: str) -> None:
    assert found(language, f"x: '{secret(kind)}'\n") == [("provider", secret(kind))]


def test_a_token_in_an_address_is_a_token() -> None:
    text = f"git clone https://oauth2:{TOKEN}@github.com/lab/x.git"
    assert found("shell", text) == [("provider", TOKEN)]


def test_a_token_behind_a_keyword_is_found_once() -> None:
    assert found("python", f'password = "{TOKEN}"') == [("provider", TOKEN)]


@pytest.mark.parametrize(
    "text", ["sk_test_" + secret("key", 24), "hf_" + "x" * 34, "gh" + "p_" + "X" * 36, "AKIAIOSFODNN7" + "EXAMPLE"]
)
def test_keys_for_tests_and_documentation_are_none(text: str) -> None:
    assert found("markdown", f"use `{text}` here\n") == []


# -- Jupyter -----------------------------------------------------------------------------------------------------------


def test_pasted_tokens() -> None:
    token = secret("jupyter")
    assert found("markdown", f"open http://127.0.0.1:8888/?token={token} now") == [("jupyter-token", token)]
    assert found("text", f"http://host/lab?file=x&token={token[:20]}") == []  # not Jupyter's, and short
    assert found("text", f"http://127.0.0.1:8888/lab?token={token[:20]}") == [("jupyter-token", token[:20])]


@pytest.mark.parametrize(
    "token", ["abc123...", "<TOKEN>", "$TOKEN", "{token}", "YOUR_TOKEN", "xxxx", "0" * 48, "abc123"]
)
def test_tokens_that_are_left_out(token: str) -> None:
    assert found("markdown", f"http://a1b2c3d4e5f6:8888/?token={token}\n") == []


# -- keywords ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "password = '{}'"),
        ("python", 'db_password: str = "{}"'),
        ("python", "connect(user='ml', password='{}', port=3306)"),
        ("python", "config['password'] = '{}'"),
        ("python", "{{'user': 'ml', 'passwd': '{}'}}"),
        ("python", "os.environ.setdefault('DB_PASSWORD', '{}')"),
        ("python", "# 密码:{}\nx = 1"),
        ("shell", "export DB_PASSWORD={}"),
        ("shell", "PGPASSWORD='{}' psql -h db"),
        ("shell", "train --db-password {} --epochs 3"),
        ("shell", 'train --password="{}"'),
        ("yaml", "db:\n  password: {}\n"),
        ("yaml", "db: {{user: ml, password: '{}'}}\n"),
        ("json", '{{"password": "{}"}}'),
        ("dotenv", "DB_PASSWORD={}\n"),
        ("markdown", "数据库密码:{}。\n"),
        ("markdown", "口令: `{}`\n"),
        ("markdown", "密码为 {} ,请勿外传\n"),
        ("markdown", "- **Password:** {}\n"),
        ("text", "password = {}\n"),
        ("code", 'const password = "{}";'),
    ],
)
def test_values_behind_keywords(language: str, text: str) -> None:
    assert found(language, text.format(PASSWORD)) == [("password", PASSWORD)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "password = getpass()"),
        ("python", "password = os.environ['DB_PASSWORD']"),
        ("python", "password = config.get('password')"),
        ("python", "if password == 'Ab-77':\n    pass"),
        ("python", "password = ''"),
        ("python", "password_hash = 'Ab-77'"),
        ("python", "token_url = 'v2-aaaa-bbbb'"),
        ("python", "tokenizer = 'bert-base-uncased-v2'"),
        ("python", "token = '[PAD]'"),
        ("python", "password = f'{user}-x1'"),
        ("python", "password = '%s' % x"),
        ("python", "open('/etc/passwd', 'utf8')"),
        ("python", "password = 'your_password'"),
        ("python", "secret = 'my little secret'"),
        ("shell", "read -s PASSWORD"),
        ("shell", 'DB_PASSWORD="$(cat /run/secrets/db)"'),
        ("shell", "export DB_PASSWORD=$1"),
        ("shell", "docker run --env-file .env x"),
        ("shell", "ansible-playbook --ask-vault-password site.yml"),
        ("shell", "MYSQL_PASSWORD= MYSQL_USER=root run"),
        ("yaml", "password: ${DB_PASSWORD}\n"),
        ("yaml", "password: !vault |\n"),
        ("yaml", "password: *default\n"),
        ("yaml", "secretName: train-tls-2\n"),
        ("json", '{"password": null, "token": "string"}'),
        ("markdown", "password: required\n"),
        ("markdown", "密码:至少8位\n"),
        ("markdown", "The password is stored in 2 places.\n"),
        ("markdown", "| password | string | The user's password |\n"),
        ("markdown", "token: 0b1e3c52-6f9e-4a53-9f0e-2f4a1c7d8e90\n"),
        ("markdown", "![x](https://files.lab/?alt=media&token=2fcd0528-e8bb-4bdd-af35-9d20e313d1a8)\n"),
    ],
)
def test_what_behind_a_keyword_is_no_secret(language: str, text: str) -> None:
    assert found(language, text) == []


def test_keys_need_a_value_that_looks_generated() -> None:
    key = secret("key", 32)
    assert found("python", f"api_key = '{key}'") == [("key", key)]
    assert found("python", "api_key = 'production-cluster-2'") == []
    assert found("markdown", f"密钥:{key}\n") == [("key", key)]


def test_weak_passwords_count_in_code_and_not_in_what_a_text_shows() -> None:
    text = "```js\nconnect({ password: 'admin123' })\n```\n"
    assert found("markdown", text) == []
    assert found("python", "connect(password='admin123')") == [("password", "admin123")]
    assert found("markdown", "密码:123456\n") == [("password", "123456")]


# -- commands ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "password", "user"),
    [
        ("echo 'root:Docker!' | chpasswd", "Docker!", "root"),
        ('echo "root:toor" | sudo chpasswd', "toor", "root"),
        ("echo root:admin|chpasswd", "admin", "root"),
        ("printf 'jovyan:Ab-77\\n' | chpasswd", "Ab-77", "jovyan"),
        ("chpasswd <<< 'root:toor'", "toor", "root"),
        ("chpasswd <<EOF\nroot:toor\nEOF", "toor", "root"),
        ("echo 'Ab-77' | passwd --stdin root", "Ab-77", "root"),
        ("printf 'Ab-77\\nAb-77\\n' | passwd ml", "Ab-77", "ml"),
        ("useradd -p Ab-77 ml", "Ab-77", "ml"),
    ],
)
def test_passwords_of_accounts(command: str, password: str, user: str) -> None:
    fact = one("shell", command)
    assert (fact.kind, written(fact, fact.span), fact.user) == (CredentialKind.LOGIN, password, user)


def test_an_account_with_a_placeholder_is_still_one() -> None:
    assert one("shell", "echo 'root:your_password' | chpasswd").strength is Strength.PLACEHOLDER


@pytest.mark.parametrize(
    "command",
    [
        'echo "root:$PASSWORD" | chpasswd',
        "echo root:${PASSWORD} | chpasswd",
        "printf 'root:%s' \"$PASSWORD\" | chpasswd",
        "chpasswd < users.txt",
        "chpasswd -e <<< 'root:$6$salt$hash'",
        "passwd root",
        "mysql -u root -p ml_data",
        "docker login -u me --password-stdin",
        "redis-cli -h cache ping",
        "wget -O - https://packages.lab.internal/x.gpg.key",
        "curl -u me https://x",
    ],
)
def test_commands_without_a_literal(command: str) -> None:
    assert found("shell", command) == []


@pytest.mark.parametrize(
    "command",
    [
        "mysql -u root -p{} ml_data",
        "mysqldump --password={} x",
        "sshpass -p {} ssh host",
        "sshpass -p{} ssh host",
        "docker login -u me -p {}",
        "podman login --password {} registry.lab",
        "redis-cli -a {} ping",
        "cu" + "rl -u me:{} https://host/x",
        "cu" + "rl --user=me:{} https://host/x",
    ],
)
def test_options_of_clients(command: str) -> None:
    assert found("shell", command.format(PASSWORD)) == [("password", PASSWORD)]


def test_a_command_that_a_text_speaks_of() -> None:
    assert found("text", "then run echo 'root:Docker!' | chpasswd and be done") == [("login", "Docker!")]


# -- variables of images and containers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("dockerfile", "FROM x:1\nENV DB_PASSWORD={}\n"),
        ("dockerfile", "FROM x:1\nENV DB_PASSWORD {}\n"),
        ("dockerfile", "ARG API_TOKEN={}\nFROM x:1\n"),
        ("compose", "services:\n  db:\n    image: x:1\n    environment:\n      DB_PASSWORD: {}\n"),
        ("compose", "services:\n  db:\n    image: x:1\n    environment:\n      - DB_PASSWORD={}\n"),
        ("shell", "docker run -e DB_PASSWORD={} x:1"),
        ("shell", "docker run --env=DB_PASSWORD={} x:1"),
    ],
)
def test_variables_of_images_and_containers(language: str, text: str) -> None:
    assert found(language, text.format(PASSWORD)) == [("environment", PASSWORD)]


@pytest.mark.parametrize(
    "setting",
    [
        "SSH_KEY_PATH=/root/.ssh/id",
        "PASSWORD_FILE=/run/secrets/db",
        "TOKENIZER=wordpiece",
        "MAX_TOKENS=512",
        "PUBLIC_KEY=" + secret("key", 20),
        "ALLOW_EMPTY_PASSWORD=yes",
        "DB_PASSWORD=",
        "DB_PASSWORD=$OTHER",
        "SORT_KEY=name",
        "KEYBOARD=us",
        "GPG_KEY=production",
    ],
)
def test_variables_that_hold_no_secret(setting: str) -> None:
    assert found("dockerfile", f"FROM x:1\nENV {setting}\n") == []


def test_in_markdown_ordinary_words_are_examples() -> None:
    fence = "```bash\ndocker run -e POSTGRES_PASSWORD={} postgres:16\n```\n"
    assert found("markdown", fence.format("mysecretpassword")) == []
    assert found("markdown", fence.format(PASSWORD)) == [("environment", PASSWORD)]


# -- places and forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "form", "literal"),
    [
        ("python", "p = 1\npassword = r'@PW@'\n", Form.PYTHON, "r'@PW@'"),
        ("python", "def f():\n    '''connect(password=\"@PW@\")'''\n", Form.PROSE, "@PW@"),
        ("python", "# password = '@PW@'\n", Form.PROSE, "@PW@"),
        ("shell", "export PASSWORD='@PW@'", Form.SHELL, "'@PW@'"),
        ("shell", "chpasswd <<EOF\nroot:@PW@\nEOF\n", Form.HEREDOC, "@PW@"),
        ("yaml", 'password: "@PW@"\n', Form.YAML, '"@PW@"'),
        ("yaml", "# password: @PW@\n", Form.PROSE, "@PW@"),
        ("json", '{"password": "@PW@"}', Form.JSON, '"@PW@"'),
        ("dotenv", "PASSWORD=@PW@\n", Form.DOTENV, "@PW@"),
        ("dockerfile", "FROM x:1\nENV PASSWORD=@PW@\n", Form.INSTRUCTION, "@PW@"),
        ("markdown", "密码:@PW@\n", Form.PROSE, "@PW@"),
    ],
)
def test_how_a_secret_is_written(language: str, text: str, form: Form, literal: str) -> None:
    fact = one(language, filled(text))
    assert (fact.form, written(fact, fact.literal)) == (form, filled(literal))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("😀 中文\n> ```python\n> password = '@PW@'\n> ```\n", "python"),
        ("1. a\n\n   ```bash\n   export PASSWORD=@PW@\n   ```\n", "shell"),
        ("```dockerfile\nFROM x:1\nRUN echo 'root:@PW@' | chpasswd\n```\n", "shell"),
        ("```yaml\npassword: @PW@\n```\n", "yaml"),
        ("<!-- password: @PW@ -->\n", "markdown"),
    ],
)
def test_a_secret_belongs_to_the_innermost_region(text: str, language: str) -> None:
    text = filled(text)
    fact = one("markdown", text)
    assert fact.region.language == language
    assert fact.span.of(fact.region.text) == PASSWORD
    assert fact.region.to_root(fact.span).of(text) == PASSWORD


def test_a_shell_in_python() -> None:
    fact = one("python", filled('subprocess.run("mysql -p@PW@ x", shell=True)\n'))
    assert fact.region.root.language == "python"
    assert fact.region.to_root(fact.span).of(fact.region.root.text) == PASSWORD


def test_names_of_what_a_literal_is_given_to() -> None:
    assert one("python", f"HF_KEY = '{TOKEN}'").name == "HF_KEY"
    assert one("python", f"login(token='{TOKEN}')").name == "token"
    assert one("shell", f"export GH={TOKEN}").name == "GH"
    assert one("markdown", filled("数据库密码:@PW@\n")).name == "密码"


def test_only_long_secrets_show_their_end() -> None:
    assert one("python", f"password = '{PASSWORD}'").ending == PASSWORD[-2:]
    assert one("python", f"password = '{PASSWORD[:7]}'").ending == ""


def test_thousands_of_fences_with_secrets() -> None:
    fence = filled("```python\npassword = '@PW@'\n```\n\n")
    assert len(analysis("markdown", fence * 3_000).of(Credential)) == 3_000


# -- text that nobody would write --------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "password",
            "密码",
            "token",
            "api_key",
            "DB_PASSWORD",
            "=",
            ":",
            ":",
            "'",
            '"',
            "`",
            " ",
            "\n",
            "\\",
            "(",
            ")",
        ),
        *(
            "://",
            "@",
            "user",
            "root:",
            "| chpasswd",
            "echo ",
            "${X}",
            "$(",
            "<<EOF",
            "EOF",
            "?token=",
            "-e ",
            "docker run ",
        ),
        *(
            "ENV ",
            "RUN ",
            "FROM x:1\n",
            "- ",
            "{",
            "}",
            "\0",
            "\ud800",
            "😀",
            "\r",
            "\u2028",
            "#",
            "```\n",
            "```python\n",
        ),
        *(PASSWORD, TOKEN, secret("jupyter"), "curl -H ", "--password ", "sed -i s/", "/etc/ssh/sshd_config", ">> "),
    ]
)
LANGUAGES = (
    "markdown",
    "python",
    "ipython",
    "shell",
    "console",
    "dockerfile",
    "compose",
    "yaml",
    "json",
    "dotenv",
    "text",
)


@given(st.sampled_from(LANGUAGES), st.lists(PIECES, max_size=40))
def test_any_text_is_survived_and_places_are_true(language: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    for fact in analysis(language, text).of(Credential):
        assert 0 <= fact.span.start < fact.span.end <= len(fact.region.text)
        assert fact.literal.covers(fact.span)
        root = fact.region.to_root(fact.span)
        assert root.of(text) == fact.span.of(fact.region.text)


@pytest.mark.parametrize(
    "text",
    [
        "password: '" + PASSWORD + "' " * 3_000,
        ("password: '" + PASSWORD + "', ") * 3_000,
        ("mysql://ml:" + PASSWORD + "@db-1/x ") * 3_000,
        "curl " * 20_000,
        "-----BEGIN PRIVATE KEY----- " * 2_000,
        "password=" * 3_000,
        "'" * 50_000 + "password='",
        "://" * 30_000 + "@",
        "a:" * 30_000 + "@://",
        "?token=" * 5_000,
        "x" * 200_000,
        "aB3" * 60_000,
    ],
    ids=lambda text: text[:24],
)
@pytest.mark.parametrize("language", ["markdown", "text", "yaml"])
def test_long_lines_take_no_quadratic_time(language: str, text: str) -> None:
    """Each takes well under a second; with a step for each character of the line at each place it would be minutes."""
    start = time.process_time()
    found(language, text)
    assert time.process_time() - start < 15
