import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { AnswerCache, createRedis, openRedis, Sealer } from '@switchyard/queue';
import { fail } from '../output.js';
import { startRedis } from '../up/start-redis.js';
import { generatePairs, type AskPair } from './cache/generate-pairs.js';
import { labelledPairs } from './cache/labelled-pairs.js';
import { measureCache, REFERENCE_SIMILARITY, TENANTS, type CacheReport, type CacheRow } from './cache/measure-cache.js';
import { CHINESE_PAIRS } from './cache/pairs-zh.js';
import { ENGLISH_PAIRS } from './cache/pairs-en.js';
import { readRows } from './read-rows.js';

/** What may be given wrongly, as a share of the pairs that ask for different things. */
export const MOST_FALSE_HITS = 0.005;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const percent = (part: number, whole: number): string => `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(2)} %`;
const sum = (rows: readonly CacheRow[], field: 'pairs' | 'hits' | 'byWordsAlone'): number => rows.reduce((total, row) => total + row[field], 0);
const line = (kind: string, pairs: number, hits: number, byWordsAlone: number): string => `  ${kind.padEnd(34)} ${String(pairs).padStart(5)} pairs  given ${String(hits).padStart(5)} (${percent(hits, pairs)})  by words alone ${percent(byWordsAlone, pairs)}`;

/** Sets of labelled messages whose closest ones are paired; Chinese turns that only make sense in their dialogue are left out by themselves. */
const SETS = [
  ['intent/banking77.test.jsonl', 'banking77', 'en'],
  ['intent/clinc150.test.jsonl', 'clinc150', 'en'],
] as const;

async function pairsOf({ data, seed }: { readonly data?: string; readonly seed: number }): Promise<AskPair[]> {
  const pairs = [...generatePairs(ENGLISH_PAIRS, 'en', seed), ...generatePairs(CHINESE_PAIRS, 'zh', seed)];
  if (data === undefined) return pairs;
  for (const [file, kind, language] of SETS) {
    const rows = await readRows<{ text: string; label: string }>(data, file);
    pairs.push(...labelledPairs(rows.filter(({ label }) => label !== 'oos'), kind, language));
  }
  return pairs;
}

function printReport({ same, different, acrossTenants }: CacheReport): void {
  print('pairs that ask for different things; what is given is a false hit');
  for (const { kind, pairs, hits, byWordsAlone, wrong } of different) {
    print(line(kind, pairs, hits, byWordsAlone));
    for (const { kept, asked } of wrong.slice(0, 5)) print(`      false: ${kept}  |  ${asked}`);
  }
  const falseHits = sum(different, 'hits');
  print(line('all', sum(different, 'pairs'), falseHits, sum(different, 'byWordsAlone')));
  print('pairs that ask the same (or bear the same label); what is given is saved');
  for (const { kind, pairs, hits, byWordsAlone } of same) print(line(kind, pairs, hits, byWordsAlone));
  print(`asked by another tenant, word for word: ${acrossTenants.asked}, given ${acrossTenants.hits}`);
}

export function evalCacheCommand(): Command {
  return new Command('cache')
    .description(`the answer cache: false hits on pairs of questions that are nearly the same, through a real Redis; beside it, the share that a similarity of words alone (Jaccard ≥ ${REFERENCE_SIMILARITY}) would give`)
    .option('--data <dir>', 'folder of evaluation data, with intent/: closest messages of different labels as well')
    .option('--seed <number>', 'seed of the generated pairs', '1')
    .option('--json <file>', 'write the report as JSON too')
    .action(async ({ data, seed, json }: { data?: string; seed: string; json?: string }) => {
      const folder = await mkdtemp(join(tmpdir(), 'yard-cache-'));
      try {
        const server = await startRedis(process.env['REDIS_URL'], folder, process.env['PATH'] ?? '');
        const redis = createRedis(server.url, 'impatient', 'switchyard:eval-cache');
        try {
          await openRedis([redis], server.url);
          const tenants = TENANTS.map((id) => ({ id, cache: { ttlMinutes: 60, maxBytes: 64 * 1024 * 1024 } }));
          const cache = new AnswerCache(redis, new Sealer([{ id: 'eval', key: randomBytes(32) }]), { now: () => Date.now() }, tenants);
          const report = await measureCache(cache, await pairsOf({ ...(data === undefined ? {} : { data }), seed: Number(seed) }));
          printReport(report);
          if (json !== undefined) await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
          const isMet = sum(report.different, 'hits') <= MOST_FALSE_HITS * sum(report.different, 'pairs') && report.acrossTenants.hits === 0;
          if (!isMet) process.exitCode = 1;
        } finally {
          redis.disconnect();
          await server.stop();
        }
      } catch (error) {
        fail(error, false);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
}
