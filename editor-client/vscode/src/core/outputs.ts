// A cell's outputs as nbformat has them, for the server: text only, without colours, and not more than it reads.
// Of too much the end is kept, where errors and last results stand, and of a long stream its first lines too.

/** What VS Code shows of an output: its kinds and their bytes. */
export interface Output {
    readonly metadata?: Readonly<Record<string, unknown>> | undefined;
    readonly items: readonly { readonly mime: string; readonly data: Uint8Array }[];
}

type NbOutput = Readonly<Record<string, unknown>>;

const MOST = 64 * 1024; // bytes of a cell
const HEAD = 2048; // characters that are kept of the beginning of a stream
const STREAMS: Readonly<Record<string, string>> = {
    'application/vnd.code.notebook.stdout': 'stdout',
    'application/vnd.code.notebook.stderr': 'stderr',
};
const ERROR = 'application/vnd.code.notebook.error';
// ECMA-48: control sequences, strings up to their terminator (titles, links), and the short escapes.
// eslint-disable-next-line no-control-regex
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

/** A text without what drives a terminal. */
export function stripAnsi(text: string): string {
    return text.replace(ANSI, '');
}

/** The outputs of a cell for the server. */
export function nbOutputs(outputs: readonly Output[]): NbOutput[] {
    const found: NbOutput[] = [];
    let room = MOST;
    for (const output of [...outputs].reverse()) {
        for (const made of converted(output).reverse()) {
            const cut = fitting(made, room);
            if (cut !== null) {
                found.unshift(cut.output);
                room -= cut.size;
            }
        }
    }
    return joined(found);
}

function converted(output: Output): NbOutput[] {
    const made: NbOutput[] = [];
    const data: Record<string, string> = {};
    for (const { mime, data: bytes } of output.items) {
        const stream = STREAMS[mime];
        if (stream !== undefined) {
            made.push({ output_type: 'stream', name: stream, text: stripAnsi(decoded(bytes)) });
        } else if (mime === ERROR) {
            made.push(error(decoded(bytes)));
        } else if (mime === 'text/plain' || mime === 'text/markdown') {
            data[mime] = stripAnsi(decoded(bytes));
        }
    }
    if (Object.keys(data).length > 0) {
        const result = output.metadata?.['outputType'] === 'execute_result';
        made.push({ output_type: result ? 'execute_result' : 'display_data', data, metadata: {} });
    }
    return made;
}

function error(text: string): NbOutput {
    let said: { name?: unknown; message?: unknown; stack?: unknown };
    try {
        said = Object(JSON.parse(text)) as typeof said;
    } catch {
        said = { message: text };
    }
    const traceback = stripAnsi(asText(said.stack)).split('\n');
    return { output_type: 'error', ename: asText(said.name), evalue: stripAnsi(asText(said.message)), traceback };
}

function asText(value: unknown): string {
    return typeof value === 'string' ? value : '';
}

function decoded(bytes: Uint8Array): string {
    return new TextDecoder().decode(bytes);
}

function fitting(output: NbOutput, room: number): { output: NbOutput; size: number } | null {
    const size = Buffer.byteLength(JSON.stringify(output));
    if (size <= room) {
        return { output, size };
    }
    if (output['output_type'] === 'stream' && room > 256) {
        const whole = asText(output['text']);
        const head = room > 8 * HEAD ? `${whole.slice(0, HEAD)}\n...\n` : '';
        const text = head + tail(whole, room - 128 - Buffer.byteLength(JSON.stringify(head)));
        const cut = { ...output, text };
        return { output: cut, size: Buffer.byteLength(JSON.stringify(cut)) };
    }
    if (output['output_type'] === 'error' && room > 1024) {
        const cut = { ...output, evalue: asText(output['evalue']).slice(0, 8192), traceback: [] };
        const small = Buffer.byteLength(JSON.stringify(cut));
        return small <= room ? { output: cut, size: small } : null;
    }
    return null;
}

/** The end of a text, from the beginning of a line on, that takes no more than so many bytes as JSON. */
function tail(text: string, most: number): string {
    let size = 0;
    let from = text.length;
    while (from > 0) {
        const grown = size + Buffer.byteLength(JSON.stringify(text.charAt(from - 1))) - 2;
        if (grown > most) {
            break;
        }
        size = grown;
        from -= 1;
    }
    const line = text.indexOf('\n', from);
    return from > 0 && line >= 0 && line < text.length - 1 ? text.slice(line + 1) : text.slice(from);
}

/** Neighbours of the same stream as one: VS Code keeps a piece for each write. */
function joined(outputs: readonly NbOutput[]): NbOutput[] {
    const found: NbOutput[] = [];
    for (const output of outputs) {
        const last = found[found.length - 1];
        if (
            last?.['output_type'] === 'stream' &&
            output['output_type'] === 'stream' &&
            last['name'] === output['name']
        ) {
            found[found.length - 1] = { ...last, text: asText(last['text']) + asText(output['text']) };
        } else {
            found.push(output);
        }
    }
    return found;
}
