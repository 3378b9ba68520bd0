import { isErrorCode, MeshError } from '@switchyard/errors';

interface ErrorFields {
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
  readonly retryAfterMs?: number;
}

/** A MeshError as the fields of a frame; its `detail` holds no customer text by contract. */
export function errorFields(error: MeshError): ErrorFields {
  const { code, detail, field, retryAfterMs } = error;
  return { code, detail, ...(field === undefined ? {} : { field }), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The MeshError that was sent; a code that this release does not know is INTERNAL, named in the detail. */
export function errorOfFields(fields: { readonly code: string; readonly detail: string; readonly field?: string | undefined; readonly retryAfterMs?: unknown }): MeshError {
  const options = {
    ...(fields.field === undefined ? {} : { field: fields.field }),
    ...(typeof fields.retryAfterMs === 'number' ? { retryAfterMs: fields.retryAfterMs } : {}),
  };
  return isErrorCode(fields.code) ? new MeshError(fields.code, fields.detail, options) : new MeshError('INTERNAL', `the other side sent ${fields.code}`, options);
}
