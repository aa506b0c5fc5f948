// Messages between client and server, for whoever looks into a problem.

import * as vscode from 'vscode';
import { t } from '../words';

const PATIENCE = 30_000; // ms until the channel is in view

/** Show the channel, and have messages written into it. */
export async function showTrace(channel: vscode.LogOutputChannel): Promise<void> {
    channel.show();
    // Messages are written while the channel's level is Trace; VS Code keeps that level. It is set for what is in view.
    if (await inView(channel.name)) {
        await vscode.commands.executeCommand('workbench.action.output.activeOutputLogLevel.1');
    } else {
        void vscode.window.showWarningMessage(
            `tflsp: ${t('Set the level of the output “{0}” to Trace.', channel.name)}`,
        );
    }
}

/** Wait until an output is in view; false where it does not come. */
function inView(name: string): Promise<boolean> {
    // VS Code names it by its file: with an ending, or in older versions without.
    const endings = [name, `${name}.log`];
    const isShown = (editors: readonly vscode.TextEditor[]): boolean =>
        editors.some(
            ({ document: { uri } }) => uri.scheme === 'output' && endings.some((each) => uri.path.endsWith(each)),
        );
    if (isShown(vscode.window.visibleTextEditors)) {
        return Promise.resolve(true);
    }
    return new Promise((resolve) => {
        const done = (): void => {
            clearTimeout(timer);
            waiting.dispose();
            resolve(isShown(vscode.window.visibleTextEditors));
        };
        const timer = setTimeout(done, PATIENCE);
        const waiting = vscode.window.onDidChangeVisibleTextEditors((editors) => {
            if (isShown(editors)) {
                done();
            }
        });
    });
}
