// Writes images/icon.png from images/icon.svg with a headless Chromium: node scripts/icon.mjs [chromium]

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'icon-'));
const drawing = readFileSync('images/icon.svg', 'utf8');
writeFileSync(join(folder, 'icon.html'), `<style>body{margin:0}svg{display:block}</style>${drawing}`);
const options = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--window-size=256,256'];
execFileSync(process.argv[2] ?? 'chromium', [
    ...options,
    '--default-background-color=00000000',
    `--user-data-dir=${join(folder, 'profile')}`,
    '--screenshot=images/icon.png',
    `file://${join(folder, 'icon.html')}`,
]);
rmSync(folder, { recursive: true });
