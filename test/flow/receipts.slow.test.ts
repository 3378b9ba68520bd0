import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelUse, Receipt } from '@switchyard/contracts';
import { dayOf, spendKey } from '@switchyard/queue';
import { freePort } from '@switchyard/testing';
import { expertSiteFiles } from '../../apps/expert/src/__fixtures__/expert-site.js';
import { seeded, startScriptedProvider, type Script, type ScriptedProvider } from '../../apps/expert/src/__fixtures__/scripted-provider.js';
import { SAMPLE_KEY } from '../../apps/cli/src/up/start-mesh.js';
import { HttpClient } from '../../apps/gateway/src/__fixtures__/http-client.js';
import { openMesh, type OpenMesh } from './open-mesh.js';

const REQUESTS = 300;
const AT_ONCE = 8;
/** At the end, while both providers are gone. */
const UNREACHABLE = 10;
const SEED = 70_205;
const POOR_KEY = 'sk-of-the-poor-tenant';
/** USD per token. */
const PRICE = { first: { in: 10e-6, out: 20e-6 }, second: { in: 1e-6, out: 2e-6 } };

/** What is to become of a message, and how many of a hundred it becomes of. */
const FATES = {
  answered: 30, uncounted: 6, phone: 10, screened: 4, filtered: 4, refusedByProvider: 4, overloaded: 5, broken: 4, emptyOnce: 8, emptyTwice: 3,
  cancelled: 6, cancelledAtOnce: 4, late: 4, poor: 4, withheld: 4,
} as const;
type Fate = keyof typeof FATES;

/** A call as the provider has it in its books. */
interface Billed {
  readonly model: 'first' | 'second';
  readonly host: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly placeholders: number;
}

interface Told {
  readonly number: number;
  readonly fate: Fate | 'unreachable';
  readonly outcome: string | undefined;
  readonly receipt: Receipt | undefined;
}

/** Each message says to the provider which it is. */
const numberIn = (text: string): number => Number(/#n(\d+)#/.exec(text)?.[1]);

function textOf(number: number, fate: Fate | 'unreachable'): string {
  if (fate === 'phone' || fate === 'cancelled') return `#n${number}# Please call 1380013${String(8_000 + (number % 1_000)).padStart(4, '0')} about it`;
  if (fate === 'withheld') return `#n${number}# 我的身份证号是11010519491231002X`;
  return `#n${number}# Please write me a poem`;
}

/** What a provider does with the call of a message: the `run`-th that it has had of it. */
function scriptOf(fate: Fate, model: Billed['model'], run: number, usage: { prompt_tokens: number; completion_tokens: number }): Script {
  const fine: Script = { pieces: ['A poem. ', 'It is short.'], usage };
  switch (fate) {
    case 'uncounted': return { pieces: fine.pieces };
    case 'screened': return { ...fine, pieces: ['A badword.'] };
    case 'filtered': return { ...fine, finish: 'content_filter' };
    case 'refusedByProvider': return { pieces: [], status: 400 };
    case 'overloaded': return model === 'first' ? { pieces: [], status: 503 } : fine;
    case 'broken': return { pieces: ['Half a '], cut: true };
    // The first run of the job asks both for nothing, the next one is answered.
    case 'emptyOnce': return run === 1 ? { pieces: [], usage } : fine;
    case 'emptyTwice': return run <= 2 ? { pieces: [], usage } : fine;
    case 'cancelled':
    case 'late': return { pieces: ['A poem. ', 'It goes '], hang: true };
    default: return fine;
  }
}

const siteHash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** A chain of three: one that nobody listens for, and two that answer. */
async function writeSite(directory: string, providers: Record<Billed['model'], ScriptedProvider>): Promise<void> {
  const model = (name: string, url: string, price: { in: number; out: number }): string =>
    `    - { provider: openai-compatible, model: ${name}, baseUrl: '${url}', apiKeyEnv: STAND_IN_KEY, maxOutputTokens: 100, price: { inputPerMillion: ${price.in * 1e6}, outputPerMillion: ${price.out * 1e6}, asOf: '2026-01-01' } }\n`;
  const chain = model('nobody', `http://127.0.0.1:${await freePort()}/v1`, PRICE.first) + model('first', providers.first.url, PRICE.first) + model('second', providers.second.url, PRICE.second);
  for (const [path, text] of Object.entries(expertSiteFiles())) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    const site = text
      .replace('a'.repeat(64), siteHash(SAMPLE_KEY))
      .replace('b'.repeat(64), siteHash(POOR_KEY))
      .replace('perDay: 5', 'perDay: 100000')
      .replace(/ {2}expert:\n[\s\S]*?texts:/, `  expert:\n${chain}texts:`)
      .replace('egress: allowed', 'egress: allowed\npersonalData: { resident_id: refuse }');
    await writeFile(file, site);
  }
}

