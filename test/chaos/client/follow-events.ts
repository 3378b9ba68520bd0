import { createParser } from 'eventsource-parser';
import type { Door } from './door.ts';
import type { Message, Sighting } from './ledger.ts';
import { pause } from './pause.ts';

/** What the gateway tells of a request that has ended. */
export interface Document {
  readonly state: string;
  readonly outcome?: string;
  readonly reply?: string;
  readonly error?: { readonly code: string };
}

export const sightingOf = (by: Sighting['by'], { outcome = '', reply = '', error }: Document): Sighting => ({ by, at: Date.now(), outcome, text: reply, ...(error ? { code: error.code } : {}) });

const AGAIN_MS = 100;
/** Heartbeats come every 15 s: a stream that is silent for longer hangs. */
const SILENT_MS = 20_000;

/** Follows a request's events until its reply, and goes on behind the last event wherever it is cut off. */
export async function followEvents(door: Door, message: Message, requestId: string, giveUpAt: number): Promise<void> {
  let last: string | undefined;
  while (Date.now() < giveUpAt && message.sightings.length === 0) {
    try {
      const response = await door.open({ tenant: message.tenant, path: `/v1/requests/${requestId}/events`, headers: { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) }, timeoutMs: SILENT_MS });
      if (response.statusCode === 404) return void response.resume();
      const parser = createParser({
        onEvent: ({ event, id, data }) => {
          last = id ?? last;
          if (event === 'reply') message.sightings.push(sightingOf('sse', JSON.parse(data) as Document));
        },
      });
      if (response.statusCode === 200) for await (const chunk of response) parser.feed(String(chunk));
      else response.resume();
    } catch {
      // Cut off: the next try goes on behind the last event.
    }
    if (message.sightings.length === 0) await pause(AGAIN_MS);
  }
}

const FIRST_LOOK_MS = 40;
const LONGEST_LOOK_MS = 500;

/** Asks again and again whether a request has ended; once, where it has. */
export async function lookForEnd(door: Door, message: Message, requestId: string, giveUpAt: number): Promise<void> {
  for (let waitMs = FIRST_LOOK_MS; Date.now() < giveUpAt; waitMs = Math.min(waitMs * 2, LONGEST_LOOK_MS)) {
    const answer = await door.call({ tenant: message.tenant, path: `/v1/requests/${requestId}` }).catch(() => undefined);
    if (answer?.status === 404) return;
    const document = answer?.status === 200 ? (answer.body as Document) : undefined;
    if (document?.outcome !== undefined) return void message.sightings.push(sightingOf('get', document));
    await pause(waitMs);
  }
}
