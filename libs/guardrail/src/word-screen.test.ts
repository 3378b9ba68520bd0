import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { WordList } from '@switchyard/site';
import { createWordScreen, type Slicing } from './word-screen.js';

const slicing: Slicing = { now: () => performance.now(), breathe: () => setImmediate() };
const list = (words: readonly string[]): WordList => ({ file: 'words/a.txt', category: 'abuse', action: 'refuse', words, allow: [] });
/** Words of three characters, all distinct, the first of which tells the set. */
const many = (first: number, count: number): string[] => Array.from({ length: count }, (_, index) => String.fromCharCode(first, 0x5000 + (index % 4_000), 0x6100 + Math.floor(index / 4_000)));

describe('createWordScreen', () => {
  it('swaps 100,000 words while texts are read: each text sees one list whole, and the event loop is not held up', async () => {
    const [old, next] = [many(0x4e10, 2_000), many(0x4e20, 100_000)];
    const screen = createWordScreen([list(old)], slicing);
    const probe = `${old[0]}，${old[1_999]}，${next[0]}，${next[99_999]}`;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const done = new AbortController();
    const swap = screen.replace([list(next)]).finally(() => done.abort());
    const seen = new Set<string>();
    let turns = 0;
    while (!done.signal.aborted) {
      seen.add(screen.current().find(probe).map((match) => match.start).join());
      turns++;
      await setImmediate();
    }
    delay.disable();
    expect(await swap).toBe(true);
    seen.add(screen.current().find(probe).map((match) => match.start).join());
    expect([...seen]).toEqual(['0,4', '8,12']);
    expect(turns).toBeGreaterThan(20);
    // The median: on a busy machine others take the processor for longer than any slice does.
    expect(delay.percentile(50) / 1e6).toBeLessThan(20);
  }, 60_000);

  it('keeps the newest of lists that are replaced at once', async () => {
    const screen = createWordScreen([list(['旧的词'])], slicing);
    const put = await Promise.all([screen.replace([list(many(0x4e20, 20_000))]), screen.replace([list(['新的词'])])]);
    expect(put).toEqual([false, true]);
    expect(screen.current().find('新的词')).toHaveLength(1);
    expect(screen.current().find('旧的词')).toEqual([]);
  }, 60_000);

  it('takes the files of a site whole, or not at all', async () => {
    const screen = createWordScreen([list(['旧的词'])], slicing);
    const file = (text: string): Uint8Array => new TextEncoder().encode(text);
    const good = file('# category: abuse\n# action: refuse\n新的词\n');
    await expect(screen.take(new Map([['words/a.txt', good], ['words/b.txt', file('# category: b\n# action: refuse\n!\n')]]))).rejects.toThrow('words/b.txt:3');
    expect(screen.current().find('旧的词')).toHaveLength(1);
    expect(await screen.take(new Map([['words/a.txt', good]]))).toBe(true);
    expect(screen.current().find('新的词，旧的词').map((match) => match.start)).toEqual([0]);
    expect(await screen.take(new Map([['words/a.txt', good]]))).toBe(false);
  });

  it('keeps what is in force when the next lists cannot be prepared', async () => {
    const screen = createWordScreen([list(['旧的词'])], slicing);
    await expect(screen.replace([{ ...list([]), words: undefined as unknown as string[] }])).rejects.toThrow('undefined');
    expect(screen.current().find('旧的词')).toHaveLength(1);
  });
});
