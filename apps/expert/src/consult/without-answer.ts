import type { Citation, ConsultJob, JobContext, JobInput, Outcome, Trail } from '@switchyard/contracts';
import { errorEntry, type ErrorCode } from '@switchyard/errors';
import { estimateHold } from '@switchyard/consultation';
import { fixedText, type MeshFacts } from '@switchyard/queue';
import { passOn } from '@switchyard/routing';
import type { Site } from '@switchyard/site';

type Input = JobInput<typeof ConsultJob>;

export interface WhyNot {
  readonly outcome: Exclude<Outcome, 'answered'>;
  /** For the record: a name, never a text. */
  readonly reason: string;
  readonly code?: ErrorCode;
  readonly trail: Partial<Trail>;
}

/** Ends the request without an answer, in the site's words. */
export async function endWithout(site: Site, job: Input, context: JobContext, { outcome, reason, code, trail }: WhyNot): Promise<void> {
  const language = job.body.replyLanguage;
  context.record(outcome, { by: 'expert', reason, ...(code === undefined ? {} : { code }) });
  await context.reply({
    outcome,
    tier: 'none',
    text: fixedText(site, outcome, language),
    ...(code === undefined ? {} : { error: { code, title: errorEntry(code).title } }),
    trail,
    conversation: outcome === 'handed_over' ? { language, flow: null, handOver: { reason } } : { language },
  });
}

/**
 * The expert cannot be asked: the site's rules of `expert_unavailable` say who answers instead, under their name. A site
 * without such rules hands over, with the reason's code.
 */
export async function goWithoutExpert(site: Site, readMesh: (tenant: string, conversationId: string) => Promise<MeshFacts>, job: Input, context: JobContext, why: WhyNot): Promise<void> {
  if (why.outcome !== 'handed_over' || !site.rules.some(({ on }) => on === 'expert_unavailable')) return endWithout(site, job, context, why);
  const { envelope, body } = job;
  const { text, turns, passages } = job.private;
  const mesh = await readMesh(envelope.tenant, envelope.conversationId);
  return passOn('expert_unavailable', {
    context, job, site, text, turns,
    language: body.replyLanguage,
    trail: why.trail,
    reason: why.reason,
    holdOf: (consultation) => estimateHold(site, consultation),
    collection: site.settings.tenants.find(({ id }) => id === envelope.tenant)?.collection ?? 'site',
    // Whatever the last heartbeat said of it.
    mesh: { ...mesh, available: { ...mesh.available, expert: false } },
    ...(passages ? { passages } : {}),
  });
}

const QUOTE_CHARACTERS = 300;

/** The passages that came with the job, as what the answer rests on. */
export function citationsOf({ passages = [] }: Input['private']): Citation[] {
  return passages.map(({ documentId, title, text }) => ({ documentId, title, quote: text.slice(0, QUOTE_CHARACTERS) }));
}
