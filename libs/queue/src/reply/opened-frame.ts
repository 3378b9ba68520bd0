import { Reply, ReplyFrame, type Decision, type Outcome } from '@switchyard/contracts';
import type { MeshError } from '@switchyard/errors';
import type { Sealer } from '../seal/sealer.js';
import { eventIdOf } from '../transport/epoch.js';
import { errorOfFields } from './error-frame.js';

interface Placed {
  readonly requestId: string;
  /** `<epoch>-<seq>`: stable, ascending, the same on every gateway; an SSE event id. */
  readonly id: string;
  /** Grows when a later tier or a repeated run writes: pieces of an older epoch are superseded. */
  readonly epoch: number;
  readonly seq: number;
}

/** A frame of a reply stream, opened. `reply`, `result` and `error` are terminal. */
export type OpenedFrame =
  | (Placed & { readonly kind: 'decided'; readonly decision: Decision })
  | (Placed & { readonly kind: 'delta'; readonly text: string })
  | (Placed & { readonly kind: 'reply'; readonly outcome: Outcome; readonly reply: Reply })
  | (Placed & { readonly kind: 'result'; readonly value: unknown })
  | (Placed & { readonly kind: 'error'; readonly error: MeshError });

/** Opens the frames of an entry that belong to requests `wanted` names; those that cannot be opened are left out. */
export type FrameOpener = (json: string, wanted: (requestId: string) => boolean) => readonly OpenedFrame[];

/** The frames of one entry that belong to requests `wanted` names. What does not parse is left out. */
export function parseFrames(json: string, wanted: (requestId: string) => boolean): ReplyFrame[] {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: { requestId?: unknown }) => {
    if (typeof entry?.requestId !== 'string' || !wanted(entry.requestId)) return [];
    const parsed = ReplyFrame.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

/** @throws MeshError SEAL_BROKEN where the frame was sealed with a key that this app does not have. */
export function openFrame(frame: ReplyFrame, sealer: Sealer): OpenedFrame {
  const { requestId, epoch, seq } = frame;
  const placed = { requestId, id: eventIdOf(frame), epoch, seq };
  if (frame.kind === 'decided') return { ...placed, kind: 'decided', decision: frame.decision };
  if (frame.kind === 'error') return { ...placed, kind: 'error', error: errorOfFields({ code: frame.code, detail: frame.detail, field: frame.field, retryAfterMs: frame['retryAfterMs'] }) };
  const opened = sealer.open(frame.sealed, requestId);
  if (frame.kind === 'delta') return { ...placed, kind: 'delta', text: String(opened) };
  if (frame.kind === 'result') return { ...placed, kind: 'result', value: opened };
  const reply = Reply.parse(opened);
  return { ...placed, kind: 'reply', outcome: reply.receipt.outcome, reply };
}

export function isTerminal(frame: OpenedFrame): boolean {
  return frame.kind === 'reply' || frame.kind === 'result' || frame.kind === 'error';
}
