// The journal as the server tells it (`tflsp/journal`), and where its entries stand.

export interface Position {
    readonly line: number;
    readonly character: number;
}

export interface Range {
    readonly start: Position;
    readonly end: Position;
}

export interface Change {
    readonly name: string;
    readonly old: string | null;
    readonly new: string | null;
}

export interface Step {
    readonly number: number;
    readonly title: string;
    readonly range: Range | null;
    readonly result: string | null;
    readonly changes: readonly Change[];
    /** The cell, where it is known. */
    readonly uri: string | null;
    /** The cell's number, from 0. */
    readonly cell?: number | null;
}

export interface Incident {
    readonly title: string;
    readonly range: Range | null;
    readonly fingerprint: string | null;
    readonly seenBefore: { readonly title: string; readonly uri: string; readonly range: Range | null } | null;
    readonly uri?: string | null;
    readonly cell?: number | null;
}

export interface Experiment {
    /** The file's name, without its ending. */
    readonly title: string;
    /** What the text calls itself. */
    readonly heading?: string | null;
    readonly uri: string;
    readonly language: string;
    readonly goal: string | null;
    readonly goalMet: boolean | null;
    readonly best: string | null;
    readonly conclusion: string | null;
    readonly range: Range | null;
    readonly steps: readonly Step[];
    readonly errors: readonly Incident[];
}

/** What `tflsp.client.insertCell` is given. */
export interface CellPayload {
    readonly notebook: string;
    readonly afterCell: string | null;
    readonly afterIndex: number;
    readonly kind: string;
    readonly text: string;
    readonly snippet: string;
}

/** Whether a snippet has places to fill in, besides its end. */
export function hasStops(snippet: string): boolean {
    return /(?:^|[^\\])(?:\\\\)*\$\{[1-9]/.test(snippet);
}

/** Where a new cell goes: behind the named cell, else behind the index; always inside of the notebook. */
export function insertionIndex(
    payload: Pick<CellPayload, 'afterCell' | 'afterIndex'>,
    cells: readonly string[],
): number {
    const named = payload.afterCell === null ? -1 : cells.indexOf(payload.afterCell);
    const after = named >= 0 ? named : payload.afterIndex;
    return Math.min(Math.max(after + 1, 0), cells.length);
}

/** A change in a few words: `learning_rate 0.01 → 0.001`. */
export function changeText(change: Change): string {
    if (change.old === null) {
        return `${change.name} ${change.new ?? ''}`.trimEnd();
    }
    return change.new === null ? `${change.name} ${change.old} →` : `${change.name} ${change.old} → ${change.new}`;
}

/** What stands behind a step's title in the tree. */
export function stepDescription(step: Step): string {
    return step.result ?? step.changes.map(changeText).join(', ');
}

/** The number of the Markdown cell that an entry stands in, and the line there; null where none has it.
 *
 * Needed for notebooks that were not open when the server was asked: a heading with the step's number, or the title.
 */
export function findEntry(
    cells: readonly { readonly markdown: boolean; readonly text: string }[],
    entry: { readonly number?: number | undefined; readonly title: string },
): { cell: number; line: number } | null {
    const title = entry.title.trim();
    for (const wanted of [
        headingOf(entry.number, title),
        (line: string): boolean => title !== '' && line.includes(title),
    ]) {
        for (const [cell, { markdown, text }] of cells.entries()) {
            const line = markdown ? text.split(/\r\n|\r|\n/).findIndex(wanted) : -1;
            if (line >= 0) {
                return { cell, line };
            }
        }
    }
    return null;
}

/** The line that an entry's heading stands on in a text as it is now: of several the nearest to where it stood. */
export function findLine(
    text: string,
    entry: { readonly number?: number | undefined; readonly title: string },
    line: number,
): number {
    const wanted = headingOf(entry.number, entry.title.trim());
    let best = line;
    let away = Infinity;
    for (const [number, each] of text.split(/\r\n|\r|\n/).entries()) {
        if (Math.abs(number - line) < away && wanted(each)) {
            best = number;
            away = Math.abs(number - line);
        }
    }
    return best;
}

function headingOf(number: number | undefined, title: string): (line: string) => boolean {
    const heading = /^\s{0,3}#{1,6}\s/;
    if (number === undefined) {
        return (line) => heading.test(line) && title !== '' && line.includes(title);
    }
    const numbered = new RegExp(`(?:Debug step|Step|调试步骤|步骤)\\s*[#＃]?\\s*${number}(?!\\d)`, 'i');
    return (line) => heading.test(line) && numbered.test(line);
}
