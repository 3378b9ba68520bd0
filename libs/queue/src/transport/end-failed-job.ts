import type { JobContract } from '@switchyard/contracts';
import type { MeshError } from '@switchyard/errors';
import type { MeshSite } from '../boot/mesh-site.js';
import { errorFields } from '../reply/error-frame.js';
import { failureDraft } from '../request/endings.js';
import { KEY_PREFIX } from '../redis-keys.js';
import { requestIdOf } from './read-job.js';
import type { JobSurroundings, RunningJob } from './running-job.js';

/** Ends the request of a job that was read but failed for good. `keepJob`: the job goes to the dead letters. */
export async function endFailedRun(run: RunningJob, contract: JobContract, error: MeshError, site: MeshSite, how: { readonly keepJob: boolean }): Promise<void> {
  if (contract.style === 'call') return run.result({ kind: 'error', error });
  if (error.code === 'PERSON_TOOK_OVER') return void (await run.leaveToPerson());
  const draft = failureDraft(error, site, run.replyLanguage());
  // The newer message is understood by what this one said.
  if (error.code === 'REQUEST_SUPERSEDED') return void (await run.endHeard(draft));
  await run.endWithout(draft, how);
}

/** Ends what can be ended of a job that cannot be read: its client must not wait for the deadline. */
export async function endUnreadJob(data: unknown, style: JobContract['style'], error: MeshError, around: Pick<JobSurroundings, 'outbox' | 'endings'>): Promise<void> {
  const requestId = requestIdOf(data);
  if (!requestId) return;
  if (style === 'call') {
    const replyTo = (data as { replyTo?: unknown }).replyTo;
    if (typeof replyTo === 'string' && replyTo.startsWith(`${KEY_PREFIX}:replies:`)) {
      around.outbox.frame(replyTo, { kind: 'error', requestId, epoch: 0, seq: 0, ...errorFields(error) });
    }
    return;
  }
  await around.endings.end(requestId, error);
}
