import type { Chance } from '../seeded-chance.js';
import { FAULTS, type FaultName } from './faults.js';

/** The parts of a streamed answer as a protocol writes them. */
export interface StreamForm {
  readonly contentType: string;
  /** What stands before the first piece, where something does. */
  readonly begin: string;
  piece(content: string): string;
  /** The final message, with finish and token counts. */
  readonly last: string;
  /** An error in the middle of a stream, saying this. */
  error(message: string): string;
}

/** What a server does with a call, in this order: bytes that it sends, milliseconds that it waits. */
export type Step = Buffer | number;

export interface FaultScript {
  readonly fault: FaultName;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `raw`: they go onto the socket as they are, in place of an HTTP answer. */
  readonly steps: readonly Step[];
  readonly raw: boolean;
  /** Afterwards: the end of the body, a socket that is destroyed, or silence until the client goes away. */
  readonly end: 'end' | 'cut' | 'hang';
  /**
   * What the caller has to get of it: the whole text, an error, or either (servers and clients differ in what they forgive).
   * Never a part of the text as if it were the whole.
   */
  readonly wanted: 'whole' | 'error' | 'either';
}

/** One call with its fault. */
export interface FaultCase {
  readonly script: Pick<FaultScript, 'wanted'> & { readonly fault: string };
  /** When the caller gives up, in milliseconds from its call; absent: never, and the server ends by itself. */
  readonly abortAfterMs?: number;
}

export interface FaultPlan {
  readonly chance: Chance;
  readonly form: StreamForm;
  /** What the servers quote wherever they may: it must not come back in an error. */
  readonly secret: string;
}

/** What every server would answer, with characters of one to four bytes and such as JSON escapes. */
export const WHOLE_ANSWER = '15 天内可以退款€。🎁 "Within" 15 days,\na refund \\ 𠮷野家';
const ABORT_WITHIN_MS = 40;

/** The answer in one to eight pieces. */
function piecesOf(chance: Chance): string[] {
  const letters = Array.from(WHOLE_ANSWER);
  const cuts = [0, ...Array.from({ length: chance.below(8) }, () => 1 + chance.below(letters.length - 1)), letters.length].toSorted((a, b) => a - b);
  return cuts.slice(1).map((to, at) => letters.slice(cuts[at], to).join('')).filter((piece) => piece !== '');
}

/**
 * So many cases, every fault among them where there are enough; the same chance gives the same ones. About a third are given up by their
 * caller at some moment, before, within or after the answer, and all of those whose server never ends.
 */
export function planFaults({ chance, form, secret }: FaultPlan, count: number): (FaultCase & { readonly script: FaultScript })[] {
  const names = Object.keys(FAULTS) as FaultName[];
  return Array.from({ length: count }, (_, index) => {
    const fault = names[index % names.length] as FaultName;
    const own = chance.fork(`${fault}.${index}`);
    const texts = piecesOf(own);
    const script: FaultScript = { fault, status: 200, headers: { 'content-type': form.contentType }, raw: false, end: 'end', wanted: 'whole', ...FAULTS[fault]({ chance: own, form, secret, texts }) };
    const isGivenUp = script.end === 'hang' || own.next() < 1 / 3;
    return { script, ...(isGivenUp ? { abortAfterMs: own.between(0, ABORT_WITHIN_MS) } : {}) };
  });
}
