"""A language pack without a word of its own: with it VS Code is in Chinese, and so is what extensions say.

VS Code's own words stay English, as all do that a language pack lacks; which is what tests know its commands by.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.vscode import packing

LOCALE = "zh-cn"
_NAME = "中文(简体)"


def language_pack(home: Path) -> Path:
    """Write it as a .vsix for a server at ``home``, and tell that server of it.

    What is installed by command line is not asked for languages; a window that installs one writes this file.
    """
    translations = [{"id": "vscode", "path": "./translations.json"}]
    language = {"languageId": LOCALE, "languageName": "Chinese Simplified", "localizedLanguageName": _NAME}
    manifest = {"contributes": {"localizations": [{**language, "translations": translations}]}}
    known = {
        "hash": "1",
        "label": _NAME,
        "extensions": [{"extensionIdentifier": {"id": "tests.chinese"}, "version": "0.0.1"}],
        "translations": {"vscode": str(home / "extensions/tests.chinese-0.0.1/translations.json")},
    }
    (home / "data").mkdir(exist_ok=True)
    (home / "data/languagepacks.json").write_text(json.dumps({LOCALE: known}), "utf-8")
    files = {"translations.json": json.dumps({"version": "1.0.0", "contents": {}})}
    return packing.packed(home / "chinese.vsix", "chinese", manifest, files)
