// The machine that the extension runs on, as `core/findServer` asks it: programs, and what they say.

import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { LogOutputChannel } from 'vscode';
import { describesContainer, readStatuses, type ContainerStatus } from '../core/containers';
import type { Machine } from '../core/findServer';

// ms: the engine is asked, and in a container that has just been started its health; either may be busy.
const PATIENCE = 30_000;
const SETTINGS = ['tflsp.toml', '.tflsp.toml', 'pyproject.toml'];

export class ThisMachine implements Machine {
    constructor(private readonly log: LogOutputChannel) {}

    async isProgram(path: string): Promise<boolean> {
        try {
            // A path that is not absolute would be looked for in whatever folder is open.
            if (!isAbsolute(path) || !(await stat(path)).isFile()) {
                return false;
            }
            await access(path, constants.X_OK);
            return true;
        } catch {
            return false;
        }
    }

    async onPath(name: string): Promise<string | null> {
        const suffix = process.platform === 'win32' ? '.exe' : '';
        const folders = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
        // Where `pip install --user` and pipx put programs; desktops often start editors without it on PATH.
        for (const folder of [...folders, join(homedir(), '.local', 'bin')]) {
            const path = join(folder, name + suffix);
            if (await this.isProgram(path)) {
                return path;
            }
        }
        return null;
    }

    async wantsContainer(folder: string): Promise<boolean> {
        for (const name of SETTINGS) {
            try {
                return describesContainer(await readFile(join(folder, name), 'utf8'));
            } catch {
                // The next one.
            }
        }
        return false;
    }

    containers(program: string): Promise<readonly ContainerStatus[] | null> {
        return new Promise((resolve) => {
            execFile(
                program,
                ['status', '--json'],
                { timeout: PATIENCE, maxBuffer: 1 << 22 },
                (error, output, complaint) => {
                    // 1: something is not as it should be, and it is told all the same.
                    if (error !== null && error.code !== 1) {
                        this.log.info(`tflsp status: ${complaint.trim() || error.message}`);
                        resolve(null);
                    } else {
                        resolve(readStatuses(output));
                    }
                },
            );
        });
    }
}
