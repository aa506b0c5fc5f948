// Outputs for the server, places of cells, entries found again, and the timeline's chart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml, escapeMarkdown, page } from '../src/core/html';
import { changeText, findEntry, hasStops, insertionIndex } from '../src/core/journal';
import { nbOutputs, stripAnsi, type Output } from '../src/core/outputs';
import { best, readTimeline, shortNumber, ticks, type Timeline } from '../src/core/timeline';
import { chart, timelineBody } from '../src/core/timelinePage';
import { untranslated as t } from '../src/core/words';

const ESC = '\u001b';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const output = (mime: string, text: string, metadata?: Record<string, unknown>): Output => ({
    items: [{ mime, data: bytes(text) }],
    metadata,
});
const stdout = (text: string): Output => output('application/vnd.code.notebook.stdout', text);

test('colours, titles and links are taken out', () => {
    assert.equal(
        stripAnsi(
            `${ESC}[0;31mValueError${ESC}[0m ${ESC}]0;title\u0007x ${ESC}]8;;http://a${ESC}\\y${ESC}]8;;${ESC}\\ ${ESC}[2Kz${ESC}(B`,
        ),
        'ValueError x y z',
    );
    assert.equal(stripAnsi('准确率 🔧 [x]'), '准确率 🔧 [x]');
});

test('outputs become those of nbformat', () => {
    const error = JSON.stringify({
        name: 'ResourceExhaustedError',
        message: `${ESC}[1mOOM${ESC}[0m`,
        stack: `a\n${ESC}[31mb${ESC}[0m`,
    });
    const made = nbOutputs([
        stdout('one\n'),
        stdout('two\n'),
        output('application/vnd.code.notebook.stderr', 'warn'),
        output('text/plain', '0.5', { outputType: 'execute_result' }),
        output('image/png', 'xxxx'),
        output('application/vnd.code.notebook.error', error),
    ]);
    assert.deepEqual(made, [
        { output_type: 'stream', name: 'stdout', text: 'one\ntwo\n' },
        { output_type: 'stream', name: 'stderr', text: 'warn' },
        { output_type: 'execute_result', data: { 'text/plain': '0.5' }, metadata: {} },
        { output_type: 'error', ename: 'ResourceExhaustedError', evalue: 'OOM', traceback: ['a', 'b'] },
    ]);
});

test('of too much text the beginning and the end are kept', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `step ${index} "准确率"\n`).join('');
    const made = nbOutputs([
        stdout(lines),
        output('application/vnd.code.notebook.error', JSON.stringify({ name: 'E', message: 'm', stack: 's' })),
    ]);
    assert.ok(Buffer.byteLength(JSON.stringify(made)) < 66_000);
    const text = String(made[0]?.['text']);
    assert.ok(text.startsWith('step 0 '));
    assert.ok(text.endsWith('step 19999 "准确率"\n'));
    assert.equal(made[1]?.['output_type'], 'error');
});

test('an error that is no JSON is a message', () => {
    assert.deepEqual(nbOutputs([output('application/vnd.code.notebook.error', 'broken')])[0]?.['evalue'], 'broken');
});

test('a cell goes behind the named one, else behind the index, always into the notebook', () => {
    const cells = ['a', 'b', 'c'];
    assert.equal(insertionIndex({ afterCell: 'b', afterIndex: 0 }, cells), 2);
    assert.equal(insertionIndex({ afterCell: 'gone', afterIndex: 0 }, cells), 1);
    assert.equal(insertionIndex({ afterCell: null, afterIndex: -1 }, cells), 0);
    assert.equal(insertionIndex({ afterCell: null, afterIndex: 99 }, cells), 3);
});

test('entries are found in cells by number, else by title', () => {
    const cells = [
        { markdown: true, text: '# Goal\n\nsee Debug step #2' },
        { markdown: false, text: '# Debug step #2' },
        { markdown: true, text: 'x\n\n### 🔧 调试步骤 #2：调整' },
        { markdown: true, text: '## Debug step #21: later' },
        { markdown: true, text: '## OOM 错误日志' },
    ];
    assert.deepEqual(findEntry(cells, { number: 2, title: '调整' }), { cell: 2, line: 2 });
    assert.deepEqual(findEntry(cells, { number: 21, title: 'later' }), { cell: 3, line: 0 });
    assert.deepEqual(findEntry(cells, { title: 'OOM 错误日志' }), { cell: 4, line: 0 });
    assert.equal(findEntry(cells, { number: 7, title: 'nowhere' }), null);
});

test('changes in words', () => {
    assert.equal(changeText({ name: 'lr', old: '0.01', new: '0.001' }), 'lr 0.01 → 0.001');
    assert.equal(changeText({ name: 'dropout', old: null, new: '0.5' }), 'dropout 0.5');
});

