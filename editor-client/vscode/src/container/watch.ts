// Looks at the folder's container from time to time while the window is in use: whether it is healthy, or runs again.

import * as vscode from 'vscode';
import { isRunning, nextLook } from '../core/containers';
import type { Session } from '../server/session';

const FRESH = 2000; // ms for which what is known is not asked for again

export class ContainerWatch implements vscode.Disposable {
    private readonly subscriptions: vscode.Disposable[];
    private timer: NodeJS.Timeout | undefined;
    private looked = Date.now();
    private looks = 0;

    constructor(private readonly session: Session) {
        this.subscriptions = [
            session.onDidChange(() => this.plan()),
            vscode.window.onDidChangeWindowState(({ focused }) => {
                if (focused && Date.now() - this.looked > FRESH) {
                    this.looks = 0;
                    void this.look();
                } else {
                    this.plan();
                }
            }),
        ];
    }

    private plan(): void {
        clearTimeout(this.timer);
        const { container, link } = this.session;
        if (container === undefined || isRunning(container)) {
            this.looks = 0;
        }
        const delay = nextLook(container, this.looks);
        // While the server is sought the container is looked at anyway.
        const idle = link.state === 'connected' || link.state === 'stopped';
        if (delay !== null && idle && vscode.window.state.focused) {
            this.timer = setTimeout(() => void this.look(), delay);
        }
    }

    private async look(): Promise<void> {
        clearTimeout(this.timer);
        this.looked = Date.now();
        this.looks += 1;
        await this.session.refreshContainer();
        this.plan(); // also where nothing could be learned
    }

    dispose(): void {
        clearTimeout(this.timer);
        vscode.Disposable.from(...this.subscriptions).dispose();
    }
}
