import type { ChatModel } from '@switchyard/contracts';
import type { ErrorCode } from '@switchyard/errors';

/** How long a server that could not be reached is left alone. */
const AWAY_MS = 5_000;
const AWAY = new Set<ErrorCode>(['MODEL_UNAVAILABLE', 'MODEL_MISSING']);

/** One server of a pool, and what is known of it. */
export interface Endpoint {
  readonly model: ChatModel;
  readonly inFlight: number;
  /** Calls that it may be given at once now. */
  readonly limit: number;
  readonly isAway: boolean;
  begin(): void;
  /** @param code of the error that the call ended with; undefined: it was answered, or given up by the caller */
  end(code: ErrorCode | undefined): void;
  /** What a look at the server has shown. */
  mark(isThere: boolean): void;
}

export function createEndpoint(model: ChatModel, slots: number, now: () => number): Endpoint {
  let inFlight = 0;
  // A fraction of a slot is gained with each answer, a whole one after as many answers as there are slots.
  let limit = slots;
  let awayUntil = -Infinity;
  return {
    model,
    get inFlight() {
      return inFlight;
    },
    get limit() {
      return Math.floor(limit);
    },
    get isAway() {
      return now() < awayUntil;
    },
    begin: () => void inFlight++,
    end(code) {
      inFlight--;
      if (code === undefined) limit = Math.min(slots, limit + 1 / limit);
      // What it refused was one too many: it goes on with the others.
      else if (code === 'MODEL_OVERLOADED') limit = Math.max(1, Math.min(limit, inFlight));
      else if (AWAY.has(code)) awayUntil = now() + AWAY_MS;
    },
    mark(isThere) {
      awayUntil = isThere ? -Infinity : now() + AWAY_MS;
    },
  };
}
