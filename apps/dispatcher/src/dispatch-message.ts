import { estimateHold } from '@switchyard/consultation';
import { type DispatchJob, type JobContext, type JobInput, type Trail } from '@switchyard/contracts';
import { slotsOfFlow } from '@switchyard/dialogue';
import type { WordMatcher } from '@switchyard/guardrail';
import { findSlots } from '@switchyard/intent';
import type { MeshFacts } from '@switchyard/queue';
import { carryOut, chooseRoute, type Wish } from '@switchyard/routing';
import { slotsOf, type Site } from '@switchyard/site';
import type { Recogniser, Recognition } from './classify/recognise.js';
import { expectOutcome } from './route/expect-outcome.js';
import { gatherFacts } from './route/gather-facts.js';
import { giveAgain } from './recall/give-again.js';
import { lookUp, type Stores } from './recall/look-up.js';
import { askOfEverybody } from './recall/stands-alone.js';
import { readMessage, replyLanguageOf } from './screen/read-message.js';

/** What dispatching works with. */
export interface Dispatching extends Stores {
  readonly site: Site;
  readonly matcher: WordMatcher;
  readonly recogniser: Recogniser;
  /** The vector of a message that the intent model wants one of; absent where it takes none. */
  readonly vectorOf?: ((text: string) => Promise<Float32Array | undefined>) | undefined;
  readMesh(tenant: string, conversationId: string): Promise<MeshFacts>;
  collectionOf(tenant: string): string;
  /** The intent that a flow answers: what a message that goes on with it is about. */
  labelOfFlow(flow: string): string | undefined;
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

function wishOf({ finding, intent, curated }: Recognition): Wish {
  const { label } = finding;
  if (!intent) return { label, ...(curated === undefined ? {} : { answer: curated.answer }) };
  return { label, ...(intent.flow === undefined ? {} : { flow: intent.flow }) };
}

/** Screens a message, recognises it, asks the rules, and carries out what they decide. Repeating it is harmless. */
export async function dispatchMessage(tier: Dispatching, job: JobInput<typeof DispatchJob>, context: JobContext): Promise<void> {
  const { site, matcher, recogniser } = tier;
  const { envelope, body } = job;
  // What is asked of Redis is on its way while the processor is at work.
  const reading = tier.readMesh(envelope.tenant, envelope.conversationId);
  reading.catch(() => undefined);
  const conversation = await context.conversation();

  const began = performance.now();
  const message = readMessage(job.private.text, matcher);
  const screened = performance.now();
  const { screening, text } = message;
  context.record('screened', { action: screening.action, categories: screening.categories, injection: screening.injection, words: matcher.version, personalData: message.personalData, language: message.language, characters: job.private.text.length }, rounded(screened - began));

  const now = context.now();
  const vector = tier.vectorOf ? await tier.vectorOf(text) : undefined;
  const recognition = recogniser.recognise(text, new Date(now).toISOString().slice(0, 10), vector);
  const openFlow = conversation.flow?.flow;
  const definitions = { ...slotsOf(site, recognition.intent?.label), ...(openFlow === undefined ? {} : slotsOfFlow(site, openFlow)) };
  const slots = findSlots(text, definitions, now);
  const classified = performance.now();
  const { finding, task, intents } = recognition;
  const several = intents.length > 1 ? { intents: [...intents] } : {};
  context.record('classified', { intent: finding.label, ...several, confidence: finding.confidence, source: finding.source, task, slots: Object.keys(slots), openFlow: openFlow ?? null, ...(tier.vectorOf ? { vector: vector !== undefined } : {}) }, rounded(classified - screened));

  const expected = expectOutcome(site, text);
  const mesh = await reading;
  const known = performance.now();
  const facts = gatherFacts({ envelope, site, text, message, recognition, slots, conversation, mesh, timeLeftMs: context.timeLeftMs(), expected });
  const decision = chooseRoute(site.rules, 'message', facts);
  context.decided({ rule: decision.rule, to: decision.to, intent: finding.label, confidence: finding.confidence });

  const trail: Partial<Trail> = {
    language: message.language,
    intent: decision.flow === 'continue' && openFlow !== undefined ? { label: tier.labelOfFlow(openFlow) ?? finding.label, confidence: 1, source: 'flow' } : finding,
    ...several,
    task,
    ...(expected ? { router: expected } : {}),
    redactions: { ...message.personalData },
    timings: { screen: rounded(screened - began), classify: rounded(classified - screened), route: rounded(performance.now() - known) },
  };
  const language = replyLanguageOf(message, { named: body.language, conversation: conversation.language, site: site.settings.defaultLanguage });
  const turns = conversation.turns.length > 0 ? conversation.turns : job.private.turns;
  const collection = tier.collectionOf(envelope.tenant);
  const ask = tier.recaller?.isFor(envelope.tenant) || tier.approved?.isFor(envelope.tenant) ? askOfEverybody({ text, facts, decision, turns }) : undefined;
  const { answer, tickets }: Awaited<ReturnType<typeof lookUp>> = ask === undefined ? { tickets: {} } : await lookUp(tier, { tenant: envelope.tenant, collection, language, ask, text }, decision, matcher, context.now());
  if (answer) {
    await giveAgain(answer, { context, decision, facts, trail, language });
    return;
  }
  await carryOut(decision, {
    context,
    job,
    site,
    language,
    text,
    turns,
    slots,
    ...(recognition.curated === undefined ? {} : { curated: recognition.curated.answer }),
    wishes: recognition.asked.map(wishOf),
    collection,
    holdOf: (consultation) => estimateHold(site, consultation),
    trail: { ...trail, ...tickets },
    moment: 'message',
    facts,
  });
}
