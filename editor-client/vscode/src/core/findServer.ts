// Which server to start: decided from what is known of the machine, the settings and the folder, with the reason in words.

import { containerOf, healthText, isRunning, isStopped, type ContainerStatus } from './containers';
import type { Translate } from './words';

/** Where the image has tflsp. */
export const IMAGE_PROGRAM = '/opt/tflsp/bin/tflsp';

export type Use = 'auto' | 'always' | 'never';

export interface Wishes {
    /** The setting `tflsp.path`; empty where it is not set. */
    readonly path: string;
    /** Whether the server runs in the folder's container. */
    readonly use: Use;
    /** The setting `tflsp.container.name`; empty means the folder's own. */
    readonly container: string;
}

/** What can be asked of the machine. */
export interface Machine {
    isProgram(path: string): Promise<boolean>;
    /** The path of a program on PATH, or in the user's own folder of programs. */
    onPath(name: string): Promise<string | null>;
    /** What `PROGRAM status --json` says; null where it could not be asked. */
    containers(program: string): Promise<readonly ContainerStatus[] | null>;
    /** Whether the folder's settings describe a container. */
    wantsContainer(folder: string): Promise<boolean>;
}

export interface Server {
    readonly kind: 'image' | 'local' | 'container';
    readonly program: string;
    readonly args: readonly string[];
    /** The container's name; null for a server on this machine. */
    readonly container: string | null;
    /** A sentence for the log: what was chosen and why. */
    readonly why: string;
    /** The folder's container as it was found. */
    readonly status: ContainerStatus | undefined;
    /** A sentence that offers to start the container, where the server would rather be in it. */
    readonly offer: string | null;
}

export interface NotFound {
    readonly kind: 'none';
    readonly why: string;
    /** Whether starting the container would help. */
    readonly startable: boolean;
    /** The program that could start it. */
    readonly program: string | null;
    readonly status: ContainerStatus | undefined;
}

const NOWHERE = { container: null, status: undefined, offer: null } as const;

/** Find the server for a folder; null stands for a window without a folder. */
export async function findServer(
    machine: Machine,
    wishes: Wishes,
    folder: string | null,
    t: Translate,
): Promise<Server | NotFound> {
    if (wishes.path === '' && (await machine.isProgram(IMAGE_PROGRAM))) {
        const why = t('This is a tflsp container: its own server {0} runs.', IMAGE_PROGRAM);
        return { ...NOWHERE, kind: 'image', program: IMAGE_PROGRAM, args: ['serve'], why };
    }
    const found = await program(machine, wishes, t);
    if (found.kind === 'none') {
        return found;
    }
    return wishes.use === 'never'
        ? local(found, t('Containers are not wanted (tflsp.container.use).'), undefined, null)
        : inContainer(machine, wishes, folder, found, t);
}

interface Program {
    readonly kind: 'program';
    readonly path: string;
    readonly why: string;
}

async function program(machine: Machine, wishes: Wishes, t: Translate): Promise<Program | NotFound> {
    if (wishes.path !== '') {
        if (await machine.isProgram(wishes.path)) {
            return { kind: 'program', path: wishes.path, why: t('The setting tflsp.path names {0}.', wishes.path) };
        }
        return none(t('The setting tflsp.path names {0}, which is no program that can be run.', wishes.path));
    }
    const path = await machine.onPath('tflsp');
    if (path !== null) {
        return { kind: 'program', path, why: t('PATH has {0}.', path) };
    }
    return none(t('There is no tflsp on PATH, and the setting tflsp.path is empty.'));
}

function none(why: string): NotFound {
    return { kind: 'none', why, startable: false, program: null, status: undefined };
}

async function inContainer(
    machine: Machine,
    wishes: Wishes,
    folder: string | null,
    found: Program,
    t: Translate,
): Promise<Server | NotFound> {
    const all = await machine.containers(found.path);
    const name = wishes.container;
    const status = name === '' ? containerOf(all ?? [], folder) : (all ?? []).find((each) => each.name === name);
    if (status !== undefined && isRunning(status)) {
        const reason =
            name === ''
                ? t('The container {0} of this folder runs.', status.name)
                : t('The setting tflsp.container.name names {0}.', name);
        return {
            kind: 'container',
            program: found.path,
            args: ['connect', status.name],
            container: status.name,
            why: `${found.why} ${reason}`,
            status,
            offer: null,
        };
    }
    const reason =
        all === null
            ? t('Containers could not be asked for; the log says why.')
            : status !== undefined
              ? t('The container {0} is not running ({1}).', status.name, healthText(status.health, t))
              : name !== ''
                ? t('There is no container {0}.', name)
                : t('This folder has no container.');
    if (wishes.use === 'always') {
        return { kind: 'none', why: `${found.why} ${reason}`, startable: true, program: found.path, status };
    }
    if (status !== undefined && isStopped(status)) {
        return local(found, reason, status, reason);
    }
    // A session on this machine (`tflsp up --local`) is somebody's choice.
    const open = all !== null && name === '' && status?.health !== 'local';
    const wanted = open && folder !== null && (await machine.wantsContainer(folder));
    return local(found, reason, status, wanted ? t("This folder's settings describe a container; none runs.") : null);
}

function local(found: Program, reason: string, status: ContainerStatus | undefined, offer: string | null): Server {
    const why = `${found.why} ${reason}`;
    return { kind: 'local', program: found.path, args: ['serve'], container: null, why, status, offer };
}
