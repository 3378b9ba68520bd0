import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseModel, serialiseModel, trainIntentModel, type IntentExample, type TrainingOptions } from '@switchyard/intent';
import { startEmbeddingServer, synonymExamples, type EmbeddingServer } from '@switchyard/testing';
import { runCommand, type CommandRun } from '../__fixtures__/run-command.js';
import { SITE_YAML } from '../__fixtures__/site-yaml.js';
import { trainCommand } from './train-command.js';

const HAN = /\p{Script=Han}/u;
const intents = [...new Set(synonymExamples.map(({ label }) => label))].map((label) => {
  const texts = synonymExamples.filter((one) => one.label === label).map(({ text }) => text);
  return { label, description: { zh: label, en: label }, task: 'knowledge', utterances: { zh: texts.filter((text) => HAN.test(text)), en: texts.filter((text) => !HAN.test(text)) } };
});

describe.each([['ollama', 'OLLAMA_URL', 'meaning@0123456789ab:32:unit'], ['openai', 'OPENAI_COMPATIBLE_URL', 'meaning:32:unit']] as const)('yard train with an embedding model by the protocol of %s', (protocol, variable, fingerprint) => {
  let server: EmbeddingServer;
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'train-'));
    await mkdir(join(root, 'site', 'intents'), { recursive: true });
    await writeFile(join(root, 'site', 'intents', 'all.yaml'), JSON.stringify(intents));
    await writeFile(join(root, 'site', 'site.yaml'), `${SITE_YAML}models: { embedding: { model: meaning } }\n`);
  });
  afterAll(() => rm(root, { recursive: true }));
  beforeEach(async () => {
    server = await startEmbeddingServer(protocol);
    vi.stubEnv(variable, server.url);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });
  // The same model as threads make, in this one: their program is there only after a build.
  const inThisThread = (examples: readonly IntentExample[], options?: TrainingOptions) => Promise.resolve(trainIntentModel(examples, options));
  const run = (data: string, ...options: string[]): Promise<CommandRun> => runCommand(trainCommand(inThisThread), ['--site', join(root, 'site'), '--data', join(root, data), '--out', join(root, 'model.bin'), ...options]);

  it('prints what the vectors add, and writes a model that takes them', async () => {
    const { out, error, exitCode } = await run('kept');
    expect([error, exitCode]).toEqual(['', 0]);
    expect(out).toMatch(new RegExp(`with vectors of ${fingerprint} \\(48 made now\\): accuracy (9\\d\\.\\d|100\\.0) % instead of [0-4]\\d\\.\\d %, calibration error 0\\.\\d{3} instead of 0\\.\\d{3}\n`));
    expect(out).toMatch(/gain \+[5-9]\d\.\d points: \d+ sentences are right only with them, 0 only without; the model takes them\n/);
    const bytes = await readFile(join(root, 'model.bin'));
    expect(parseModel(bytes).parts.dense?.fingerprint).toBe(fingerprint);

    server.texts.length = 0;
    expect((await run('kept')).out).toContain('(0 made now)');
    // Nothing but the word that tells the length of the vectors.
    expect(server.texts).toEqual(['probe']);
    expect(await readFile(join(root, 'model.bin'))).toEqual(bytes);
  });

  it('says so, and goes by words alone, where the server fails or sends what is no vector', async () => {
    const words = serialiseModel(trainIntentModel(synonymExamples.map(({ text, label }) => ({ text, label: `intent:${label}` }))));
    for (const mood of ['failing', 'garbled'] as const) {
      server.mood = mood;
      const { out, error, exitCode } = await run(mood, '--json');
      expect(exitCode).toBe(0);
      expect(error).toMatch(/^MODEL_UNAVAILABLE: .*; trained without vectors of meaning\n$/);
      expect(JSON.parse(out)).not.toHaveProperty('vectors');
      expect(new Uint8Array(await readFile(join(root, 'model.bin')))).toEqual(words);
    }
  });

  it('asks no server outside a private network where nothing may leave, and no wrong URL', async () => {
    vi.stubEnv(variable, 'http://8.8.8.8');
    expect(await run('kept')).toMatchObject({ exitCode: 1, error: expect.stringContaining(`${variable} does not lead to a private network`) });
    vi.stubEnv(variable, 'meaning.local');
    expect(await run('kept')).toMatchObject({ exitCode: 1, error: expect.stringContaining(`${variable} must be a URL`) });
    expect(server.texts).toEqual([]);
  });
});
