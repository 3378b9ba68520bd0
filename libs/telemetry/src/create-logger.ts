import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * Fields that could hold customer text or a secret. Logs carry ids, kinds and sizes only; this is the net below
 * that rule, not the rule.
 */
const CENSORED = ['text', 'private', 'turns', 'query', 'authorization', 'headers.authorization', 'apiKey', 'key', '*.text', '*.private', '*.authorization', '*.apiKey'];

/** A JSON logger on standard output, one line an event, with the app's name in every line. */
export function createLogger(app: string, level: string): Logger {
  return pino({
    level,
    base: { app, pid: process.pid },
    redact: { paths: CENSORED, censor: '[not logged]' },
    // A foreign error's message may quote what it was given, so only its class, code and stack frames are logged.
    serializers: { err: describeError, error: describeError },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}

export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 8);
  const detail = (error as { detail?: unknown }).detail;
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    // `detail` of a MeshError is free of customer text by its contract.
    ...(error.name === 'MeshError' && typeof detail === 'string' ? { detail } : {}),
    frames,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
