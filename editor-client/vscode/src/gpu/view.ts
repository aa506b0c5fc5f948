// The view "GPU": graphs of the last minutes, as long as it is visible.

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { GPU_STYLE, gpuBody } from '../core/gpuPage';
import { page } from '../core/html';
import { t } from '../words';
import type { Watching } from './watching';

export class GpuView implements vscode.WebviewViewProvider {
    constructor(
        private readonly watching: Watching,
        private readonly extension: vscode.Uri,
    ) {}

    resolveWebviewView(view: vscode.WebviewView): void {
        const { webview } = view;
        const folder = vscode.Uri.joinPath(this.extension, 'dist', 'webviews');
        webview.options = { enableScripts: true, localResourceRoots: [folder] };
        const show = (): void => void webview.postMessage({ body: this.body() });
        const subscriptions = [
            this.watching.onDidChange(show),
            view.onDidChangeVisibility(() => this.watching.view(view.visible)),
            webview.onDidReceiveMessage(() => {
                this.watching.view(true);
                show();
                void this.watching.remember();
            }),
        ];
        view.onDidDispose(() => {
            this.watching.view(false);
            subscriptions.forEach((each) => void each.dispose());
        });
        webview.html = page({
            nonce: randomBytes(16).toString('hex'),
            source: webview.cspSource,
            language: vscode.env.language,
            title: 'GPU',
            style: GPU_STYLE,
            body: `<main>${this.body()}</main>`,
            script: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'gpu.js')).toString(),
        });
    }

    private body(): string {
        return gpuBody(this.watching.record, (gpu) => this.watching.history.of(gpu), t);
    }
}
