import { afterEach, describe, expect, it } from 'vitest';
import type { MeshError } from '@switchyard/errors';
import { ollamaWire, openAiWire, startScriptedServer, type ScriptedServer, type Wire } from '@switchyard/testing';
import { findLocalEmbedder, findLocalModel } from './find-local-model.js';
import { isOnSite } from './is-on-site.js';
import { createOllamaChatModel } from './ollama-chat-model.js';

const servers: ScriptedServer[] = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((server) => server.close()))));
const serve = async (wire: Wire): Promise<ScriptedServer> => {
  const server = await startScriptedServer(wire);
  servers.push(server);
  return server;
};
const open = (): AbortSignal => new AbortController().signal;

describe('an Ollama', () => {
  it('is asked not to think, to stay loaded, and never to cut the prompt', async () => {
    const server = await serve(ollamaWire);
    await createOllamaChatModel({ url: server.url, model: 'small' }).complete({ messages: [], maxTokens: 5 }, { signal: open() });
    expect(server.requests.at(-1)?.body).toMatchObject({ think: false, keep_alive: -1, truncate: false, options: { temperature: 0, num_predict: 5 } });
  });

  it('that would pass the prompt on to a cloud never gets it', async () => {
    const server = await serve(ollamaWire);
    server.models = [{ name: 'small', cloud: true }];
    const call = createOllamaChatModel({ url: server.url, model: 'small' }).complete({ messages: [], maxTokens: 5 }, { signal: open() });
    await expect(call).rejects.toMatchObject({ code: 'MODEL_REJECTED' });
    expect(server.requests.map((one) => one.path)).toEqual(['/api/tags']);
  });

  it('that lacks the model is told with the command that installs it', async () => {
    const server = await serve(ollamaWire);
    await expect(createOllamaChatModel({ url: server.url, model: 'qwen3:8b' }).ready(open())).rejects.toThrow('ollama pull qwen3:8b');
  });
});

describe('finding a local model', () => {
  it('takes the server that answers', async () => {
    const server = await serve(ollamaWire);
    expect(await findLocalModel({ ollamaUrl: server.url, model: 'small' })).toMatchObject({ model: 'small', where: 'local' });
  });

  it('prefers the OpenAI-compatible server where both are given', async () => {
    const [ollama, other] = [await serve(ollamaWire), await serve(openAiWire)];
    const found = await findLocalModel({ ollamaUrl: ollama.url, openAiCompatibleUrl: `${other.url}/v1/`, model: 'small' });
    expect(found?.host).toBe(new URL(other.url).host);
    expect(ollama.requests).toEqual([]);
  });

  it('keeps a configured server that does not answer yet, and says so', async () => {
    const server = await serve(ollamaWire);
    await server.close();
    const problems: MeshError[] = [];
    const found = await findLocalModel({ ollamaUrl: server.url, model: 'small', onProblem: (problem) => problems.push(problem) });
    expect(found).toBeDefined();
    expect(problems.map((problem) => problem.code)).toEqual(['MODEL_UNAVAILABLE']);
  });

  it('refuses a server outside a private network where nothing may leave', async () => {
    const found = findLocalModel({ openAiCompatibleUrl: 'https://8.8.8.8/v1', model: 'small', onSiteOnly: true });
    await expect(found).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: 'OPENAI_COMPATIBLE_URL' });
  });

  it('finds its canary at the same servers, and tells of each whether it is ready', async () => {
    const server = await serve(ollamaWire);
    const found = await findLocalModel({ ollamaUrl: server.url, model: 'small', canary: { model: 'tuned' } });
    await found?.ready(open());
    await expect(found?.canary?.ready(open())).rejects.toMatchObject({ code: 'MODEL_MISSING', detail: expect.stringContaining('ollama pull tuned') });
    server.models.push({ name: 'tuned' });
    await found?.canary?.ready(open());
    await found?.complete({ messages: [], maxTokens: 5 }, { signal: open(), variant: 'canary' });
    expect(server.requests.at(-1)?.body).toMatchObject({ model: 'tuned' });
  });

  it('finds its canary at servers of its own, of another kind', async () => {
    const [ollama, other] = [await serve(ollamaWire), await serve(openAiWire)];
    const found = await findLocalModel({ ollamaUrl: ollama.url, model: 'small', canary: { model: 'small', openAiCompatibleUrl: other.url } });
    const { by, host } = (await found?.complete({ messages: [], maxTokens: 5 }, { signal: open(), variant: 'canary' })) ?? {};
    expect([by?.variant, host]).toEqual(['canary', new URL(other.url).host]);
  });

  it('refuses a canary outside a private network where nothing may leave', async () => {
    const server = await serve(ollamaWire);
    const found = findLocalModel({ ollamaUrl: server.url, model: 'small', onSiteOnly: true, canary: { model: 'tuned', openAiCompatibleUrl: 'https://8.8.8.8/v1' } });
    await expect(found).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: 'CANARY_OPENAI_COMPATIBLE_URL' });
  });

  it.each([
    ['http://127.0.0.1:11434', true],
    ['http://localhost:1', true],
    ['http://[::1]:8000', true],
    ['http://10.2.3.4', true],
    ['http://192.168.1.9:8000/v1', true],
    ['http://[fd00::1]', true],
    ['http://[::ffff:10.0.0.1]', true],
    ['http://172.32.0.1', false],
    ['http://8.8.8.8', false],
    ['http://[2001:4860:4860::8888]', false],
    ['http://no-such-host.invalid', false],
  ])('takes %s for on site: %s', async (url, expected) => {
    expect(await isOnSite(url)).toBe(expected);
  });
});

describe.each([
  ['Ollama', ollamaWire, 'ollamaUrl', 'small@abcdef012345:3:unit'],
  ['an OpenAI-compatible server', openAiWire, 'openAiCompatibleUrl', 'small:3:unit'],
] as const)('an embedder of %s', (_name, wire, option, fingerprint) => {
  it('gives a vector of unit length for each text, in order, over several batches', async () => {
    const server = await serve(wire);
    const embedder = await findLocalEmbedder({ [option]: server.url, model: 'small' });
    expect(embedder).toMatchObject({ fingerprint, dimension: 3 });
    const texts = Array.from({ length: 130 }, (_, index) => 'x'.repeat(index + 1));
    const vectors = (await embedder?.embed(texts, open())) ?? [];
    expect(vectors).toHaveLength(130);
    vectors.forEach((vector, index) => {
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      // The server's vectors are (length of the text, 3, 4).
      expect((vector[0] ?? 0) / (vector[1] ?? 1)).toBeCloseTo((index + 1) / 3, 3);
    });
  });

  it('is absent when the server does not answer', async () => {
    const server = await serve(wire);
    await server.close();
    expect(await findLocalEmbedder({ [option]: server.url, model: 'small' })).toBeUndefined();
  });
});
