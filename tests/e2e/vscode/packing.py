"""Extensions that only tests need, packed as VS Code installs them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
<Metadata><Identity Language="en-US" Id="{name}" Version="0.0.1" Publisher="tests"/><DisplayName>{name}</DisplayName>
<Description xml:space="preserve">for tests</Description><Properties>
<Property Id="Microsoft.VisualStudio.Code.Engine" Value="^1.91.0"/></Properties></Metadata>
<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Dependencies/>
<Assets><Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/></Assets>
</PackageManifest>
"""
_TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension=".json"
ContentType="application/json"/><Default Extension=".js" ContentType="application/javascript"/>
<Default Extension=".vsixmanifest" ContentType="text/xml"/></Types>
"""


def packed(target: Path, name: str, manifest: Mapping[str, Any], files: Mapping[str, str]) -> Path:
    """Write an extension as a .vsix: what its package.json has besides its name, and its files by their paths."""
    whole = {"name": name, "publisher": "tests", "version": "0.0.1", "engines": {"vscode": "^1.91.0"}, **manifest}
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("extension.vsixmanifest", _PACKAGE.format(name=name))
        package.writestr("extension/package.json", json.dumps(whole))
        for path, text in files.items():
            package.writestr(f"extension/{path}", text)
    return target
