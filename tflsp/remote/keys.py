"""The user's key: one ed25519 pair made at first use, or a key file of the user's, or what the user's agent holds.

Private keys never leave their file: what others get is a path and the public line.
"""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tflsp.places import UnsafeFolder, private_folder, ssh_folder, write_private

# Goes into the container's authorized_keys, so it names neither the user nor the machine.
COMMENT = "tflsp"


class KeyProblem(Exception):
    """A key that cannot be used; the text says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who logs in. ``path`` is the private key's file, None for the agent; ``public_line`` is what authorized_keys
    gets (one line for a file; for an agent one line per key)."""

    path: Path | None
    public_line: str


def own_folder() -> Path:
    """Make ``~/.ssh/tflsp``. ``~/.ssh`` is the user's: made 0700 where there is none, else left as it is, a link too.

    Raises UnsafeFolder, OSError.
    """
    folder = ssh_folder()
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    return private_folder(folder)


def own_path() -> Path:
    """Where tflsp's own private key lies; the public one beside it ends in ``.pub``."""
    return ssh_folder() / "id_ed25519"


def ensure_identity(identity: Path | None = None) -> Identity:
    """The pair of a file of the user's, or tflsp's own, which is made where there is none. Raises KeyProblem."""
    if identity is not None:
        return _of_user(identity.expanduser().absolute())
    path = own_path()
    try:
        own_folder()
        if not path.exists():
            _make(path)
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
        return Identity(path, _public_line(path))
    except UnsafeFolder as error:
        raise KeyProblem(f"{error}.") from None
    except OSError as error:
        raise KeyProblem(f"{error.filename or path}: {error.strerror}. tflsp keeps its key there.") from error


async def agent_identity(socket: str | None = None) -> Identity:
    """The keys of the user's agent (``SSH_AUTH_SOCK`` where no socket is named). Raises KeyProblem."""
    import asyncssh

    try:
        agent = await asyncssh.connect_agent(socket or os.environ.get("SSH_AUTH_SOCK", ""))
    except (OSError, asyncssh.Error):
        raise KeyProblem("No agent answers. Start one (eval `ssh-agent`), or do without: tflsp makes a key.") from None
    try:
        keys = await agent.get_keys()
    except (OSError, ValueError, asyncssh.Error):
        raise KeyProblem("The agent does not list its keys. Unlock it, or do without: tflsp makes a key.") from None
    finally:
        agent.close()
        await agent.wait_closed()
    # Certificates are no lines of authorized_keys; their plain keys are in the list as well.
    lines = [_line(pair.public_data) for pair in keys if b"-cert-" not in pair.algorithm]
    if not lines:
        raise KeyProblem("The agent holds no key. Add one with ssh-add, or do without: tflsp makes a key.")
    return Identity(None, "\n".join(dict.fromkeys(lines)))


def fingerprint(public_line: str) -> str:
    """``SHA256:…`` of a public key line, as OpenSSH shows it. Raises KeyProblem for what is no such line."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key_bytes(public_line)).digest()).decode().rstrip("=")


def key_bytes(public_line: str) -> bytes:
    """The bytes of a public key line (``type base64 [comment]``). Raises KeyProblem."""
    words = public_line.split()
    try:
        data = base64.b64decode(words[1], validate=True)
        if "\n" in public_line.strip() or _kind(data) != words[0]:
            raise ValueError
    except (IndexError, ValueError):
        raise KeyProblem(f"{public_line[:60]!r} is not a public key; it starts as `ssh-ed25519 AAAA…`.") from None
    return data


def _kind(data: bytes) -> str:
    """The key type that a public key's bytes begin with: a length of four bytes, then the name (RFC 4253, 6.6)."""
    return data[4 : 4 + int.from_bytes(data[:4], "big")].decode("ascii")


def _line(data: bytes, comment: str = "") -> str:
    return f"{_kind(data)} {base64.b64encode(data).decode()} {comment}".rstrip()


def _make(path: Path) -> None:
    import asyncssh

    key = asyncssh.generate_private_key("ssh-ed25519", comment=COMMENT)
    fresh = path.with_name(f"{path.name}.new.{os.getpid()}")
    write_private(fresh, key.export_private_key())
    try:
        # A link, not a rename: whoever is first wins, and nobody's key is replaced by a second one.
        os.link(fresh, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not path.exists():
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _public_line(path: Path) -> str:
    """The public line of our own private key. The .pub file is made anew where it is missing or another key's."""
    public = path.with_name(path.name + ".pub")
    written = None
    with suppress(OSError):
        written = public.read_bytes().decode("utf-8", "replace").strip()
    if written is not None and _is_half_of(written, path):
        return written
    # A quarter of a second to import: nearly every time the file beside the key is right.
    import asyncssh

    try:
        line = asyncssh.read_private_key(path).export_public_key().decode().strip()
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise KeyProblem(f"{path} is not a key that tflsp made. Move it away, and a new one is made.") from None
    if written != line:
        write_private(public, line.encode() + b"\n")
    return line


def _is_half_of(public_line: str, path: Path) -> bool:
    """Whether a public line is that of an unencrypted private key, whose file has the public key at its front.

    OpenSSH's format: a magic word, the names of cipher and key derivation, their options, a count, then the public key.
    """
    front = b"openssh-key-v1\0" + b"".join(len(each).to_bytes(4) + each for each in (b"none", b"none", b""))
    try:
        lines = path.read_bytes().split(b"\n")
        data, key = base64.b64decode(b"".join(lines[1:-2]), validate=True), key_bytes(public_line)
    except (OSError, ValueError, KeyProblem):
        return False
    return data.startswith(front + (1).to_bytes(4) + len(key).to_bytes(4) + key)


def _of_user(path: Path) -> Identity:
    import asyncssh

    private = path.with_suffix("") if path.suffix == ".pub" else path
    public = private.with_name(private.name + ".pub")
    try:
        mode = private.stat().st_mode
        if stat.S_IMODE(mode) & 0o077 and os.name == "posix":
            raise KeyProblem(f"{private} can be read by others, so ssh would not use it. Run: chmod 600 {private}")
        try:
            line = asyncssh.read_private_key(private).export_public_key().decode().strip()
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            # A passphrase: the agent will have to sign, and the public half beside it says what for.
            if not public.exists():
                why = f"{private} cannot be read ({error}), and there is no {public.name} beside it"
                raise KeyProblem(f"{why}. Make that with ssh-keygen -y, or give another key.") from None
            line = public.read_text("utf-8").strip()
            key_bytes(line)
    except OSError as error:
        raise KeyProblem(f"{error.filename or private}: {error.strerror}. Give a private key's path.") from None
    return Identity(private, line)
