"""An extension that tests need: a kernel for notebooks that runs a cell in a process of its own.

VS Code's kernels come with extensions that cannot be had here. What is under test is what happens after a run: outputs
come through VS Code's own interface, as those of any other kernel do.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

_MANIFEST = {
    "name": "kernel",
    "publisher": "tests",
    "version": "0.0.1",
    "engines": {"vscode": "^1.91.0"},
    "main": "./extension.js",
    "activationEvents": ["onNotebook:jupyter-notebook"],
}
_PROGRAM = """
const vscode = require('vscode');
const { execFile } = require('node:child_process');
const PYTHON = %s;
let order = 0;
exports.activate = (context) => {
  const name = 'Python of the tests';
  const controller = vscode.notebooks.createNotebookController('tests-python', 'jupyter-notebook', name);
  controller.supportedLanguages = ['python'];
  const prefer = (notebook) =>
    controller.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
  vscode.workspace.notebookDocuments.forEach(prefer);
  context.subscriptions.push(controller, vscode.workspace.onDidOpenNotebookDocument(prefer));
  controller.executeHandler = async (cells) => {
    for (const cell of cells) await run(controller, cell);
  };
};
function run(controller, cell) {
  const execution = controller.createNotebookCellExecution(cell);
  execution.executionOrder = ++order;
  execution.start(Date.now());
  return new Promise((resolve) => {
    execFile(PYTHON, ['-c', cell.document.getText()], async (error, out, err) => {
      const items = vscode.NotebookCellOutputItem;
      const outputs = out ? [new vscode.NotebookCellOutput([items.stdout(out)])] : [];
      if (error) {
        const [, name, message] = /^(\\w+): (.*)$/m.exec(err.trim().split('\\n').pop()) ?? ['', 'Error', err];
        const failure = Object.assign(new Error(message), { name, stack: err });
        outputs.push(new vscode.NotebookCellOutput([items.error(failure)]));
      }
      await execution.replaceOutput(outputs);
      execution.end(!error, Date.now());
      resolve();
    });
  });
}
"""
_PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
<Metadata><Identity Language="en-US" Id="%s" Version="0.0.1" Publisher="tests"/><DisplayName>%s</DisplayName>
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


def packed(target: Path) -> Path:
    """Write the extension as a .vsix."""
    files = {"extension.js": _PROGRAM % json.dumps(sys.executable)}
    name = _MANIFEST["name"]
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("extension.vsixmanifest", _PACKAGE % (name, name))
        package.writestr("extension/package.json", json.dumps(_MANIFEST))
        for path, text in files.items():
            package.writestr(f"extension/{path}", text)
    return target
