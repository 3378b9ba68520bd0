import type { MeshError } from '@switchyard/errors';
import { z } from 'zod';

/** An error as RFC 9457 has it, with the catalogue's code. `type` leads to the code's line in `/docs`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  field: z.string().optional(),
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

/** An error as OpenAI's API has it, which its clients read. */
export const OpenAiError = z.object({
  error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() }),
});
export type OpenAiError = z.infer<typeof OpenAiError>;

/**
 * What of an error may be told. An INTERNAL one says nothing but that it happened: its detail is the name of a foreign
 * class, which helps nobody outside.
 */
const tellable = (error: MeshError): string => (error.code === 'INTERNAL' ? 'The error was logged.' : error.detail);

export function problemOf(error: MeshError, requestId?: string): Problem {
  return {
    type: `/docs#${error.code}`,
    title: error.entry.title,
    status: error.entry.status,
    code: error.code,
    detail: tellable(error),
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

export function openAiErrorOf(error: MeshError): OpenAiError {
  return { error: { message: `${error.entry.title.replace(/\.$/, '')}: ${tellable(error)}`, type: error.entry.openai, param: error.field ?? null, code: error.code } };
}

/** What a client waits where the error does not say: the catalogue's 429 and 503 always carry `Retry-After`. */
const DEFAULT_RETRY_AFTER_MS = 2_000;

/** The headers that go with an error. `Retry-After` is in whole seconds, rounded up, at least one. */
export function errorHeaders(error: MeshError): Record<string, string> {
  const { status } = error.entry;
  const headers: Record<string, string> = {};
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="switchyard"';
  // OpenAI's clients send these again by themselves; but the message had its outcome, and would have another one.
  if (status === 409 || (status >= 500 && status !== 503)) headers['x-should-retry'] = 'false';
  if (status === 429 || status === 503) headers['retry-after'] = String(Math.max(1, Math.ceil((error.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS) / 1_000)));
  return headers;
}
