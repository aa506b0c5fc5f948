// Tests of what needs no browser: run by Node's own runner (npm test).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Timeline, listed } from '../entries.js';
import { type State, shown } from '../gpuText.js';
import { shellCommands } from '../shell.js';
import { type Change, type Stop, expanded, moved } from '../stops.js';
import { LONGEST, trimmed } from '../trimmed.js';
import { WORDS, languageOf, say } from '../words.js';

test('every word is there in both languages, with the same places', () => {
  for (const [name, { en, zh }] of Object.entries(WORDS)) {
    assert.ok(en && zh, name);
    assert.deepEqual(en.match(/\{\d\}/g), zh.match(/\{\d\}/g), name);
  }
});

test('the language is what was chosen, else that of JupyterLab', () => {
  assert.equal(languageOf('auto', 'zh_CN'), 'zh');
  assert.equal(languageOf('auto', 'en'), 'en');
  assert.equal(languageOf('en', 'zh_CN'), 'en');
  assert.equal(languageOf(undefined, 'default'), 'en');
  assert.equal(say('zh', 'free', '1.5'), '空闲 1.5 GiB');
});

test('a notebook is sent without pictures and with the ends of long outputs', () => {
  const notebook = {
    nbformat: 4,
    cells: [
      { cell_type: 'markdown', source: '![a](attachment:a.png)', attachments: { 'a.png': {} } },
      {
        cell_type: 'code',
        source: 'x',
        outputs: [
          { output_type: 'stream', name: 'stdout', text: 'a'.repeat(LONGEST) + 'end' },
          { output_type: 'display_data', data: { 'image/png': 'AAAA', 'text/plain': ['<Fig', 'ure>'] } },
          { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] }
        ]
      }
    ]
  };
  const cells = trimmed(notebook).cells as unknown as Record<string, never>[];
  assert.equal('attachments' in cells[0]!, false);
  const outputs = cells[1]!['outputs'] as unknown as { text?: string; data?: unknown; traceback?: string[] }[];
  assert.equal(outputs[0]!.text!.length, LONGEST);
  assert.ok(outputs[0]!.text!.endsWith('end'));
  assert.deepEqual(outputs[1]!.data, { 'text/plain': '<Figure>' });
  assert.deepEqual(outputs[2]!.traceback, ['t']);
  assert.ok((notebook.cells[1]!.outputs as { text?: string }[])[0]!.text!.length > LONGEST, 'the model stays as it is');
});

const GIB = 2 ** 30;
const gpu = (used: number, more = {}): State => ({
  problem: null,
  gpus: [
    {
      index: 0,
      name: 'Tesla T4',
      memory: { total: 16 * GIB, used: used * GIB, free: (16 - used) * GIB },
      utilization: { gpu: 87 },
      temperature: 61,
      problem: null,
      ...more
    }
  ]
});

test('a GPU is a short text with a tooltip', () => {
  const said = shown(gpu(3.25), 'en')!;
  assert.equal(said.text, 'GPU 3.3/16.0 GiB 87%');
  assert.equal(said.tooltip, '0: Tesla T4, 3.3/16.0 GiB (12.8 GiB free), 87 % busy, 61 °C');
  assert.equal(said.warning, false);
  assert.equal(shown(gpu(15.5), 'en')!.warning, true);
});

test('what is not known is left out, and what is wrong is told with its remedy', () => {
  assert.equal(shown(gpu(1, { memory: null, utilization: null, name: null }), 'zh')!.text, 'GPU ?');
  const lost = shown(gpu(1, { problem: { message: 'The GPU is lost.', remedy: 'Reboot.' } }), 'en')!;
  assert.equal(lost.warning, true);
  assert.match(lost.tooltip, /The GPU is lost\.\nReboot\.$/);
  assert.equal(shown({ gpus: [], problem: { message: 'none', normal: true } }, 'en'), null);
  assert.equal(shown({ gpus: [], problem: { message: 'mismatch' } }, 'en')!.text, 'GPU ⚠');
});

