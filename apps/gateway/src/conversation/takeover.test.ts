import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HttpClient, type HttpAnswer } from '../__fixtures__/http-client.js';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS } from '../__fixtures__/test-site.js';

const SILENCE = { state: 'done', outcome: 'handed_over', reply: '', receipt: { outcome: 'handed_over', tier: 'none', rule: 'builtin.human' } };

describe('a conversation that a person takes over', () => {
  let mesh: TestMesh;
  let client: HttpClient;
  /** A fresh conversation for each test. */
  let id: string;
  let count = 0;
  beforeAll(async () => {
    mesh = await startTestMesh({ gateways: 2 });
    client = new HttpClient(mesh.url);
  });
  afterAll(() => mesh.stop());
  beforeEach(() => {
    id = `c-${(count += 1)}`;
  });

  const take = (by = client, conversation = id): Promise<HttpAnswer> => by.call('PUT', `/v1/conversations/${encodeURIComponent(conversation)}/human`);
  const giveBack = (by = client): Promise<HttpAnswer> => by.call('DELETE', `/v1/conversations/${id}/human`);

  it('gets no word from the mesh, on any gateway, until it is given back, and then all that was said is known', async () => {
    expect(await client.ask('echo hello', id)).toMatchObject({ outcome: 'answered', reply: 'hello' });
    expect(await take()).toMatchObject({ status: 200, body: { conversationId: id, human: true, openRequests: 0 } });
    expect(await client.ask('echo are you there', id)).toMatchObject({ conversationId: id, ...SILENCE });
    expect(await new HttpClient(mesh.urls[1] ?? '').ask('echo anybody', id)).toMatchObject(SILENCE);
    expect(mesh.script.runs('echo are you there')).toBe(0);

    const back = await giveBack();
    expect([back.status, back.body]).toEqual([200, { conversationId: id, human: false }]);
    expect((await client.ask('recall', id)).reply).toBe('customer: echo hello | mesh: hello | customer: echo are you there | customer: echo anybody');
  });

  it('may be taken and given back twice, and before its first message', async () => {
    expect((await take()).body).toEqual((await take()).body);
    expect((await giveBack()).body).toEqual((await giveBack()).body);
    expect((await client.ask('echo x', id)).outcome).toBe('answered');
  });

  it('ends what is in work, and what waits behind it, without a word', async () => {
    const work = mesh.script.expectAbort();
    const open = [await client.send('hang', id), await client.send('echo second', id)];
    await work.started;
    expect((await take()).body).toEqual({ conversationId: id, human: true, openRequests: 2 });
    await work.done;
    for (const requestId of open) expect(await client.ended(requestId)).toMatchObject({ requestId, ...SILENCE });
    expect(mesh.script.runs('echo second')).toBe(0);
  });

  it('is not talked over by an answer that is ready a moment later', async () => {
    const work = mesh.script.expectAbort();
    const requestId = await client.send('wait too late', id);
    await work.started;
    await take();
    mesh.script.go.resolve();
    expect(await client.ended(requestId)).toMatchObject(SILENCE);
    await giveBack();
    expect((await client.ask('recall', id)).reply).toBe('customer: wait too late');
  });

  it('is its tenant\'s own: another tenant\'s of the same id goes on', async () => {
    const other = new HttpClient(mesh.url, KEYS.other);
    await take();
    expect(await other.ask('echo mine', id)).toMatchObject({ outcome: 'answered', reply: 'mine' });
    await giveBack(other);
    expect(await client.ask('echo x', id)).toMatchObject(SILENCE);
  });

  it('is found by any id that a message may name', async () => {
    const odd = 'a/b?c=100%&d#e:{p01}';
    expect((await take(client, odd)).body).toMatchObject({ conversationId: odd });
    expect(await client.ask('echo x', odd)).toMatchObject({ conversationId: odd, ...SILENCE });
  });

  it.each([
    ['an id with a space', '/v1/conversations/a%20b/human', KEYS.all, 400, { code: 'REQUEST_INVALID', field: 'id' }],
    ['an id beyond ASCII', '/v1/conversations/%E4%BD%A0/human', KEYS.all, 400, { code: 'REQUEST_INVALID', field: 'id' }],
    ['an id without end', `/v1/conversations/${'x'.repeat(129)}/human`, KEYS.all, 400, { code: 'REQUEST_INVALID', field: 'id' }],
    ['an empty id', '/v1/conversations//human', KEYS.all, 404, { code: 'ROUTE_UNKNOWN' }],
    ['a key that may only ask', '/v1/conversations/c/human', KEYS.ask, 403, { code: 'SCOPE_MISSING' }],
  ])('is not taken by %s', async (_title, path, key, status, problem) => {
    for (const method of ['PUT', 'DELETE']) expect(await new HttpClient(mesh.url, key).call(method, path)).toMatchObject({ status, body: problem });
  });

  it('is an empty completion to an unmodified OpenAI client, streamed and not', async () => {
    const openai = new OpenAI({ baseURL: `${mesh.url}/v1`, apiKey: KEYS.ask, maxRetries: 0 });
    const asked = { model: 'switchyard', user: id, messages: [{ role: 'user' as const, content: 'echo x' }] };
    await take();
    expect(await openai.chat.completions.create(asked)).toMatchObject({ choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: '' } }], switchyard: { outcome: 'handed_over', rule: 'builtin.human' } });

    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of await openai.chat.completions.create({ ...asked, stream: true })) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('');
    expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }], switchyard: { rule: 'builtin.human' } });
    // The client's own helper, which puts the pieces together.
    expect(await openai.chat.completions.stream(asked).finalContent()).toBe('');
  });

  it('ends a chat that is being answered with what it has said, and no more', async () => {
    const openai = new OpenAI({ baseURL: `${mesh.url}/v1`, apiKey: KEYS.ask, maxRetries: 0 });
    const stream = await openai.chat.completions.create({ model: 'switchyard', user: id, stream: true, messages: [{ role: 'user', content: 'begin' }] });
    let text = '';
    let last: OpenAI.ChatCompletionChunk | undefined;
    for await (const chunk of stream) {
      last = chunk;
      text += chunk.choices[0]?.delta.content ?? '';
      if (text === 'one ') await take();
    }
    expect([text, last]).toEqual(['one ', expect.objectContaining({ choices: [expect.objectContaining({ finish_reason: 'stop' })], switchyard: expect.objectContaining({ rule: 'builtin.human' }) })]);
  });

  it('keeps all that is said at once while a person has it', async () => {
    await take();
    await Promise.all(['1', '2', '3', '4'].map((one) => client.ask(`echo ${one}`, id)));
    await giveBack();
    expect((await client.ask('recall', id)).reply?.split(' | ')).toHaveLength(4);
  });

  it('hears no further piece from a handler that does not look at its signal', async () => {
    const work = mesh.script.expectAbort();
    const requestId = await client.send('stream', id);
    await work.started;
    await take();
    await work.done;
    mesh.script.go.resolve();
    const events = await fetch(`${mesh.url}/v1/requests/${requestId}/events`, { headers: { authorization: `Bearer ${KEYS.all}` } });
    expect(await events.text()).not.toContain('three');
  });

  it('hears nothing of a run that was aborted for it, also once it has been given back', async () => {
    const work = mesh.script.expectAbort();
    const requestId = await client.send('wait late', id);
    await work.started;
    await take();
    await giveBack();
    mesh.script.go.resolve();
    expect(await client.ended(requestId)).toMatchObject({ outcome: 'handed_over', reply: '' });
  });
});
