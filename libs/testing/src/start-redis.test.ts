import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startRedis } from './start-redis.js';

async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${command}\r\n`);
  const [reply] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return reply.toString();
}

it('starts a redis-server that answers, and ends it', async () => {
  const redis = await startRedis();
  expect(await ask(redis.port, 'PING')).toBe('+PONG\r\n');
  await redis.stop();
  await expect(ask(redis.port, 'PING')).rejects.toThrow('ECONNREFUSED');
});

it('keeps its data over a crash when it was started durable', async () => {
  const redis = await startRedis({ durable: true });
  try {
    await ask(redis.port, 'SET kept yes');
    await redis.crash();
    await redis.restart();
    expect(await ask(redis.port, 'GET kept')).toContain('yes');
  } finally {
    await redis.stop();
  }
});
