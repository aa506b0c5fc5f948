// The server of this window: found, started, watched, and started anew when it goes away.

import * as vscode from 'vscode';
import { containerOf, type ContainerStatus, type Link } from '../core/containers';
import { findServer, type NotFound, type Server, type Use } from '../core/findServer';
import { Reconnecting } from '../core/reconnecting';
import { fit } from '../core/versions';
import { t } from '../words';
import type { Connection } from './client';
import { ThisMachine } from './machine';

export class Session implements vscode.Disposable {
    readonly log = vscode.window.createOutputChannel('tflsp', { log: true });
    readonly trace = vscode.window.createOutputChannel('tflsp trace', { log: true });
    readonly machine = new ThisMachine(this.log);
    link: Link = { state: 'connecting' };
    place: Server | NotFound | null = null;
    container: ContainerStatus | undefined;

    private readonly changed = new vscode.EventEmitter<Link>();
    /** The link has another state. */
    readonly onDidChange = this.changed.event;
    private readonly notifications = new Map<string, (params: unknown) => void>();
    private readonly reconnecting = new Reconnecting(Date.now, Math.random);
    private connection: Connection | null = null;
    private commands: readonly string[] = [];
    private attempt = 0;
    private timer: NodeJS.Timeout | undefined;
    private told: string | null = null;
    /** What carries out the commands of the server's that code actions and lenses name. */
    command: (command: string, args: unknown[]) => Promise<unknown> = (command, args) => this.execute(command, args);

    constructor(private readonly context: vscode.ExtensionContext) {}

