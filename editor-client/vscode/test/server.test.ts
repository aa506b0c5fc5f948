// Finding a server, saying where it runs, coming back to it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    containerItem,
    containerOf,
    describesContainer,
    forwardedTo,
    nextLook,
    readStatuses,
    type ContainerStatus,
} from '../src/core/containers';
import { findServer, IMAGE_PROGRAM, type Machine, type Wishes } from '../src/core/findServer';
import { withoutTokens } from '../src/core/redact';
import { Reconnecting } from '../src/core/reconnecting';
import { serverSettings } from '../src/core/settings';
import { fit } from '../src/core/versions';
import { problems } from '../src/core/doctor';
import { untranslated as t } from '../src/core/words';

const nothing: Wishes = { path: '', use: 'auto', container: '' };

function status(name: string, folder: string, health: string): ContainerStatus {
    return { name, folder, health, image: '', port: 22001, gpus: [], drift: [], forwards: [] };
}

function machine(programs: string[], found: ContainerStatus[] | null = [], settings = ''): Machine {
    return {
        isProgram: (path) => Promise.resolve(programs.includes(path)),
        onPath: (name) =>
            Promise.resolve(programs.find((path) => path.startsWith('/usr/') && path.endsWith(`/${name}`)) ?? null),
        containers: () => Promise.resolve(found),
        wantsContainer: () => Promise.resolve(describesContainer(settings)),
    };
}

test('in the image its own server runs', async () => {
    const found = await findServer(machine([IMAGE_PROGRAM, '/usr/bin/tflsp']), nothing, '/workspace', t);
    assert.deepEqual(found, {
        kind: 'image',
        program: IMAGE_PROGRAM,
        args: ['serve'],
        container: null,
        status: undefined,
        offer: null,
        why: `This is a tflsp container: its own server ${IMAGE_PROGRAM} runs.`,
    });
});

test('the setting stands above PATH, and above the image', async () => {
    const wishes = { ...nothing, path: '/opt/mine/tflsp' };
    const found = await findServer(machine([IMAGE_PROGRAM, '/opt/mine/tflsp', '/usr/bin/tflsp']), wishes, null, t);
    assert.equal(found.kind, 'local');
    assert.equal(found.program, '/opt/mine/tflsp');
});

test('a setting that names nothing is said, and nothing else is taken instead', async () => {
    const found = await findServer(machine(['/usr/bin/tflsp']), { ...nothing, path: '/opt/gone' }, null, t);
    assert.equal(found.kind, 'none');
    assert.match(found.why, /\/opt\/gone/);
});

test('the container of the folder is connected to', async () => {
    const all = [status('tflsp-a', '/home/me/a', 'healthy'), status('tflsp-b', '/home/me/b', 'healthy')];
    const found = await findServer(machine(['/usr/bin/tflsp'], all), nothing, '/home/me/b/notebooks', t);
    assert.deepEqual(found.kind === 'container' && found.args, ['connect', 'tflsp-b']);
    assert.match(found.why, /tflsp-b of this folder runs/);
});

test('a stopped container leaves the server here, unless containers are always wanted', async () => {
    const there = machine(['/usr/bin/tflsp'], [status('tflsp-a', '/home/me/a', 'stopped')]);
    const here = await findServer(there, nothing, '/home/me/a', t);
    assert.deepEqual(here.kind === 'local' && [here.offer, here.status?.name], [
        'The container tflsp-a is not running (stopped).',
        'tflsp-a',
    ]);
    const always = await findServer(there, { ...nothing, use: 'always' }, '/home/me/a', t);
    assert.equal(always.kind === 'none' && always.startable, true);
});

