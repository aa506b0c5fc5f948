// The item of the status bar that says where the server runs and whether it is reached, and the menu behind it.

import * as vscode from 'vscode';
import { containerItem, healthText, isRunning, linkText } from '../core/containers';
import type { Session } from '../server/session';
import { t } from '../words';

export function placeItem(session: Session): vscode.Disposable {
    const item = vscode.window.createStatusBarItem('tflsp.container', vscode.StatusBarAlignment.Left, 2);
    item.name = t('tflsp: server and container');
    item.command = 'tflsp.container.menu';
    const show = (): void => {
        const place = session.place;
        const told = place === null || place.kind === 'none' ? null : place;
        const shown = containerItem(session.link, told, session.container, session.mismatch, t);
        item.text = shown.text;
        item.tooltip = new vscode.MarkdownString(shown.tooltip, true);
        item.accessibilityInformation = { label: shown.spoken };
        item.backgroundColor =
            shown.level === 'normal' ? undefined : new vscode.ThemeColor(`statusBarItem.${shown.level}Background`);
        item.show();
    };
    show();
    return vscode.Disposable.from(item, session.onDidChange(show));
}

interface Choice extends vscode.QuickPickItem {
    readonly command?: string;
    readonly args?: unknown[];
}

/** Everything that can be done with the server and the container, by what is there. */
export async function menu(session: Session): Promise<void> {
    const { place, container, link } = session;
    const choices: Choice[] = [];
    const startable = place !== null && place.kind !== 'image' && place.program !== null && vscode.workspace.isTrusted;
    if (startable && (container === undefined || !isRunning(container))) {
        const description = container === undefined ? undefined : healthText(container.health, t);
        choices.push({
            label: `$(play) ${t("Start this folder's container")}`,
            command: 'tflsp.container.up',
            ...(description === undefined ? {} : { description }),
        });
    }
    if (!vscode.workspace.isTrusted) {
        const label = `$(shield) ${t('Trust this folder, to start its container...')}`;
        choices.push({ label, command: 'workbench.trust.manage' });
    }
    choices.push({
        label:
            link.state === 'connected'
                ? `$(debug-restart) ${t('Restart the server')}`
                : `$(debug-disconnect) ${t('Reconnect now')}`,
        command: 'tflsp.server.restart',
    });
    if (place?.kind === 'image' || (container !== undefined && isRunning(container))) {
        choices.push(
            {
                label: '$(notebook) Jupyter',
                description: t('open in the browser'),
                command: 'tflsp.container.openPort',
                args: ['jupyter'],
            },
            {
                label: '$(graph) TensorBoard',
                description: t('open in the browser'),
                command: 'tflsp.container.openPort',
                args: ['tensorboard'],
            },
            { label: `$(globe) ${t('Another port...')}`, command: 'tflsp.container.openPort' },
        );
    }
    choices.push(
        { label: `$(pulse) ${t('What is wrong here? (doctor)')}`, command: 'tflsp.doctor' },
        { label: `$(output) ${t('Show the log')}`, command: 'tflsp.server.showLog' },
        {
            label: `$(settings-gear) ${t('Settings')}`,
            command: 'workbench.action.openSettings',
            args: ['@ext:tflsp.tflsp'],
        },
    );
    const chosen = await vscode.window.showQuickPick(choices, { placeHolder: linkText(link, place, t) });
    if (chosen?.command !== undefined) {
        await vscode.commands.executeCommand(chosen.command, ...(chosen.args ?? []));
    }
}
