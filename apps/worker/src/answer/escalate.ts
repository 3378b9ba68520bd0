import { mergeTrail, type AnswerJob, type JobContext, type JobInput, type Trail } from '@switchyard/contracts';
import { carryOut, chooseRoute, factsFromTrail } from '@switchyard/routing';
import type { Site } from '@switchyard/site';

export interface Escalation {
  readonly moment: 'no_answer' | 'model_unavailable';
  /** Why, for the record: a name, never a text. */
  readonly reason: string;
  /** What was learned here, the model's tokens for one. */
  readonly trail: Partial<Trail>;
}

export type Escalate = (job: JobInput<typeof AnswerJob>, context: JobContext, escalation: Escalation) => Promise<void>;

export interface EscalateOptions {
  readonly site: Site;
  readonly egress: 'allowed' | 'blocked';
  /** What can be reached now. */
  readonly available: () => Promise<{ localModel: boolean; expert: boolean }>;
}

/** Passes on what this tier cannot answer, to where the site's rules of the moment say. */
export function createEscalate({ site, egress, available }: EscalateOptions): Escalate {
  return async (job, context, { moment, reason, trail }) => {
    const { envelope, body } = job;
    const { text, turns, slots, passages } = job.private;
    context.record('escalated', { moment, reason });
    const tenant = site.settings.tenants.find((one) => one.id === envelope.tenant);
    const reachable = await available();
    const facts = factsFromTrail(mergeTrail(envelope.trail, trail), envelope, {
      flow: site.intents.find((intent) => intent.label === envelope.trail.intent?.label)?.flow ?? null,
      slots: body.slotNames,
      // The ceiling, not the rest: the expert reserves before it spends, and refuses what is no longer there.
      budgetLeftUsd: tenant?.budget?.perDayUsd ?? 0,
      timeLeftMs: context.timeLeftMs(),
      available: moment === 'model_unavailable' ? { ...reachable, localModel: false } : reachable,
      egress,
      characters: Array.from(text).length,
    });
    const decision = chooseRoute(site.rules, moment, facts);
    context.decided({ rule: decision.rule, to: decision.to, intent: facts.intent ?? 'none', confidence: facts.confidence });
    await carryOut(decision, { context, job, site, language: body.replyLanguage, text, turns, slots, ...(passages ? { passages } : {}), collection: tenant?.collection ?? 'site', trail, facts });
  };
}