test('a container that the settings describe is offered, and no other', async () => {
    const offer = async (settings: string, all: ContainerStatus[] | null = []): Promise<unknown> => {
        const found = await findServer(machine(['/usr/bin/tflsp'], all, settings), nothing, '/home/me/a', t);
        return found.kind === 'local' && found.offer;
    };
    assert.match(String(await offer('select = []\n[container]\ngpus = "all"\n')), /describe a container/);
    assert.match(String(await offer('  [ container.mounts ]\n')), /describe a container/);
    assert.match(String(await offer('[tool.tflsp.container]\n')), /describe a container/);
    assert.match(String(await offer('[container]', [status('tflsp-a', '/home/me/a', 'gone')])), /describe a container/);
    assert.equal(await offer('# [container]\n[containers]\n'), null);
    assert.equal(await offer('[container]', [status('tflsp-a', '/home/me/a', 'local')]), null);
    assert.equal(await offer('[container]', null), null);
});

test('no engine is no obstacle, and nothing is said of containers that nobody knows', async () => {
    const found = await findServer(machine(['/usr/bin/tflsp'], null), nothing, '/home/me/a', t);
    assert.equal(found.kind, 'local');
    assert.match(found.why, /could not be asked/);
});

test('where containers are not wanted nobody asks for them', async () => {
    const asked = { ...machine(['/usr/bin/tflsp']), containers: () => Promise.reject(new Error('asked')) };
    assert.equal((await findServer(asked, { ...nothing, use: 'never' }, '/home/me/a', t)).kind, 'local');
});

test('a container may be named', async () => {
    const all = [status('tflsp-a', '/elsewhere', 'healthy')];
    const found = await findServer(
        machine(['/usr/bin/tflsp'], all),
        { ...nothing, container: 'tflsp-a' },
        '/home/me',
        t,
    );
    assert.equal(found.kind === 'container' && found.container, 'tflsp-a');
});

test('nothing at all', async () => {
    const found = await findServer(machine([]), nothing, null, t);
    assert.equal(found.kind === 'none' && found.startable, false);
});

test('folders that only begin alike are different ones', () => {
    const all = [status('one', '/home/me/a', 'healthy'), status('inner', '/home/me/a/b', 'healthy')];
    assert.equal(containerOf(all, '/home/me/ab'), undefined);
    assert.equal(containerOf(all, '/home/me/a/b/c')?.name, 'inner');
});

test('what status prints is read as far as it goes', () => {
    const [one] = readStatuses('[{"name": "a", "health": 3, "port": "x", "gpus": ["0", 1]}, 5, null]');
    assert.deepEqual(one, {
        name: 'a',
        folder: '',
        health: '',
        image: '',
        port: null,
        gpus: ['0'],
        drift: [],
        forwards: [],
    });
    assert.deepEqual(readStatuses('no JSON'), []);
    assert.deepEqual(readStatuses('{}'), []);
});

test('the item says what is the matter', () => {
    const place = { kind: 'container', container: 'tflsp-a', why: 'The container runs.' };
    const item = (link: Parameters<typeof containerItem>[0], health = 'healthy'): ReturnType<typeof containerItem> =>
        containerItem(link, place, status('tflsp-a', '/a', health), null, t);
    assert.deepEqual(
        [item({ state: 'connected', version: '0.1.0' }).text, item({ state: 'connected', version: null }).level],
        ['$(vm-active) tflsp-a', 'normal'],
    );
    assert.equal(item({ state: 'connected', version: null }, 'unhealthy').level, 'warning');
    assert.deepEqual(
        [item({ state: 'lost', retryIn: 1200 }).text, item({ state: 'lost', retryIn: 1200 }).level],
        ['$(debug-disconnect) tflsp-a: connection lost', 'warning'],
    );
    assert.match(item({ state: 'lost', retryIn: 1200 }).tooltip, /in 2 s/);
    assert.equal(item({ state: 'connecting', again: true }).text, '$(sync~spin) tflsp-a: reconnecting');
    assert.equal(item({ state: 'stopped', why: 'x' }, 'stopped').text, '$(vm-outline) tflsp-a: stopped');
    assert.equal(item({ state: 'stopped', why: 'x' }).level, 'error');
});

