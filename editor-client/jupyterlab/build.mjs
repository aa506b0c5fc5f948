// Bundles lib/ as what JupyterLab calls a prebuilt extension: a container of modules that takes JupyterLab's own
// packages from the page. It is what JupyterLab's builder makes, without the packages that only building JupyterLab needs.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import webpack from 'webpack';

const here = dirname(fileURLToPath(import.meta.url));
const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const out = join(here, manifest.jupyterlab.outputDir);
const shared = Object.fromEntries(
  Object.entries(manifest.dependencies).map(([name, version]) => [
    name,
    { import: false, singleton: true, requiredVersion: version }
  ])
);

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'static'), { recursive: true });
const compiler = webpack({
  mode: 'production',
  devtool: false,
  context: here,
  entry: {},
  output: {
    path: join(out, 'static'),
    filename: '[name].[contenthash].js',
    chunkFilename: '[name].[contenthash].js',
    publicPath: 'auto',
    uniqueName: manifest.name
  },
  plugins: [
    new webpack.container.ModuleFederationPlugin({
      name: manifest.name,
      library: { type: 'var', name: ['_JUPYTERLAB', manifest.name] },
      filename: 'remoteEntry.[contenthash].js',
      exposes: { './index': './lib/index.js', './extension': './lib/index.js' },
      shared
    })
  ]
});
compiler.run((error, stats) => {
  if (error || stats.hasErrors()) {
    console.error(error ?? stats.toString({ colors: false }));
    process.exit(1);
  }
  const entry = readdirSync(join(out, 'static')).find(name => name.startsWith('remoteEntry.'));
  const build = { load: `static/${entry}`, extension: './extension' };
  const { scripts, devDependencies, private: _, ...rest } = manifest;
  writeFileSync(
    join(out, 'package.json'),
    JSON.stringify({ ...rest, jupyterlab: { ...manifest.jupyterlab, _build: build } }, null, 2) + '\n'
  );
  const schemas = join(out, 'schemas', manifest.name);
  cpSync(join(here, manifest.jupyterlab.schemaDir), schemas, { recursive: true });
  writeFileSync(join(schemas, 'package.json.orig'), JSON.stringify(manifest, null, 2) + '\n');
  compiler.close(() => {});
});
