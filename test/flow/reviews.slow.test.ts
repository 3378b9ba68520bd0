import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { expertSiteFiles } from '../../apps/expert/src/__fixtures__/expert-site.js';
import { startScriptedProvider, type ScriptedProvider } from '../../apps/expert/src/__fixtures__/scripted-provider.js';
import { SAMPLE_KEY } from '../../apps/cli/src/up/start-mesh.js';
import { HttpClient } from '../../apps/gateway/src/__fixtures__/http-client.js';
import { dumpRedis } from './dump-redis.js';
import { openMesh, REPOSITORY, type OpenMesh } from './open-mesh.js';

const OTHER_KEY = 'sk-of-another-tenant';
const ASK = 'What does your membership cost?';
const siteHash = (key: string): string => createHash('sha256').update(key).digest('hex');

let provider: ScriptedProvider;
let directory: string;
let open: OpenMesh;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchyard-reviews-'));
  provider = await startScriptedProvider();
  provider.script = { pieces: ['Membership ', 'is free.'], usage: { prompt_tokens: 100, completion_tokens: 10 } };
  for (const [path, text] of Object.entries(expertSiteFiles(provider.url))) {
    const file = join(directory, 'site', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text.replace('a'.repeat(64), siteHash(SAMPLE_KEY)).replace('scopes: [ask] }], budget: { perDay: 5 }', 'scopes: [ask, operate] }], reviews: {}, budget: { perDay: 5 }').replace('b'.repeat(64), siteHash(OTHER_KEY)).replace('perDay: 0.000001', 'perDay: 5'));
  }
  open = await openMesh({ siteDirectory: join(directory, 'site'), environment: { PATH: process.env['PATH'], HOME: process.env['HOME'], REDIS_URL: process.env['TEST_REDIS_URL'], OLLAMA_URL: 'http://127.0.0.1:9', DEEPSEEK_API_KEY: 'sk-stand-in' } });
}, 120_000);
afterAll(async () => {
  await open?.close();
  await provider?.close();
  await rm(directory, { recursive: true, force: true });
});

const yard = async (...args: string[]): Promise<string> => (await promisify(execFile)(process.execPath, [join(REPOSITORY, 'apps/cli/dist/main.js'), ...args, '--url', open.mesh.url], { env: { ...process.env, SWITCHYARD_KEY: SAMPLE_KEY, NO_COLOR: '1' } })).stdout;

it('an answer of the expert is reviewed, and then given without it, to its tenant only, until it is part of the site', { timeout: 60_000 }, async () => {
  const client = new HttpClient(open.mesh.url, SAMPLE_KEY);
  expect((await client.ask(ASK)).receipt).toMatchObject({ tier: 'expert', leftSite: true });
  await client.ask('Call me at 13800138000 about the membership');
  const [line = ''] = await waitFor(async () => {
    const lines = (await yard('reviews')).trim().split('\n');
    return lines[0]?.includes(ASK) ? lines : undefined;
  });
  const id = /[0-9a-f]{24}/.exec(line)?.[0] ?? '';
  expect(await yard('reviews', 'show', id)).toContain('"Membership is free."');
  const redis = new Redis(open.mesh.redisUrl);
  expect((await dumpRedis(redis)).text).not.toContain('Membership is free');
  redis.disconnect();

  const calls = provider.received.length;
  await yard('reviews', 'approve', id, '--answer', 'It costs nothing.');
  const again = await client.ask('Hello, what does your membership cost???');
  expect(again).toMatchObject({ outcome: 'answered', reply: 'It costs nothing.', receipt: { tier: 'curated', leftSite: false, models: [] } });
  expect(provider.received).toHaveLength(calls);
  const steps = await waitFor(async () => {
    const explanation = await open.client.explain(again.requestId);
    return explanation.complete ? explanation.steps : undefined;
  });
  expect(steps.find(({ step }) => step === 'recalled')?.facts).toMatchObject({ tier: 'curated', review: id });
  expect((await new HttpClient(open.mesh.url, OTHER_KEY).ask(ASK)).receipt).toMatchObject({ tier: 'expert', leftSite: true });

  const site = join(directory, 'site');
  const rows = join(directory, 'rows.jsonl');
  expect(await yard('train', 'export', '--site', site, '--out', rows)).toContain('1 examples of 1 reviews');
  const { messages } = JSON.parse(await readFile(rows, 'utf8')) as { messages: { role: string; content: string }[] };
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant']);
  expect(messages[0]?.content).toContain('Reply with one JSON object');
  expect([messages[1]?.content, JSON.parse(messages[2]?.content ?? '')]).toEqual([ASK, { answer: 'It costs nothing.', confidence: 1, needs: 'nothing' }]);

  expect(await yard('reviews', 'export', '--site', site)).toContain('answers/reviewed.yaml: 1 added');
  expect(await readFile(join(site, 'answers/reviewed.yaml'), 'utf8')).toContain(`id: reviewed.${id}`);
  // Ends with another code than 0 where the site is not sound.
  await promisify(execFile)(process.execPath, [join(REPOSITORY, 'apps/cli/dist/main.js'), 'site', 'check', site]);

  await yard('reviews', 'reject', id);
  expect((await client.ask(ASK)).receipt).toMatchObject({ tier: 'expert', leftSite: true });
});
