// The one GPU item of the status bar.

import * as vscode from 'vscode';
import { statusItem } from '../core/gpu';
import { t } from '../words';
import type { Watching } from './watching';

export function gpuItem(watching: Watching): vscode.Disposable {
    const item = vscode.window.createStatusBarItem('tflsp.gpu', vscode.StatusBarAlignment.Left, 1);
    item.name = 'tflsp: GPU';
    item.command = 'tflsp.gpu.show';
    const listening = watching.onDidChange((record) => {
        const settings = vscode.workspace.getConfiguration('tflsp.gpu');
        const wanted = settings.get<boolean>('statusBar', true);
        const shown = wanted && record !== null ? statusItem(record, settings.get<number>('pressure', 92), t) : null;
        if (shown === null) {
            item.hide();
            return;
        }
        item.text = shown.text;
        item.tooltip = new vscode.MarkdownString(shown.tooltip, true);
        item.accessibilityInformation = { label: shown.label, role: 'button' };
        item.backgroundColor =
            shown.level === 'normal'
                ? undefined
                : new vscode.ThemeColor(`statusBarItem.${shown.level === 'lost' ? 'error' : 'warning'}Background`);
        item.show();
    });
    return vscode.Disposable.from(item, listening);
}
