// Bundles the extension into dist/, or with --tests its unit tests into out/test/.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const production = process.argv.includes('--production');
const shared = { bundle: true, sourcemap: production ? false : 'linked', minify: production, logLevel: 'warning' };
const node = { ...shared, platform: 'node', target: 'node18', format: 'cjs', external: ['vscode'] };

if (process.argv.includes('--tests')) {
    rmSync('out', { recursive: true, force: true });
    const tests = readdirSync('test').filter((name) => name.endsWith('.test.ts'));
    await build({
        ...node,
        entryPoints: tests.map((name) => `test/${name}`),
        outdir: 'out/test',
        external: ['typescript'],
    });
} else {
    rmSync('dist', { recursive: true, force: true });
    const ours = join(import.meta.dirname, 'src', 'server');
    const client = {
        name: 'client',
        setup(bundler) {
            bundler.onResolve({ filter: /^\.\/client$/ }, ({ resolveDir }) =>
                resolveDir === ours ? { path: './server/client.js', external: true } : undefined,
            );
        },
    };
    // The server's client is a file of its own: it is read when a server is started, after activation.
    await build({
        ...node,
        entryPoints: { extension: 'src/extension.ts', 'server/client': 'src/server/client.ts' },
        outdir: 'dist',
        plugins: [client],
    });
    await build({
        ...shared,
        platform: 'browser',
        target: 'es2022',
        format: 'cjs',
        external: ['vscode'],
        entryPoints: { browser: 'src/browser.ts' },
        outdir: 'dist',
    });
    await build({
        ...shared,
        platform: 'browser',
        target: 'es2022',
        format: 'iife',
        entryPoints: { timeline: 'src/webviews/timeline.ts', gpu: 'src/webviews/gpu.ts' },
        outdir: 'dist/webviews',
    });
}