const chance = seeded(SEED);
function drawFate(): Fate {
  let rest = chance() * Object.values(FATES).reduce((sum, share) => sum + share, 0);
  for (const [fate, share] of Object.entries(FATES) as [Fate, number][]) {
    rest -= share;
    if (rest < 0) return fate;
  }
  return 'answered';
}

describe(`receipts of ${REQUESTS + UNREACHABLE} requests beside what the stand-in providers saw and billed`, () => {
  const fates = Array.from({ length: REQUESTS }, drawFate);
  const books = new Map<number, Billed[]>();
  const told: Told[] = [];
  const providers = {} as Record<Billed['model'], ScriptedProvider>;
  let directory: string;
  let open: OpenMesh;
  let spent = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'switchyard-receipts-'));
    const inWork = new Map<number, PromiseWithResolvers<void>>();
    for (const model of ['first', 'second'] as const) {
      const provider = await startScriptedProvider();
      providers[model] = provider;
      const { host } = new URL(provider.url);
      provider.script = (body) => {
        const messages = (JSON.parse(body) as { messages: { content: string }[] }).messages;
        const asked = messages.at(-1)?.content ?? '';
        const number = numberIn(asked);
        const before = books.get(number) ?? [];
        const usage = { prompt_tokens: 20 + Math.floor(chance() * 100), completion_tokens: 1 + Math.floor(chance() * 20) };
        const script = scriptOf(fates[number] ?? 'answered', model, before.filter((call) => call.model === model).length + 1, usage);
        // What broke off was generated all the same: a token a piece.
        const tokens = script.status !== undefined ? [0, 0] : script.usage ? [usage.prompt_tokens, usage.completion_tokens] : [10, script.pieces.length];
        books.set(number, [...before, { model, host, tokensIn: tokens[0] ?? 0, tokensOut: tokens[1] ?? 0, placeholders: new Set(asked.match(/<PHONE_\d+>/g)).size }]);
        inWork.get(number)?.resolve();
        return script;
      };
    }
    const siteDirectory = join(directory, 'site');
    await writeSite(siteDirectory, providers);
    open = await openMesh({ siteDirectory, environment: { PATH: process.env['PATH'], HOME: process.env['HOME'], REDIS_URL: process.env['TEST_REDIS_URL'], OLLAMA_URL: 'http://127.0.0.1:9', STAND_IN_KEY: 'sk-stand-in' } });
    const rich = new HttpClient(open.mesh.url, SAMPLE_KEY);
    const poor = new HttpClient(open.mesh.url, POOR_KEY);

    const ask = async (number: number, fate: Told['fate']): Promise<void> => {
      const client = fate === 'poor' ? poor : rich;
      const called = Promise.withResolvers<void>();
      inWork.set(number, called);
      const { body } = await client.call('POST', '/v1/requests', { text: textOf(number, fate), language: 'en', deadlineMs: fate === 'late' ? 1_500 : 20_000 });
      const requestId = body['requestId'] as string;
      // Or until it has ended without a call, as where no provider may be asked just now.
      if (fate === 'cancelled') await Promise.race([called.promise, client.ended(requestId)]);
      if (fate === 'cancelled' || fate === 'cancelledAtOnce') await client.call('DELETE', `/v1/requests/${requestId}`);
      const { outcome, receipt } = await client.ended(requestId);
      told.push({ number, fate, outcome, receipt });
    };
    const waiting = fates.entries();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const [number, fate] of waiting) await ask(number, fate);
    }));
    await Promise.all(Object.values(providers).map((provider) => provider.close()));
    for (let one = 0; one < UNREACHABLE; one++) await ask(REQUESTS + one, 'unreachable');

    const redis = new Redis(open.mesh.redisUrl);
    spent = Number(await redis.get(spendKey('demo', dayOf(Date.now()))));
    redis.disconnect();
  }, 240_000);
  afterAll(async () => {
    await open?.close();
    await Promise.all(Object.values(providers).map((provider) => provider.close().catch(() => undefined)));
    await rm(directory, { recursive: true, force: true });
  });

  const cloudUses = ({ receipt }: Told): ModelUse[] => receipt?.models.filter(({ where }) => where === 'cloud') ?? [];
  /** The last call was cut in the moment in which it went out: it is told of, at the most, and the provider need not have had it. */
  const isCutOnTheWay = (one: Told): boolean => (one.fate === 'cancelledAtOnce' || one.fate === 'late') && cloudUses(one).length === billedFor(one.number).length + 1 && cloudUses(one).at(-1)?.estimated === true;
  /** Those of which the provider must know. */
  const sentUses = (one: Told): ModelUse[] => (isCutOnTheWay(one) ? cloudUses(one).slice(0, -1) : cloudUses(one));
  const billedFor = (number: number): Billed[] => books.get(number) ?? [];
  const costOf = ({ model, tokensIn, tokensOut }: Billed): number => tokensIn * PRICE[model].in + tokensOut * PRICE[model].out;

  it('have met every fate, and ended in each way', () => {
    expect(told).toHaveLength(REQUESTS + UNREACHABLE);
    expect(new Set(told.map(({ fate }) => fate))).toEqual(new Set([...Object.keys(FATES), 'unreachable']));
    expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set(['answered', 'refused', 'handed_over', 'cancelled', 'expired']));
    expect(told.filter(({ number }) => billedFor(number).length > 2).length, 'requests whose job ran again').toBeGreaterThan(5);
    expect(told.filter(({ number }) => billedFor(number).length === 0).length, 'requests of which nothing left').toBeGreaterThan(UNREACHABLE);
  });

  it('say that something has left where the provider had it, and nowhere else', () => {
    expect(told.filter((one) => !isCutOnTheWay(one) && one.receipt?.leftSite !== billedFor(one.number).length > 0)).toEqual([]);
    expect(told.filter((one) => isCutOnTheWay(one)).length).toBeLessThan(5);
  });

  it('name every call in its order, by host and model', () => {
    for (const one of told) expect([one.number, one.fate, sentUses(one).map(({ model, host }) => `${model} ${host}`)]).toEqual([one.number, one.fate, billedFor(one.number).map(({ model, host }) => `${model} ${host}`)]);
  });

  it('have the tokens and the cost that were billed, call by call; and where the provider did not tell, no less', () => {
    for (const one of told) {
      for (const [at, use] of sentUses(one).entries()) {
        const billed = billedFor(one.number)[at];
        if (!billed) throw new Error(`request ${one.number} names a call that there was not`);
        const title = `${one.number} ${one.fate}, call ${at + 1}`;
        const over = [use.tokensIn - billed.tokensIn, use.tokensOut - billed.tokensOut, Math.round((use.costUsd - costOf(billed)) * 1e9)];
        expect(over.map((more) => (use.estimated ? more >= 0 : more === 0)), title).toEqual([true, true, true]);
      }
    }
    const uses = told.flatMap(cloudUses);
    expect(uses.filter(({ estimated }) => estimated).length).toBeLessThan(uses.length / 3);
  });

  it('add up: the ledger of the budget holds at least what was billed, and no more than the receipts', () => {
    const sum = (costs: readonly number[]): number => costs.reduce((total, cost) => total + cost, 0);
    const billed = sum([...books.values()].flat().map(costOf));
    const receipts = sum(told.flatMap(cloudUses).map(({ costUsd }) => costUsd));
    expect(billed).toBeGreaterThan(0);
    expect(spent).toBeGreaterThanOrEqual(billed - 1e-9);
    expect(spent).toBeLessThanOrEqual(receipts + 1e-9);
  });

  it('count the personal data that was replaced, also where the request was ended from outside', () => {
    const sent = told.flatMap(({ number, fate, receipt }) => {
      const [call] = billedFor(number);
      return call ? [{ number, hasPhone: fate === 'phone' || fate === 'cancelled', told: receipt?.redactions['phone'] ?? 0, replaced: call.placeholders }] : [];
    });
    expect(sent.filter(({ hasPhone, told: counted, replaced }) => counted !== replaced || (replaced === 1) !== hasPhone)).toEqual([]);
    expect(sent.filter(({ hasPhone }) => hasPhone).length).toBeGreaterThan(10);
    const withheld = told.filter(({ fate }) => fate === 'withheld');
    expect(withheld.map(({ number, receipt }) => [billedFor(number).length, receipt?.redactions['resident_id']])).toEqual(withheld.map(() => [0, 1]));
  });
});
