// One connection to one server: what vscode-languageclient is told, and the little that the rest needs of it.
// A bundle of its own, read when a server is started.

import * as vscode from 'vscode';
import {
    CloseAction,
    ErrorAction,
    LanguageClient,
    RevealOutputChannelOn,
    type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { LANGUAGES } from '../core/languages';
import { serverSettings } from '../core/settings';
import { inCells, OPEN_CELL, relatedAtOnce, relatedInCells, symbolsInCells } from '../journal/cellPlaces';

const METHOD_NOT_FOUND = -32601;

interface Options {
    readonly program: string;
    readonly args: readonly string[];
    readonly folder: string | undefined;
    readonly log: vscode.LogOutputChannel;
    readonly trace: vscode.LogOutputChannel;
    /** The connection is gone without having been asked to. */
    readonly closed: () => void;
    /** A command of the server's, by a code action, a lens or a link. */
    readonly command: (command: string, args: unknown[]) => Promise<unknown>;
    readonly notifications: ReadonlyMap<string, (params: unknown) => void>;
}

export interface Connection {
    /** Raises what went wrong. */
    start(): Promise<{ version: string | undefined; commands: readonly string[] }>;
    /** Never raises. */
    stop(): Promise<void>;
    /** The answer; undefined where the server does not know the method. */
    request(method: string, params: unknown): Promise<unknown>;
    notify(method: string, params: unknown): Promise<void>;
}

/** What goes wrong is logged here, and told by the session, which tries again. */
class Client extends LanguageClient {
    override error(message: string, data?: unknown): void {
        super.error(message, data, false);
    }
}

export function connect(options: Options): Connection {
    const client = new Client(
        'tflsp',
        'tflsp',
        { command: options.program, args: [...options.args], options: options.folder ? { cwd: options.folder } : {} },
        clientOptions(options),
    );
    for (const [method, handler] of options.notifications) {
        client.onNotification(method, handler);
    }
    return {
        async start() {
            await client.start();
            const result = client.initializeResult;
            const commands = result?.capabilities.executeCommandProvider?.commands ?? [];
            return { version: result?.serverInfo?.version, commands };
        },
        async stop() {
            try {
                await client.dispose(2000);
            } catch {
                // It was gone already, or does not end: then its process is ended.
            }
        },
        async request(method, params) {
            try {
                return await client.sendRequest<unknown>(method, params);
            } catch (error) {
                if ((error as { code?: unknown }).code === METHOD_NOT_FOUND) {
                    options.log.debug(`${method}: this server does not know it`);
                    return undefined;
                }
                throw error;
            }
        },
        notify: (method, params) => client.sendNotification(method, params),
    };
}

function clientOptions(options: Options): LanguageClientOptions {
    return {
        documentSelector: [
            ...LANGUAGES.flatMap((language) => [
                { scheme: 'file', language },
                { scheme: 'untitled', language },
            ]),
            { notebook: 'jupyter-notebook' },
            { notebook: 'interactive' },
        ],
        initializationOptions: {
            clientCommands: [
                'tflsp.client.insertCell',
                'tflsp.client.insertSnippet',
                'tflsp.client.openTimeline',
                OPEN_CELL,
            ],
            unlogged: true,
            settings: {},
        },
        // A hover's link to a cell; what else a text may name is not carried out.
        markdown: { isTrusted: { enabledCommands: [OPEN_CELL] } },
        outputChannel: options.log,
        stdioOptions: { stdout: () => undefined, stderr: (input) => logLines(input, options.log) },
        traceOutputChannel: options.trace,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        progressOnInitialization: false,
        initializationFailedHandler: () => false,
        errorHandler: {
            error: () => ({ action: ErrorAction.Continue, handled: true }),
            closed: () => {
                options.closed();
                return {
                    action: CloseAction.DoNotRestart,
                    handled: true,
                    message: 'The connection to the server is closed.',
                };
            },
        },
        middleware: {
            executeCommand: (command, args) => options.command(command, args as unknown[]),
            provideDefinition: async (document, position, token, next) =>
                inCells(await next(document, position, token)),
            provideReferences: async (document, position, context, token, next) =>
                inCells(await next(document, position, context, token)),
            provideWorkspaceSymbols: async (query, token, next) => symbolsInCells(await next(query, token)),
            provideDiagnostics: async (document, previous, token, next) => {
                const report = await next(document, previous, token);
                if (report && 'items' in report) {
                    await relatedInCells(report.items);
                }
                return report;
            },
            handleDiagnostics: (uri, diagnostics, next) => {
                relatedAtOnce(diagnostics);
                next(uri, diagnostics);
            },
            workspace: {
                configuration: (params) =>
                    params.items.map((item) =>
                        item.section === 'tflsp'
                            ? settingsFor(item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined)
                            : null,
                    ),
            },
        },
    };
}

/** What the server writes to standard error: its own log, of which warnings come as messages too, and what goes wrong
 * before there are messages. */
function logLines(input: NodeJS.ReadableStream, log: vscode.LogOutputChannel): void {
    let rest = '';
    input.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop() ?? '';
        for (const line of lines) {
            if (/^\d{4}-\d\d-\d\d /.test(line)) {
                log.debug(line);
            } else {
                log.warn(line);
            }
        }
    });
    input.on('end', () => rest !== '' && log.warn(rest));
}

function settingsFor(scope: vscode.Uri | undefined): Record<string, unknown> {
    const settings = vscode.workspace.getConfiguration('tflsp', scope);
    return serverSettings(settings, (key) => {
        const found = settings.inspect(key);
        return (
            found !== undefined &&
            [found.globalValue, found.workspaceValue, found.workspaceFolderValue].some((value) => value !== undefined)
        );
    });
}
