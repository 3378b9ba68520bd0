import { randomBytes } from 'node:crypto';
import { askKey, canonicalAsk, compareAsks, extractTerms } from '@switchyard/knowledge';
import type { AnswerCache } from '@switchyard/queue';
import type { AskPair } from './generate-pairs.js';

/** Of the pairs of one kind: how many were given the kept answer, and how many a similarity of words alone would have taken. */
export interface CacheRow {
  readonly kind: string;
  readonly pairs: number;
  readonly hits: number;
  readonly byWordsAlone: number;
  /** Pairs that were given an answer though they ask for another thing; of pairs that ask the same always none. */
  readonly wrong: readonly AskPair[];
}

export interface CacheReport {
  readonly same: readonly CacheRow[];
  readonly different: readonly CacheRow[];
  /** Kept questions of one tenant that were asked by another, word for word, and how often that one was given an answer. */
  readonly acrossTenants: { readonly asked: number; readonly hits: number };
}

/** Two questions that share so many of their words, by Jaccard's measure, are "similar" to the reference. */
export const REFERENCE_SIMILARITY = 0.6;
export const TENANTS = ['one', 'another'] as const;

function similarity(one: string, other: string): number {
  const [left, right] = [one, other].map((text) => new Set(extractTerms(text).map(({ term }) => term)));
  if (!left || !right || left.size + right.size === 0) return 0;
  const shared = [...left].filter((term) => right.has(term)).length;
  return shared / (left.size + right.size - shared);
}

const mayBeKept = (text: string): boolean => canonicalAsk(text)?.leans === false;

/** Whether the product gives `asked` the answer that was kept for `kept`: through Redis, as the tiers do it. */
async function isGiven(cache: AnswerCache, { kept, asked, language }: AskPair, tenants: readonly [string, string], scope: string): Promise<boolean> {
  const [first, second] = [kept, asked].map(canonicalAsk);
  if (!first || first.leans || !second || second.leans) return false;
  const place = (tenant: string, ask: typeof first): { tenant: string; scope: string[]; ask: string } => ({ tenant, scope: [scope, language], ask: askKey(ask) });
  const { ticket } = await cache.find(place(tenants[0], first));
  await cache.keep({ requestId: 'kept', tenant: tenants[0], trail: { cache: ticket } }, { question: kept, text: 'an answer', citations: [] });
  const { answer } = await cache.find(place(tenants[1], second));
  return answer !== undefined && compareAsks(answer.question, asked) === 'same';
}

const AT_ONCE = 256;

async function inBatches<Item, Result>(items: readonly Item[], work: (item: Item, at: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map((item, at) => work(item, from + at)))));
  return results;
}

/** Each pair is kept and asked in a scope of its own; the second time it is asked by another tenant. */
export async function measureCache(cache: AnswerCache, pairs: readonly AskPair[]): Promise<CacheReport> {
  const rows = new Map<string, { same: boolean; kind: string; pairs: number; hits: number; byWordsAlone: number; wrong: AskPair[] }>();
  const acrossTenants = { asked: 0, hits: 0 };
  const run = randomBytes(6).toString('hex');
  const [one, another] = TENANTS;
  // Many at a time, as in a mesh: each waits for Redis three times.
  const given = await inBatches(pairs, async (pair, at) => ({
    own: await isGiven(cache, pair, [one, one], `${run} ${at}`),
    other: await isGiven(cache, { ...pair, asked: pair.kept }, [one, another], `${run} ${at}`),
  }));
  for (const [at, pair] of pairs.entries()) {
    const key = `${pair.same} ${pair.language} ${pair.kind}`;
    const row = rows.get(key) ?? { same: pair.same, kind: `${pair.language} ${pair.kind}`, pairs: 0, hits: 0, byWordsAlone: 0, wrong: [] };
    rows.set(key, row);
    row.pairs += 1;
    if (similarity(pair.kept, pair.asked) >= REFERENCE_SIMILARITY) row.byWordsAlone += 1;
    if (given[at]?.own) {
      row.hits += 1;
      if (!pair.same) row.wrong.push(pair);
    }
    if (!mayBeKept(pair.kept)) continue;
    acrossTenants.asked += 1;
    if (given[at]?.other) acrossTenants.hits += 1;
  }
  const all = [...rows.values()];
  return { same: all.filter(({ same }) => same), different: all.filter(({ same }) => !same), acrossTenants };
}
