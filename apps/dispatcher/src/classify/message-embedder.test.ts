import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import { DispatchJob, type Embedder } from '@switchyard/contracts';
import { buildWordMatcher } from '@switchyard/guardrail';
import { serialiseModel, trainIntentModel, type IntentExample, type IntentModel, type TrainingOptions } from '@switchyard/intent';
import { registry } from '@switchyard/telemetry';
import { jobOf, MemoryContext, startEmbeddingServer, type EmbeddingServer } from '@switchyard/testing';
import { synonymSite } from '../__fixtures__/synonym-site.js';
import { dispatchMessage } from '../dispatch-message.js';
import { DispatchTier } from '../dispatch-tier.js';
import { DispatcherEnv } from '../dispatcher.config.js';
import { findEmbedder } from './find-embedder.js';
import { loadIntentModel } from './load-trained.js';
import { MessageEmbedder } from './message-embedder.js';

const mesh = { budgetLeftUsd: 2, backlog: {}, oldestMs: {}, available: { localModel: false, expert: false }, egress: 'blocked' } as const;
const matcher = buildWordMatcher(synonymSite.words);
const PATIENT_MS = 10_000;

/** The model of the dispatcher's thread, made in this one: its program is there only after a build. */
const train = (examples: readonly IntentExample[], options: TrainingOptions) => Promise.resolve(serialiseModel(trainIntentModel(examples, options)));

async function counted(result: string): Promise<number> {
  const values = (await registry.getSingleMetric('switchyard_intent_vectors_total')?.get())?.values ?? [];
  return values.find((one) => one.labels['result'] === result)?.value ?? 0;
}

