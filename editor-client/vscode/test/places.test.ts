// Names of cells that are not open yet, what the tree shows, and entries found again where they stand now.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellParts, LOCAL, namingOf } from '../src/core/cellUris';
import { findLine, type Experiment, type Incident, type Step } from '../src/core/journal';
import { entriesOf, entryNow, shownOf } from '../src/core/journalTree';

const at = (line: number) => ({ start: { line, character: 0 }, end: { line, character: 9 } });
const step = (number: number, line: number, more: Partial<Step> = {}): Step => ({
    number,
    title: `step ${number}`,
    range: at(line),
    result: null,
    changes: [],
    uri: null,
    ...more,
});
const incident = (line: number, more: Partial<Incident> = {}): Incident => ({
    title: 'OOM',
    range: at(line),
    fingerprint: null,
    seenBefore: null,
    ...more,
});
const experiment = (
    steps: readonly Step[],
    errors: readonly Incident[] = [],
    more: Partial<Experiment> = {},
): Experiment => ({
    title: 'exp',
    uri: 'file:///exp.md',
    language: 'en',
    goal: null,
    goalMet: null,
    best: null,
    conclusion: null,
    range: at(0),
    steps,
    errors,
    ...more,
});

test('a cell is named as VS Code names it', () => {
    const notebook = { authority: '' };
    const fragments = [0, 1, 6, 7, 48, 49, 400].map((number) => cellParts(LOCAL, notebook, number).fragment);
    assert.deepEqual(
        fragments,
        ['W0', 'W1', 'W6', 'X10', 'X66', 'Y100', 'Z1111'].map((handle) => `${handle}sZmlsZQ==`),
    );
    assert.equal(cellParts(LOCAL, { authority: 'server' }, 0).authority, 'server');
});

test('a cell that is open tells how others are named', () => {
    const remote = { scheme: 'vscode-notebook-cell', authority: 'ssh-remote+a', fragment: 'X12sdnNjb2Rl' };
    const naming = namingOf(remote, { authority: '' });
    assert.ok(naming);
    assert.deepEqual(cellParts(naming, { authority: '' }, 9), { ...remote, fragment: 'X12sdnNjb2Rl' });
    const local = { scheme: 'vscode-notebook-cell', authority: '', fragment: 'W3sZmlsZQ==' };
    assert.deepEqual(namingOf(local, { authority: '' }), LOCAL);
    for (const fragment of ['', 'ch0000003', 'X3sZmlsZQ==', 'W8sZmlsZQ==']) {
        assert.equal(namingOf({ ...local, fragment }, { authority: '' }), undefined);
    }
});

test('entries stand in the order of cells, then of lines', () => {
    const told = experiment(
        [step(1, 0, { cell: 2 }), step(2, 4, { cell: 0 })],
        [incident(9, { cell: 0 }), incident(0, { cell: 1 })],
    );
    const found = entriesOf(told).map((each) => (each.kind === 'step' ? each.step.number : each.incident.range));
    assert.deepEqual(found, [2, at(9), at(0), 1]);
});

test('moved lines show nothing new, everything that is to be seen does', () => {
    const seenBefore = { title: 'exp_a, step #4', uri: 'file:///a.md', range: at(1) };
    const before = experiment([step(1, 3), step(2, 9)], [incident(20, { seenBefore })]);
    const moved = experiment(
        [step(1, 5), step(2, 11)],
        [incident(22, { seenBefore: { ...seenBefore, range: at(7) }, fingerprint: 'x' })],
        { range: at(2) },
    );
    assert.equal(shownOf([moved]), shownOf([before]));
    const shown: Experiment[][] = [
        [],
        [experiment([step(2, 3), step(1, 9)], before.errors)],
        [experiment([step(1, 3), step(2, 9, { title: 'other' })], before.errors)],
        [experiment([step(1, 3), step(2, 9, { result: '0.9' })], before.errors)],
        [experiment([step(1, 3), step(2, 9, { changes: [{ name: 'lr', old: '1', new: '2' }] })], before.errors)],
        [experiment(before.steps, [incident(20)])],
        [experiment(before.steps, [incident(8, { seenBefore })])],
        [{ ...before, best: '98 %' }],
        [{ ...before, goal: 'Why?' }],
        [{ ...before, goalMet: true }],
        [{ ...before, heading: 'Rate' }],
        [{ ...before, conclusion: 'done' }],
        [{ ...before, uri: 'file:///b.md' }],
        [before, before],
    ];
    const texts = [[before], ...shown].map(shownOf);
    assert.equal(new Set(texts).size, texts.length);
});

test('an entry is found where it was told last', () => {
    const before = experiment([step(1, 3), step(2, 9)], [incident(20), incident(30)]);
    const after = experiment([step(1, 5), step(2, 11, { title: 'other' })], [incident(22), incident(32)]);
    const now = entriesOf(before).map((each) => entryNow([after], before.uri, each));
    const lines = now.map((each) => (each?.kind === 'step' ? each.step : each?.incident)?.range?.start.line);
    assert.deepEqual(lines, [5, 11, 22, 32]);
    const [first, , , last] = entriesOf(before);
    assert.ok(first && last);
    assert.equal(entryNow([experiment([])], before.uri, first), undefined);
    assert.equal(entryNow([], before.uri, first), undefined);
    assert.equal(entryNow([experiment([], [incident(22)])], before.uri, last), undefined);
});

test('a heading is looked for where it stood', () => {
    const text = '# a\n\n## Debug step #2: x\n\nsee Debug step #2\r\n## 步骤 #2\n## Debug step #21: x\n## OOM log';
    assert.equal(findLine(text, { number: 2, title: 'x' }, 0), 2);
    assert.equal(findLine(text, { number: 2, title: 'x' }, 7), 5);
    assert.equal(findLine(text, { title: 'OOM log' }, 1), 7);
    assert.equal(findLine(text, { title: '' }, 3), 3);
    assert.equal(findLine(text, { number: 9, title: 'gone' }, 4), 4);
});