    /** The folder that decides on the server: the first of the window. */
    get folder(): string | undefined {
        return vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === 'file')?.uri.fsPath;
    }

    get connected(): boolean {
        return this.link.state === 'connected';
    }

    /** Wait until the server is reached, or is known not to be; so long at most (ms). Whether it is. */
    settled(patience: number): Promise<boolean> {
        if (this.link.state === 'connected' || this.link.state === 'stopped') {
            return Promise.resolve(this.connected);
        }
        return new Promise((resolve) => {
            const done = (): void => {
                clearTimeout(timer);
                waiting.dispose();
                resolve(this.connected);
            };
            const timer = setTimeout(done, patience);
            const waiting = this.changed.event((link) => {
                if (link.state === 'connected' || link.state === 'stopped') {
                    done();
                }
            });
        });
    }

    /** Take a notification of the server's; before the first start. */
    on(method: string, handler: (params: unknown) => void): void {
        this.notifications.set(method, handler);
    }

    /** Start the server, or start it anew. Never raises. */
    async start(): Promise<void> {
        clearTimeout(this.timer);
        const attempt = ++this.attempt;
        this.set({ state: 'connecting' });
        const old = this.connection;
        this.connection = null;
        await old?.stop();
        const place = await findServer(this.machine, this.wishes(), this.folder ?? null, t);
        if (attempt !== this.attempt) {
            return;
        }
        this.place = place;
        this.log.info(place.why);
        if (place.kind === 'none') {
            this.set({ state: 'stopped', why: place.why });
            this.offer(place);
            return;
        }
        await this.connectTo(place, attempt);
    }

    private async connectTo(place: Server, attempt: number): Promise<void> {
        let gone = false;
        const lost = (): void => {
            if (!gone && attempt === this.attempt) {
                gone = true;
                this.lost(place);
            }
        };
        const began = Date.now();
        try {
            // Separate, so that activation does not read it.
            const { connect } = await import('./client');
            const connection = connect({
                program: place.program,
                args: place.args,
                folder: this.folder,
                log: this.log,
                trace: this.trace,
                closed: lost,
                command: (command, args) => this.command(command, args),
                notifications: this.notifications,
            });
            this.connection = connection;
            const { version, commands } = await connection.start();
            if (attempt !== this.attempt) {
                await connection.stop();
                return;
            }
            this.log.info(
                t(
                    'Connected to server {0} after {1} ms: {2}',
                    version ?? '?',
                    Date.now() - began,
                    [place.program, ...place.args].join(' '),
                ),
            );
            this.commands = commands;
            this.reconnecting.connected();
            this.told = null;
            this.set({ state: 'connected', version: version ?? null });
            this.checkVersion(version, place);
        } catch (error) {
            this.log.error(String(error));
            lost();
        }
        void this.refreshContainer();
    }

    private lost(place: Server): void {
        const delay = this.reconnecting.lost(place.kind === 'container');
        if (delay === null) {
            const why = t('The server has ended too often.');
            this.set({ state: 'stopped', why });
            void this.ask('error', why, [t('Restart'), () => this.restart()], [t('Show Log'), () => this.log.show()]);
            return;
        }
        this.log.warn(t('The connection to the server is lost; next try in {0} ms.', Math.round(delay)));
        this.set({ state: 'lost', retryIn: delay });
        if (delay > 0 && this.told === null) {
            this.told = place.why;
            const name = place.container ?? 'tflsp';
            const what = t(
                'The connection to {0} is lost. It is tried again until it succeeds; your documents stay as they are.',
                name,
            );
            void this.ask(
                'warning',
                what,
                [t('Reconnect Now'), () => this.restart()],
                [t('Show Log'), () => this.log.show()],
            );
        }
        this.timer = setTimeout(() => void this.start(), delay);
    }

    /** Start anew because somebody wants it. */
    async restart(): Promise<void> {
        this.reconnecting.reset();
        await this.start();
    }

    private wishes(): { path: string; use: Use; container: string } {
        const settings = vscode.workspace.getConfiguration('tflsp');
        return {
            path: settings.get<string>('path', '').trim(),
            use: settings.get<Use>('container.use', 'auto'),
            container: settings.get<string>('container.name', '').trim(),
        };
    }

    private offer(place: NotFound): void {
        if (this.told === place.why) {
            return;
        }
        this.told = place.why;
        if (place.startable && vscode.workspace.isTrusted) {
            void this.ask('warning', place.why, [
                t('Start Container'),
                () => vscode.commands.executeCommand('tflsp.container.up'),
            ]);
        } else {
            void this.ask(
                'warning',
                place.why,
                [t('How to Install'), () => vscode.commands.executeCommand('tflsp.walkthrough')],
                [
                    t('Open Settings'),
                    () => vscode.commands.executeCommand('workbench.action.openSettings', 'tflsp.path'),
                ],
            );
        }
    }

    private checkVersion(version: string | undefined, place: Server): void {
        const mine = (this.context.extension.packageJSON as { version: string }).version;
        const found = fit(mine, version);
        if (found !== 'server-older' && found !== 'server-newer') {
            return;
        }
        const remedy =
            found === 'server-newer'
                ? t('Update this extension.')
                : place.kind === 'container'
                  ? t('Update tflsp on this machine, then run `tflsp up --recreate`.')
                  : t('Update it: pip install --upgrade tflsp.');
        const what = t('This extension is {0}, the server {1}: some things may be missing.', mine, version ?? '?');
        this.log.warn(`${what} ${remedy}`);
        const key = `version ${mine} ${version ?? ''}`;
        if (this.context.globalState.get(key) !== true) {
            void this.context.globalState.update(key, true);
            void this.ask('warning', `${what} ${remedy}`);
        }
    }

    private async ask(kind: 'warning' | 'error', text: string, ...choices: [string, () => unknown][]): Promise<void> {
        const show = kind === 'error' ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
        const chosen = await show(`tflsp: ${text}`, ...choices.map(([title]) => title));
        choices.find(([title]) => title === chosen)?.[1]();
    }

    private set(link: Link): void {
        this.link = link;
        void vscode.commands.executeCommand('setContext', 'tflsp.active', link.state === 'connected');
        void vscode.commands.executeCommand('setContext', 'tflsp.inContainer', this.place?.kind === 'image');
        this.changed.fire(link);
    }

    /** Look at the folder's container again. */
    async refreshContainer(): Promise<void> {
        const place = this.place;
        if (place === null || place.kind === 'image' || place.program === null) {
            return;
        }
        const all = await this.machine.containers(place.program);
        const named = place.kind === 'container' ? place.container : this.wishes().container;
        this.container = named ? all?.find((each) => each.name === named) : containerOf(all ?? [], this.folder ?? null);
        this.changed.fire(this.link);
    }

    /** Whether the server has a command. */
    has(command: string): boolean {
        return this.connected && this.commands.includes(command);
    }

    /** Ask the server; undefined where it is not there or does not know the method. Never raises. */
    async request(method: string, params: unknown): Promise<unknown> {
        const connection = this.connection;
        if (connection === null || !this.connected) {
            return undefined;
        }
        try {
            return await connection.request(method, params);
        } catch (error) {
            this.log.warn(`${method}: ${error instanceof Error ? error.message : String(error)}`);
            return undefined;
        }
    }

    /** Tell the server, if it is there. Never raises. */
    async notify(method: string, params: unknown): Promise<void> {
        try {
            if (this.connected) {
                await this.connection?.notify(method, params);
            }
        } catch (error) {
            this.log.debug(`${method}: ${String(error)}`);
        }
    }

    /** Run a command of the server's. */
    execute(command: string, args: unknown[]): Promise<unknown> {
        return this.request('workspace/executeCommand', { command, arguments: args });
    }

    /** The server ends with the window. */
    async stop(): Promise<void> {
        this.attempt += 1;
        clearTimeout(this.timer);
        await this.connection?.stop();
        this.connection = null;
    }

    dispose(): void {
        this.changed.dispose();
        this.log.dispose();
        this.trace.dispose();
    }
}
