import { acceptedIn, endedAt, requestIdOf, sentAt } from '../client/ledger.ts';
import { summarise, type Summary } from '../../load/statistics.ts';
import { findDisordered } from './find-disordered.ts';
import { findDoubled } from './find-doubled.ts';
import { findOverlaps } from './find-overlaps.ts';
import { findLost, findUndone } from './find-lost.ts';
import { finding, type Finding } from './finding.ts';
import { measureRecovery, type Recovery } from './measure-recovery.ts';
import { stepsOf, storedOf, type RunRecord } from './run-record.ts';
import { tellSlowest, type Timeline } from './tell-slowest.ts';

const TOLD = 5;

/** What is to be said of a run. */
export interface Judgement {
  /** Accepted, and without an answer. */
  readonly lost: readonly Finding[];
  /** With two requests, two ends or two effects. */
  readonly doubled: readonly Finding[];
  /** Begun before the message before it was answered. */
  readonly disordered: readonly Finding[];
  /** Said to be done, and not done. */
  readonly undone: readonly Finding[];
  /** Ended, and the record does not say how: a process that dies within 20 ms takes the last line along. */
  readonly unrecorded: readonly Finding[];
  /** Given up by its client before it was accepted. */
  readonly turnedAway: readonly Finding[];
  readonly recoveries: readonly Recovery[];
  readonly slowestRecoveryMs: number;
  /** Requests of which a step was run more than once. */
  readonly repeated: number;
  readonly sent: number;
  readonly accepted: number;
  /** Tries that nothing answered, or that were refused. */
  readonly triedAgain: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** From when a customer sent a message to when the client knew its end. */
  readonly latency: Summary;
  readonly slowest: readonly Timeline[];
}

/** Joins what the clients saw, what the mesh has stored, what it recorded and what it did to the shop. Pure. */
export function checkRun(run: RunRecord): Judgement {
  const { messages, faults } = run;
  const accepted = messages.filter((message) => requestIdOf(message) !== undefined);
  const outcomes: Record<string, number> = {};
  const unrecorded: Finding[] = [];
  let repeated = 0;
  for (const message of accepted) {
    const stored = storedOf(run, message);
    const outcome = stored === undefined || stored === 'unknown' ? 'unknown' : (stored.outcome ?? stored.state);
    const code = stored === undefined || stored === 'unknown' ? undefined : stored.error?.code;
    const name = code === undefined ? outcome : `${outcome} ${code}`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
    const steps = stepsOf(run, message);
    if (steps.some(({ attempt }) => attempt > 1)) repeated += 1;
    if (outcome !== 'unknown' && !steps.some(({ step }) => step === 'outcome')) unrecorded.push(finding(message, `${name}, and the record has ${steps.length} steps without an outcome`));
  }
  const recoveries = measureRecovery(messages, faults);
  return {
    lost: findLost(run),
    doubled: findDoubled(run),
    disordered: [...findDisordered(run), ...findOverlaps(run)],
    undone: findUndone(run),
    unrecorded,
    turnedAway: messages.filter((message) => acceptedIn(message) === undefined).map((message) => finding(message, `not accepted in ${message.attempts.length} tries, the last: ${message.attempts.at(-1)?.code ?? 'no answer'}`)),
    recoveries,
    slowestRecoveryMs: Math.max(0, ...recoveries.map(({ slowestMs }) => slowestMs)),
    repeated,
    sent: messages.length,
    accepted: accepted.length,
    triedAgain: messages.reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0),
    outcomes,
    latency: summarise(messages.flatMap((message) => (endedAt(message) ?? Number.NaN) - sentAt(message)).filter(Number.isFinite)),
    slowest: tellSlowest(run, TOLD),
  };
}
