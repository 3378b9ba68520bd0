import { errorEntry, type ErrorCode, type ErrorEntry } from './error-catalogue.js';

// Symbol.for survives two copies of this package in one process, which `instanceof` does not.
const marker = Symbol.for('switchyard.error');

export interface MeshErrorOptions {
  readonly cause?: unknown;
  /** The file, field or key that is wrong; shown to clients and operators, so never a customer's text. */
  readonly field?: string;
  /** How long the caller should wait before it tries again. */
  readonly retryAfterMs?: number;
}

/**
 * The one error class of the mesh. `code` decides everything else, through the catalogue.
 * `detail` is logged, audited and shown, so it must never hold customer text or a secret.
 */
export class MeshError extends Error {
  override readonly name = 'MeshError';
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly [marker] = true;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    options: MeshErrorOptions = {},
  ) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.field = options.field;
    this.retryAfterMs = options.retryAfterMs;
  }

  get entry(): ErrorEntry {
    return errorEntry(this.code);
  }

  get retry(): boolean {
    return this.entry.retry;
  }

  static is(error: unknown): error is MeshError {
    return error instanceof Error && marker in error;
  }
}

/**
 * Any thrown value as a MeshError. What is not one already becomes INTERNAL, with the class of the error as
 * its detail: a foreign message may quote customer text, so it stays in `cause` and out of logs and replies.
 */
export function toMeshError(error: unknown): MeshError {
  if (MeshError.is(error)) return error;
  const kind = error instanceof Error ? error.name : typeof error;
  return new MeshError('INTERNAL', kind, { cause: error });
}
