import type { Lane, ReplyLanguage, Turn } from '@switchyard/contracts';

/** A message to be answered, whichever route it came by. Pure data: who asks and the deadline's length stand in it. */
export interface Ask {
  readonly source: 'chat' | 'requests' | 'chatwoot';
  readonly text: string;
  /** Earlier turns that the client sent along, oldest first. */
  readonly turns: readonly Turn[];
  readonly conversationId: string;
  readonly language?: ReplyLanguage;
  readonly lane: Lane;
  readonly deadlineMs: number;
  /** What the client calls the request, and all that must be the same for it to be the same request. */
  readonly idempotency?: { readonly key: string; readonly content: string };
  /** The client's own notes; they travel sealed, as the text does. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The client's W3C trace context. */
  readonly traceparent?: string;
}

export interface DeadlineLimits {
  readonly defaultMs: number;
  readonly maxMs: number;
}

/** The time that a request gets: what the client asks for, but never more than the site allows. */
export function boundDeadline(askedMs: number | undefined, limits: DeadlineLimits): number {
  return Math.min(askedMs ?? limits.defaultMs, limits.maxMs);
}
