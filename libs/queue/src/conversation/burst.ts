import { MAX_TEXT } from '@switchyard/contracts';
import type { LaneEntry } from '../store/operations.js';

/** A request that waits in its conversation, with what it would ask. */
export interface WaitingAsk {
  readonly entry: LaneEntry;
  /** Absent where it is not the first step of a request, such as one that is tried again: then it goes on by itself. */
  readonly text?: string | undefined;
}

/**
 * The first of the waiting messages, and those behind it that belong to one burst: each came within `windowMs` of the
 * one before, and together they are no longer than a message may be. People write "hello", "where is my order" and its
 * number as three messages, and mean one question.
 */
export function burstOf(waiting: readonly WaitingAsk[], windowMs: number): readonly WaitingAsk[] {
  const burst: WaitingAsk[] = [];
  let length = 0;
  for (const ask of waiting) {
    const before = burst.at(-1);
    length += (ask.text?.length ?? 0) + (before ? 1 : 0);
    const fits = ask.text !== undefined && before?.text !== undefined && ask.entry.acceptedAt - before.entry.acceptedAt <= windowMs && length <= MAX_TEXT;
    if (before && !fits) break;
    burst.push(ask);
  }
  return burst;
}

/** One message of a burst, in the order in which it was written. */
export const joinBurst = (burst: readonly WaitingAsk[]): string => burst.map(({ text }) => text ?? '').join('\n');
