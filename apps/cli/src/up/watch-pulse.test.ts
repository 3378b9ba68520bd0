import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { watchPulse } from './watch-pulse.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A process that answers with these statuses in turn, the last one for ever; 0 is no answer at all. */
async function answering(...statuses: number[]): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    const status = statuses[Math.min(asked++, statuses.length - 1)] ?? 200;
    if (status > 0) response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { url: `http://127.0.0.1:${address.port}`, asked: () => asked };
}

const silenceOf = (url: string, answerWithinMs = 5_000): Promise<void> => new Promise((resolve) => void ends.push(watchPulse({ url, everyMs: 20, answerWithinMs, onSilent: resolve })));

it.each([['says that it does not live', [503], undefined], ['does not answer', [0], 500]])('tells of a process that %s three times in a row', async (_what, statuses, answerWithinMs) => {
  const one = await answering(200, 200, ...statuses);
  await silenceOf(one.url, answerWithinMs);
  expect(one.asked()).toBe(5);
});

it('forgives a process that was silent for a moment', async () => {
  const one = await answering(503, 503, 200, 503, 503, 200, 503);
  await silenceOf(one.url);
  expect(one.asked()).toBe(9);
});

it('tells nothing once the watch has ended', async () => {
  const one = await answering(503);
  const other = await answering(503);
  let told = 0;
  watchPulse({ url: one.url, everyMs: 20, onSilent: () => told++ })();
  await silenceOf(other.url);
  expect(told).toBe(0);
});
