import { text } from 'node:stream/consumers';
import { serve, type Served } from './serve.ts';

/** A scripted handler began or was done, in the order in which it was known here: it waits for this before it goes on. */
export interface RunNote {
  readonly kind: 'begin' | 'end';
  readonly requestId: string;
  readonly conversationId: string;
  /** From 1; a job that was taken over or tried again has more. */
  readonly run: number;
  readonly instance: string;
  readonly at: number;
}

export interface RunLog extends Served {
  readonly notes: readonly RunNote[];
}

/** What scripted tiers did, told as it happens; no clock of theirs is needed to say what came first. */
export async function startRunLog(): Promise<RunLog> {
  const notes: RunNote[] = [];
  const served = await serve(async (request, response) => {
    notes.push({ ...(JSON.parse(await text(request)) as Omit<RunNote, 'at'>), at: Date.now() });
    response.end();
  });
  return { ...served, notes };
}
