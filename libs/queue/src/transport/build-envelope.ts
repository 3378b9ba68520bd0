import { z } from 'zod';
import { ENVELOPE_VERSION, type Envelope, type HoldEstimate, type JobContract, type Lane, type Trail } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { Sealer } from '../seal/sealer.js';

/** What an envelope says besides its job. */
export interface EnvelopeHead {
  readonly requestId: string;
  readonly tenant: string;
  readonly conversationId: string;
  readonly lane: Lane;
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  readonly replyTo: string;
  readonly traceparent?: string | undefined;
  readonly language?: string | undefined;
  readonly siteVersion: string;
  readonly hop: number;
  readonly trail: Trail;
  readonly hold?: HoldEstimate | undefined;
  readonly [ofANewerRelease: string]: unknown;
}

/**
 * The envelope of one job, its parts checked against their contract before they reach a queue; what surrounds them is
 * ours, and is checked where it is read. Fields of `head` that this release does not know are kept: a newer tier put
 * them there for another one.
 * @throws MeshError JOB_INVALID naming the field.
 */
export function buildEnvelope(contract: JobContract, head: EnvelopeHead, parts: { readonly body: unknown; readonly private: unknown }, sealer: Sealer): Envelope {
  const body = parsePart(contract, 'body', parts.body);
  const opened = parsePart(contract, 'private', parts.private);
  return { ...head, v: ENVELOPE_VERSION, kind: contract.kind, body, sealed: sealer.seal(opened, head.requestId) };
}

/** One part of a job, as its contract has it. @throws MeshError JOB_INVALID naming the field. */
export function parsePart(contract: JobContract, part: 'body' | 'private', value: unknown): Record<string, unknown> {
  return parseWith(contract[part], value, `${contract.kind}.${part}`) as Record<string, unknown>;
}

export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, name: string): z.infer<Schema> {
  const result = schema.safeParse(value, { reportInput: false });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [name, ...(issue?.path ?? [])].map(String).join('.');
  // The code of the issue, not its message: zod's messages can quote what stood there.
  throw new MeshError('JOB_INVALID', `${path}: ${issue?.code ?? 'invalid'}`, { field: path });
}
