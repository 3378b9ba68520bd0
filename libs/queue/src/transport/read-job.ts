import { ENVELOPE_VERSION, Envelope, type JobContract, type JobInput } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { Sealer } from '../seal/sealer.js';
import { parsePart, parseWith } from './build-envelope.js';

/**
 * The envelope of a queued job, of a version that this release reads.
 * @throws MeshError JOB_VERSION_UNKNOWN or JOB_INVALID.
 */
export function readEnvelope(data: unknown, contract: JobContract): Envelope {
  const version = typeof data === 'object' && data !== null && 'v' in data ? data.v : undefined;
  if (typeof version === 'number' && version > ENVELOPE_VERSION) {
    throw new MeshError('JOB_VERSION_UNKNOWN', `envelope version ${version}, this release reads ${ENVELOPE_VERSION}`);
  }
  const envelope = parseWith(Envelope, data, contract.kind);
  if (envelope.kind !== contract.kind) throw new MeshError('JOB_INVALID', `a job of kind ${contract.kind} holds another kind`, { field: 'kind' });
  return envelope;
}

/** What the handler is given. @throws MeshError JOB_INVALID or SEAL_BROKEN. */
export function readInput(envelope: Envelope, contract: JobContract, sealer: Sealer): JobInput<JobContract> {
  return {
    envelope,
    body: parsePart(contract, 'body', envelope.body),
    private: parsePart(contract, 'private', sealer.open(envelope.sealed, envelope.requestId)),
  };
}

/** What can be read of a job without its private part; undefined where that is not even an envelope. */
export function readUnsealed(data: unknown, contract: JobContract): Pick<JobInput<JobContract>, 'envelope' | 'body'> | undefined {
  try {
    const envelope = readEnvelope(data, contract);
    return { envelope, body: parsePart(contract, 'body', envelope.body) };
  } catch {
    return undefined;
  }
}

/** The request's id, also where the rest of the job cannot be read: its client still gets an outcome. */
export function requestIdOf(data: unknown): string | undefined {
  const id = typeof data === 'object' && data !== null && 'requestId' in data ? data.requestId : undefined;
  return typeof id === 'string' && id.length > 0 && id.length <= 64 ? id : undefined;
}
