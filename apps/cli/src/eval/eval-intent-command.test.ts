import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { trainIntentModel, type IntentExample, type TrainingOptions } from '@switchyard/intent';
import { meaningVector, startEmbeddingServer, synonymExamples, type EmbeddingServer } from '@switchyard/testing';
import { runCommand, type CommandRun } from '../__fixtures__/run-command.js';
import { evalIntentCommand } from './eval-intent-command.js';

const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const inThisThread = (examples: readonly IntentExample[], options?: TrainingOptions) => Promise.resolve(trainIntentModel(examples, options));

describe('yard eval intent with an embedding model', () => {
  let data: string;
  let server: EmbeddingServer;
  const serve = async (vectorOf: EmbeddingServer['vectorOf']): Promise<void> => {
    server = await startEmbeddingServer('openai', vectorOf);
    vi.stubEnv('OPENAI_COMPATIBLE_URL', server.url);
  };
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'eval-intent-'));
    vi.stubEnv('DATA_DIR', join(data, 'kept'));
    await mkdir(join(data, 'intent'));
    // Every third sentence is tested; its word of meaning stands in no other, though some of its letters do.
    await writeFile(join(data, 'intent', 'banking77.fewshot5.jsonl'), lines(synonymExamples.filter((_, at) => at % 3 > 0)));
    await writeFile(join(data, 'intent', 'banking77.test.jsonl'), lines(synonymExamples.filter((_, at) => at % 3 === 0)));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
    await rm(data, { recursive: true });
  });
  const run = (...options: string[]): Promise<CommandRun> => runCommand(evalIntentCommand(inThisThread), ['--data', data, '--only', 'banking5', '--embedder', 'meaning', ...options]);

  it('prints what the vectors add on the test rows', async () => {
    await serve(meaningVector);
    const { out, exitCode } = await run('--json', join(data, 'report.json'));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/ {2}accuracy (9\d|100)\.\d\d %/);
    expect(out).toMatch(/vectors of meaning:32:unit: by words alone accuracy [0-7]\d?\.\d\d %, gain \+[2-9]\d\.\d\d points/);
    const { banking5 } = JSON.parse(await readFile(join(data, 'report.json'), 'utf8')) as { banking5: { accuracy: number; vectors: { used: boolean; words: { accuracy: number } } } };
    expect(banking5.vectors.used).toBe(true);
    expect(banking5.accuracy - banking5.vectors.words.accuracy).toBeGreaterThan(0.2);
  });

  it('says that vectors which tell nothing are not used', async () => {
    await serve((text, dimension) => meaningVector(`nothing ${synonymExamples.findIndex((one) => one.text === text)}`, dimension));
    expect((await run()).out).toContain('vectors of meaning:32:unit: not used, since they made the model no better on its train rows');
  });

  it('is an error where the server fails', async () => {
    await serve(meaningVector);
    server.mood = 'failing';
    expect(await run()).toMatchObject({ exitCode: 1, error: expect.stringContaining('MODEL_UNAVAILABLE') });
  });
});
