// Messages between client and server, for whoever looks into a problem.

import * as vscode from 'vscode';

const PATIENCE = 30_000; // ms until the channel is in view

/** Show the channel, and have messages written into it. */
export async function showTrace(channel: vscode.LogOutputChannel): Promise<void> {
    channel.show();
    await inView(channel.name);
    // Messages are written while the channel's level is Trace; VS Code keeps that level. It is set for what is in view.
    await vscode.commands.executeCommand('workbench.action.output.activeOutputLogLevel.1');
}

function inView(name: string): Promise<void> {
    const isShown = (editors: readonly vscode.TextEditor[]): boolean =>
        editors.some(({ document: { uri } }) => uri.scheme === 'output' && uri.path.endsWith(name));
    if (isShown(vscode.window.visibleTextEditors)) {
        return Promise.resolve();
    }
    return new Promise((resolve) => {
        const done = (): void => {
            clearTimeout(timer);
            waiting.dispose();
            resolve();
        };
        const timer = setTimeout(done, PATIENCE);
        const waiting = vscode.window.onDidChangeVisibleTextEditors((editors) => {
            if (isShown(editors)) {
                done();
            }
        });
    });
}
