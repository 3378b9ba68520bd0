import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReplyFrame } from '@switchyard/contracts';
import { Outbox } from './outbox.js';

const frame = (seq: number): ReplyFrame => ({ kind: 'delta', requestId: 'r', epoch: 1, seq, sealed: { keyId: 'k', nonce: 'n', text: 't' } as never });

/** An outbox whose clock the test moves, and when it sent how many frames, in milliseconds from its start. */
function open() {
  const sent: { at: number; frames: number }[] = [];
  const outbox = new Outbox();
  const startedAt = performance.now();
  outbox.sendBy(async (streams) => {
    const frames = streams.flatMap((stream) => outbox.takeFrames(stream)).reduce((sum, { values }) => sum + JSON.stringify(values).split('requestId').length - 1, 0);
    outbox.takeEvents();
    sent.push({ at: performance.now() - startedAt, frames });
  });
  return { outbox, sent };
}

describe('what a process writes besides jobs and replies', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes at once where it is the first piece after a pause, and those that follow together', async () => {
    const { outbox, sent } = open();
    for (let at = 0; at < 100; at += 5) {
      outbox.frame('stream', frame(at));
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(sent.map(({ at }) => at)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(sent.reduce((sum, { frames }) => sum + frames, 0)).toBe(20);
    await vi.advanceTimersByTimeAsync(100);
    outbox.frame('stream', frame(200));
    expect(sent.at(-1)).toEqual({ at: 200, frames: 1 });
    expect(sent).toHaveLength(7);
  });

  it('waits for a piece that went along with something else, too', async () => {
    const { outbox, sent } = open();
    outbox.frame('stream', frame(1));
    await vi.advanceTimersByTimeAsync(15);
    outbox.frame('stream', frame(2));
    outbox.takeFrames();
    outbox.frame('stream', frame(3));
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20);
    expect(sent.at(-1)).toMatchObject({ frames: 1 });
    expect(sent.length).toBeLessThanOrEqual(3);
  });

  it('waits where it is no piece of an answer: what follows takes it along', async () => {
    const { outbox, sent } = open();
    outbox.frame('stream', { kind: 'error', requestId: 'r', epoch: 1, seq: 1, code: 'INTERNAL', detail: '' });
    await vi.advanceTimersByTimeAsync(19);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([{ at: 20, frames: 1 }]);
  });

  it('takes the record along, which waits by itself', async () => {
    const { outbox, sent } = open();
    const event = { id: 'e', requestId: 'r', tenant: 't', conversationId: 'c', tier: 'worker', instance: 'i', step: 's', attempt: 1, siteVersion: 'v', facts: {}, at: 1 } as const;
    outbox.event(event);
    await vi.advanceTimersByTimeAsync(5);
    expect(sent).toEqual([]);
    outbox.frame('stream', frame(1));
    expect(sent).toEqual([{ at: 5, frames: 1 }]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toHaveLength(1);
    outbox.event(event);
    await vi.advanceTimersByTimeAsync(20);
    expect(sent.at(-1)).toEqual({ at: 125, frames: 0 });
  });
});
