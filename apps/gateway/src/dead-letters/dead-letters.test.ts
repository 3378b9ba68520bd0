import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '@switchyard/contracts';
import { AUDIT_STREAM, auditEventsOf } from '@switchyard/queue';
import { waitFor } from '@switchyard/testing';
import { HttpClient } from '../__fixtures__/http-client.js';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS } from '../__fixtures__/test-site.js';

interface Letter {
  readonly id: string;
  readonly requestId: string;
  readonly code: string;
}

describe('the dead letters', () => {
  let mesh: TestMesh;
  let client: HttpClient;
  let redis: Redis;
  beforeAll(async () => {
    mesh = await startTestMesh({ env: { CALL_TIMEOUT_MS: '1500' } });
    client = new HttpClient(mesh.url);
    redis = new Redis(mesh.redis.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await mesh.stop();
  });
  beforeEach(async () => {
    mesh.script.isMended = false;
    mesh.script.isExplaining = true;
    await redis.del('switchyard:{dispatch}:failed', AUDIT_STREAM);
  });

  const list = async (query = '', by = client): Promise<Letter[]> => {
    const { status, body } = await by.call('GET', `/v1/dead-letters${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body['deadLetters'] as Letter[];
  };
  /** Messages that fail for good, one after the other. @returns the ids of their dead letters */
  const fail = async (...texts: string[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const text of texts) ids.push(`${(await client.ask(text)).requestId}.dispatch.0`);
    await waitFor(async () => (await list()).length >= texts.length);
    return ids;
  };
  /** Makes a stored job unreadable. */
  const spoil = async (id: string): Promise<void> => {
    const key = `switchyard:{dispatch}:${id}`;
    const data = JSON.parse((await redis.hget(key, 'data')) ?? '{}') as object;
    await redis.hset(key, 'data', JSON.stringify({ ...data, v: 2 }));
  };
  const recorded = async (step: string): Promise<AuditEvent[]> => (await redis.xrange(AUDIT_STREAM, '-', '+')).flatMap(([, fields]) => auditEventsOf(fields)).filter((event) => event.step === step);

  it('are listed with what failed and why, the latest first, and without a word of the customer', async () => {
    const [older, newer] = await fail('break MODEL_MISSING tulips', 'break TOOL_REJECTED tulips');
    const letters = await list();
    expect(letters.map(({ id, code }) => [id, code])).toEqual([[newer, 'TOOL_REJECTED'], [older, 'MODEL_MISSING']]);
    expect(letters[0]).toEqual({
      id: newer, queue: 'dispatch', kind: 'dispatch', requestId: newer?.split('.')[0], tenant: 'a', code: 'TOOL_REJECTED', detail: 'scripted', attempts: 1, lostWorkers: 0,
      enqueuedAt: expect.any(Number), failedAt: expect.any(Number), bytes: expect.any(Number),
    });
    expect(JSON.stringify(letters)).not.toContain('tulips');
    expect((await list('?limit=1')).map(({ id }) => id)).toEqual([newer]);
    expect((await list('?code=MODEL_MISSING&queue=dispatch')).map(({ id }) => id)).toEqual([older]);
    expect(await list('?queue=worker')).toEqual([]);
  });

  it('are shown with the sizes of what the customer said, and with what was recorded of the request', async () => {
    const [id] = await fail('break MODEL_MISSING tulips');
    const { status, body } = await client.call('GET', `/v1/dead-letters/${id}`);
    expect([status, body]).toEqual([200, expect.objectContaining({ id, code: 'MODEL_MISSING', body: { source: 'requests' }, private: { sizes: { text: '"break MODEL_MISSING tulips"'.length, turns: 2 } }, history: [expect.objectContaining({ step: 'accepted' })] })]);
    expect(body['trail']).toMatchObject({ rules: [], leftSite: false });
    expect(JSON.stringify(body)).not.toContain('tulips');
    expect(await recorded('dead_letter_opened')).toEqual([]);
  });

  it('show the customer\'s words where they are asked for, which is recorded with the key and without the words', async () => {
    const [id = ''] = await fail('break MODEL_MISSING tulips');
    const { body } = await new HttpClient(mesh.url, KEYS.operate).call('GET', `/v1/dead-letters/${id}?reveal=true`);
    expect(body).toMatchObject({ private: { sizes: { text: '"break MODEL_MISSING tulips"'.length }, fields: { text: 'break MODEL_MISSING tulips', turns: [] } } });
    const [step] = await waitFor(async () => {
      const steps = await recorded('dead_letter_opened');
      return steps.length > 0 ? steps : undefined;
    });
    expect(step).toMatchObject({ tier: 'gateway', requestId: id.split('.')[0], tenant: 'a', conversationId: body['conversationId'], facts: { deadLetter: id, key: 'operate' } });
    expect(JSON.stringify(step)).not.toContain('tulips');
  });

  it('are shown without a history where the auditor does not answer in time', async () => {
    const [id] = await fail('break');
    mesh.script.isExplaining = false;
    expect(await client.call('GET', `/v1/dead-letters/${id}`)).toMatchObject({ status: 200, body: { id, history: null } });
  });

  it('go on as a new request, whose record begins with the dead letter', async () => {
    const [id = ''] = await fail('break MODEL_MISSING again');
    mesh.script.isMended = true;
    const { status, body } = await client.call('POST', `/v1/dead-letters/${id}/redrive`);
    expect([status, body]).toEqual([202, { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
    expect(await client.ended(body['requestId'] as string)).toMatchObject({ outcome: 'answered', reply: 'mended again' });
    expect((await client.call('GET', `/v1/requests/${id.split('.')[0]}`)).body).toMatchObject({ outcome: 'handed_over', error: { code: 'MODEL_MISSING' } });
    expect(await list()).toEqual([]);
    expect(await client.call('POST', `/v1/dead-letters/${id}/redrive`)).toMatchObject({ status: 404, body: { code: 'REQUEST_UNKNOWN' } });
    expect(await waitFor(async () => (await recorded('redriven'))[0])).toMatchObject({ requestId: body['requestId'], facts: { deadLetter: id, key: 'all' } });
  });

  it('are tried again by name, each once, and one that cannot be read does not stop the others', async () => {
    const [first = '', broken = '', last = ''] = await fail('break', 'break', 'break');
    await spoil(broken);
    mesh.script.isMended = true;
    const gone = '01a20b88-4e4e-7429-a33c-e54d884a2053.worker.1';
    const { status, body } = await client.call('POST', '/v1/dead-letters/redrive', { ids: [first, broken, gone, last, first] });
    expect([status, body]).toEqual([200, {
      redriven: [{ id: first, requestId: expect.any(String) }, { id: last, requestId: expect.any(String) }],
      failed: [{ id: broken, code: 'JOB_VERSION_UNKNOWN' }, { id: gone, code: 'REQUEST_UNKNOWN' }],
    }]);
    for (const { requestId } of body['redriven'] as { requestId: string }[]) expect((await client.ended(requestId)).reply).toBe('mended');
    expect((await list()).map(({ id }) => id)).toEqual([broken]);
    expect(await client.call('GET', `/v1/dead-letters/${broken}`)).toMatchObject({ status: 500, body: { code: 'JOB_VERSION_UNKNOWN' } });
  });

  it('are tried again by what they have in common, in the order in which they failed', async () => {
    const [first, , third, fourth] = await fail('break TOOL_REJECTED', 'break MODEL_MISSING', 'break TOOL_REJECTED', 'break TOOL_REJECTED');
    mesh.script.isMended = true;
    const redrive = async (filter: object): Promise<unknown[]> => ((await client.call('POST', '/v1/dead-letters/redrive', filter)).body['redriven'] as Letter[]).map(({ id }) => id);
    expect(await redrive({ queue: 'worker' })).toEqual([]);
    expect(await redrive({ code: 'TOOL_REJECTED', limit: 2 })).toEqual([third, fourth]);
    expect(await redrive({ code: 'TOOL_REJECTED', queue: 'dispatch' })).toEqual([first]);
    expect(await redrive({})).toHaveLength(1);
  });

  it('are unknown to another tenant', async () => {
    const [id = ''] = await fail('break');
    const other = new HttpClient(mesh.url, KEYS.other);
    expect(await list('', other)).toEqual([]);
    for (const [method, path] of [['GET', ''], ['GET', '?reveal=true'], ['POST', '/redrive']] as const) {
      expect(await other.call(method, `/v1/dead-letters/${id}${path}`)).toMatchObject({ status: 404, body: { code: 'REQUEST_UNKNOWN' } });
    }
    expect((await other.call('POST', '/v1/dead-letters/redrive', { ids: [id] })).body).toEqual({ redriven: [], failed: [{ id, code: 'REQUEST_UNKNOWN' }] });
    expect((await other.call('POST', '/v1/dead-letters/redrive', {})).body).toEqual({ redriven: [], failed: [] });
    expect(await list()).toHaveLength(1);
    expect(await recorded('dead_letter_opened')).toEqual([]);
  });

  it('of a conversation that a person has end at once when they are tried again, and do not hold it up', async () => {
    const { requestId } = await client.ask('break', 'taken-over');
    await waitFor(async () => (await list()).length > 0);
    await client.call('PUT', '/v1/conversations/taken-over/human');
    const { body } = await client.call('POST', `/v1/dead-letters/${requestId}.dispatch.0/redrive`);
    await client.call('DELETE', '/v1/conversations/taken-over/human');
    expect(await client.ended(String(body['requestId']))).toMatchObject({ outcome: 'handed_over', reply: '' });
    expect(await client.ask('echo after', 'taken-over')).toMatchObject({ outcome: 'answered', reply: 'after' });
  });

  it('are not tried again in a conversation that is full, and say so', async () => {
    const { requestId } = await client.ask('break', 'full');
    await waitFor(async () => (await list()).length > 0);
    const work = mesh.script.expectAbort();
    const open = [await client.send('hang', 'full')];
    await work.started;
    for (let count = 1; count < 100; count += 1) open.push(await client.send('echo x', 'full'));
    const { status, body } = await client.call('POST', `/v1/dead-letters/${requestId}.dispatch.0/redrive`);
    await Promise.all(open.map((id) => client.call('DELETE', `/v1/requests/${id}`)));
    expect([status, body['code']]).toEqual([429, 'TENANT_BACKLOG_FULL']);
    expect(await list()).toHaveLength(1);
  });

  it('that were first asked for while Redis was away can be read once it is back', async () => {
    const other = await startTestMesh({ tiers: false });
    try {
      const read = async (): Promise<number> => (await new HttpClient(other.url).call('GET', '/v1/dead-letters')).status;
      await other.redis.crash();
      expect(await read()).toBe(503);
      await other.redis.restart();
      await waitFor(async () => (await fetch(`${other.url}/health/ready`)).status === 200);
      expect(await read()).toBe(200);
    } finally {
      await other.stop();
    }
  });
});
