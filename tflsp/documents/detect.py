"""What a text is: a document kind from its name, its language id and its content.

The content has the last word where names lie: an ``.ipynb`` buffer may hold a percent script or Markdown. Nothing
is parsed here; a few expressions look at a text's beginning and, for notebooks, at its end.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from tflsp.documents.percent import is_percent
from tflsp.text.patterns import pattern

# Editors' language ids, of VS Code, Neovim, Helix, Emacs and JupyterLab, and what kind of text each means.
PYTHON_KERNELS = ("python", "ipython", "python3", "python2", "xpython")
LANGUAGE_IDS = {
    **dict.fromkeys(("markdown", "quarto", "rmd", "rmarkdown", "myst", "ipythongfm", "gfm", "pandoc"), "markdown"),
    **dict.fromkeys(("python", "ipython"), "python"),
    **dict.fromkeys(("shellscript", "sh", "bash", "zsh", "ksh"), "shell"),
    **dict.fromkeys(("dockerfile", "containerfile", "docker"), "dockerfile"),
    **dict.fromkeys(("dockercompose", "docker-compose", "yaml.docker-compose"), "compose"),
    **dict.fromkeys(("yaml", "yml", "yaml.kubernetes"), "yaml"),
    **dict.fromkeys(("json", "jsonc", "json5", "notebook", "ipynb"), "json"),
    **dict.fromkeys(("dotenv", "env"), "dotenv"),
    "gitignore": "gitignore",
    **dict.fromkeys(("sshdconfig", "sshd-config", "sshd_config"), "sshd-config"),
    "toml": "toml",
}
_SUFFIXES = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd", ".mdx"), "markdown"),
    **dict.fromkeys((".py", ".pyw", ".pyi"), "python"),
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh", ".envrc"), "shell"),
    **dict.fromkeys((".yml", ".yaml"), "yaml"),
    **dict.fromkeys((".json", ".jsonc", ".json5"), "json"),
    ".toml": "toml",
    ".ipynb": "json",
}
# Of a file that has no telling suffix: Dockerfile.dev and gpu.Dockerfile, but not dockerfile.py.
_DOCKERFILE = pattern(r"(?:dockerfile|containerfile)(?:[._-].*)?\Z|.*\.(?:dockerfile|containerfile)\Z")
_COMPOSE = pattern(r"(?:docker-)?compose(?:[._-].*)?\.ya?ml\Z")
_DOTENV = pattern(r"\.env(?:\..+)?\Z|.+\.env\Z")
_SSHD = pattern(r"(?:^|/)sshd_config(?:\.d/[^/]+\.conf|[._-][^/]*)?\Z")

_SHEBANG = pattern(
    r"#![ \t]*\S*?(?:/env[ \t]+(?:-S[ \t]+)?(?:\S+=\S*[ \t]+)*)?([\w.+-]+)(?:[ \t][^\n]*)?(?:\r?\n|\r|\Z)"
)
_SERVICES = pattern(r"^services:[ \t]*(?:#[^\n]*)?\r?\n(?P<body>(?:[ \t#][^\n]*(?:\n|\Z)|\r?\n)+)", re.MULTILINE)
_SERVICE_KEY = pattern(r"^[ \t]+(?:image|build|extends)[ \t]*:", re.MULTILINE)
_API_VERSION = pattern(r"^[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)
_KIND = pattern(r"^[\"']?kind[\"']?[ \t]*:", re.MULTILINE)
_NBFORMAT = pattern(r'"nbformat"\s*:\s*\d')
_CELLS = pattern(r'"(?:cells|worksheets)"\s*:\s*\[')
_DOCKER_CONFIG = pattern(
    r'"(?:auths|credsStore|credHelpers|HttpHeaders|psFormat|imagesFormat|detachKeys|cliPluginsExtraDirs)"\s*:'
)
_CLIENT_PROXIES = pattern(r'"proxies"\s*:\s*\{\s*"(?:default|[^"]*://[^"]*)"\s*:\s*\{')
_DAEMON = pattern(
    r'"(?:registry-mirrors|insecure-registries|data-root|exec-opts|log-driver|log-opts|storage-driver|default-runtime'
    r'|live-restore|default-address-pools|default-ulimits|userland-proxy|userns-remap|http-proxy|https-proxy)"\s*:'
)
_SSHD_LINE = pattern(
    r"^[ \t]*#?(?:PermitRootLogin|PasswordAuthentication|PubkeyAuthentication|AuthorizedKeysFile|PermitEmptyPasswords"
    r"|Subsystem[ \t]+sftp|UsePAM|ChallengeResponseAuthentication|X11Forwarding|ListenAddress)[ \t]+\S",
    re.MULTILINE,
)
# How far into a text is looked for what it is.
HEAD = 8_192
BINARY_HEAD = 1_024


def kind_of(name: str, text: str, language_id: str = "") -> str:
    """The kind of document: a key of ``opening.CHUNKERS``. ``name`` is a path with forward slashes, or empty."""
    if is_binary(text):
        return "binary"
    path = PurePosixPath(name)
    base = LANGUAGE_IDS.get(language_id.lower()) or _by_name(path) or _by_content(text)
    if base == "shell" and _by_name(path) == "dotenv":
        base = "dotenv"  # editors take .env for shell
    if path.suffix.lower() == ".ipynb":
        return _ipynb(text, base, language_id)
    match base:
        case "python":
            return "percent" if is_percent(text) else "python"
        case "json":
            return json_kind(name, text)
        case "yaml":
            return yaml_kind(name, text)
        case _:
            return base


def is_binary(text: str) -> bool:
    """Whether a text is none: it has NUL among its first characters."""
    return "\0" in text[:BINARY_HEAD]


def json_kind(name: str, text: str) -> str:
    """What a JSON text is: notebook, devcontainer, daemon-json, docker-config-json, or json."""
    path = PurePosixPath(name.lower())
    if is_notebook(text):
        return "notebook"
    if path.name in ("devcontainer.json", ".devcontainer.json"):
        return "devcontainer"
    head = text[:HEAD]
    if path.name == "config.json" and path.parent.name == ".docker":
        return "docker-config-json"
    if path.name == "daemon.json":
        return "daemon-json"
    if _DAEMON.search(head):
        return "daemon-json"
    if _CLIENT_PROXIES.search(head) or (path.name in ("config.json", "") and _DOCKER_CONFIG.search(head)):
        return "docker-config-json"
    return "json"


def yaml_kind(name: str, text: str) -> str:
    """What a YAML text is: compose, kubernetes, or yaml."""
    if _COMPOSE.match(PurePosixPath(name.lower()).name):
        return "compose"
    if (services := _SERVICES.search(text)) and _SERVICE_KEY.search(services["body"]):
        return "compose"
    if _API_VERSION.search(text) and _KIND.search(text):
        return "kubernetes"
    return "yaml"


def is_notebook(text: str) -> bool:
    """Whether a text is a raw notebook: a JSON object with cells and nbformat. Looks at both ends only."""
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return False
    ends = text if len(text) <= 2 * HEAD else text[:HEAD] + "\n" + text[-HEAD:]
    return _NBFORMAT.search(ends) is not None and _CELLS.search(text) is not None


def shebang(text: str) -> str | None:
    """The language of a script's first line: shell, python, or None."""
    found = _SHEBANG.match(text)
    if found is None:
        return None
    program = found[1]
    if program.startswith("python"):
        return "python"
    return "shell" if program in ("sh", "bash", "dash", "zsh", "ksh", "ash") else None


