// How VS Code names the cells of a notebook: by its path, and in the fragment by a handle. Handles count from 0 as the
// cells are read, so that a cell of a notebook that is not open has a URI before it is opened.

/** What of a URI names a cell, besides its path. */
export interface Naming {
    readonly scheme: string;
    /** Null: that of the notebook itself. */
    readonly authority: string | null;
    /** What follows a handle in the fragment. */
    readonly tail: string;
}

interface Parts {
    readonly scheme: string;
    readonly authority: string;
    readonly fragment: string;
}

/** Of files on the machine that the window is on; elsewhere a cell that is open tells. */
export const LOCAL: Naming = { scheme: 'vscode-notebook-cell', authority: null, tail: 'sZmlsZQ==' };

// The handle in base 7, behind a letter for its length.
const LENGTHS = 'WXYZabcdef';
const FRAGMENT = /^([WXYZa-f])([0-6]+)(s.*)$/;

/** The naming of a cell that is open; undefined where this VS Code has another way. */
export function namingOf(cell: Parts, notebook: Pick<Parts, 'authority'>): Naming | undefined {
    const [, length = '', handle = '', tail = ''] = FRAGMENT.exec(cell.fragment) ?? [];
    if (handle === '' || LENGTHS[handle.length - 1] !== length) {
        return undefined;
    }
    return { scheme: cell.scheme, authority: cell.authority === notebook.authority ? null : cell.authority, tail };
}

/** The parts of the URI of cell number `number` of a notebook as it is read from its file. */
export function cellParts(naming: Naming, notebook: Pick<Parts, 'authority'>, number: number): Parts {
    const handle = number.toString(7);
    return {
        scheme: naming.scheme,
        authority: naming.authority ?? notebook.authority,
        fragment: `${LENGTHS[handle.length - 1] ?? 'z'}${handle}${naming.tail}`,
    };
}
