import type { Reply, UntimedEvent } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { ConversationCommit } from '../conversation/conversation-store.js';
import { droppedReplies } from '../measure/job-metrics.js';
import type { Sealer } from '../seal/sealer.js';
import type { MeshStore } from '../store/mesh-store.js';
import type { NewJob } from '../store/new-job.js';
import type { Completion, Finished, FinishVerdict } from '../store/operations.js';

export interface RequestEnding {
  readonly requestId: string;
  readonly tenant: string;
  readonly conversationId: string;
  readonly replyTo: string;
  readonly epoch: number;
  readonly seq: number;
  readonly reply: Reply;
  /** Nobody is told anything: a person has the conversation. */
  readonly isSilent?: boolean;
  readonly conversation?: ConversationCommit | undefined;
  /** The job that is done with it. */
  readonly completion?: Completion;
  /** The line of the record: written in the step that ends the request, so that no end is without one. */
  readonly event?: UntimedEvent;
  /** What people outside the mesh are told of it: added in the step that ends the request. */
  readonly deliveries?: readonly NewJob[];
}

/**
 * Ends a request; the first writer of the newest run wins, and what comes later is dropped and counted.
 * @returns what came of it and when, and a request of the conversation that the caller must take up
 * @throws MeshError CONVERSATION_CONFLICT when another request of the conversation ended in between; nothing is written then.
 */
export async function finishRequest(store: MeshStore, sealer: Sealer, end: RequestEnding): Promise<Omit<Finished, 'verdict'> & { readonly verdict: Exclude<FinishVerdict, 'conflict'> }> {
  const { requestId, epoch, seq, reply, isSilent = false, conversation, ...rest } = end;
  const sealed = sealer.seal(reply, requestId);
  const { outcome } = reply.receipt;
  const { verdict, ...more } = await store.finish({
    ...rest,
    requestId,
    epoch,
    writer: `${epoch}-${seq}-${sealed.nonce}`,
    outcome,
    reply: JSON.stringify(sealed),
    // Up to where the sealed reply stands, so that it is sent to Redis once and not twice.
    frameHead: `${JSON.stringify({ kind: 'reply', requestId, epoch, seq, outcome }).slice(0, -1)},"sealed":`,
    isSilent,
    ...(conversation ? { commit: conversation } : {}),
  });
  if (verdict === 'conflict') throw new MeshError('CONVERSATION_CONFLICT', 'another request of the conversation ended first');
  if (verdict === 'late' || verdict === 'overtaken') droppedReplies.inc({ reason: verdict });
  return { verdict, ...more };
}