describe.each([['ollama', 'OLLAMA_URL'], ['openai', 'OPENAI_COMPATIBLE_URL']] as const)('a dispatcher with an embedding model by the protocol of %s', (protocol, variable) => {
  let server: EmbeddingServer;
  let directory: string;
  const warnings: object[] = [];
  const find = (site = synonymSite, more: object = {}): Promise<Embedder | undefined> =>
    findEmbedder(parseEnvironment(DispatcherEnv, { REDIS_URL: 'redis://127.0.0.1:1', SITE_DIR: '.', SEAL_KEY_FILE: 'none', [variable]: server.url, ...more }), site, { warn: (facts: object) => void warnings.push(facts) });
  const load = async (onProblem?: () => void): Promise<IntentModel> => loadIntentModel(synonymSite, directory, { embedder: await find(), ...(onProblem ? { onProblem } : {}), train });

  beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'dispatcher-')); });
  afterAll(() => rm(directory, { recursive: true }));
  beforeEach(async () => {
    server = await startEmbeddingServer(protocol);
    warnings.length = 0;
  });
  afterEach(() => server.close());

  async function dispatch(text: string, model: IntentModel, embedder: MessageEmbedder): Promise<Record<string, unknown> | undefined> {
    const tier = new DispatchTier(synonymSite, model, { read: () => Promise.resolve(mesh) }, { current: () => matcher }, embedder);
    const context = new MemoryContext({ nowMs: 1_000, conversation: { turns: [] } });
    await dispatchMessage(tier, jobOf(DispatchJob, { source: 'requests' }, { text, turns: [] }, { acceptedAt: 0, deadlineAt: 30_000, siteVersion: synonymSite.version }), context);
    expect(context.forwarded.length + context.replies.length).toBeGreaterThan(0);
    return context.recorded.find(({ step }) => step === 'classified')?.facts;
  }
  async function embedder(timeoutMs = PATIENT_MS, now?: () => number): Promise<MessageEmbedder> {
    const found = await find();
    if (!found) throw new Error('no embedder');
    server.texts.length = 0;
    return new MessageEmbedder(found, timeoutMs, now);
  }

  it('recognises what a message means, and asks the server for one that it knows word for word no vector', async () => {
    const used = await counted('used');
    const model = await load();
    const messages = await embedder();
    expect(await dispatch('chargeback and restitution then', model, messages)).toMatchObject({ intent: 'refund', vector: true });
    expect(await dispatch('about my parcel', model, messages)).toMatchObject({ intent: 'parcel', source: 'exact', vector: false });
    expect(server.texts).toEqual(['chargeback and restitution then']);
    expect(await counted('used')).toBe(used + 1);
  });

  it.each([['silent', 'late', 30], ['failing', 'failed', PATIENT_MS], ['garbled', 'failed', PATIENT_MS]] as const)('goes by the words of a message where the server is %s, and counts it', async (mood, result, timeoutMs) => {
    const model = await load();
    const messages = await embedder(timeoutMs);
    const before = await counted(result);
    server.mood = mood;
    const { label, confidence } = model.classify('chargeback and restitution then');
    const facts = await dispatch('chargeback and restitution then', model, messages);
    expect(facts).toMatchObject({ vector: false });
    expect(facts?.['intent'] === 'oos' || facts?.['intent'] === label.replace('intent:', '')).toBe(true);
    expect(facts?.['confidence']).toBeCloseTo(confidence, 10);
    expect(await counted(result)).toBe(before + 1);
  });

  it('takes no vector of another length', async () => {
    const messages = await embedder();
    server.dimension = 16;
    expect(await messages.embed('haulage')).toBeUndefined();
  });

  it('lets a server that fails three times rest, and asks it again after five seconds', async () => {
    let now = 0;
    const messages = await embedder(PATIENT_MS, () => now);
    server.mood = 'failing';
    for (let call = 0; call < 5; call++) expect(await messages.embed('haulage')).toBeUndefined();
    expect(server.texts).toHaveLength(3);
    server.mood = 'well';
    now = 4_999;
    expect(await messages.embed('haulage')).toBeUndefined();
    now = 5_000;
    expect(await messages.embed('haulage')).toHaveLength(32);
    expect(server.texts).toHaveLength(4);
  });

  it('keeps its model by the embedder: the second start asks for nothing, and a model of another embedder is made anew', async () => {
    await load();
    server.texts.length = 0;
    const model = await load();
    expect(server.texts).toEqual(['probe']);
    const mine = model.parts.dense?.fingerprint;
    server.dimension = 16;
    expect((await load()).parts.dense?.fingerprint).toBe(mine?.replace(':32:', ':16:'));
    // The other's model under this one's name.
    const models = join(directory, 'models');
    const [first = '', second = ''] = (await readdir(models)).toSorted();
    const [one, other] = [await readFile(join(models, first)), await readFile(join(models, second))];
    await writeFile(join(models, first), other);
    await writeFile(join(models, second), one);
    expect((await load()).parts.dense?.fingerprint).toBe(mine?.replace(':32:', ':16:'));
  });

  it('starts without vectors, and says why, where the server fails at the start or in the training', async () => {
    await rm(directory, { recursive: true });
    const found = await find();
    server.mood = 'garbled';
    const problems: string[] = [];
    const model = await loadIntentModel(synonymSite, directory, { embedder: found, onProblem: ({ code }) => problems.push(code), train });
    expect([model.parts.dense, problems]).toEqual([undefined, ['MODEL_UNAVAILABLE']]);
    expect(await find()).toBeUndefined();
    expect(warnings).toEqual([expect.objectContaining({ code: 'MODEL_UNAVAILABLE', model: 'meaning' })]);
  });

  it('asks no server where the site names no model or no message may wait, and refuses one that is not on site', async () => {
    expect(await find({ ...synonymSite, settings: { ...synonymSite.settings, models: { expert: [] } } })).toBeUndefined();
    expect(await find(synonymSite, { INTENT_VECTOR_MS: '0' })).toBeUndefined();
    await expect(find(synonymSite, { [variable]: 'http://8.8.8.8' })).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: variable });
    expect(server.texts).toEqual([]);
  });
});
