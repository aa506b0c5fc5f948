// What the GPUs are doing, asked for only while somebody looks: the window is in use and the item is wanted, or the
// view is visible.

import * as vscode from 'vscode';
import type { GpuRecord } from '../core/gpu';
import { History } from '../core/gpuHistory';
import type { Session } from '../server/session';

const AWAY = 30_000; // ms without the window before nobody is taken to look

export class Watching implements vscode.Disposable {
    record: GpuRecord | null = null;
    readonly history = new History();
    private readonly changed = new vscode.EventEmitter<GpuRecord | null>();
    readonly onDidChange = this.changed.event;
    private readonly subscriptions: { dispose(): unknown }[];
    private subscribed = false;
    private viewed = false;
    private present = vscode.window.state.focused;
    private none = false;
    private leaving: NodeJS.Timeout | undefined;

    constructor(private readonly session: Session) {
        session.on('tflsp/gpuChanged', (params) => this.take(params as GpuRecord));
        this.subscriptions = [
            this.changed,
            session.onDidChange((link) => {
                if (link.state === 'connected') {
                    this.none = false;
                    void this.decide();
                } else if (this.subscribed || this.record !== null) {
                    this.subscribed = false;
                    this.record = null;
                    this.changed.fire(null);
                }
            }),
            vscode.window.onDidChangeWindowState(({ focused }) => this.window(focused)),
            vscode.workspace.onDidChangeConfiguration((event) => {
                if (event.affectsConfiguration('tflsp.gpu')) {
                    void this.decide(true);
                }
            }),
        ];
    }

    /** Whether the view is visible. */
    view(visible: boolean): void {
        this.viewed = visible;
        void this.decide();
    }

    private window(focused: boolean): void {
        clearTimeout(this.leaving);
        if (focused) {
            this.present = true;
            void this.decide();
        } else {
            this.leaving = setTimeout(() => {
                this.present = false;
                void this.decide();
            }, AWAY);
        }
    }

    private async decide(again = false): Promise<void> {
        const settings = vscode.workspace.getConfiguration('tflsp.gpu');
        // Without a GPU there is no item to keep up to date, only the view to say so.
        const item = settings.get<boolean>('statusBar', true) && !this.none;
        const wanted = this.session.connected && this.present && (item || this.viewed);
        if (wanted && (!this.subscribed || again)) {
            this.subscribed = true;
            await this.session.request('tflsp/gpuSubscribe', { interval: settings.get<number>('interval', 2) });
        } else if (!wanted && this.subscribed) {
            this.subscribed = false;
            await this.session.request('tflsp/gpuUnsubscribe', {});
        }
        if (again) {
            this.changed.fire(this.record);
        }
    }

    private take(record: GpuRecord): void {
        this.record = record;
        this.history.add(record);
        this.changed.fire(record);
        this.none = record.problem?.normal === true;
        if (this.none) {
            void this.decide();
        }
    }

    /** Fill the history with what the server remembers from before. */
    async remember(): Promise<void> {
        const told = await this.session.request('tflsp/gpu', { history: true });
        if (typeof told === 'object' && told !== null) {
            this.take(told as GpuRecord);
        }
    }

    dispose(): void {
        clearTimeout(this.leaving);
        vscode.Disposable.from(...this.subscriptions).dispose();
    }
}
