// The last minutes of each GPU, for graphs: what the server remembers, and what has come since.

import type { Gpu, GpuRecord, Point } from './gpu';

const LONGEST = 600; // seconds

export class History {
    private readonly points = new Map<string, Point[]>();

    /** Take in a record, with the server's own history where it brings one. */
    add(record: GpuRecord): void {
        for (const gpu of record.gpus) {
            const known = this.points.get(key(gpu)) ?? [];
            const now: Point = {
                time: record.time,
                memory: gpu.memory?.used ?? null,
                utilization: gpu.utilization?.gpu ?? null,
            };
            const merged = new Map([...known, ...(gpu.history ?? []), now].map((point) => [point.time, point]));
            const all = [...merged.values()].sort((one, other) => one.time - other.time);
            this.points.set(
                key(gpu),
                all.filter((point) => point.time > record.time - LONGEST),
            );
        }
    }

    /** The points of a GPU, oldest first. */
    of(gpu: Gpu): readonly Point[] {
        return this.points.get(key(gpu)) ?? [];
    }

    clear(): void {
        this.points.clear();
    }
}

function key(gpu: Gpu): string {
    return gpu.uuid ?? String(gpu.index);
}
