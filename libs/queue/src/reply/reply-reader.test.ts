import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deferred, waitFor } from '@switchyard/testing';
import { testSite } from '../__fixtures__/site.js';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';
import { newRequestId } from '../redis-keys.js';
import { FRAMES_FIELD, REPLY_STREAM_BYTES, REPLY_STREAM_LENGTH } from './frame-stream.js';
import type { OpenedFrame } from './opened-frame.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

const described = (frames: readonly OpenedFrame[]): string[] => frames.map((frame) => (frame.kind === 'delta' ? frame.text : frame.kind));

describe('a client that comes back', () => {
  it('is given what it missed, after the last event that it has', async () => {
    const gateway = await test.gateway();
    await test.tier({
      dispatch: async (_job, context) => {
        for (const piece of ['one', 'two', 'three']) context.delta(piece);
        await context.reply(answer('one two three'));
      },
    });
    const asked = await gateway.ask('count');
    await asked.reply;
    const { requestId, replyTo, acceptedAt } = asked.submitted;
    const replay = (after?: string): Promise<OpenedFrame[]> => gateway.mesh.replies.replay(replyTo, requestId, acceptedAt, after);
    expect(described(await replay())).toEqual(['one', 'two', 'three', 'reply']);
    expect(described(await replay(asked.frames[1]?.id))).toEqual(['three', 'reply']);
    expect(described(await replay(asked.frames[3]?.id))).toEqual([]);
    expect(described(await replay('not an event id'))).toEqual(['one', 'two', 'three', 'reply']);
  });

  it.each(['the gateway that holds the request', 'another gateway'])('can follow on at %s without loss or repetition', async (where) => {
    const holder = await test.gateway();
    const follower = where === 'another gateway' ? await test.gateway() : holder;
    const isRead = deferred();
    const isFollowed = deferred();
    await test.tier({
      dispatch: async (_job, context) => {
        context.delta('one');
        context.delta('two');
        await isFollowed.promise;
        context.delta('three');
        await context.reply(answer('one two three'));
      },
    });
    const conversationId = 'followed';
    const requestId = newRequestId('demo', conversationId);
    holder.mesh.replies.subscribe(requestId, (frame) => frame.kind === 'delta' && frame.text === 'two' && isRead.resolve());
    const { replyTo, acceptedAt } = await holder.submit('count', { requestId, conversationId });
    await isRead.promise;
    const frames: OpenedFrame[] = [];
    const end = await follower.mesh.replies.follow(replyTo, requestId, acceptedAt, '1-1', (frame) => frames.push(frame));
    isFollowed.resolve();
    await waitFor(() => frames.some((frame) => frame.kind === 'reply'));
    end();
    expect(described(frames)).toEqual(['two', 'three', 'reply']);
  });
});

describe('many clients that come back at once', () => {
  it('cost one reading of the stream, and each has its own', async () => {
    const holder = await test.gateway();
    const other = await test.gateway();
    await test.tier({ dispatch: async (job, context) => void (await context.reply(answer(`answered: ${job.private.text}`))) });
    const asked = await Promise.all(Array.from({ length: 50 }, (_, number) => holder.ask(`m${number}`)));
    await Promise.all(asked.map(({ reply }) => reply));
    await test.redis.config('RESETSTAT');
    const ends = await Promise.all(asked.map(async ({ submitted: { requestId, replyTo, acceptedAt } }) => {
      const end = deferred<string>();
      const leave = await other.mesh.replies.follow(replyTo, requestId, acceptedAt, undefined, (frame) => end.resolve(frame.kind === 'reply' ? frame.reply.text : frame.kind));
      const text = await end.promise;
      leave();
      return text;
    }));
    const [, calls = '0'] = /cmdstat_xrange:calls=(\d+)/.exec(await test.redis.info('commandstats')) ?? [];
    expect(ends).toEqual(asked.map((_, number) => `answered: m${number}`));
    expect(Number(calls)).toBeLessThan(10);
  });
});

