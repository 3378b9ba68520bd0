/** Whole decisions, one after the other on one core, and beside them in the same rounds their steps and a plain reference. */
import { performance } from 'node:perf_hooks';
import { DispatchJob } from '@switchyard/contracts';
import { detectInjection, exactWords, findPersonalData, screen } from '@switchyard/guardrail';
import { detectLanguage, findSlots } from '@switchyard/intent';
import { chooseRoute, type RuleFacts } from '@switchyard/routing';
import type { Site } from '@switchyard/site';
import { slotsOf } from '@switchyard/site';
import { jobOf, MemoryContext } from '@switchyard/testing';
import { dispatchMessage, type Dispatching } from '../../../apps/dispatcher/dist/dispatch-message.js';
import { gatherFacts } from '../../../apps/dispatcher/dist/route/gather-facts.js';
import { readMessage } from '../../../apps/dispatcher/dist/screen/read-message.js';
import { summarise, type Summary } from '../statistics.ts';
import { processorMs } from './processor-time.ts';

export interface Timed extends Summary {
  /** By the clock. */
  readonly perSecond: number;
  /** In a second of processor time, which others on the machine change less. */
  readonly perProcessorSecond: number;
}

export interface DecisionFigures {
  readonly decision: Timed;
  /** Exact word search, one pattern for personal data, and the linear model: what a decision cannot do without. */
  readonly reference: Timed;
  /** Mean microseconds of processor time a message of each step alone. */
  readonly stepsUs: Readonly<Record<string, number>>;
}

const ROUNDS = 12;
/** The first rounds pay for compiled code. */
const WARM_UP = 4;
const TODAY = '2026-11-10';

/** Every match of it is one of a phone number, a card, an email or an identity number. */
const PLAIN_PERSONAL_DATA = /(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)(?:\d[ -]?){15,18}\d(?!\d)|[\w.+-]+@[\w-]+\.[\w.]+/g;

/** One decision; the mesh's state and the conversation's are there already, as they are no work of this process. */
export async function decide(tier: Dispatching, text: string): Promise<MemoryContext> {
  const context = new MemoryContext({ nowMs: Date.parse(TODAY) });
  await dispatchMessage(tier, jobOf(DispatchJob, { source: 'requests' }, { text, turns: [] }), context);
  return context;
}

/** What a rule may ask about a message. */
async function factsOf(tier: Dispatching, text: string): Promise<RuleFacts> {
  const { site } = tier;
  const envelope = { tenant: 'demo', lane: 'normal' } as const;
  return gatherFacts({ envelope, site, text, message: readMessage(text, tier.matcher), recognition: tier.recogniser.recognise(text, TODAY), slots: {}, conversation: { turns: [] }, mesh: await tier.readMesh('demo', 'c1'), timeLeftMs: 20_000 });
}

export async function timeDecisions(tier: Dispatching, site: Site, messages: readonly string[]): Promise<DecisionFigures> {
  const words = exactWords(site.words.flatMap((list) => list.words.map((word) => word.toLowerCase())));
  const slots = slotsOf(site);
  let found = 0;
  const reference = (text: string): void => {
    words.each(text.toLowerCase(), () => found++);
    found += text.match(PLAIN_PERSONAL_DATA)?.length ?? 0;
    found += tier.recogniser.recognise(text, TODAY).finding.confidence;
  };
  const facts = await factsOf(tier, messages[0] ?? '');
  const steps: Readonly<Record<string, (text: string) => unknown>> = {
    words: (text) => screen(text, tier.matcher),
    injection: (text) => detectInjection(text),
    'personal data': (text) => findPersonalData(text),
    language: (text) => detectLanguage(text),
    intent: (text) => tier.recogniser.recognise(text, TODAY),
    slots: (text) => findSlots(text, slots, Date.parse(TODAY)),
    rules: () => chooseRoute(site.rules, 'message', facts),
  };
  const decisions = new Stopwatch();
  const references = new Stopwatch();
  const spent: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    const isCounted = round >= WARM_UP;
    await decisions.time(messages, (text) => decide(tier, text), isCounted);
    await references.time(messages, (text) => Promise.resolve(reference(text)), isCounted);
    for (const [name, run] of Object.entries(steps)) {
      const began = processorMs();
      for (const text of messages) run(text);
      if (isCounted) spent[name] = (spent[name] ?? 0) + processorMs() - began;
    }
  }
  if (found === 0) throw new Error('the reference found nothing');
  const each = (ms: number): number => Math.round((ms * 1_000) / (messages.length * (ROUNDS - WARM_UP)));
  return { decision: decisions.figures(), reference: references.figures(), stepsUs: Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, each(ms)])) };
}

class Stopwatch {
  readonly #times: number[] = [];
  #processorMs = 0;

  async time(messages: readonly string[], run: (text: string) => Promise<unknown>, isCounted: boolean): Promise<void> {
    const had = processorMs();
    for (const text of messages) {
      const began = performance.now();
      await run(text);
      if (isCounted) this.#times.push(performance.now() - began);
    }
    if (isCounted) this.#processorMs += processorMs() - had;
  }

  figures(): Timed {
    const count = this.#times.length;
    return { ...summarise(this.#times), perSecond: Math.round((1_000 * count) / this.#times.reduce((sum, one) => sum + one, 0)), perProcessorSecond: Math.round((1_000 * count) / this.#processorMs) };
  }
}
