import { describe, expect, it } from 'vitest';
import { createParser } from 'eventsource-parser';
import { EventQueue } from './event-queue.js';
import { HEARTBEAT, withHeartbeats, writeEvent } from './server-sent-events.js';

describe('server-sent events', () => {
  it('are read back as they were written, line breaks and both scripts included', () => {
    const events: unknown[] = [];
    const parser = createParser({ onEvent: (event) => events.push(event) });
    parser.feed(writeEvent({ event: 'delta', id: '17-0.1', data: '您好\nHello\r\n: not a comment' }) + HEARTBEAT + writeEvent({ data: '' }));
    expect(events).toEqual([
      { event: 'delta', id: '17-0.1', data: '您好\nHello\n: not a comment' },
      { event: undefined, id: undefined, data: '' },
    ]);
  });

  it('carry heartbeats while the source is silent, and end it when the reader leaves', async () => {
    const queue = new EventQueue<string>();
    const pieces = withHeartbeats(queue, 1);
    expect(await pieces.next()).toEqual({ done: false, value: HEARTBEAT });
    queue.push('one');
    // A timer that fired before the push may still be in the way.
    let piece = await pieces.next();
    while (piece.value === HEARTBEAT) piece = await pieces.next();
    expect(piece.value).toBe('one');
    queue.end();
    expect((await pieces.next()).value).toBeOneOf([undefined, HEARTBEAT]);
  });
});

describe('EventQueue', () => {
  it('hands on everything that was pushed before its end, then its failure', async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.push(2);
    queue.fail(new Error('broken'));
    queue.push(3);
    const read: number[] = [];
    await expect((async () => { for await (const value of queue) read.push(value); })()).rejects.toThrow('broken');
    expect(read).toEqual([1, 2]);
  });

  it('frees a reader that waits when it ends', async () => {
    const queue = new EventQueue<number>();
    const reading = queue[Symbol.asyncIterator]().next();
    queue.end();
    expect(await reading).toEqual({ done: true, value: undefined });
  });
});
