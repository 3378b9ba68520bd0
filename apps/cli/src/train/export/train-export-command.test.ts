import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TrainingMaterial } from '@switchyard/contracts';
import { runCommand, startToldGateway, type ToldGateway } from '../../__fixtures__/run-command.js';
import { SITE_YAML } from '../../__fixtures__/site-yaml.js';
import { trainCommand } from '../train-command.js';
import type { WriteRows } from './write-rows.js';

const KEY = 'sk-export';
const review = (id: string, change: object = {}): object => ({ id: id.repeat(24), state: 'approved', question: `Question ${id}?`, answer: 'It is 5 days.', language: 'en', citations: [], requestId: `r-${id}`, ...change });
const step = (label: string): object => ({ id: 'i', requestId: 'r', tenant: 'demo', conversationId: 'c', tier: 'dispatcher', instance: 'd', step: 'classified', at: 1, attempt: 1, siteVersion: 'v', facts: { intent: label } });

let root: string;
let gateway: ToldGateway;
let asked: readonly TrainingMaterial[] = [];
/** The worker's program is there only after a build: what it is asked is looked at, and its part is told. */
const writeRows: WriteRows = (_directory, materials) => {
  asked = materials;
  return Promise.resolve(materials.map(({ id, question, answer }) => (answer === 'secret' ? { id, refused: 'personal_data' } : { id, masked: 0, messages: [{ role: 'user' as const, content: question }, { role: 'assistant' as const, content: answer }] })));
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'train-export-'));
  await mkdir(join(root, 'site'));
  await writeFile(join(root, 'site', 'site.yaml'), SITE_YAML.replace(/sha256:[0-9a-f]{64}/, `sha256:${createHash('sha256').update(KEY).digest('hex')}`));
});
afterAll(() => rm(root, { recursive: true }));
afterEach(() => gateway?.stop());

async function exported(reviews: object[], ...options: string[]) {
  gateway = await startToldGateway((_method, path) => {
    if (path.startsWith('/v1/reviews')) return [200, { reviews }];
    if (path.endsWith('/explain')) return [200, { requestId: 'r', tenant: 'demo', complete: true, steps: path.includes('r-a') ? [step('delivery')] : [] }];
    if (path.endsWith('/search')) return [200, { passages: [{ documentId: 'd.md', title: 'D', text: 'It takes 5 days.', score: 1, alsoIn: [] }] }];
    return [404, {}];
  });
  const out = join(root, 'rows.jsonl');
  const run = await runCommand(trainCommand(undefined, undefined, writeRows), ['export', '--site', join(root, 'site'), '--url', gateway.url, '--key', KEY, '--data', join(root, 'none'), '--out', out, ...options]);
  return { ...run, file: out };
}

describe('yard train export', () => {
  it('writes a line of messages for each approved answer, for its owner only', async () => {
    const { out, exitCode, file } = await exported([review('a'), review('b', { language: 'zh', answer: '五天。' })]);
    expect([exitCode, out]).toEqual([0, `${file}: 2 examples of 2 reviews and 0 test answers, 0 with personal data masked\n`]);
    const lines = (await readFile(file, 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines[1]).toEqual({ messages: [{ role: 'user', content: 'Question b?' }, { role: 'assistant', content: '五天。' }] });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(root)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('asks for the passages of those that cite a document, and for what was recognised in the question', async () => {
    await exported([review('a', { citations: [{ documentId: 'd.md', title: 'D', quote: '5 days' }] }), review('b')]);
    expect(asked).toMatchObject([{ id: `review:${'a'.repeat(24)}`, intent: 'delivery', passages: [{ documentId: 'd.md', title: 'D', text: 'It takes 5 days.' }] }, { passages: [] }]);
    expect(asked[1]).not.toHaveProperty('intent');
    expect(gateway.asked.filter((one) => one.includes('/search'))).toEqual(['POST /v1/knowledge/site/search {"query":"Question a?","limit":4}']);
  });

  it('takes a question once, and tells what was left out and why', async () => {
    const { out } = await exported([review('a'), review('a', { answer: 'Another.' }), review('c', { answer: 'secret' })]);
    expect(asked).toHaveLength(2);
    expect(out).toContain('1 examples of 3 reviews');
    expect(out).toContain('left out: 1 (personal_data)');
  });

  it('names no question where it tells a program what was left out', async () => {
    const { out } = await exported([review('c', { answer: 'secret' })], '--json');
    expect(JSON.parse(out)).toMatchObject({ reviews: 1, tests: 0, examples: 0, refused: { personal_data: 1 }, leftOut: [{ id: `review:${'c'.repeat(24)}`, refused: 'personal_data' }] });
    expect(out).not.toContain('Question');
  });

  it('says so where the key is none of the site', async () => {
    const { error, exitCode } = await exported([], '--key', 'sk-another');
    expect([exitCode, error]).toEqual([1, expect.stringContaining('no tenant of the site has this key')]);
  });
});
