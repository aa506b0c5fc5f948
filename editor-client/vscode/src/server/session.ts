// The server of this window: found, started, watched, and started anew when it goes away.

import * as vscode from 'vscode';
import { containerOf, type ContainerStatus, type Link } from '../core/containers';
import { findServer, type NotFound, type Server, type Use } from '../core/findServer';
import { Reconnecting } from '../core/reconnecting';
import { t } from '../words';
import type { Connection } from './client';
import { ThisMachine } from './machine';
import { Notices } from './notices';

export class Session implements vscode.Disposable {
    readonly log = vscode.window.createOutputChannel('tflsp', { log: true });
    readonly trace = vscode.window.createOutputChannel('tflsp trace', { log: true });
    readonly machine = new ThisMachine(this.log);
    link: Link = { state: 'connecting' };
    place: Server | NotFound | null = null;
    container: ContainerStatus | undefined;
    /** What is to be done where extension and server do not belong together. */
    mismatch: string | null = null;

    private readonly changed = new vscode.EventEmitter<Link>();
    /** The link has another state. */
    readonly onDidChange = this.changed.event;
    private readonly notifications = new Map<string, (params: unknown) => void>();
    private readonly reconnecting = new Reconnecting(Date.now, Math.random);
    private connection: Connection | null = null;
    private commands: readonly string[] = [];
    private attempt = 0;
    private timer: NodeJS.Timeout | undefined;
    private readonly notices: Notices;
    /** What carries out the commands of the server's that code actions and lenses name. */
    command: (command: string, args: unknown[]) => Promise<unknown> = (command, args) => this.execute(command, args);

    constructor(context: vscode.ExtensionContext) {
        this.notices = new Notices(context, this.onDidChange);
    }

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
        const again = this.link.state === 'lost';
        const before = this.place;
        this.set({ state: 'connecting', again });
        const place = await findServer(this.machine, this.wishes(), this.folder ?? null, t);
        if (attempt !== this.attempt) {
            return;
        }
        // Only now: until it was known what comes next, the findings of the one before were better than none.
        const old = this.connection;
        this.connection = null;
        await old?.stop();
        if (attempt !== this.attempt) {
            return;
        }
        this.place = place;
        this.container = place.status;
        this.mismatch = null;
        this.log.info(place.why);
        if (place.kind === 'none') {
            this.set({ state: 'stopped', why: place.why });
            this.notices.none(place);
            return;
        }
        this.notices.offer(place, before?.kind === 'container');
        await this.connectTo(place, attempt, again && before?.kind === place.kind);
    }

    private async connectTo(place: Server, attempt: number, again: boolean): Promise<void> {
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
            this.mismatch = this.notices.mismatch(version, place);
            if (this.mismatch !== null) {
                this.log.warn(this.mismatch);
            }
            this.notices.connected(place, again);
            this.set({ state: 'connected', version: version ?? null });
        } catch (error) {
            this.log.error(String(error));
            lost();
        }
    }

    private lost(place: Server): void {
        const delay = this.reconnecting.lost(place.kind === 'container');
        if (delay === null) {
            const why = t('The server has ended too often.');
            this.set({ state: 'stopped', why });
            this.notices.gaveUp(why);
            return;
        }
        this.log.warn(t('The connection to the server is lost; next try in {0} ms.', Math.round(delay)));
        this.set({ state: 'lost', retryIn: delay });
        if (delay > 0) {
            this.notices.lost(delay);
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

    private set(link: Link): void {
        this.link = link;
        void vscode.commands.executeCommand('setContext', 'tflsp.active', link.state === 'connected');
        void vscode.commands.executeCommand('setContext', 'tflsp.inContainer', this.place?.kind === 'image');
        this.changed.fire(link);
    }

    /** Look at the folder's container again; where it runs by now, the server moves into it. */
    async refreshContainer(): Promise<void> {
        const { place, attempt } = this;
        if (place === null || place.kind === 'image' || place.program === null) {
            return;
        }
        const { use, container: wanted } = this.wishes();
        const all = await this.machine.containers(place.program);
        if (attempt !== this.attempt || all === null) {
            return;
        }
        const named = place.kind === 'container' ? place.container : wanted;
        this.container = named ? all.find((each) => each.name === named) : containerOf(all, this.folder ?? null);
        this.changed.fire(this.link);
        const elsewhere = place.kind !== 'container' && use !== 'never';
        // Not sooner: while it starts there is nobody who answers.
        if (elsewhere && this.container?.health === 'healthy') {
            await this.restart();
        }
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
