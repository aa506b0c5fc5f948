// Whether this extension and a server belong together.

type Fit = 'fits' | 'server-older' | 'server-newer' | 'unknown';

/** Compare by semantic versions: below 1.0 a minor version may change the wire, from there on a major one. */
export function fit(extension: string, server: string | undefined): Fit {
    const mine = numbers(extension);
    const its = numbers(server ?? '');
    if (mine === null || its === null) {
        return 'unknown';
    }
    const [one, other] = mine[0] === 0 && its[0] === 0 ? [mine[1], its[1]] : [mine[0], its[0]];
    return other < one ? 'server-older' : other > one ? 'server-newer' : 'fits';
}

function numbers(version: string): [number, number] | null {
    const found = /^v?(\d+)\.(\d+)/.exec(version);
    return found ? [Number(found[1]), Number(found[2])] : null;
}
