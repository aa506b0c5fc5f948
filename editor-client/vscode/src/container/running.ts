// Programs of tflsp that take a while: their output goes to a log, their last line into a progress notification.

import { spawn } from 'node:child_process';
import * as vscode from 'vscode';
import { stripAnsi } from '../core/outputs';
import { withoutTokens } from '../core/redact';
import { t } from '../words';

let log: vscode.LogOutputChannel | undefined;

/** The log of containers; made when it is first needed. */
export function containerLog(): vscode.LogOutputChannel {
    return (log ??= vscode.window.createOutputChannel(t('tflsp container'), { log: true }));
}

interface Ended {
    readonly code: number | null;
    readonly output: string;
    readonly lastLine: string;
    readonly cancelled: boolean;
}

type Report = (message: string) => void;

/** Run a program of tflsp with its progress shown; it can be cancelled, and the log is a click away.
 *
 * `after` belongs to it: the progress is shown until that is done as well.
 */
export function run(
    program: string,
    args: readonly string[],
    folder: string | undefined,
    title: string,
    after: (ended: Ended, report: Report) => Promise<void> = () => Promise.resolve(),
): Thenable<Ended> {
    const command = '(' + `[${t('Log')}](command:tflsp.container.showLog)` + ')';
    const options = { location: vscode.ProgressLocation.Notification, title: `${title} ${command}`, cancellable: true };
    return vscode.window.withProgress(options, async (progress, cancelled) => {
        containerLog().info([program, ...args].join(' '));
        const ended = await new Promise<Ended>((resolve) => {
            const child = spawn(program, args, {
                ...(folder === undefined ? {} : { cwd: folder }),
                stdio: ['ignore', 'pipe', 'pipe'],
            });
            let output = '';
            let lastLine = '';
            const lines = (text: string): void => {
                for (const line of withoutTokens(stripAnsi(text))
                    .split(/[\r\n]+/)
                    .filter((each) => each.trim() !== '')) {
                    lastLine = line.trim();
                    containerLog().info(line);
                    progress.report({ message: lastLine });
                }
            };
            child.stdout.setEncoding('utf8').on('data', (text: string) => {
                output += text;
                lines(text);
            });
            child.stderr.setEncoding('utf8').on('data', lines);
            cancelled.onCancellationRequested(() => child.kill('SIGINT'));
            child.on('error', (error) => resolve({ code: null, output, lastLine: error.message, cancelled: false }));
            child.on('close', (code) =>
                resolve({ code, output, lastLine, cancelled: cancelled.isCancellationRequested }),
            );
        });
        await after(ended, (message) => progress.report({ message }));
        return ended;
    });
}
