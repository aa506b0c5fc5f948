// Every word that a user sees is there in both languages, and nothing is translated that nobody sees.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import ts from 'typescript';

const read = (path: string): Record<string, string> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
const placeholders = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([found]) => found).sort();
const commands = (text: string): string[] =>
    [...text.matchAll(/\]\(command:[\w.]+\)|`[^`]+`/g)].map(([found]) => found).sort();

/** The literal first arguments of calls of `t` and `l10n.t`. */
function messages(): Set<string> {
    const found = new Set<string>();
    const files = (readdirSync('src', { recursive: true }) as string[]).filter((name) => name.endsWith('.ts'));
    for (const name of files) {
        const source = ts.createSourceFile(name, readFileSync(`src/${name}`, 'utf8'), ts.ScriptTarget.Latest, true);
        const visit = (node: ts.Node): void => {
            if (ts.isCallExpression(node)) {
                const callee = node.expression;
                const called = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
                const [first] = node.arguments;
                if (called === 't' && first !== undefined && ts.isStringLiteralLike(first)) {
                    found.add(first.text);
                }
            }
            ts.forEachChild(node, visit);
        };
        visit(source);
    }
    return found;
}

test('messages are translated', () => {
    const used = [...messages()].sort();
    assert.deepEqual(Object.keys(read('l10n/bundle.l10n.zh-cn.json')).sort(), used);
    const english = read('l10n/bundle.l10n.json');
    assert.deepEqual(Object.keys(english).sort(), used);
    assert.deepEqual(Object.values(english).sort(), used);
});

test('translations have the same placeholders', () => {
    for (const [message, translated] of Object.entries(read('l10n/bundle.l10n.zh-cn.json'))) {
        assert.notEqual(translated, '');
        assert.deepEqual(placeholders(translated), placeholders(message), message);
    }
});

test("the manifest's words are there in both languages", () => {
    const manifest = readFileSync('package.json', 'utf8');
    const used = [...new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key))].sort();
    const english = read('package.nls.json');
    const chinese = read('package.nls.zh-cn.json');
    assert.deepEqual(Object.keys(english).sort(), used);
    assert.deepEqual(Object.keys(chinese).sort(), used);
    for (const [key, text] of Object.entries(english)) {
        assert.deepEqual(
            commands(chinese[key] ?? '').filter((each) => each.startsWith(']')),
            commands(text).filter((each) => each.startsWith(']')),
            key,
        );
    }
});

test('every command is declared, and every declared one is registered', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
        contributes: { commands: { command: string }[] };
    };
    const declared = manifest.contributes.commands.map(({ command }) => command);
    const sources = (readdirSync('src', { recursive: true }) as string[])
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(`src/${name}`, 'utf8'))
        .join('\n');
    const inserted = ['goal', 'step', 'error', 'conclusion'].map((kind) => `tflsp.journal.${kind}`);
    const registered = [...sources.matchAll(/registerCommand\(\s*'([\w.]+)'/g)]
        .map(([, name]) => name)
        .concat(inserted);
    assert.deepEqual(
        declared.filter((command) => !registered.includes(command)),
        [],
    );
    const internal = registered.filter((command) => command?.startsWith('tflsp.client.') !== true);
    assert.deepEqual(
        internal.filter((command) => !declared.includes(command ?? '')),
        [],
    );
});
