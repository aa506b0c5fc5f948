// When to try again after a server went away: at once, then ever more slowly, and not for ever where it crashes.

const SHORTEST = 500; // ms
const LONGEST = 30_000;
const STABLE = 60_000;
const MOST_CRASHES = 5;

export class Reconnecting {
    private failures = 0;
    private connectedAt: number | null = null;

    constructor(
        private readonly now: () => number,
        private readonly random: () => number,
    ) {}

    connected(): void {
        this.connectedAt = this.now();
    }

    /** The server is gone: milliseconds until the next try, or null where it is not worth one.
     *
     * The way to a container is tried for ever; a server of this machine that goes again and again is broken.
     */
    lost(remote: boolean): number | null {
        if (this.connectedAt !== null && this.now() - this.connectedAt >= STABLE) {
            this.failures = 0;
        }
        this.connectedAt = null;
        this.failures += 1;
        if (!remote && this.failures > MOST_CRASHES) {
            return null;
        }
        if (this.failures === 1) {
            return 0;
        }
        const longest = Math.min(LONGEST, SHORTEST * 2 ** (this.failures - 1));
        return longest * (0.75 + 0.25 * this.random());
    }

    /** Somebody has changed something: the count begins anew. */
    reset(): void {
        this.failures = 0;
    }
}
