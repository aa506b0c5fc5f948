"""VS Code in a browser without a machine behind it: the packed entry says so once, and needs nothing else."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Browser

# As VS Code's web extension host does it: CommonJS in a browser, where `vscode` is all that there is to be required.
_RUN = """
code => {
  const told = [], kept = new Map(), required = [];
  const vscode = {
    l10n: { t: message => message },
    window: { showInformationMessage: message => { told.push(message); return Promise.resolve(undefined); } },
  };
  const require = name => { required.push(name); if (name !== 'vscode') throw new Error(name); return vscode; };
  const context = { globalState: {
    get: key => kept.get(key),
    update: (key, value) => { kept.set(key, value); return Promise.resolve(); },
  } };
  for (let window = 0; window < 2; window += 1) {
    const module = { exports: {} };
    new Function('module', 'exports', 'require', code)(module, module.exports, require);
    module.exports.activate(context);
  }
  return { told, required: [...new Set(required)] };
}
"""


def test_without_a_machine_it_declines_once(browser: Browser, vsix: Path) -> None:
    with zipfile.ZipFile(vsix) as package:
        code = package.read("extension/dist/browser.js").decode()
    page = browser.new_page()
    try:
        found = page.evaluate(_RUN, code)
    finally:
        page.close()
    assert found["required"] == ["vscode"]
    [told] = found["told"]
    assert told.startswith("tflsp needs a machine to run its server on.")
