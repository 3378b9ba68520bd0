import type { ReplyLanguage } from '@switchyard/contracts';
import type { PairSource } from './contrast.js';

/** Two questions, and whether an answer to the first may be given to the second. */
export interface AskPair {
  readonly kept: string;
  readonly asked: string;
  readonly same: boolean;
  /** In what they differ: `amount`, `opposed` …; `paraphrase` or `dressed` where they ask the same. */
  readonly kind: string;
  readonly language: ReplyLanguage;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Share of questions that get words of politeness around them, or other signs, so that no pair is told apart by its dress. */
const DRESSED = 0.5;

/**
 * Pairs that ask for different things in nearly the same words, and pairs that ask for the same in different words. The
 * same seed makes the same pairs.
 */
export function generatePairs(source: PairSource, language: ReplyLanguage, seed: number): AskPair[] {
  const next = seededNumbers(seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new RangeError('an empty list');
    return item;
  };
  const dress = (text: string): string => {
    const bare = next() < 0.3 ? text.replace(/[?？]$/u, '') : text;
    const cased = language === 'en' && next() < 0.3 ? bare.toLowerCase() : bare;
    return `${pick(source.before)}${cased}${pick(source.behind)}`;
  };
  const maybeDressed = (text: string): string => (next() < DRESSED ? dress(text) : text);
  const filled = (frame: string, x: string): string => frame.replaceAll('{x}', x);
  const pairs: AskPair[] = [];
  const add = (kept: string, asked: string, same: boolean, kind: string): void => void pairs.push({ kept, asked, same, kind, language });

  for (const { kind, frames, options } of source.contrasts) {
    for (const frame of frames) {
      for (const [left, right] of options) {
        const product = pick(source.products);
        const [one, other] = [left, right].map((side) => filled(frame, side).replaceAll('{p}', product));
        if (one === undefined || other === undefined || one === other) continue;
        const [kept, asked] = next() < 0.5 ? [one, other] : [other, one];
        add(kept, maybeDressed(asked), false, kind);
        if (frame.includes('{p}')) {
          const another = pick(source.products.filter((name) => name !== product));
          const side = pick([left, right]);
          add(filled(frame, side).replaceAll('{p}', product), maybeDressed(filled(frame, side).replaceAll('{p}', another)), false, 'product');
        }
        add(kept, dress(kept), true, 'dressed');
      }
      const otherFrame = frames.length > 1 ? pick(frames.filter((name) => name !== frame)) : undefined;
      if (otherFrame === undefined) continue;
      const side = pick(pick(options));
      const product = pick(source.products);
      add(filled(frame, side).replaceAll('{p}', product), maybeDressed(filled(otherFrame, side).replaceAll('{p}', product)), false, 'another question');
    }
  }
  for (const group of source.same) {
    for (const kept of group) for (const asked of group) if (kept !== asked) add(kept, maybeDressed(asked), true, 'paraphrase');
  }
  // Two groups never ask the same.
  for (const group of source.same) {
    const other = pick(source.same.filter((one) => one !== group));
    for (const kept of group) add(kept, maybeDressed(pick(other)), false, 'another question');
  }
  return pairs;
}
