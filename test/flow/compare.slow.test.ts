import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startScriptedOllama, type ScriptedOllama } from '@switchyard/testing';
import { runCommand } from '../../apps/cli/src/__fixtures__/run-command.js';
import { evalSiteCommand } from '../../apps/cli/src/eval/eval-site-command.js';
import { SAMPLE_KEY } from '../../apps/cli/src/up/start-mesh.js';

const both = (text: string): string => `{ zh: '${text}', en: '${text}' }`;
/** Every message goes to the local model, and what it does not answer to a person. */
const SITE: Readonly<Record<string, string>> = {
  'site.yaml': `
name: mini
title: ${both('Mini')}
languages: [zh, en]
egress: blocked
tenants: [{ id: demo, keys: [{ id: k, hash: 'sha256:${createHash('sha256').update(SAMPLE_KEY).digest('hex')}', scopes: [ask, operate] }] }]
models: { worker: { model: small, canary: { model: tuned, share: 0 } } }
texts: { refused: ${both('no')}, handedOver: ${both('a person')}, unknown: ${both('unknown')}, failed: ${both('failed')}, expired: ${both('late')}, cancelled: ${both('cancelled')} }
`,
  'intents/all.yaml': ['hours', 'gifts'].map((label) => `- { label: ${label}, description: ${both(label)}, task: knowledge, utterances: { zh: ['${label}'], en: ['${label} please', 'about ${label}'] } }`).join('\n'),
  'rules/all.yaml': `
rules:
  - { name: to-model, then: { to: worker } }
  - { name: no-answer, on: no_answer, then: { to: human } }
  - { name: no-model, on: model_unavailable, then: { to: human } }
`,
  'tests/all.yaml': `
floor: 0
conversations:
  - { name: opening hours, turns: [{ ask: 'when are you open?', expect: { outcome: answered, contains: ['nine'] } }] }
  - { name: gift wrap, turns: [{ ask: 'can you wrap gifts?', expect: { outcome: answered, contains: ['wrap'] } }] }
`,
};
const say = (answer: string): string => JSON.stringify({ answer, confidence: 0.9, needs: 'nothing' });

let ollama: ScriptedOllama;
let site: string;
beforeAll(async () => {
  ollama = await startScriptedOllama();
  ollama.models = ['small', 'tuned'];
  // The base is unreadable at first and knows no gifts; the canary knows both.
  ollama.answerTo = ({ model, messages }) => {
    const asked = messages.map(({ content }) => content).join('\n');
    if (model === 'tuned') return say(asked.includes('open?') ? 'From nine to six.' : 'We wrap every gift.');
    if (asked.includes('gifts?')) return say('No idea.').replace('nothing', 'human');
    return messages.at(-1)?.content.startsWith('That is not the JSON') ? say('From nine to six.') : 'From nine to six, I think.';
  };
  site = await mkdtemp(join(tmpdir(), 'switchyard-compare-'));
  for (const [path, text] of Object.entries(SITE)) {
    await mkdir(dirname(join(site, path)), { recursive: true });
    await writeFile(join(site, path), text);
  }
  vi.stubEnv('OLLAMA_URL', ollama.url);
  if (process.env['TEST_REDIS_URL']) vi.stubEnv('REDIS_URL', process.env['TEST_REDIS_URL']);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await ollama?.stop();
  await rm(site, { recursive: true, force: true });
});

describe('a site compared with its canary', () => {
  it('tells what passes now, what it took, and that nothing was lost', async () => {
    const { out, exitCode } = await runCommand(evalSiteCommand(), ['--site', site, '--compare', '--json', '--data', join(site, 'none')]);
    const told = JSON.parse(out) as Record<string, unknown>;
    expect(told).toMatchObject({
      base: { model: 'small', conversations: 2, passed: 1, messages: 2, escalated: 1, calls: 3, repaired: 1, failed: 0, tokensIn: 90, tokensOut: 21 },
      canary: { model: 'tuned', conversations: 2, passed: 2, messages: 2, escalated: 0, calls: 2, repaired: 0, tokensIn: 60, tokensOut: 14 },
      differing: [{ name: 'gift wrap', base: { passed: false, turns: ['handed_over/none'] }, canary: { passed: true, turns: ['answered/worker'] } }],
    });
    expect(told).not.toHaveProperty('problem');
    expect(exitCode).toBe(0);
  }, 120_000);

  it('is refused where the canary is away, and says so', async () => {
    ollama.models = ['small'];
    const { out, exitCode } = await runCommand(evalSiteCommand(), ['--site', site, '--compare', '--data', join(site, 'none')]);
    expect(out).toMatch(/no comparison: the canary was away in \d of \d calls/);
    expect(exitCode).toBe(1);
  }, 120_000);
});
