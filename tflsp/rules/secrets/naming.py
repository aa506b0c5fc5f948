"""What the environment variable is called that takes a secret's place."""

from __future__ import annotations

import re

from tflsp.facts.credentials import Credential, CredentialKind
from tflsp.facts.providers import variable_for
from tflsp.text.patterns import pattern

_BY_SCHEME = {
    "redis": "REDIS_PASSWORD",
    "rediss": "REDIS_PASSWORD",
    "mongodb": "MONGO_PASSWORD",
    "amqp": "RABBITMQ_PASSWORD",
    "amqps": "RABBITMQ_PASSWORD",
    "smtp": "SMTP_PASSWORD",
    "smtps": "SMTP_PASSWORD",
    "ldap": "LDAP_PASSWORD",
    "ldaps": "LDAP_PASSWORD",
    "ftp": "FTP_PASSWORD",
    "ftps": "FTP_PASSWORD",
    "sftp": "SSH_PASSWORD",
    "ssh": "SSH_PASSWORD",
    "http": "HTTP_PASSWORD",
    "https": "HTTP_PASSWORD",
}
_INDEX = pattern(r"index[-_]url|\bpip\b|/simple\b", re.IGNORECASE)
_DATABASE = pattern(r"数据库|mysql|mariadb|postgres|mssql|oracle|database|(?<![a-z])db(?![a-z])", re.IGNORECASE)
_SECRET_WORD = pattern(r"token|key|secret|pass|pwd|auth|cred", re.IGNORECASE)
_CHINESE = {"密码": "PASSWORD", "密碼": "PASSWORD", "口令": "PASSWORD", "密钥": "SECRET_KEY"}
_GENERIC = frozenset({"PASSWORD", "PASSWD", "PWD", "PASS", "PASSPHRASE", "PASSCODE"})
# Names that do not say whose secret it is.
_ANY_KEY = (
    frozenset({"", "TOKEN", "KEY", "API_KEY", "APIKEY", "SECRET", "SECRET_KEY", "ACCESS_KEY", "ACCESS_TOKEN"})
    | _GENERIC
)
_NEAR = 300
_CAMEL = pattern(r"(?<=[a-z0-9])(?=[A-Z])")


def variable_name(credential: Credential) -> str:
    """The name for a credential, from the variable or key that it is given to, or from what it is."""
    match credential.kind:
        case CredentialKind.PROVIDER:
            own = _upper(credential.name) if _SECRET_WORD.search(credential.name) else ""
            return own if own not in _ANY_KEY else variable_for(credential.source)
        case CredentialKind.URI:
            return _of_uri(credential)
        case CredentialKind.LOGIN:
            return f"{_upper(credential.user) or 'LOGIN'}_PASSWORD"
        case CredentialKind.JUPYTER_TOKEN:
            return "JUPYTER_TOKEN"
    name = _upper(credential.name)
    if name in _GENERIC or not name:
        return "DB_PASSWORD" if _DATABASE.search(_line(credential)) else "PASSWORD"
    return name


def _of_uri(credential: Credential) -> str:
    scheme = credential.source.split("+")[0]
    if scheme.startswith("http") and _INDEX.search(_line(credential)):
        return "PIP_INDEX_PASSWORD"
    return _BY_SCHEME.get(scheme, "DB_PASSWORD")


def _upper(name: str) -> str:
    """``dbPassword`` and ``c.Spawner.db_password`` as ``DB_PASSWORD``."""
    name = _CHINESE.get(name, name).strip("-").rsplit(".", 1)[-1]
    name = re.sub(r"\W+", "_", _CAMEL.sub("_", name), flags=re.ASCII).strip("_").upper()
    return name if re.fullmatch(r"[A-Z][A-Z0-9_]*", name) else ""


def _line(credential: Credential) -> str:
    text, span = credential.region.text, credential.span
    near = max(0, span.start - _NEAR)
    start, end = max(near, text.rfind("\n", near, span.start) + 1), text.find("\n", span.end, span.end + _NEAR)
    return text[start : span.start] + text[span.end : end if end >= 0 else span.end + _NEAR]
