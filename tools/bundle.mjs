// Makes one program of each tier and all that it imports: apps/<tier>/bundle, from what tsc put into dist/. Finding and
// reading a thousand files is most of what a start costs. `node tools/bundle.mjs [apps/<tier>…]`: all tiers where none is named.
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (file) => readFileSync(join(root, file), 'utf8');
const ours = /\/(?:apps|libs)\/[^/]+\/dist\//;

/** They find files beside themselves, wasm and native code, and so stay where npm puts them. */
const EXTERNAL = [/^@electric-sql\//, /^@embedpdf\//, 'msgpackr-extract'];

/** The tier, and the libraries of this repository that it imports. */
function projectsOf(app, found = new Set()) {
  found.add(app);
  for (const name of Object.keys(JSON.parse(read(`${app}/package.json`)).dependencies ?? {})) {
    const library = `libs/${name.replace('@switchyard/', '')}`;
    if (name.startsWith('@switchyard/') && !found.has(library)) projectsOf(library, found);
  }
  return found;
}

/** What the bundle is made from: it is made again when one byte of that is another. */
function stampOf(projects) {
  const hash = createHash('sha256');
  const compiled = globSync([...projects].map((project) => `${project}/dist/**/*.js`), { cwd: root }).toSorted();
  for (const file of [...compiled, 'package-lock.json', 'tools/bundle.mjs']) hash.update(`${file}\n`).update(read(file));
  return hash.digest('hex');
}

/** tsc's maps, so that a stack names the line of the source. */
const sourceMaps = {
  name: 'source-maps',
  load: { filter: { id: ours }, handler: (id) => ({ code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') }) },
};

/** Plain ASCII is held in one byte a character, all else in two; a letter after a backslash is left, it would lose its meaning. */
const inAscii = (code) => code.replace(/(?<!\\)[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

async function bundle(app) {
  const projects = projectsOf(app);
  const stamp = stampOf(projects);
  const target = join(root, app, 'bundle');
  if (existsSync(join(target, 'stamp')) && readFileSync(join(target, 'stamp'), 'utf8') === stamp) return;
  // Programs that run beside a tier, as threads or processes, are found next to the module that starts them: each is an entry.
  const programs = globSync([...projects].map((project) => `${project}/dist/**/*.{worker,process}.js`), { cwd: root });
  const input = Object.fromEntries(['main', ...programs].map((file) => (file === 'main' ? ['main', `${app}/dist/main.js`] : [basename(file, '.js'), file])));
  const build = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    external: EXTERNAL,
    plugins: [sourceMaps],
    onLog: (level, log, print) => {
      // What an optional part of a package asks for and is not installed stays an import, as it was.
      if (log.code !== 'UNRESOLVED_IMPORT') print(level, log);
    },
  });
  const { output } = await build.generate({
    // Where it will lie: the maps name the sources from there.
    dir: target,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    comments: false,
    sourcemap: 'hidden',
    sourcemapExcludeSources: true,
    codeSplitting: { groups: [{ name: 'packages', test: /\/node_modules\//, tags: ['$initial'] }] },
  });
  await build.close();
  // Renamed into place: a build that was interrupted leaves no half of one.
  const unfinished = `${target}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  for (const { fileName, code, map, moduleIds } of output) {
    if (code === undefined) continue;
    // Node reads a map with the file that names it, and those of packages are megabytes.
    const mapped = map && moduleIds.some((id) => ours.test(id));
    if (mapped) writeFileSync(join(unfinished, `${fileName}.map`), map.toString());
    writeFileSync(join(unfinished, fileName), mapped ? `${code}//# sourceMappingURL=${fileName}.map\n` : inAscii(code));
  }
  writeFileSync(join(unfinished, 'stamp'), stamp);
  rmSync(target, { recursive: true, force: true });
  renameSync(unfinished, target);
}

/** Brings the bundles up to date; vitest calls it before tests that start tiers. */
export async function bundleTiers(named = []) {
  const tiers = named.length > 0 ? named : globSync('apps/*', { cwd: root }).filter((app) => app !== 'apps/cli');
  for (const app of tiers) await bundle(app);
}

if (import.meta.main) await bundleTiers(process.argv.slice(2));
