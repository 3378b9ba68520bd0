import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { Sealer } from './sealer.js';

const key = (id: string): { id: string; key: Buffer } => ({ id, key: randomBytes(32) });
const old = key('2025');
const current = key('2026');

it('opens what it sealed, in Chinese and English', () => {
  const sealer = new Sealer([current]);
  const value = { text: '订单 HG20260001 到哪了？ Where is it?' };
  expect(sealer.open(sealer.seal(value, 'r1'), 'r1')).toEqual(value);
});

it('seals with the first key, names it, and opens with every key it has', () => {
  const sealed = new Sealer([old]).seal('before the rotation', 'r1');
  const rotated = new Sealer([current, old]);
  expect(rotated.open(sealed, 'r1')).toBe('before the rotation');
  expect(rotated.seal('after it', 'r1').key).toBe('2026');
});

it('never makes the same box twice', () => {
  const sealer = new Sealer([current]);
  expect(sealer.seal('hello', 'r1').box).not.toBe(sealer.seal('hello', 'r1').box);
});

it.each([
  ['for another request', (sealer: Sealer) => sealer.open(sealer.seal('x', 'r1'), 'r2')],
  ['after a change', (sealer: Sealer) => sealer.open({ ...sealer.seal('x', 'r1'), box: sealer.seal('y', 'r1').box }, 'r1')],
  ['that was cut short', (sealer: Sealer) => sealer.open({ ...sealer.seal('x', 'r1'), box: 'AAAA' }, 'r1')],
  ['of a key that is not known', () => new Sealer([current]).open(new Sealer([old]).seal('x', 'r1'), 'r1')],
])('refuses a box %s', (_title, open) => {
  expect(() => open(new Sealer([current]))).toThrow(expect.objectContaining({ code: 'SEAL_BROKEN' }) as Error);
});

it('makes fingerprints that a key rotation does not lose', () => {
  const before = new Sealer([old]).fingerprints('the body');
  const after = new Sealer([current, old]).fingerprints('the body');
  expect(after).toContain(before[0]);
  expect(after[0]).not.toBe(before[0]);
  expect(new Sealer([old]).fingerprints('another body')).not.toEqual(before);
});

it('does not start without a key', () => {
  expect(() => new Sealer([])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
});