def _by_name(path: PurePosixPath) -> str | None:
    name, suffix = path.name.lower(), path.suffix.lower()
    if _SSHD.search(path.as_posix().lower()):
        return "sshd-config"
    if name == ".gitignore":
        return "gitignore"
    if _DOTENV.match(name):
        return "dotenv"
    if name in (".bashrc", ".bash_profile", ".profile", ".zshrc", ".envrc"):
        return "shell"
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if _DOCKERFILE.match(name) and suffix not in (".txt", ".rst", ".html", ".go", ".js", ".ts"):
        return "dockerfile"
    return "text" if suffix == ".txt" else None


def _by_content(text: str) -> str:
    """Of a text without a telling name."""
    if script := shebang(text):
        return script
    if is_notebook(text):
        return "json"
    head = text[:HEAD]
    if len(_SSHD_LINE.findall(head)) > 1:
        return "sshd-config"
    return "text"


def _ipynb(text: str, base: str, language_id: str) -> str:
    """An ``.ipynb`` URI: raw JSON, or what a plugin made of it (jupytext.nvim shows a script or Markdown)."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if base in ("markdown", "python"):
        return "percent" if base == "python" else base
    if start in ("{", "") or LANGUAGE_IDS.get(language_id.lower()) == "json":
        return "notebook"
    return "percent" if is_percent(text) else "markdown"


def cell_language(kind: str, language: str) -> str:
    """The region language of a cell's text."""
    if kind == "markdown":
        return "markdown"
    if kind == "raw":
        return "text"
    if language.lower() in PYTHON_KERNELS:
        return "ipython"
    return "shell" if LANGUAGE_IDS.get(language.lower()) == "shell" else "code"