test('shell commands are taken out with their places, and the host keeps its text', () => {
  const code = 'x = 1\n!ls "😀"\nfiles = !docker run \\\n    image\ny != 2\nprint("!no")\n';
  assert.ok(shellCommands.hasForeignCode(code, 'code'));
  assert.equal(shellCommands.hasForeignCode(code, 'markdown'), false);
  assert.equal(shellCommands.hasForeignCode('a != b', 'code'), false);
  const found = shellCommands.extractForeignCode(code);
  assert.deepEqual(
    found.map(each => each.foreignCode),
    ['ls "😀"', 'docker run \\\n    image', null]
  );
  assert.deepEqual(found[0]!.range!.start, { line: 1, column: 1 });
  assert.deepEqual(found[1]!.range, { start: { line: 2, column: 9 }, end: { line: 3, column: 9 } });
  assert.equal(found.map(each => each.hostCode).join(''), code);
});

test('a snippet is its text and its stops, the last of which is where it ends', () => {
  const { text, stops } = expanded('### Step #1: ${1}\n\nCosts \\$5 {\\}\\\\ ${2:<!-- why \\} 😀 -->}$0\n');
  assert.equal(text, '### Step #1: \n\nCosts $5 {}\\ <!-- why } 😀 -->\n');
  assert.deepEqual(
    stops.map(({ start, end }) => text.slice(start, end)),
    ['', '<!-- why } 😀 -->', '']
  );
  assert.equal(stops[0]!.start, '### Step #1: '.length);
  assert.equal(stops[2]!.start, text.length - 1);
  assert.deepEqual(expanded('plain').stops, [{ start: 5, end: 5 }]);
});

test('stops stay with their texts while one of them is written', () => {
  // "a|b" with empty stops at 1 (active), and "xy" at 3 with the last stop behind it.
  const stops: Stop[] = [
    { start: 1, end: 1 },
    { start: 3, end: 5 },
    { start: 5, end: 5 }
  ];
  const typed: Change[] = [{ retain: 1 }, { insert: '😀!' }];
  const first = moved(stops, 0, typed);
  assert.deepEqual(first, [
    { start: 1, end: 4 },
    { start: 6, end: 8 },
    { start: 8, end: 8 }
  ]);
  // The second one is replaced, as typing over a selection does, told in either order.
  for (const change of [
    [{ retain: 6 }, { delete: 2 }, { insert: 'new' }],
    [{ retain: 6 }, { insert: 'new' }, { delete: 2 }]
  ] as Change[][]) {
    assert.deepEqual(moved(first, 1, change), [
      { start: 1, end: 4 },
      { start: 6, end: 9 },
      { start: 9, end: 9 }
    ]);
  }
  // What is typed elsewhere belongs to none; what is deleted around a stop leaves it empty.
  assert.deepEqual(moved([{ start: 2, end: 4 }], 0, [{ insert: 'zz' }]), [{ start: 4, end: 6 }]);
  assert.deepEqual(moved([{ start: 2, end: 4 }], 0, [{ retain: 5 }, { insert: 'zz' }]), [{ start: 2, end: 4 }]);
  assert.deepEqual(moved([{ start: 2, end: 4 }], 0, [{ retain: 1 }, { delete: 9 }]), [{ start: 1, end: 1 }]);
});

test('a journal is listed in the order of its cells', () => {
  const at = (cell: string, line = 0) => ({ uri: `u#${cell}`, range: { start: { line, character: 0 } } });
  const timeline: Timeline = {
    title: 't',
    goal: 'Why?\nmore',
    steps: [
      { ...at('b', 4), number: 2, title: 'two', result: 'mae 1' },
      { ...at('b'), number: 1, title: '', result: '' },
      { ...at('gone'), number: 3, title: '', result: '' }
    ],
    errors: [{ ...at('c'), title: '', message: 'OOM' }],
    conclusion: 'done',
    places: { goal: at('a'), conclusion: at('d') },
    cells: { 'u#a': 'A', 'u#b': 'B', 'u#c': 'C', 'u#d': 'D' }
  };
  assert.deepEqual(
    listed(timeline).map(each => [each.kind, each.cell, each.about]),
    [
      ['goal', 'A', 'Why?'],
      ['step', 'B', ''],
      ['step', 'B', 'two — mae 1'],
      ['error', 'C', 'OOM'],
      ['conclusion', 'D', 'done']
    ]
  );
});
