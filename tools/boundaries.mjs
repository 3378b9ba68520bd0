// What may import what. A project may import only the workspace packages that its package.json and its tsconfig name, and
// only those that its tags allow (`tsc -b` refuses neither: node_modules holds every package). Dynamic imports count.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const MAY_IMPORT = {
  contract: ['contract'],
  core: ['contract', 'core'],
  platform: ['contract', 'platform'],
  adapter: ['contract', 'platform', 'adapter'],
  testing: ['contract', 'core', 'platform', 'adapter'],
  app: ['contract', 'core', 'platform', 'adapter'],
};
/** The one app that may reach what talks to a cloud. */
const CLOUD_APP = '@switchyard/expert';
/** Core is pure: none of these, and no other I/O module of Node's. */
const PURE_NODE = new Set(['node:crypto', 'node:util', 'node:buffer']);
const NOT_IN_CORE = [/^@nestjs\//, /^bullmq$/, /^ioredis$/, /^pg$/, /^@electric-sql\//, /^pino$/, /^prom-client$/, /^fastify$/];
/** Words that core must not use: clocks, chance, the process, the network. */
const IMPURE = [/\bDate\.now\(/, /\bnew Date\(\)/, /\bMath\.random\(/, /\bprocess\.(env|argv|exit)\b/, /(?<![.\w])fetch\(/, /\bsetTimeout\(/];

/** The SDK that speaks to clouds. A model that it is given as a string goes to a third party's gateway, whatever the provider's name in it. */
const CLOUD_SDK = /^(?:ai|@ai-sdk\/.+)$/;
const GATEWAY = '@ai-sdk/gateway';
/** Names of the SDK that lead there, also where they are renamed or taken from the namespace. */
const GATEWAY_NAMES = /\b(?:gateway|createGateway)\b/;
const MODEL_AS_STRING = /\b(?:model|embeddingModel|languageModel)\s*:\s*['"`]/;

/** Who else may read the environment: the command line, whose options have defaults there. */
const mayReadEnvironment = (file) => /(\.config|main|load-config)\.ts$/.test(file) || file.startsWith('apps/cli/');

const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const tag = (project, kind) => project.nx.tags.find((one) => one.startsWith(`${kind}:`))?.slice(kind.length + 1);
const projects = globSync('{apps,libs,deploy/local}/*/package.json').map((file) => ({ dir: dirname(file), ...json(file) }));
const byName = new Map(projects.map((project) => [project.name, project]));
const root = json('package.json');
const external = new Set([...Object.keys(root.dependencies), ...Object.keys(root.devDependencies)]);
const faults = [];

for (const project of projects) {
  const type = tag(project, 'type');
  const references = (json(`${project.dir}/tsconfig.json`).references ?? []).map((one) => join(project.dir, one.path));
  for (const name of Object.keys(project.dependencies ?? {})) {
    const target = byName.get(name);
    if (target && !references.includes(target.dir)) faults.push(`${project.dir}/tsconfig.json: has no reference to ${target.dir}, which package.json names`);
  }
  for (const file of globSync(`${project.dir}/src/**/*.ts`)) {
    const isTest = file.endsWith('.test.ts') || file.includes('/__fixtures__/') || file.includes('conformance');
    const source = readFileSync(file, 'utf8');
    const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
    for (const [, specifier] of code.matchAll(/(?:\bfrom\s*|(?<!['"])\bimport\s*\(?\s*)['"]([^'"]+)['"]/g)) {
      if (specifier.startsWith('.')) {
        const resolved = relative(project.dir, new URL(specifier, `file:///${dirname(file)}/`).pathname.slice(1));
        if (resolved.startsWith('..')) faults.push(`${file}: reaches into another project by a path: ${specifier}`);
        continue;
      }
      const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
      const target = byName.get(name);
      if (target) {
        const targetType = tag(target, 'type');
        if (targetType === 'testing' ? !isTest : !MAY_IMPORT[type]?.includes(targetType)) faults.push(`${file}: type:${type} may not import ${name} (type:${targetType})`);
        if (tag(target, 'egress') === 'cloud' && project.name !== CLOUD_APP && project.name !== name) faults.push(`${file}: only ${CLOUD_APP} may import ${name} (egress:cloud)`);
        if (targetType !== 'testing' && !project.dependencies?.[name] && project.name !== name) faults.push(`${file}: ${name} is not in ${project.dir}/package.json`);
      } else if (specifier.startsWith('node:')) {
        if (type === 'core' && !isTest && !PURE_NODE.has(specifier)) faults.push(`${file}: core may not import ${specifier}`);
      } else {
        if (CLOUD_SDK.test(name) && !(type === 'adapter' && tag(project, 'egress') === 'cloud')) faults.push(`${file}: only an adapter with egress:cloud may import ${name}, which speaks to clouds`);
        if (name === GATEWAY) faults.push(`${file}: ${name} hands what it is given to a third party's gateway`);
        if (!external.has(name)) faults.push(`${file}: ${name} is not in the root package.json`);
        if (!isTest && Object.hasOwn(root.devDependencies, name)) faults.push(`${file}: ${name} is a development dependency`);
        if (type === 'core' && !isTest && NOT_IN_CORE.some((pattern) => pattern.test(name))) faults.push(`${file}: core may not import ${name}`);
        if (type === 'contract' && !isTest && name !== 'zod') faults.push(`${file}: contracts may import zod only, not ${name}`);
      }
    }
    if (!isTest && /(?:\bfrom|\bimport\s*\()\s*['"](?:ai|@ai-sdk\/[^'"]+)['"]/.test(code)) {
      if (MODEL_AS_STRING.test(code)) faults.push(`${file}: gives the SDK a model as a string, which goes to a third party's gateway; hand it the object that a provider makes`);
      if (GATEWAY_NAMES.test(code)) faults.push(`${file}: names the SDK's gateway, a third party's`);
    }
    if (isTest) continue;
    if (type === 'core') for (const pattern of IMPURE) if (pattern.test(code)) faults.push(`${file}: core must be pure, but uses ${pattern.source}`);
    if (type !== 'app' && type !== 'adapter' && /(?<![.\w])fetch\(/.test(code)) faults.push(`${file}: fetch belongs into an adapter or an app`);
    if (/\bprocess\.env\b/.test(code) && !mayReadEnvironment(file) && type !== 'testing') faults.push(`${file}: reads process.env outside a config`);
  }
}
// Cycles between projects.
const state = new Map();
const visit = (project, path) => {
  if (state.get(project.name) === 'done') return;
  if (path.includes(project.name)) {
    faults.push(`cycle: ${[...path.slice(path.indexOf(project.name)), project.name].join(' -> ')}`);
    return;
  }
  for (const name of Object.keys(project.dependencies ?? {})) if (byName.has(name)) visit(byName.get(name), [...path, project.name]);
  state.set(project.name, 'done');
};
for (const project of projects) visit(project, []);

for (const fault of new Set(faults)) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`boundaries: ${projects.length} projects, no fault`);