test('ticks are round and span the values', () => {
    assert.deepEqual(ticks(0.91, 0.97, 6), [0.9, 0.92, 0.94, 0.96, 0.98]);
    assert.deepEqual(ticks(0, 10, 6), [0, 2, 4, 6, 8, 10]);
    for (const [low, high] of [
        [0.93, 0.93],
        [0, 0],
        [-5, 1e6],
        [1e-9, 2e-9],
    ] as const) {
        const marks = ticks(low, high, 6);
        assert.ok(marks.length >= 2 && marks.length <= 12, String(marks));
        assert.ok((marks[0] ?? 0) <= low && (marks[marks.length - 1] ?? 0) >= high);
    }
    assert.deepEqual(ticks(NaN, 1, 6), []);
});

test('numbers as a person writes them', () => {
    assert.deepEqual([0.95612, 1234.56, 0.00001, 0, 3e7].map(shortNumber), ['0.9561', '1235', '1e-5', '0', '3e+7']);
});

test('the best is the lowest where lower is better', () => {
    assert.equal(best([0.9, 0.97, 0.95], 'val_accuracy', null), 1);
    assert.equal(best([0.9, 0.2, 0.5], 'val_loss', null), 1);
    assert.equal(best([3, 1, 2], 'latency', { metric: 'latency', comparison: '<=', value: 2 }), 1);
    assert.equal(best([], 'x', null), null);
});

const timeline: Timeline = {
    title: 'Learning <rate>',
    language: 'en',
    goal: 'Why does it stop?',
    criterion: { metric: 'accuracy', comparison: '>', value: 0.97 },
    metric: 'accuracy',
    metrics: ['accuracy', 'loss'],
    goalMet: false,
    steps: [1, 2, 3].map((number) => ({
        number,
        title: `step "${number}"`,
        when: null,
        changes: [{ name: 'lr', old: '0.1', new: `0.0${number}` }],
        metrics: number === 2 ? { loss: 0.3 } : { accuracy: 0.9 + number / 100, loss: 0.5 },
        result: null,
        analysis: '</script><b>',
        optimizer: null,
        range: null,
        uri: null,
        cell: null,
    })),
    errors: [{ title: 'OOM', when: null, afterStep: 1, message: 'tensor <8,8>' }],
    conclusion: null,
};

test('the chart has a point for each step with the metric, the goal, and the errors', () => {
    const drawn = chart(timeline, 'accuracy', t);
    assert.equal(drawn.match(/class="dot"/g)?.length, 2);
    assert.equal(drawn.match(/class="incident"/g)?.length, 1);
    assert.match(drawn, /class="target"/);
    assert.doesNotMatch(chart(timeline, 'loss', t), /class="target"/);
    assert.doesNotMatch(drawn, /NaN|Infinity/);
});

test('texts of the journal stay text', () => {
    const body = timelineBody(timeline, null, t);
    assert.doesNotMatch(body, /<\/script>|<rate>|<8,8>| style=| on\w+=/);
    assert.match(body, /Learning &lt;rate&gt;/);
    assert.match(timelineBody({ ...timeline, steps: [], metrics: [], metric: null }, null, t), /No step has a number/);
});

test('a timeline is read with what is missing', () => {
    assert.equal(readTimeline(undefined), null);
    assert.equal(readTimeline({ error: 1 }), null);
    const read = readTimeline({ title: 'x', steps: [{ number: 1, title: 'a' }] });
    assert.deepEqual(read?.steps[0]?.metrics, {});
    assert.equal(read.steps[0].cell, null);
    assert.equal(readTimeline({ steps: [{ number: 1, title: 'a', cell: 4 }] })?.steps[0]?.cell, 4);
    assert.match(timelineBody(read, null, t), /#1 a/);
});

test('pages allow nothing that does not carry the nonce', () => {
    const made = page({
        nonce: 'abc',
        source: 'https://x',
        language: 'en',
        title: '<t>',
        style: 'p{}',
        body: '<main></main>',
        script: 'https://x/a.js',
    });
    assert.match(made, /default-src 'none'; style-src 'nonce-abc'; script-src 'nonce-abc'/);
    assert.doesNotMatch(made, /unsafe|<t>/);
});

test('escaping', () => {
    assert.equal(escapeHtml(`<a href="x" id='y'>&`), '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
    assert.equal(escapeMarkdown('a_b*c\n[x](y) $(z)'), 'a\\_b\\*c \\[x\\]\\(y\\) \\$\\(z\\)');
});

test('a snippet has stops where there is something to fill in', () => {
    assert.ok(hasStops('${1:Title}\n$0'));
    assert.ok(hasStops('a\\\\${1}$0'));
    assert.ok(!hasStops('costs \\${1\\}$0'));
    assert.ok(!hasStops(''));
});
