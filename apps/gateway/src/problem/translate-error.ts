import { HttpException, NotFoundException } from '@nestjs/common';
import { MeshError, toMeshError } from '@switchyard/errors';

/** Fastify's and its plugins' errors, by their codes. What is not here is a bug of ours: INTERNAL. */
const FASTIFY: Record<string, (error: Error) => MeshError> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new MeshError('CONTENT_TYPE_UNSUPPORTED', 'the content type is missing or not taken here', { field: 'content-type' }),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new MeshError('BODY_TOO_LARGE', 'the body is over the limit of this route'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new MeshError('REQUEST_INVALID', 'the body does not have the length that its header states', { field: 'content-length' }),
  FST_REQ_FILE_TOO_LARGE: () => new MeshError('BODY_TOO_LARGE', 'the file is over the limit of this route', { field: 'file' }),
  FST_FILES_LIMIT: () => new MeshError('REQUEST_INVALID', 'one file at a time', { field: 'file' }),
  FST_PARTS_LIMIT: () => new MeshError('REQUEST_INVALID', 'the form has too many parts'),
  FST_FIELDS_LIMIT: () => new MeshError('REQUEST_INVALID', 'the form has too many fields'),
  FST_PROTO_VIOLATION: () => new MeshError('REQUEST_INVALID', 'a field of the form has a name that is not allowed'),
  FST_INVALID_MULTIPART_CONTENT_TYPE: () => new MeshError('CONTENT_TYPE_UNSUPPORTED', 'the form is not multipart/form-data with a boundary', { field: 'content-type' }),
  FST_ERR_MAX_PARAM_LENGTH: () => new MeshError('ROUTE_UNKNOWN', 'a name in the path is longer than any can be'),
  FST_ERR_BAD_URL: () => new MeshError('ROUTE_UNKNOWN', 'the path is not a valid one'),
};

/** Any error that reaches the edge as one of the catalogue. */
export function translateError(error: unknown): MeshError {
  if (MeshError.is(error) || !(error instanceof Error)) return toMeshError(error);
  if (error instanceof NotFoundException) return new MeshError('ROUTE_UNKNOWN', 'see /docs for the routes');
  // Nest wraps Fastify's errors.
  if (error instanceof HttpException && error.cause instanceof Error) return translateError(error.cause);
  const code = 'code' in error ? String(error.code) : '';
  const translate = Object.hasOwn(FASTIFY, code) ? FASTIFY[code] : undefined;
  return translate ? translate(error) : toMeshError(error);
}
