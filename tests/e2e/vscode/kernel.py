"""An extension that tests need: a kernel for notebooks that runs a cell in a process of its own.

VS Code's kernels come with extensions that cannot be had here. What is under test is what happens after a run: outputs
come through VS Code's own interface, as those of any other kernel do.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.e2e.vscode import packing

NAME = "Python 3 (mnist)"
_MANIFEST = {
    "main": "./extension.js",
    "activationEvents": ["onNotebook:jupyter-notebook"],
}
_PROGRAM = """
const vscode = require('vscode');
const { execFile } = require('node:child_process');
const PYTHON = %s;
let order = 0;
exports.activate = (context) => {
  const name = %s;
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


def packed(target: Path) -> Path:
    """Write the extension as a .vsix."""
    return packing.packed(
        target, "kernel", _MANIFEST, {"extension.js": _PROGRAM % (json.dumps(sys.executable), json.dumps(NAME))}
    )
