import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS } from '../__fixtures__/test-site.js';

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

describe('requests and their events', () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    mesh = await startTestMesh({ gateways: 2 });
  });
  afterAll(() => mesh.stop());

  const post = (body: object, headers: Record<string, string> = {}, url = mesh.url): Promise<Response> =>
    fetch(`${url}/v1/requests`, { method: 'POST', headers: { ...bearer(KEYS.ask), 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const send = async (text: string): Promise<string> => {
    const answer = await post({ text });
    expect(answer.status).toBe(202);
    return ((await answer.json()) as { requestId: string }).requestId;
  };
  const get = (path: string, key: string = KEYS.ask, url = mesh.url): Promise<Response> => fetch(url + path, { headers: bearer(key) });

  /** Reads events until the stream ends, or `until` says that it is enough; then the connection is cut. */
  async function events(requestId: string, options: { url?: string; lastEventId?: string; until?: (event: EventSourceMessage) => boolean } = {}): Promise<EventSourceMessage[]> {
    const headers = { ...bearer(KEYS.ask), ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }) };
    const cut = new AbortController();
    const answer = await fetch(`${options.url ?? mesh.url}/v1/requests/${requestId}/events`, { headers, signal: cut.signal });
    expect(answer.status).toBe(200);
    const read: EventSourceMessage[] = [];
    const stream = answer.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const event of stream ?? []) {
      read.push(event);
      if (options.until?.(event)) break;
    }
    cut.abort();
    return read;
  }
  const names = (list: EventSourceMessage[]): string[] => list.map((event) => event.event ?? '');
  const words = (list: EventSourceMessage[]): string => list.filter((event) => event.event === 'delta').map((event) => (JSON.parse(event.data) as { text: string }).text).join('');

  it('accepts a request, tells where it is, and gives the reply and the receipt when it is done', async () => {
    const answer = await post({ text: 'echo hello', conversationId: 'c-9', language: 'en', metadata: { channel: 'mail' } });
    const { requestId, ...rest } = (await answer.json()) as { requestId: string };
    expect([answer.status, rest]).toEqual([202, { conversationId: 'c-9', state: 'accepted' }]);
    expect(answer.headers.get('location')).toBe(`/v1/requests/${requestId}`);
    expect(answer.headers.get('switchyard-durability')).toBe('standard');
    expect(requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    await events(requestId);
    const request: unknown = await (await get(`/v1/requests/${requestId}`)).json();
    expect(request).toMatchObject({ requestId, conversationId: 'c-9', state: 'done', outcome: 'answered', reply: 'hello', receipt: { requestId, outcome: 'answered' } });
  });

  it('tells everything that happens, in order, each with an id', async () => {
    const requestId = await send('stream');
    const read = await events(requestId, { until: (event) => { if (event.data.includes('one ')) mesh.script.go.resolve(); return false; } });
    expect(names(read)).toEqual(['accepted', 'decided', 'delta', 'delta', 'delta', 'reply']);
    expect(new Set(read.map((event) => event.id)).size).toBe(read.length);
    expect(words(read)).toBe('one two three');
    expect(JSON.parse(read.at(-1)?.data ?? '')).toMatchObject({ requestId, state: 'done', reply: 'one two three' });
    expect(JSON.parse(read[1]?.data ?? '')).toMatchObject({ rule: 'scripted', to: 'worker' });
  });

  it.each([0, 1])('goes on behind Last-Event-ID without loss or repetition, on gateway %i', async (index) => {
    const url = mesh.urls[index] ?? '';
    const requestId = await send('stream');
    const first = await events(requestId, { until: (event) => event.data.includes('one ') });
    mesh.script.go.resolve();
    const rest = await events(requestId, { url, lastEventId: first.at(-1)?.id ?? '' });
    const joined = [...first, ...rest];
    expect(names(joined)).toEqual(['accepted', 'decided', 'delta', 'delta', 'delta', 'reply']);
    expect(words(joined)).toBe('one two three');
    expect(new Set(joined.map((event) => event.id)).size).toBe(joined.length);
  });

  it('serves a request that another gateway accepted, while it runs and when it is done', async () => {
    const requestId = await send('stream');
    const other = mesh.urls[1] ?? '';
    const live = await events(requestId, { url: other, until: (event) => { if (event.data.includes('one ')) mesh.script.go.resolve(); return false; } });
    expect(words(live)).toBe('one two three');
    const late = await events(requestId, { url: other });
    expect([names(late)[0], names(late).at(-1)]).toEqual(['accepted', 'reply']);
    expect(await (await get(`/v1/requests/${requestId}`, KEYS.ask, other)).json()).toMatchObject({ outcome: 'answered', reply: 'one two three' });
  });

  it('says that there is nothing behind the reply', async () => {
    const requestId = await send('echo x');
    const last = (await events(requestId)).at(-1);
    const answer = await fetch(`${mesh.url}/v1/requests/${requestId}/events`, { headers: { ...bearer(KEYS.ask), 'last-event-id': last?.id ?? '' } });
    expect([last?.event, answer.status]).toEqual(['reply', 204]);
  });

  it('shows with a higher epoch that the answer was started anew', async () => {
    const read = await events(await send('crash once'));
    const epochs = read.filter((event) => event.event === 'delta').map((event) => (JSON.parse(event.data) as { epoch: number }).epoch);
    expect(epochs).toEqual(epochs.toSorted((one, other) => one - other));
    expect(new Set(epochs).size).toBeGreaterThan(0);
    expect(JSON.parse(read.at(-1)?.data ?? '')).toMatchObject({ reply: 'A fresh answer' });
  });

  it('gives the same request for the same idempotency key, and runs it once', async () => {
    const headers = { 'idempotency-key': 'order-1' };
    const answers = await Promise.all([post({ text: 'echo once' }, headers), post({ text: 'echo once' }, headers), post({ text: 'echo once' }, headers, mesh.urls[1])]);
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { requestId: string }).requestId));
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202]);
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    await events(ids[0] ?? '');
    expect(mesh.script.runs('echo once')).toBe(1);
    const other = await post({ text: 'echo twice' }, headers);
    expect([other.status, await other.json()]).toEqual([422, expect.objectContaining({ code: 'IDEMPOTENCY_MISMATCH' })]);
    const elsewhere = await post({ text: 'echo twice' }, { ...headers, ...bearer(KEYS.other) });
    expect(elsewhere.status).toBe(202);
  });

  it('cancels a running request, and leaves a finished one as it is', async () => {
    const aborted = mesh.script.expectAbort();
    const requestId = await send('hang');
    await aborted.started;
    const answer = await fetch(`${mesh.url}/v1/requests/${requestId}`, { method: 'DELETE', headers: bearer(KEYS.ask) });
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ requestId, state: 'done', outcome: 'cancelled' })]);
    await aborted.done;
    expect(names(await events(requestId)).at(-1)).toBe('reply');

    const finished = await send('echo done');
    await events(finished);
    const late = await fetch(`${mesh.url}/v1/requests/${finished}`, { method: 'DELETE', headers: bearer(KEYS.ask) });
    expect([late.status, await late.json()]).toEqual([200, expect.objectContaining({ outcome: 'answered', reply: 'done' })]);
  });

  it('goes on when the client that sent the request leaves', async () => {
    const requestId = await send('stream');
    await events(requestId, { until: (event) => event.event === 'decided' });
    mesh.script.go.resolve();
    await events(requestId);
    expect(await (await get(`/v1/requests/${requestId}`)).json()).toMatchObject({ outcome: 'answered' });
  });

  it('ends a request that nobody answered as expired, with the site\'s text', async () => {
    const answer = await post({ text: 'hang', language: 'zh', deadlineMs: 100 });
    const { requestId } = (await answer.json()) as { requestId: string };
    const read = await events(requestId);
    expect(JSON.parse(read.at(-1)?.data ?? '')).toMatchObject({ outcome: 'expired', reply: '超时了。' });
  });

  it.each(['GET', 'DELETE'])('does not know another tenant\'s request (%s)', async (method) => {
    const requestId = await send('echo mine');
    await events(requestId);
    for (const path of method === 'GET' ? ['', '/events', '/explain'] : ['']) {
      const answer = await fetch(`${mesh.url}/v1/requests/${requestId}${path}`, { method, headers: bearer(KEYS.other) });
      expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'REQUEST_UNKNOWN', requestId })]);
    }
  });

  it('lists recorded steps, to a key that may see them', async () => {
    const list = (key: string): Promise<Response> => fetch(`${mesh.url}/v1/steps?step=routed&since=9&limit=3`, { headers: bearer(key) });
    expect(await (await list(KEYS.operate)).json()).toEqual({ steps: [expect.objectContaining({ tenant: 'a', step: 'routed', at: 9, facts: { limit: 3 } })], next: 7 });
    expect((await list(KEYS.ask)).status).toBe(403);
  });

  it('explains a request by what the auditor recorded', async () => {
    const requestId = await send('echo x');
    await events(requestId);
    const explained: unknown = await (await get(`/v1/requests/${requestId}/explain`)).json();
    expect(explained).toMatchObject({ requestId, tenant: 'a', steps: [expect.objectContaining({ step: 'accepted' })] });
  });
});
