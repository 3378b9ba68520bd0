import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { embed, generateText, streamText } from 'ai';
import { createCloudModel } from './index.js';

describe('a model that the SDK is given by its name', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is refused, and nothing goes to a gateway', async () => {
    const fetched = vi.fn<typeof fetch>(() => Promise.reject(new Error('went out')));
    vi.stubGlobal('fetch', fetched);
    createCloudModel({ provider: 'openai', model: 'gpt-4.1', maxOutputTokens: 10 }, 'sk');
    await expect(generateText({ model: 'openai/gpt-4.1', prompt: 'x', maxRetries: 0 })).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(embed({ model: 'openai/text-embedding-3-small', value: 'x', maxRetries: 0 })).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(() => streamText({ model: 'openai/gpt-4.1', prompt: 'x', maxRetries: 0 })).toThrow('by its name');
    expect(fetched).not.toHaveBeenCalled();
  });
});

/** Words that the samples are made with, or the lint takes them for imports of this file. */
const [from, load] = 'from import apart'.split(' ');

describe('the lint of boundaries', () => {
  const root = mkdtempSync(join(tmpdir(), 'boundaries-'));
  let said = '';
  /** A workspace with an adapter that may reach clouds, one that may not, and an app. */
  beforeAll(async () => {
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    const project = (dir: string, name: string, tags: string[]): void => {
      write(`${dir}/package.json`, JSON.stringify({ name: `@switchyard/${name}`, nx: { tags } }));
      write(`${dir}/tsconfig.json`, '{}');
    };
    write('package.json', JSON.stringify({ dependencies: { ai: '7', '@ai-sdk/openai-compatible': '3', '@ai-sdk/gateway': '4' }, devDependencies: {} }));
    project('libs/clouds', 'clouds', ['type:adapter', 'egress:cloud']);
    project('libs/tools', 'tools', ['type:adapter', 'egress:none']);
    project('apps/expert', 'expert', ['type:app', 'egress:cloud']);
    write('libs/clouds/src/sound.ts', `import { generateText } ${from} 'ai';\nimport { createOpenAICompatible } ${from} '@ai-sdk/openai-compatible';\n// model: 'x' in a comment is none\nexport const ask = (model: object) => generateText({ model });\n`);
    write('libs/clouds/src/by-name.ts', `import { streamText } ${from} 'ai';\nexport const ask = () => streamText({ model: 'openai/gpt-4.1', prompt: 'x' });\n`);
    write('libs/clouds/src/by-template.ts', `const sdk = await ${load}('ai');\nexport const ask = (id: string) => sdk.generateText({ prompt: 'x', model: \`openai/\${id}\` });\n`);
    write('libs/clouds/src/gateway.ts', `import { gateway as there } ${from} 'ai';\nexport const model = there('openai/gpt-4.1');\n`);
    write('libs/clouds/src/gateway-package.ts', `import { createGateway } ${from} '@ai-sdk/gateway';\nexport const model = createGateway({});\n`);
    write('libs/clouds/src/other.test.ts', `export const settings = { model: 'small' };\n`);
    write('libs/tools/src/sdk.ts', `import { generateText } ${from} 'ai';\nexport const ask = generateText;\n`);
    write('apps/expert/src/sdk.ts', `const provider = await ${load}('@ai-sdk/openai-compatible');\nexport default provider;\n`);
    write('apps/expert/src/settings.ts', `export const settings = { model: 'gpt-4.1' };\n`);
    const script = join(import.meta.dirname, '../../../tools/boundaries.mjs');
    said = await new Promise((resolve) => execFile(process.execPath, [script], { cwd: root }, (error, stdout, stderr) => resolve(`exit ${error?.code ?? 0}\n${stdout}${stderr}`)));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it.each([
    ['libs/clouds/src/by-name.ts', 'a model as a string'],
    ['libs/clouds/src/by-template.ts', 'a model as a string'],
    ['libs/clouds/src/gateway.ts', "names the SDK's gateway"],
    ['libs/clouds/src/gateway-package.ts', '@ai-sdk/gateway hands what it is given'],
    ['libs/tools/src/sdk.ts', 'may import ai, which speaks to clouds'],
    ['apps/expert/src/sdk.ts', 'may import @ai-sdk/openai-compatible, which speaks to clouds'],
  ])('finds what %s does', (file, fault) => {
    expect(said).toMatch(/^exit 1\n/);
    expect(said.split('\n').filter((line) => line.startsWith(`${file}: `)).join('\n')).toContain(fault);
  });

  it('finds nothing else', () => {
    expect([...new Set(said.split('\n').slice(1).filter((line) => line !== '').map((line) => line.split(': ')[0]))].toSorted()).toEqual(
      ['apps/expert/src/sdk.ts', 'libs/clouds/src/by-name.ts', 'libs/clouds/src/by-template.ts', 'libs/clouds/src/gateway-package.ts', 'libs/clouds/src/gateway.ts', 'libs/tools/src/sdk.ts']);
  });
});
