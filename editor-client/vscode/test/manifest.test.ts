// What the manifest names is there: commands behind links, buttons and steps, pictures, keys that do not clash.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LANGUAGES } from '../src/core/languages';

interface Step {
    readonly id: string;
    readonly media: { readonly svg: string };
    readonly completionEvents: readonly string[];
}

interface Manifest {
    readonly activationEvents: readonly string[];
    readonly contributes: {
        readonly commands: readonly { readonly command: string; readonly icon?: string }[];
        readonly menus: Readonly<Record<string, readonly { readonly command?: string; readonly group?: string }[]>>;
        readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac: string }[];
        readonly walkthroughs: readonly { readonly steps: readonly Step[] }[];
        readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
    };
}

const { activationEvents, contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const declared = new Set(contributes.commands.map(({ command }) => command));

test('links in the words lead to commands that there are', () => {
    for (const file of ['package.nls.json', 'package.nls.zh-cn.json']) {
        const links = [...readFileSync(file, 'utf8').matchAll(/\]\(command:([\w.]+)\)/g)].map(([, name]) => name ?? '');
        assert.ok(links.length > 5, file);
        assert.deepEqual(
            links.filter((name) => !declared.has(name)),
            [],
        );
    }
});

test('each step of the walkthrough is completed by a command, and has its picture', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    assert.equal(steps.length, 4);
    for (const { id, media, completionEvents } of steps) {
        assert.ok(existsSync(media.svg), media.svg);
        assert.ok(completionEvents.length > 0, id);
        for (const event of completionEvents) {
            assert.ok(declared.has(event.replace(/^onCommand:/, '')), event);
        }
    }
});

test('menus and keys name commands that there are; no key is given twice', () => {
    for (const [menu, items] of Object.entries(contributes.menus)) {
        for (const { command } of items) {
            assert.ok(command === undefined || declared.has(command), `${menu}: ${command}`);
        }
    }
    for (const { command } of contributes.keybindings) {
        assert.ok(declared.has(command), command);
    }
    for (const keys of [contributes.keybindings.map(({ key }) => key), contributes.keybindings.map(({ mac }) => mac)]) {
        assert.equal(new Set(keys).size, keys.length);
    }
});

test('what is shown as a button has an icon', () => {
    const icons = new Set(contributes.commands.filter(({ icon }) => icon !== undefined).map(({ command }) => command));
    const buttons = Object.values(contributes.menus)
        .flat()
        .filter(({ group }) => /^(inline|navigation)/.test(group ?? ''));
    assert.deepEqual(
        buttons.map(({ command }) => command).filter((command) => !icons.has(command ?? '')),
        [],
    );
});

test("a document of any of the server's languages starts the extension", () => {
    const started = activationEvents.filter((event) => event.startsWith('onLanguage:'));
    const wanted = LANGUAGES.filter((language) => language !== 'plaintext').map((language) => `onLanguage:${language}`);
    assert.deepEqual([...started].sort(), wanted.sort());
});
