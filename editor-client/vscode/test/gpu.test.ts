// The GPU item and its view, from records as the server sends them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { share, statusItem, type Gpu, type GpuRecord } from '../src/core/gpu';
import { History } from '../src/core/gpuHistory';
import { gpuBody } from '../src/core/gpuPage';
import { untranslated as t } from '../src/core/words';

const GIB = 2 ** 30;

function gpu(more: Partial<Gpu> = {}): Gpu {
    return {
        index: 0,
        uuid: 'GPU-1',
        name: 'Tesla T4',
        memory: { total: 16 * GIB, used: 3 * GIB, free: 13 * GIB },
        utilization: { gpu: 47 },
        temperature: 61,
        power: 67.25,
        powerLimit: 70,
        throttling: [],
        processes: [],
        problem: null,
        ...more,
    };
}

function record(gpus: Gpu[], more: Partial<GpuRecord> = {}): GpuRecord {
    return { time: 1000, driver: '535.104.05', cuda: '12.2', problem: null, gpus, ...more };
}

test('what holds the clocks down is said in words, a reason that is new by its name', () => {
    const item = statusItem(record([gpu({ throttling: ['sw_power_cap', 'sw_thermal_slowdown', 'tomorrow'] })]), 92, t);
    assert.match(item?.tooltip ?? '', /held down by power limit, heat, tomorrow/);
});

test('one GPU', () => {
    const item = statusItem(record([gpu()]), 92, t);
    assert.equal(item?.text, '$(chip) GPU 3.0/16.0 GiB 47%');
    assert.equal(item.level, 'normal');
    assert.match(item.tooltip, /Tesla T4/);
    assert.match(item.tooltip, /535\\\.104/);
});

test('of several the fullest is shown', () => {
    const full = gpu({ index: 1, memory: { total: 16 * GIB, used: 15 * GIB, free: GIB } });
    const item = statusItem(record([gpu(), full]), 92, t);
    assert.equal(item?.text, '$(warning) GPU 1/2 15.0/16.0 GiB 47%');
    assert.equal(item.level, 'pressure');
});

test('no GPU is no fault and no item', () => {
    const problem = { code: 'library-not-found', message: 'no driver', remedy: null, normal: true };
    assert.equal(statusItem(record([], { problem }), 92, t), null);
    assert.equal(statusItem(record([]), 92, t), null);
});

test('a lost GPU comes with what to do', () => {
    const problem = { code: 'access-lost', message: 'Unknown Error', remedy: 'Recreate the container.', normal: false };
    const whole = statusItem(record([], { problem }), 92, t);
    assert.deepEqual([whole?.text, whole?.level], ['$(warning) GPU access-lost', 'lost']);
    assert.match(whole?.tooltip ?? '', /Recreate the container/);
    const one = statusItem(record([gpu({ index: 2, problem: { ...problem, code: 'gpu-is-lost' } })]), 92, t);
    assert.deepEqual([one?.text, one?.level], ['$(warning) GPU 2 gpu-is-lost', 'lost']);
});

test('what is missing is left out', () => {
    const item = statusItem(
        record([gpu({ memory: null, utilization: null, name: null, temperature: null, power: null })]),
        92,
        t,
    );
    assert.equal(item?.text, '$(chip) GPU');
    assert.equal(share({ total: 0, used: 0, free: 0 }), 0);
});

test('names of processes are no Markdown and no commands', () => {
    const item = statusItem(
        record([gpu({ processes: [{ pid: 1, memory: GIB, name: '[x](command:evil) $(alert)' }] })]),
        92,
        t,
    );
    assert.doesNotMatch(item?.tooltip ?? '', /\]\(command/);
    assert.doesNotMatch(item?.tooltip ?? '', /[^\\]\$\(alert\)/);
});

test('history keeps ten minutes, each moment once', () => {
    const history = new History();
    const card = gpu();
    for (let time = 0; time < 2000; time += 2) {
        history.add(record([card], { time }));
    }
    history.add(record([gpu({ history: [{ time: 1998, memory: 1, utilization: 1 }] })], { time: 2000 }));
    const points = history.of(card);
    assert.ok(points.length <= 301, String(points.length));
    assert.equal(new Set(points.map((point) => point.time)).size, points.length);
    assert.ok((points[0]?.time ?? 0) > 1390);
});

test('what helps is told with its commands as code, and nothing of it is HTML', () => {
    const problem = { code: 'library-not-found', message: 'no <b>', remedy: 'Use `--gpus <all>`.', normal: true };
    const body = gpuBody({ time: 0, driver: null, cuda: null, problem, gpus: [] }, () => [], t);
    assert.ok(body.includes('no &lt;b&gt;'));
    assert.ok(body.includes('Use <code>--gpus &lt;all&gt;</code>.'));
});

test('the view draws what is known and says the rest', () => {
    const card = gpu({ name: '<img src=x onerror=alert(1)>' });
    const body = gpuBody(
        record([card]),
        () => [
            { time: 900, memory: GIB, utilization: 5 },
            { time: 950, memory: null, utilization: null },
            { time: 1000, memory: 3 * GIB, utilization: 47 },
        ],
        t,
    );
    assert.doesNotMatch(body, /<img/);
    assert.equal(body.match(/<polyline/g)?.length, 4); // two graphs, each with a gap
    assert.match(body, /3\.0 \/ 16\.0 GiB · 19%/);
    assert.doesNotMatch(body, / style=/);
    assert.match(
        gpuBody(null, () => [], t),
        /Waiting/,
    );
});
