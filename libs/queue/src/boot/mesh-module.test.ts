import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, waitFor } from '@switchyard/testing';
import { scriptedModule } from '../__fixtures__/scripted-tiers.js';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { newRequestId } from '../redis-keys.js';
import type { MeshClient } from '../request/mesh-client.js';
import { MESH_CLIENT } from './tokens.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterAll(() => test.stop());

const ourConnections = async (): Promise<number> => String(await test.redis.client('LIST')).split('\n').filter((line) => line.includes('name=switchyard:')).length;

it('works in an app without a queue of its own, and closes every connection with it', async () => {
  const app = await NestFactory.createApplicationContext(scriptedModule(test.config('gateway'), {}), { logger: false, abortOnError: false });
  const client = app.get<MeshClient>(MESH_CLIENT);
  const { created } = await client.submit({ requestId: newRequestId('demo', 'c1'), tenant: 'demo', conversationId: 'c1', lane: 'normal', deadlineMs: 1_000, body: { source: 'chat' }, private: { text: 'hello', turns: [] } });
  expect(created).toBe(true);
  expect(await ourConnections()).toBe(2);
  await app.close();
  await waitFor(async () => (await ourConnections()) === 0);
});

it('closes every connection of a tier, too', async () => {
  const tier = await test.tier({});
  // Commands, jobs, cancellations, and one blocking connection a queue.
  expect(await ourConnections()).toBe(6);
  await tier.close();
  await waitFor(async () => (await ourConnections()) === 0);
});

it('does not start without Redis', async () => {
  const config = { ...test.config('gateway'), REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
  const started = NestFactory.createApplicationContext(scriptedModule(config, {}), { logger: false, abortOnError: false });
  await expect(started).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', field: 'REDIS_URL' });
});
