import { MeshError, type ErrorCode } from '@switchyard/errors';

/** An error that lies in the document, so that neither another try nor another machine reads it. */
export function documentFault(code: Extract<ErrorCode, `DOCUMENT_${string}`>, fileName: string, reason: string, cause?: unknown): MeshError {
  return new MeshError(code, `${fileName} ${reason}`, { field: fileName, ...(cause === undefined ? {} : { cause }) });
}

/** Whether the document itself is at fault: the others go on. */
export const isDocumentFault = (error: unknown): error is MeshError => MeshError.is(error) && error.code.startsWith('DOCUMENT_') && error.code !== 'DOCUMENT_UNKNOWN';
