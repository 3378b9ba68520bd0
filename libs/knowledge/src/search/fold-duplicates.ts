import { normaliseText } from '../terms/normalise-text.js';
import type { AskedHit } from '../variants/find-by-variants.js';

/** A hit, and where else the same stands. */
export interface SearchHit extends AskedHit {
  /** Documents of hits that say the same, in the order of their scores. */
  readonly alsoIn?: readonly string[];
}

/** Least share of shingles that two texts have in common to count as the same (Broder 1997); texts under different titles must be long as well. */
const SAME = 0.8;
const SAME_ELSEWHERE = 0.9;
const LONG = 60;
const SHINGLE = 4;
/** Pieces of one text that are looked for in the other before anything costly; most must be there. */
const PROBES = 8;
const PROBE = 6;
const MISSES = 3;
const NEGATION = /不|没|無|无|未|非|\b(?:no|not|never|without|cannot|none)\b|n't\b/giu;

/** Cheap: whether two texts are worth comparing. */
function looksSame(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (short.length < long.length * 0.7) return false;
  if (short === long) return true;
  if (short.length < PROBE) return false;
  let misses = 0;
  for (let probe = 0; probe < PROBES; probe++) {
    const at = Math.floor(((short.length - PROBE) * probe) / (PROBES - 1));
    if (!long.includes(short.slice(at, at + PROBE)) && ++misses > MISSES) return false;
  }
  return true;
}

function shinglesOf(plain: string): Set<string> {
  const letters = Array.from(plain.replace(/[^\p{L}\p{N}]+/gu, ''));
  return new Set(letters.map((_, at) => letters.slice(at, at + SHINGLE).join('')).slice(0, Math.max(1, letters.length - SHINGLE + 1)));
}

const numbersOf = (plain: string): string => (plain.match(/\d+(?:[.,]\d+)*/gu) ?? []).join(' ');
const negationsOf = (plain: string): number => plain.match(NEGATION)?.length ?? 0;

/** Whether two texts say the same: nearly the same letters, the same numbers, and as often "not". */
export function saysTheSame(left: string, right: string, least: number = SAME): boolean {
  if (left === right) return true;
  const [one, other] = [normaliseText(left), normaliseText(right)];
  if (numbersOf(one) !== numbersOf(other) || negationsOf(one) !== negationsOf(other)) return false;
  const [ones, others] = [shinglesOf(one), shinglesOf(other)];
  let common = 0;
  for (const shingle of ones) if (others.has(shingle)) common += 1;
  return common / (ones.size + others.size - common) >= least;
}

/**
 * The first `limit` hits that say different things; a hit that says the same as a better one is named there. What stands
 * under another title may be said of something else ("yes, it is free"), so it must be long and nearly equal.
 */
export function foldDuplicates(hits: readonly AskedHit[], limit: number): SearchHit[] {
  const kept: { hit: AskedHit; alsoIn: string[] }[] = [];
  for (const hit of hits) {
    const { title, text, language, documentId } = hit.passage;
    const same = kept.find(({ hit: { passage } }) => {
      if (passage.language !== language || !looksSame(passage.text, text)) return false;
      return passage.title === title ? saysTheSame(passage.text, text) : text.length >= LONG && saysTheSame(passage.text, text, SAME_ELSEWHERE);
    });
    if (same) {
      if (same.hit.passage.documentId !== documentId && !same.alsoIn.includes(documentId)) same.alsoIn.push(documentId);
    } else if (kept.length < limit) kept.push({ hit, alsoIn: [] });
    else break;
  }
  return kept.map(({ hit, alsoIn }) => (alsoIn.length > 0 ? { ...hit, alsoIn } : hit));
}
