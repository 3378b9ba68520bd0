import { globSync, readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import { parseSync } from 'rolldown/utils';
import { describe, expect, it } from 'vitest';
import { MAX_TEXT } from '@switchyard/contracts';
import { hostileStrings, piecesOf } from '../__fixtures__/hostile-strings.js';

const ROOT = new URL('../../../../', import.meta.url);
/** What reads a message in the dispatcher, whoever sent it. */
const SOURCES = 'libs/{guardrail,intent,dialogue}/src/**/*.ts';
const STRINGS = 16;
/** Milliseconds of processor time. Most patterns take less than one, those that grow with the square up to a hundred. */
const LIMIT_MS = 1_000;
/** What takes this long by the clock is ended; the machine may be busy. */
const ENDED_MS = 4_000;

interface Found {
  readonly where: string;
  readonly pattern: RegExp;
}

function* literalsIn(node: unknown): Generator<{ pattern: string; flags: string; start: number }> {
  if (Array.isArray(node)) for (const one of node) yield* literalsIn(one);
  else if (typeof node === 'object' && node !== null) {
    if ('regex' in node && 'start' in node) yield { ...(node.regex as { pattern: string; flags: string }), start: Number(node.start) };
    else for (const value of Object.values(node)) yield* literalsIn(value);
  }
}

/** Every regular expression that the sources write, and those that they put together while they are loaded. */
async function patternsOf(glob: string): Promise<Found[]> {
  const found: Found[] = [];
  const files = globSync(glob, { cwd: ROOT.pathname }).filter((file) => !/\.test\.ts$|__fixtures__|\/data\//.test(file));
  for (const file of files) {
    const code = readFileSync(new URL(file, ROOT), 'utf8');
    for (const { pattern, flags, start } of literalsIn(parseSync(file, code).program)) found.push({ where: `${file}:${code.slice(0, start).split('\n').length}`, pattern: new RegExp(pattern, flags) });
  }
  const Native = globalThis.RegExp;
  const made: RegExp[] = [];
  globalThis.RegExp = new Proxy(Native, {
    construct(target, [source, flags]: [string | RegExp, string?]) {
      const pattern = new target(source, flags);
      made.push(pattern);
      return pattern;
    },
  });
  try {
    await Promise.all([import('@switchyard/guardrail'), import('@switchyard/intent'), import('@switchyard/dialogue')]);
  } finally {
    globalThis.RegExp = Native;
  }
  for (const pattern of made) found.push({ where: 'put together', pattern });
  const unique = new Map(found.map((one) => [`${one.pattern.source}/${one.pattern.flags}`, one]));
  return [...unique.values()];
}

const run = new Script('isGlobal ? text.match(pattern) : pattern.test(text)');

/** How long the pattern takes with the text, in milliseconds of this thread's processor time. */
function timeOf(pattern: RegExp, text: string): number {
  const began = process.threadCpuUsage();
  try {
    run.runInContext(createContext({ pattern, text, isGlobal: pattern.global }), { timeout: ENDED_MS });
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return Number.POSITIVE_INFINITY;
  }
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1_000;
}

describe('regular expressions on the longest message that is accepted, made hostile', () => {
  it('are told where they take time that grows with the cube, or worse', () => {
    for (const pattern of [/a+a+a+$/, /(a+)+$/, /(?:中|中中)+货/]) expect(hostileStrings(pattern, MAX_TEXT, STRINGS).some((text) => timeOf(pattern, text) > LIMIT_MS), String(pattern)).toBe(true);
    expect(piecesOf(String.raw`[ab]\d(?:发票)+\u4e00`)).toEqual(['a', 'b', 'ab', '1', '0', '发', '票', '发票', '一']);
  }, 120_000);

  it('of screening, recognition and flows hold the event loop no longer than the limit', async () => {
    const patterns = await patternsOf(SOURCES);
    expect(patterns.length).toBeGreaterThan(200);
    const slow: string[] = [];
    for (const { where, pattern } of patterns) {
      for (const text of hostileStrings(pattern, MAX_TEXT, STRINGS)) {
        if (timeOf(pattern, text) < LIMIT_MS) continue;
        slow.push(`${where} ${String(pattern).slice(0, 200)} on ${JSON.stringify(text.slice(0, 12))}…${JSON.stringify(text.slice(-6))}`);
        break;
      }
    }
    expect(slow).toEqual([]);
  }, 300_000);
});
