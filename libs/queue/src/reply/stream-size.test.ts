import { describe, expect, it } from 'vitest';
import { StreamSize } from './stream-size.js';

const MIB = 1 << 20;

describe('the size of a stream', () => {
  it('lets everything stay up to its limit', () => {
    const size = new StreamSize(4 * MIB);
    expect(Array.from({ length: 40 }, (_, at) => size.add(`${at}-0`, MIB / 10)).filter(Boolean)).toEqual([]);
  });

  it('names an entry up to which the oldest may go, so that the limit is left to within a slice', () => {
    const size = new StreamSize(4 * MIB);
    const named = Array.from({ length: 10_000 }, (_, at) => size.add(`${at}-0`, MIB / 100)).filter((id) => id !== undefined);
    const [last] = named.slice(-1);
    const left = 10_000 - Number(last?.split('-')[0]);
    expect(left).toBeGreaterThan(300);
    expect(left).toBeLessThan(500);
  });

  it('keeps the newest however large it is', () => {
    const size = new StreamSize(MIB);
    expect(size.add('1-0', 10 * MIB)).toBeUndefined();
    expect(size.add('2-0', 10 * MIB)).toBe('1-0');
  });
});
