import { MeshError, toMeshError, type ErrorCode } from '@switchyard/errors';
import type { DeadLetters } from '@switchyard/queue';
import { z } from 'zod';
import { named } from '../route.js';
import { Code } from './dead-letter-document.js';

/** What came of trying several dead letters again. */
export const RedriveResult = named(
  'RedriveResult',
  z.object({
    redriven: z.array(z.object({ id: z.string(), requestId: z.string().describe('The new request that it goes on as.') })),
    failed: z.array(z.object({ id: z.string(), code: Code })),
  }),
);
export type RedriveResult = z.infer<typeof RedriveResult>;

/**
 * Tries dead letters again, one after the other, so that those of one conversation keep their order. One that cannot be
 * read does not stop the others.
 * @param onRedriven told of each that goes on
 * @throws MeshError QUEUE_UNAVAILABLE where the queue took none
 */
export async function redriveLetters(letters: Pick<DeadLetters, 'redrive'>, tenant: string, ids: readonly string[], onRedriven: (id: string, requestId: string) => Promise<void>): Promise<RedriveResult> {
  const redriven: RedriveResult['redriven'] = [];
  const failed: { id: string; code: ErrorCode }[] = [];
  let away: MeshError | undefined;
  for (const id of new Set(ids)) {
    try {
      const requestId = await letters.redrive(tenant, id);
      if (requestId === undefined) failed.push({ id, code: 'REQUEST_UNKNOWN' });
      else {
        redriven.push({ id, requestId });
        await onRedriven(id, requestId);
      }
    } catch (error) {
      const fault = toMeshError(error);
      failed.push({ id, code: fault.code });
      if (fault.code === 'QUEUE_UNAVAILABLE') away = fault;
    }
  }
  if (away && redriven.length === 0 && failed.every(({ code }) => code === 'QUEUE_UNAVAILABLE')) throw away;
  return { redriven, failed };
}
