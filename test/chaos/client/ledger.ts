/** Milliseconds since 1970, by this machine's clock: tiers and Redis of a test run on it, too. */
export type Moment = number;

/** One try to send a message. */
export interface Attempt {
  readonly at: Moment;
  readonly until: Moment;
  /** Absent: nothing answered, and the client cannot know whether it was accepted. */
  readonly status?: number;
  /** Where it was accepted. */
  readonly requestId?: string;
  /** The gateway knew the key already. */
  readonly isReplay?: boolean;
  /** Of the problem document, where it was refused. */
  readonly code?: string;
  readonly retryAfterMs?: number;
}

/** An end of a request that a client was told. */
export interface Sighting {
  readonly by: 'get' | 'sse';
  readonly at: Moment;
  readonly outcome: string;
  readonly text: string;
  readonly code?: string;
}

/** One message of a customer, and all that its client did and saw. */
export interface Message {
  /** Its Idempotency-Key. */
  readonly key: string;
  readonly tenant: string;
  readonly conversationId: string;
  /** Its place in the conversation, from 0. */
  readonly place: number;
  /** What sort of question it is; for counting. */
  readonly kind: string;
  readonly deadlineMs: number;
  /** The order in the shop that it has the mesh change. */
  readonly order?: string;
  readonly attempts: Attempt[];
  readonly sightings: Sighting[];
}

export const acceptedIn = (message: Message): Attempt | undefined => message.attempts.find((one) => one.requestId !== undefined);
export const requestIdOf = (message: Message): string | undefined => acceptedIn(message)?.requestId;
/** When its customer pressed the button. */
export const sentAt = (message: Message): Moment => message.attempts[0]?.at ?? Number.NaN;
/** When its client first knew the end. */
export const endedAt = (message: Message): Moment | undefined => (message.sightings.length === 0 ? undefined : Math.min(...message.sightings.map(({ at }) => at)));

/** All that the clients of a run did and saw. */
export class Ledger {
  readonly messages: Message[] = [];

  open(message: Omit<Message, 'attempts' | 'sightings'>): Message {
    const opened: Message = { ...message, attempts: [], sightings: [] };
    this.messages.push(opened);
    return opened;
  }
}
