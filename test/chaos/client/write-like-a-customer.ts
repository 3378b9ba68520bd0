import type { Door } from './door.ts';
import { followEvents, lookForEnd } from './follow-events.ts';
import type { Ledger, Message } from './ledger.ts';
import { pause } from './pause.ts';

/** One thing that a customer writes. */
export interface Line {
  readonly text: string;
  readonly kind: string;
  readonly deadlineMs: number;
  /** Sent without waiting for the answer to the line before. */
  readonly atOnce?: boolean;
  readonly followBy: 'get' | 'sse';
  readonly order?: string;
  readonly priority?: 'interactive' | 'normal' | 'bulk';
  /** Sent without an Idempotency-Key, which the mesh would remember for a day. */
  readonly isKeyless?: boolean;
  /** Its client hangs up after so many milliseconds the first time, and sends it again under the same key. */
  readonly hangUpMs?: number;
}

export interface ConversationPlan {
  readonly tenant: string;
  readonly conversationId: string;
  readonly lines: readonly Line[];
}

export interface Customers {
  readonly door: Door;
  readonly ledger: Ledger;
  /** `again`: a refused message is sent again after the time that was named; `leave`: it is given up. */
  readonly onRefused: 'again' | 'leave';
}

/** The wait after a try that failed is doubled each time, up to the second of these. */
const AGAIN_MS = 50;
const SELDOM_MS = 500;
/** Nobody is told to wait for longer here. */
const LONGEST_WAIT_MS = 2_000;
/** How long a client tries to get a message accepted. */
const PATIENCE_MS = 120_000;
/** How long after its deadline an end may come before its client gives it up for lost. */
const GRACE_MS = 30_000;

interface Accepted {
  readonly requestId?: string;
}

/** Sends a message until it is accepted, always under the same key. @returns its request, or undefined where it was refused for good */
export async function send({ door, onRefused }: Customers, message: Message, line: Line): Promise<string | undefined> {
  const { tenant, key, conversationId } = message;
  const body = { text: line.text, conversationId, deadlineMs: line.deadlineMs, ...(line.priority === undefined ? {} : { priority: line.priority }) };
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let againMs = AGAIN_MS; Date.now() < giveUpAt; againMs = Math.min(againMs * 2, SELDOM_MS)) {
    const at = Date.now();
    const answer = await door.call({ tenant, method: 'POST', path: '/v1/requests', body, headers: line.isKeyless ? {} : { 'idempotency-key': key }, ...(line.hangUpMs !== undefined && message.attempts.length === 0 ? { timeoutMs: line.hangUpMs } : {}) }).catch(() => undefined);
    const until = Date.now();
    if (!answer) {
      message.attempts.push({ at, until });
      await pause(againMs);
      continue;
    }
    const { status, headers } = answer;
    if (status === 202) {
      const { requestId } = answer.body as Accepted;
      message.attempts.push({ at, until, status, ...(requestId === undefined ? {} : { requestId }), ...(headers['idempotent-replayed'] === 'true' ? { isReplay: true } : {}) });
      return requestId;
    }
    const { code } = (answer.body ?? {}) as { readonly code?: string };
    const retryAfter = Number(headers['retry-after']);
    message.attempts.push({ at, until, status, ...(code === undefined ? {} : { code }), ...(Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1_000 } : {}) });
    const isRefused = status === 429 || code === 'OVERLOADED';
    if ((isRefused && onRefused === 'leave') || (status < 500 && !isRefused)) return undefined;
    await pause(Math.min(LONGEST_WAIT_MS, isRefused && Number.isFinite(retryAfter) ? retryAfter * 1_000 : againMs));
  }
  return undefined;
}

/** One customer's conversation: its lines one after the other, each followed to its end. */
export async function writeLikeACustomer(customers: Customers, plan: ConversationPlan): Promise<void> {
  const { door, ledger } = customers;
  const { tenant, conversationId } = plan;
  const followed: Promise<void>[] = [];
  for (const [place, line] of plan.lines.entries()) {
    if (!line.atOnce) await Promise.all(followed);
    const { kind, deadlineMs, order } = line;
    const message = ledger.open({ key: `${conversationId}.${place}`, tenant, conversationId, place, kind, deadlineMs, ...(order === undefined ? {} : { order }) });
    const requestId = await send(customers, message, line);
    if (requestId === undefined) break;
    const giveUpAt = Date.now() + deadlineMs + GRACE_MS;
    followed.push(line.followBy === 'sse' ? followEvents(door, message, requestId, giveUpAt) : lookForEnd(door, message, requestId, giveUpAt));
  }
  await Promise.all(followed);
}
