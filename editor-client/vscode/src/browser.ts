// In a browser without a machine behind it there is no server to start; says so once, and does nothing.

import { l10n, window, type ExtensionContext } from 'vscode';

const TOLD = 'told';

export function activate(context: ExtensionContext): void {
    if (context.globalState.get(TOLD) !== true) {
        void context.globalState.update(TOLD, true);
        void window.showInformationMessage(
            l10n.t(
                'tflsp needs a machine to run its server on. Open this folder in VS Code itself, over SSH, or in a container.',
            ),
        );
    }
}
