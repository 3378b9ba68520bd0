import { estimateHold } from '@switchyard/consultation';
import type { AnswerJob, JobContext, JobInput, Trail } from '@switchyard/contracts';
import { passOn, type PassOnInput } from '@switchyard/routing';
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
  readonly readMesh: (tenant: string, conversationId: string) => Promise<PassOnInput['mesh']>;
}

/** Passes on what this tier cannot answer, to where the site's rules of the moment say. */
export function createEscalate({ site, readMesh }: EscalateOptions): Escalate {
  return async (job, context, { moment, reason, trail }) => {
    const { envelope, body } = job;
    const { text, turns, slots, passages } = job.private;
    const tenant = site.settings.tenants.find((one) => one.id === envelope.tenant);
    const mesh = await readMesh(envelope.tenant, envelope.conversationId);
    await passOn(moment, {
      context, job, site, text, turns, slots, trail, reason,
      language: body.replyLanguage,
      holdOf: (consultation) => estimateHold(site, consultation),
      collection: tenant?.collection ?? 'site',
      // The model that has just failed is not asked again, whatever its last heartbeat said.
      mesh: moment === 'model_unavailable' ? { ...mesh, available: { localModel: false, expert: mesh.available?.expert ?? false } } : mesh,
      ...(passages ? { passages } : {}),
    });
  };
}
