import { eachOfKey, readPlain, sentenceKey } from './plain-text.js';
import type { IntentExample } from './prepare-examples.js';

/** The examples that stand under one label only, as hashes: the model recognises them word for word and need not hold them. */
export interface KnownQuestions {
  /** Two hashes for each, 64 bits together, in ascending order. */
  readonly hashes: Uint32Array;
  /** The place of its label. */
  readonly labels: Uint32Array;
}

/** Of the key of a text: see `sentenceKey`. */
function hashKey(text: string): [number, number] {
  let first = 0x811c9dc5;
  let second = 0x9747b28c;
  eachOfKey(readPlain(text), (code) => {
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul((second << 13) | (second >>> 19), 5) ^ Math.imul(code ^ 0x5bd1e995, 0x27d4eb2f);
  });
  return [(first ^ (first >>> 15)) >>> 0, (second ^ (second >>> 16)) >>> 0];
}

/** @param labels of the model; an example of another label (out of scope) is not known */
export function knownQuestions(examples: readonly IntentExample[], labels: readonly string[]): KnownQuestions {
  const placeOf = new Map(labels.map((label, place) => [label, place]));
  const known = new Map<string, { readonly place: number; readonly hash: readonly [number, number] }>();
  for (const { text, label } of examples) {
    const key = sentenceKey(text);
    if (key === '') continue;
    const place = placeOf.get(label) ?? -1;
    const there = known.get(key);
    known.set(key, there === undefined || there.place === place ? { place, hash: hashKey(text) } : { ...there, place: -1 });
  }
  const rows = [...known.values()].filter(({ place }) => place >= 0).toSorted((a, b) => a.hash[0] - b.hash[0] || a.hash[1] - b.hash[1]);
  return { hashes: Uint32Array.from(rows.flatMap(({ hash }) => hash)), labels: Uint32Array.from(rows, ({ place }) => place) };
}

/** The place of the label that a text is an example of. */
export function findQuestion(text: string, { hashes, labels }: KnownQuestions): number | undefined {
  if (readPlain(text).length === 0) return undefined;
  const [first, second] = hashKey(text);
  let low = 0;
  let high = labels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const difference = (hashes[middle * 2] ?? 0) - first || (hashes[middle * 2 + 1] ?? 0) - second;
    if (difference === 0) return labels[middle];
    if (difference < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}
