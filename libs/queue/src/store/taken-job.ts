import { raw2NextJobData, type JobJson, type JobsOptions } from 'bullmq';
import { TAKEN_FIELDS } from './lua-jobs.js';
import { readBegun, type Begun } from './begun.js';

/** A job that was taken from a queue. */
export interface TakenJob {
  readonly id: string;
  /** Which run of it this is, from 1. */
  readonly run: number;
  /** As BullMQ makes a job of it. That it is in work, and in which run, is not written to it: nothing reads it there. */
  readonly json: JobJson;
  /** What was found when the step of its request began. */
  readonly begun?: Begun;
}

/** What the script says of a job: its id, which run it is, the values of its fields, and what the step found. */
export type TakenAnswer = readonly [id: string, run: number, values: readonly (string | null)[], begun: unknown];

export function readTakenJob([id, run, values, begun]: TakenAnswer): TakenJob {
  const value = (name: (typeof TAKEN_FIELDS)[number]): string | undefined => values[TAKEN_FIELDS.indexOf(name)] ?? undefined;
  const [deferredFailure, stacktrace] = [value('defa'), value('stacktrace')];
  const json: JobJson = {
    id,
    name: value('name') ?? '',
    data: value('data') ?? '{}',
    opts: optionsOf(value('opts') ?? '{}'),
    progress: 0,
    delay: Number(value('delay') ?? 0),
    priority: Number(value('priority') ?? 0),
    timestamp: Number(value('timestamp')),
    attemptsStarted: run,
    attemptsMade: Number(value('atm') ?? 0),
    stalledCounter: Number(value('stc') ?? 0),
    processedOn: Date.now(),
    failedReason: '',
    returnvalue: '',
    ...(deferredFailure === undefined ? {} : { deferredFailure }),
    ...(stacktrace === undefined ? {} : { stacktrace }),
  };
  return { id, run, json, ...(begun ? { begun: readBegun(begun) } : {}) };
}

/** Options as BullMQ reads them; those of a kind of job in a lane are the same for each. */
const options = new Map<string, JobsOptions>();
const MOST_OPTIONS = 1_000;

function optionsOf(text: string): JobsOptions {
  const known = options.get(text);
  if (known) return known;
  const [json] = raw2NextJobData([['opts', text], '', 0, 0]);
  const read = json?.opts ?? {};
  if (options.size >= MOST_OPTIONS) options.clear();
  options.set(text, read);
  return read;
}
