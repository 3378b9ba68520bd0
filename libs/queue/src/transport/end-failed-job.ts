import type { JobContract, ReplyDraft } from '@switchyard/contracts';
import type { MeshError } from '@switchyard/errors';
import { fixedText, type MeshSite } from '../boot/mesh-site.js';
import { outcomes } from '../measure/job-metrics.js';
import { buildReply } from '../reply/build-reply.js';
import { errorFields } from '../reply/error-frame.js';
import { finishRequest } from '../reply/finish-request.js';
import { readRequest } from '../request/request-record.js';
import { KEY_PREFIX } from '../redis-keys.js';
import { FINAL_EPOCH } from './epoch.js';
import { requestIdOf } from './read-job.js';
import type { JobSurroundings, RunningJob } from './running-job.js';

/** What ending a request by its record takes. */
export type EndSurroundings = Pick<JobSurroundings, 'redis' | 'sealer' | 'clock' | 'audit' | 'tier'>;

/** How a request ends that no handler could answer: the catalogue's outcome, in the site's words. */
export function failureDraft(error: MeshError, site: MeshSite, language: string | undefined): ReplyDraft {
  const { outcome, title } = error.entry;
  return { outcome, tier: 'none', text: fixedText(site, outcome, language), error: { code: error.code, title } };
}

/** Ends the request of a job that was read but failed for good. */
export async function endFailedRun(run: RunningJob, contract: JobContract, error: MeshError, site: MeshSite): Promise<void> {
  if (contract.style === 'call') return run.result({ kind: 'error', error });
  const { envelope } = run.input;
  const { replyLanguage, language } = envelope.body;
  const spoken = [replyLanguage, language, envelope.trail.language].find((value): value is string => value === 'zh' || value === 'en');
  await run.endWithout(failureDraft(error, site, spoken));
}

/** Ends what can be ended of a job that cannot be read: its client must not wait for the deadline. */
export async function endUnreadJob(data: unknown, style: JobContract['style'], error: MeshError, site: MeshSite, around: JobSurroundings): Promise<void> {
  const requestId = requestIdOf(data);
  if (!requestId) return;
  if (style === 'call') {
    const replyTo = (data as { replyTo?: unknown }).replyTo;
    if (typeof replyTo === 'string' && replyTo.startsWith(`${KEY_PREFIX}:replies:`)) {
      around.outbox.frame(replyTo, { kind: 'error', requestId, epoch: 0, seq: 0, ...errorFields(error) });
    }
    return;
  }
  await endByRecord(requestId, error, site, around);
}

/**
 * Ends a request from what was stored when it was accepted.
 * @returns whether this was its end: `false` when it has one already, or is past its retention.
 */
export async function endByRecord(requestId: string, error: MeshError, site: MeshSite, around: EndSurroundings): Promise<boolean> {
  const { redis, sealer, clock, audit, tier } = around;
  const record = await readRequest(redis, requestId);
  if (!record || record.outcome) return false;
  const reply = buildReply(record, failureDraft(error, site, record.language), clock.now());
  const isFirst = await finishRequest(redis, sealer, { requestId, replyTo: record.replyTo, epoch: FINAL_EPOCH, seq: 0, reply });
  if (isFirst) {
    const { outcome, rule, timings } = reply.receipt;
    outcomes.inc({ outcome, answered_by: 'none' });
    audit.record(tier, record, 'outcome', { outcome, answeredBy: 'none', rule, code: error.code }, { tookMs: timings['total'] });
  }
  return isFirst;
}
