// Settings of the editor as the server has them: by the names of tflsp.toml, and only those that somebody has set.

const OWN = new Set(['path', 'trace', 'container', 'doctor', 'journal', 'gpu']);

/** The name of a setting in tflsp.toml. */
function serverKey(key: string): string {
    return key.replace(/[A-Z]/g, (char) => `-${char.toLowerCase()}`);
}

/** What the server is told: `isSet` says whether a key has a value of the user's, and not its default. */
export function serverSettings(
    values: Readonly<Record<string, unknown>>,
    isSet: (key: string) => boolean,
): Record<string, unknown> {
    const told: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(values)) {
        if (!OWN.has(key) && value !== '' && value !== null && value !== undefined && isSet(key)) {
            told[serverKey(key)] = value;
        }
    }
    return told;
}
