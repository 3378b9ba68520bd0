import { request } from 'node:http';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { startTestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS } from '../__fixtures__/test-site.js';

const headers = { authorization: `Bearer ${KEYS.all}`, 'content-type': 'application/json' };
const chat = (content: string, stream: boolean): string => JSON.stringify({ model: 'switchyard', stream, messages: [{ role: 'user', content }] });

describe('a gateway that stops', () => {
  it('finishes the streams that are open, and takes nothing new meanwhile', async () => {
    const mesh = await startTestMesh();
    try {
      const answer = await fetch(`${mesh.url}/v1/chat/completions`, { method: 'POST', headers, body: chat('stream', true) });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      while (!text.includes('one ')) text += (await reader?.read())?.value ?? '';

      const closed = mesh.gateways[0]?.close();
      const late = await fetch(`${mesh.url}/v1/requests`, { method: 'POST', headers, body: '{"text": "echo late"}' });
      expect([late.status, late.headers.get('connection'), await late.json()]).toEqual([503, 'close', expect.objectContaining({ code: 'OVERLOADED' })]);
      expect(late.headers.get('retry-after')).toBe('1');
      const health = await fetch(`${mesh.url}/health/ready`);
      expect([health.status, await health.json()]).toEqual([503, expect.objectContaining({ status: 'down', checks: { redis: 'up', running: 'down' } })]);

      mesh.script.go.resolve();
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
      expect(text).toContain('three');
      expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
      await closed;
      await expect(fetch(`${mesh.url}/health/live`)).rejects.toThrow('fetch failed');
    } finally {
      await mesh.stop();
    }
  });

  it('cuts what is still open when the time is over', async () => {
    const mesh = await startTestMesh({ env: { DRAIN_MS: '50' } });
    try {
      const hanging = mesh.script.expectAbort();
      const call = fetch(`${mesh.url}/v1/chat/completions`, { method: 'POST', headers, body: chat('hang', false) });
      const ended = call.then(() => 'answered', () => 'cut');
      await hanging.started;
      await mesh.gateways[0]?.close();
      expect(await ended).toBe('cut');
    } finally {
      await mesh.stop();
    }
  });
});

describe('a gateway without Redis', () => {
  it('says so at once, is not ready, and takes requests again when Redis is back', async () => {
    const mesh = await startTestMesh({ tiers: false });
    try {
      const post = (): Promise<Response> => fetch(`${mesh.url}/v1/requests`, { method: 'POST', headers, body: '{"text": "echo x"}' });
      await mesh.redis.crash();
      const started = performance.now();
      const answer = await post();
      expect([answer.status, await answer.json()]).toEqual([503, expect.objectContaining({ code: 'QUEUE_UNAVAILABLE' })]);
      expect(answer.headers.has('retry-after')).toBe(true);
      expect(performance.now() - started).toBeLessThan(2_000);
      expect((await fetch(`${mesh.url}/health/ready`)).status).toBe(503);
      expect((await fetch(`${mesh.url}/health/live`)).status).toBe(200);
      await mesh.redis.restart();
      await expect.poll(async () => (await post()).status, { timeout: 10_000, interval: 50 }).toBe(202);
    } finally {
      await mesh.stop();
    }
  });
});

describe('what a gateway leaves behind', () => {
  it('holds no words of the customer in Redis, and no open request when a client vanishes', async () => {
    const mesh = await startTestMesh();
    const redis = new Redis(mesh.redis.url);
    try {
      const secret = 'tulips-of-utrecht';
      const sent = await fetch(`${mesh.url}/v1/requests`, { method: 'POST', headers: { ...headers, 'idempotency-key': 'k' }, body: JSON.stringify({ text: `echo ${secret}`, metadata: { note: secret } }) });
      const { requestId } = (await sent.json()) as { requestId: string };
      await (await fetch(`${mesh.url}/v1/requests/${requestId}/events`, { headers })).text();
      let dump = '';
      for (const key of await redis.keys('*')) dump += key + JSON.stringify(await everything(redis, key));
      expect(dump).toContain(requestId);
      expect(dump).not.toContain(secret);

      // A client that goes without a word, in the middle of a stream.
      const hanging = mesh.script.expectAbort();
      const client = request(`${mesh.url}/v1/chat/completions`, { method: 'POST', headers });
      client.on('error', () => undefined);
      client.end(chat('hang', true));
      await hanging.started;
      client.destroy();
      await hanging.done;
      await expect.poll(async () => (await fetch(`${mesh.url}/metrics`)).text()).toMatch(/switchyard_gateway_open_streams\{[^}]*chat[^}]*\} 0\n/);
      expect(await (await fetch(`${mesh.url}/metrics`)).text()).toContain('route="/v1/chat/completions",method="POST",status="499"');
    } finally {
      redis.disconnect();
      await mesh.stop();
    }
  });
});

async function everything(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  if (type === 'hash') return redis.hgetall(key);
  if (type === 'stream') return redis.xrange(key, '-', '+');
  if (type === 'zset') return redis.zrange(key, '0', '-1');
  if (type === 'list') return redis.lrange(key, 0, -1);
  if (type === 'set') return redis.smembers(key);
  return redis.get(key);
}
