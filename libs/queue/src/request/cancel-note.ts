import { MeshError, type ErrorCode } from '@switchyard/errors';

const CODES = { superseded: 'REQUEST_SUPERSEDED', person: 'PERSON_TOOK_OVER' } as const satisfies Record<string, ErrorCode>;
export type CancelReason = 'cancelled' | keyof typeof CODES;

/**
 * What is published to those who may have a request in work: its id, and the reason where it is not the client's wish.
 * @param by the request that is answered in its place, where one is
 */
export const cancelNote = (requestId: string, reason: CancelReason = 'cancelled', by?: string): string => [requestId, ...(reason === 'cancelled' ? [] : [reason]), ...(by === undefined ? [] : [by])].join(' ');

/** The request of a note, and the error that its work is aborted with. */
export function readCancelNote(note: string): { readonly requestId: string; readonly error: MeshError } {
  const [requestId = '', reason = '', by] = note.split(' ');
  const code = Object.hasOwn(CODES, reason) ? CODES[reason as keyof typeof CODES] : 'REQUEST_CANCELLED';
  return { requestId, error: new MeshError(code, 'while the job was in work', by === undefined ? {} : { field: by }) };
}
