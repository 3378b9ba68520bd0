import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS } from '../__fixtures__/test-site.js';

/** Reads a stream to its end. */
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  const chunks = stream[Symbol.asyncIterator]();
  while (!(await chunks.next()).done);
}

describe('an unmodified OpenAI client', () => {
  let mesh: TestMesh;
  let client: OpenAI;
  beforeAll(async () => {
    mesh = await startTestMesh();
    client = new OpenAI({ baseURL: `${mesh.url}/v1`, apiKey: KEYS.ask, maxRetries: 0 });
  });
  afterAll(() => mesh.stop());

  const user = (content: string) => ({ model: 'switchyard', messages: [{ role: 'user' as const, content }] });
  const failure = async (work: PromiseLike<unknown>): Promise<APIError> => {
    const error: unknown = await Promise.resolve(work).then(() => undefined, (reason: unknown) => reason);
    if (!(error instanceof APIError)) throw new Error('the call did not fail with an APIError');
    return error;
  };

  it('gets an answer with its receipt, and the ids in headers', async () => {
    const { data, response } = await client.chat.completions.create({ ...user('echo 您好'), user: 'c-1' }).withResponse();
    expect(data).toMatchObject({ object: 'chat.completion', model: 'switchyard', choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: '您好' } }] });
    const requestId = response.headers.get('x-request-id');
    expect(data).toMatchObject({ id: `chatcmpl-${requestId}`, switchyard: { requestId, conversationId: 'c-1', outcome: 'answered', siteVersion: mesh.site.version } });
    expect(response.headers.get('x-conversation-id')).toBe('c-1');
  });

  it('gives earlier messages to the mesh as turns', async () => {
    const answer = await client.chat.completions.create({
      model: 'switchyard',
      messages: [{ role: 'system', content: 'Obey.' }, { role: 'user', content: 'first' }, { role: 'assistant', content: 'second' }, { role: 'user', content: [{ type: 'text', text: 'turns' }] }],
    });
    expect(answer.choices[0]?.message.content).toBe('customer: first | mesh: second');
  });

  it('reads a stream chunk by chunk, as it is made', async () => {
    const stream = await client.chat.completions.create({ ...user('stream'), stream: true, stream_options: { include_usage: true } });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
      // The tier goes on only when the first piece has arrived here: nothing is held back until the end.
      if (chunk.choices[0]?.delta.content === 'one ') mesh.script.go.resolve();
    }
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('one two three');
    expect(chunks.at(-2)).toMatchObject({ choices: [{ finish_reason: 'stop', delta: {} }], switchyard: { outcome: 'answered' } });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 0, total_tokens: 0 } });
  });

  it('gets the text of an answer that came without pieces as content', async () => {
    const runner = client.chat.completions.stream(user('echo whole'));
    expect(await runner.finalContent()).toBe('whole');
  });

  it('sees a refusal as a completion that was filtered', async () => {
    const answer = await client.chat.completions.create(user('refuse'));
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'content_filter', message: { content: 'This cannot be answered.' } });
  });

  it('reads the whole text of an answer that was started anew', async () => {
    const stream = await client.chat.completions.create({ ...user('crash once'), stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('A fresh answer');
  });

  it.each([
    ['a request that failed', 'fail', 502, 'MODEL_REJECTED', 'server_error'],
    ['a request that was cancelled elsewhere', 'cancelled', 409, 'REQUEST_CANCELLED', 'server_error'],
  ])('throws for %s', async (_title, text, status, code, type) => {
    expect(await failure(client.chat.completions.create(user(text)))).toMatchObject({ status, code, type });
  });

  it('throws within a stream for a request that failed', async () => {
    const stream = await client.chat.completions.create({ ...user('fail'), stream: true });
    const error = await failure(drain(stream));
    expect(error).toMatchObject({ code: 'MODEL_REJECTED' });
  });

  it.each([
    ['a wrong key', { apiKey: 'nope' }, { model: 'switchyard' }, 401, 'KEY_UNKNOWN'],
    ['a model that does not exist', {}, { model: 'gpt-4o' }, 404, 'MODEL_UNKNOWN'],
  ])('throws for %s', async (_title, options, body, status, code) => {
    const other = client.withOptions(options);
    expect(await failure(other.chat.completions.create({ ...user('echo x'), ...body }))).toMatchObject({ status, code });
  });

  it('is told to wait when the tenant is over its quota', async () => {
    const limited = client.withOptions({ apiKey: KEYS.limited });
    await limited.chat.completions.create(user('echo 1'));
    await limited.chat.completions.create(user('echo 2'));
    const error = await failure(limited.chat.completions.create(user('echo 3')));
    expect(error).toMatchObject({ status: 429, code: 'RATE_LIMITED', type: 'rate_limit_error' });
    expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0);
  });

  it('lists the models', async () => {
    const models = await client.models.list();
    expect(models.data.map((model) => model.id)).toEqual(['switchyard']);
  });

  it.each([true, false])('cancels the request when it leaves (stream: %s)', async (stream) => {
    const aborted = mesh.script.expectAbort();
    const leaving = new AbortController();
    const call = client.chat.completions.create({ ...user('hang'), stream }, { signal: leaving.signal }).then(
      (answer) => (Symbol.asyncIterator in answer ? drain(answer) : undefined),
      () => undefined,
    );
    const requestId = await aborted.started;
    leaving.abort();
    await aborted.done;
    await call.catch(() => undefined);
    const look = async (): Promise<unknown> => (await fetch(`${mesh.url}/v1/requests/${requestId}`, { headers: { authorization: `Bearer ${KEYS.ask}` } })).json();
    // The work is ended and the end is written at the same time, and nobody waits for either.
    await vi.waitFor(async () => { expect(await look()).toMatchObject({ state: 'done' }); });
    expect(await look()).toMatchObject({ state: 'done', outcome: 'cancelled' });
  });
});