test('a server here beside a stopped container', () => {
    const place = { kind: 'local', container: null, why: 'Why. *Not*.' };
    const item = (health: string): ReturnType<typeof containerItem> =>
        containerItem({ state: 'connected', version: '1.0' }, place, status('tflsp-a', '/a', health), 'Too old.', t);
    assert.equal(item('stopped').text, '$(vm-outline) tflsp-a: stopped');
    assert.equal(item('out of memory').level, 'warning');
    assert.equal(item('gone').text, '$(check) tflsp');
    assert.match(item('stopped').tooltip, /Too old\\\..*Why\\\. \\\*Not/s);
    assert.equal(item('gone').spoken, 'tflsp, server 1.0 on this machine, Too old., Container: removed, Why. *Not*.');
});

test('a container is looked at the less often the longer it is stopped', () => {
    const looks = (health: string): (number | null)[] =>
        [0, 1, 2, 9].map((count) => nextLook(status('a', '/a', health), count));
    assert.deepEqual(looks('stopped'), [2000, 4000, 8000, 30_000]);
    assert.deepEqual(looks('unknown'), looks('stopped'));
    assert.deepEqual(looks('healthy'), [60_000, 60_000, 60_000, 60_000]);
    assert.deepEqual(looks('gone'), [null, null, null, null]);
    assert.equal(nextLook(undefined, 0), null);
});

test('where a port is forwarded to', () => {
    const url = 'http://127.0.0.1:8888/lab?token=abc';
    assert.equal(forwardedTo(`noise\n{"target": "a", "url": "${url}"}\n`), url);
    assert.deepEqual(['', '[]', 'null', '{"url": 3}', '{"url": "file:///etc"}'].map(forwardedTo), Array(5).fill(null));
});

test('tokens are not told', () => {
    assert.equal(
        withoutTokens('Jupyter http://127.0.0.1:8888/lab?token=a-B_9 and ?x=1&Token=z&y=2'),
        'Jupyter http://127.0.0.1:8888/lab?token=*** and ?x=1&Token=***&y=2',
    );
});

test('a lost server is tried at once, then ever more slowly, and a broken one not for ever', () => {
    let now = 0;
    const local = new Reconnecting(
        () => now,
        () => 1,
    );
    local.connected();
    now += 1000;
    assert.deepEqual(
        [1, 2, 3, 4, 5, 6].map(() => local.lost(false)),
        [0, 1000, 2000, 4000, 8000, null],
    );
    const remote = new Reconnecting(
        () => now,
        () => 1,
    );
    const delays = Array.from({ length: 40 }, () => remote.lost(true));
    assert.equal(delays[39], 30_000);
    assert.ok(delays.every((delay) => delay !== null));
});

test('who was connected for long begins anew', () => {
    let now = 0;
    const link = new Reconnecting(
        () => now,
        () => 0,
    );
    for (let time = 0; time < 20; time += 1) {
        link.connected();
        now += 61_000;
        assert.equal(link.lost(false), 0);
    }
});

test('versions', () => {
    assert.deepEqual(
        [
            fit('0.1.0', '0.1.9'),
            fit('0.2.0', '0.1.9'),
            fit('0.1.0', '0.3.0'),
            fit('1.4.0', '1.9.2'),
            fit('1.0.0', '2.0.0'),
            fit('1.0.0', '0.9.0'),
            fit('1.0.0', undefined),
        ],
        ['fits', 'server-older', 'server-newer', 'fits', 'server-newer', 'server-older', 'unknown'],
    );
});

test('only settings that are set are told, by their names in tflsp.toml', () => {
    const values = {
        select: ['TFL1'],
        perFileIgnores: {},
        memoryBudget: '',
        codeLens: true,
        path: '/x',
        gpu: { interval: 3 },
    };
    const told = serverSettings(values, (key) => key !== 'perFileIgnores');
    assert.deepEqual(told, { select: ['TFL1'], 'code-lens': true });
});

test("the doctor's problems", () => {
    const complaint = {
        slug: 'disk-full',
        state: 'problem',
        title: 'No space',
        seen: '1 MB',
        evidence: ['/tmp'],
        advice: 'Remove.',
    };
    assert.deepEqual(problems({ complaints: [complaint, { ...complaint, state: 'ok' }, null] }), [
        { code: 'disk-full', message: 'No space\n1 MB\n/tmp\nRemove.' },
    ]);
    assert.deepEqual(problems(undefined), []);
});