describe('the reply stream', () => {
  it('shows the pieces of the newest run only, and its end whoever wrote it', async () => {
    const gateway = await test.gateway();
    const { mesh } = gateway;
    const asked = await gateway.ask('hello');
    const { requestId } = asked.submitted;
    const around = await mesh.surroundings('worker');
    const delta = (epoch: number, seq: number, text: string): void => around.outbox.frame(mesh.replies.stream, { kind: 'delta', requestId, epoch, seq, sealed: mesh.sealer.seal(text, requestId) });
    delta(1, 1, 'old one');
    delta(2, 1, 'new one');
    delta(1, 2, 'old two');
    delta(2, 2, 'new two');
    await around.outbox.flush();
    await mesh.requests.cancel('demo', requestId);
    await asked.reply;
    expect(described(asked.frames)).toEqual(['old one', 'new one', 'new two', 'reply']);
    expect(described(await mesh.replies.replay(mesh.replies.stream, requestId, asked.submitted.acceptedAt))).toEqual(['new one', 'new two', 'reply']);
  });

  it('is not revived by a tier that writes to a gateway that is gone', async () => {
    const gateway = await test.gateway();
    const around = await gateway.mesh.surroundings('worker');
    around.outbox.frame('switchyard:replies:gone', { kind: 'error', requestId: 'r1', epoch: 1, seq: 1, code: 'INTERNAL', detail: '' });
    await around.outbox.flush();
    expect(await test.redis.exists('switchyard:replies:gone')).toBe(0);

    const { requestId, replyTo } = await gateway.submit('hello');
    await test.redis.del(replyTo);
    await gateway.mesh.requests.cancel('demo', requestId);
    expect((await gateway.mesh.requests.get('demo', requestId))?.outcome).toBe('cancelled');
    expect(await test.redis.exists(replyTo)).toBe(0);
  });

  it('is bounded in bytes, and holds the newest', async () => {
    const gateway = await test.gateway();
    const { replies } = gateway.mesh;
    await replies.start();
    const entry = `[${' '.repeat(1 << 20)}]`;
    for (let count = 0; count < 100; count++) await test.redis.xadd(replies.stream, 'MAXLEN', '~', REPLY_STREAM_LENGTH, '*', FRAMES_FIELD, entry);
    await waitFor(async () => (await test.redis.xlen(replies.stream)) <= (REPLY_STREAM_BYTES >> 20) + 1);
    expect(await test.redis.xlen(replies.stream)).toBeGreaterThan((REPLY_STREAM_BYTES >> 20) - 3);
    await test.tier({ dispatch: async (_job, context) => void (await context.reply(answer('still here'))) });
    expect((await (await gateway.ask('hello')).reply).text).toBe('still here');
  });

  it('holds nothing for longer than requests are kept', async () => {
    const gateway = await test.gateway({ ...testSite, settings: { ...testSite.settings, retention: { requestHours: 0, conversationHours: 1 } } });
    const { mesh } = gateway;
    await mesh.replies.start();
    await test.redis.xadd(mesh.replies.stream, '*', FRAMES_FIELD, `[${' '.repeat(5_000)}]`);
    const oldest = async (): Promise<string | undefined> => (await test.redis.xrange(mesh.replies.stream, '-', '+', 'COUNT', 1))[0]?.[0];
    const before = await oldest();
    expect(before).toBeDefined();
    // It is looked after when a connection is back, and every 20 s.
    await test.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await waitFor(async () => (await oldest()) !== before);
  });

  it('carries the pieces of all requests of a tick in one entry', async () => {
    const gateway = await test.gateway();
    const { mesh } = gateway;
    await mesh.replies.start();
    const around = await mesh.surroundings('worker');
    const before = await test.redis.xlen(mesh.replies.stream);
    for (const requestId of ['r1', 'r2', 'r3']) {
      for (let seq = 1; seq <= 50; seq++) around.outbox.frame(mesh.replies.stream, { kind: 'delta', requestId, epoch: 1, seq, sealed: mesh.sealer.seal('x', requestId) });
    }
    await around.outbox.flush();
    expect((await test.redis.xlen(mesh.replies.stream)) - before).toBe(1);
  });
});
