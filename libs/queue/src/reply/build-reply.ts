import { emptyTrail, type Reply, type ReplyDraft, type Trail } from '@switchyard/contracts';

/** What is known of a request when it ends; an envelope is one. */
export interface EndedRequest {
  readonly requestId: string;
  readonly conversationId: string;
  readonly acceptedAt: number;
  readonly siteVersion: string;
  readonly trail?: Trail;
}

/** The reply of a draft: its text, and the receipt that the trail adds up to. `nowMs` is by Redis' clock. */
export function buildReply(request: EndedRequest, draft: Omit<ReplyDraft, 'trail' | 'conversation'>, nowMs: number): Reply {
  const trail = request.trail ?? emptyTrail();
  return {
    text: draft.text,
    receipt: {
      requestId: request.requestId,
      conversationId: request.conversationId,
      outcome: draft.outcome,
      tier: draft.tier,
      language: trail.language ?? 'other',
      intent: trail.intent ?? { label: 'none', confidence: 0, source: 'none' },
      ...(trail.intents === undefined ? {} : { intents: trail.intents }),
      rule: trail.rules.at(-1) ?? 'builtin.none',
      citations: [...(draft.citations ?? [])],
      models: trail.models,
      redactions: trail.redactions,
      leftSite: trail.leftSite,
      siteVersion: request.siteVersion,
      timings: { ...trail.timings, total: Math.max(0, nowMs - request.acceptedAt) },
    },
    ...(draft.error === undefined ? {} : { error: { ...draft.error } }),
  };
}

/** The trail with the time that one tier waited and worked, in milliseconds; added up when a tier had it twice. */
export function withTimings(trail: Trail, tier: string, waitMs: number, workMs: number): Trail {
  const add = (name: string, ms: number): number => Math.round(((trail.timings[name] ?? 0) + Math.max(0, ms)) * 10) / 10;
  const wait = `queue.${tier}`;
  return { ...trail, timings: { ...trail.timings, [wait]: add(wait, waitMs), [tier]: add(tier, workMs) } };
}
