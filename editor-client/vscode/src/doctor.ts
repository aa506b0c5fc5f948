// What the doctor finds where the server runs, in the Problems panel.

import * as vscode from 'vscode';
import { problems } from './core/doctor';
import type { Session } from './server/session';
import { t } from './words';

const SETTLED = 5000; // ms after the start, when the first findings are there
const PLACES = ['tflsp.toml', '.tflsp.toml', 'pyproject.toml', '.devcontainer/devcontainer.json', 'README.md'];

export class Doctor implements vscode.Disposable {
    private readonly found = vscode.languages.createDiagnosticCollection('tflsp doctor');
    private readonly subscriptions: { dispose(): unknown }[];
    private timer: NodeJS.Timeout | undefined;
    private where = '';

    constructor(private readonly session: Session) {
        this.subscriptions = [
            this.found,
            vscode.commands.registerCommand('tflsp.doctor', () => this.look(true)),
            session.onDidChange((link) => {
                clearTimeout(this.timer);
                if (link.state === 'connected') {
                    this.forgetElsewhere();
                }
                if (link.state === 'connected' && this.wantedAtStart()) {
                    this.timer = setTimeout(() => void this.look(false), SETTLED);
                }
            }),
        ];
    }

    /** What was found where another server ran says nothing of this one's place. */
    private forgetElsewhere(): void {
        const { place } = this.session;
        const where = `${place?.kind ?? ''} ${place?.kind === 'container' ? (place.container ?? '') : ''}`;
        if (where !== this.where) {
            this.where = where;
            this.found.clear();
        }
    }

    private wantedAtStart(): boolean {
        const wanted = vscode.workspace.getConfiguration('tflsp').get<string>('doctor.atStart', 'inContainer');
        const kind = this.session.place?.kind;
        return wanted === 'always' || (wanted === 'inContainer' && (kind === 'image' || kind === 'container'));
    }

    private async look(asked: boolean): Promise<void> {
        const location = asked ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window;
        const report = await vscode.window.withProgress(
            { location, title: t('tflsp looks for what is wrong here') },
            () => this.session.request('tflsp/doctor', {}),
        );
        const told = problems(report);
        this.found.clear();
        const place = await this.place();
        if (place !== null) {
            this.found.set(
                place,
                told.map(({ code, message }) => {
                    const start = new vscode.Position(0, 0);
                    const finding = new vscode.Diagnostic(
                        new vscode.Range(start, start),
                        message,
                        vscode.DiagnosticSeverity.Warning,
                    );
                    finding.source = 'tflsp doctor';
                    finding.code = code;
                    return finding;
                }),
            );
        }
        if (asked) {
            await this.say(report, told.length);
        }
    }

    private async say(report: unknown, count: number): Promise<void> {
        if (report === undefined) {
            void vscode.window.showWarningMessage(t('tflsp: The doctor gave no answer; see the log.'));
        } else if (count === 0) {
            void vscode.window.showInformationMessage(t('tflsp: Nothing is wrong here.'));
        } else {
            // Not the command that shows the panel: it hides one that is in view.
            await vscode.commands.executeCommand('workbench.panel.markers.view.focus');
        }
    }

    /** The file of the folder that findings about the whole of it stand at. */
    private async place(): Promise<vscode.Uri | null> {
        const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
        if (folder === undefined) {
            return null;
        }
        for (const name of PLACES) {
            const uri = vscode.Uri.joinPath(folder, name);
            try {
                await vscode.workspace.fs.stat(uri);
                return uri;
            } catch {
                // The next one.
            }
        }
        return folder;
    }

    dispose(): void {
        clearTimeout(this.timer);
        vscode.Disposable.from(...this.subscriptions).dispose();
    }
}
