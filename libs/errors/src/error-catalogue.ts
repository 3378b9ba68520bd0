/**
 * Every failure the mesh can name. One table drives four things:
 * - `retry`: whether the queue runs the job again;
 * - `outcome`: how an accepted request ends when retrying is over;
 * - `status`: the HTTP status at the gateway;
 * - `openai`: the error type on the OpenAI-compatible route.
 *
 * A code is public API: clients and alerts match on it, so it is never renamed, only retired.
 */
export interface ErrorEntry {
  readonly retry: boolean;
  readonly outcome: 'failed' | 'handed_over' | 'expired' | 'cancelled' | 'refused';
  readonly status: number;
  readonly openai: 'invalid_request_error' | 'authentication_error' | 'permission_error' | 'not_found_error' | 'rate_limit_error' | 'server_error';
  /** One sentence for operators and for the problem document's `title`. */
  readonly title: string;
}

const bad = (title: string, status = 400): ErrorEntry => ({ retry: false, outcome: 'failed', status, openai: 'invalid_request_error', title });
const ours = (title: string, retry: boolean, outcome: ErrorEntry['outcome'] = 'failed', status = 500): ErrorEntry => ({ retry, outcome, status, openai: 'server_error', title });

export const errorCatalogue = {
  // What a client sent.
  JSON_INVALID: bad('The body is not valid JSON.'),
  REQUEST_INVALID: bad('A field of the request is missing or has the wrong type.'),
  TEXT_TOO_LONG: bad('The text is longer than a message may be.', 413),
  BODY_TOO_LARGE: bad('The body is larger than the gateway takes.', 413),
  CONTENT_TYPE_UNSUPPORTED: bad('The content type is not one this route takes.', 415),
  KEY_MISSING: { retry: false, outcome: 'failed', status: 401, openai: 'authentication_error', title: 'The request carries no API key.' },
  KEY_UNKNOWN: { retry: false, outcome: 'failed', status: 401, openai: 'authentication_error', title: 'The API key is not known.' },
  SCOPE_MISSING: { retry: false, outcome: 'failed', status: 403, openai: 'permission_error', title: 'The API key lacks the scope that this route needs.' },
  ROUTE_UNKNOWN: { retry: false, outcome: 'failed', status: 404, openai: 'not_found_error', title: 'There is no such route.' },
  METHOD_NOT_ALLOWED: bad('The route does not take this method.', 405),
  REQUEST_UNKNOWN: { retry: false, outcome: 'failed', status: 404, openai: 'not_found_error', title: 'There is no such request, or it is past its retention.' },
  MODEL_UNKNOWN: { retry: false, outcome: 'failed', status: 404, openai: 'not_found_error', title: 'There is no such model.' },
  VARIANT_UNKNOWN: { retry: false, outcome: 'failed', status: 404, openai: 'not_found_error', title: 'There is no such variant of a question.' },
  REVIEW_UNKNOWN: { retry: false, outcome: 'failed', status: 404, openai: 'not_found_error', title: 'There is no such answer for review, or it has expired.' },
  DOCUMENT_UNKNOWN: { retry: false, outcome: 'failed', status: 404, openai: 'not_found_error', title: 'There is no such document.' },
  DOCUMENT_INVALID: bad('The document cannot be read.', 422),
  DOCUMENT_TYPE_UNSUPPORTED: bad('The document is of a kind that is not read here.', 422),
  DOCUMENT_TOO_LARGE: bad('The document, or what it unpacks to, is larger than is taken.', 422),
  DOCUMENT_ENCRYPTED: bad('The document is encrypted.', 422),
  DOCUMENT_EMPTY: bad('The document holds no text.', 422),
  DOCUMENT_ENCODING_UNKNOWN: bad('The text is in an encoding that is not read here.', 422),
  DOCUMENT_TOO_COMPLEX: bad('Reading the document takes more memory or time than it may.', 422),
  IDEMPOTENCY_MISMATCH: bad('The idempotency key was used before with another body.', 422),
  VARIANTS_FULL: bad('As many variants of questions are kept as may be. Remove those that are not needed.', 409),
  REVIEWS_FULL: bad('As many answers are approved as the site allows. Export them to the site and reject those, or allow more.', 409),
  RATE_LIMITED: { retry: true, outcome: 'failed', status: 429, openai: 'rate_limit_error', title: 'The tenant is over its quota.' },
  TENANT_BACKLOG_FULL: { retry: true, outcome: 'failed', status: 429, openai: 'rate_limit_error', title: 'The tenant has as much open as it may have.' },
  OVERLOADED: { retry: true, outcome: 'failed', status: 503, openai: 'server_error', title: 'The mesh cannot take more work now.' },

  // What a site holds.
  SITE_INVALID: ours('The site is not valid; the one in force stays.', false),

  // Jobs and their way through the queues.
  JOB_INVALID: ours('The job does not fit its contract.', false),
  JOB_VERSION_UNKNOWN: ours('The job is of a version that this release does not read.', false),
  HANDLER_MISSING: ours('A job kind has no handler in the app that owns its queue.', false),
  HANDLER_DUPLICATE: ours('A job kind has more than one handler.', false),
  JOB_TOO_LARGE: ours('The job is larger than a queue takes.', false),
  SEAL_BROKEN: ours('A sealed field cannot be opened: the key is not known, or the text was changed.', false),
  DEADLINE_PASSED: ours('The deadline passed before an answer was ready.', false, 'expired', 504),
  REQUEST_CANCELLED: ours('The request was cancelled.', false, 'cancelled', 409),
  REQUEST_SUPERSEDED: ours('A newer message of the conversation took the place of this one.', false, 'cancelled', 409),
  REQUEST_MERGED: ours('The message was answered together with a later one of the conversation.', false, 'cancelled', 409),
  PERSON_TOOK_OVER: ours('A person has taken the conversation over.', false, 'handed_over', 409),
  ATTEMPTS_EXHAUSTED: ours('The job failed on every attempt.', false),
  HOPS_EXHAUSTED: ours('The request was passed on too often.', false, 'handed_over'),
  CONVERSATION_CONFLICT: ours('Another message of the conversation changed its state at the same time.', true),
  QUEUE_UNAVAILABLE: ours('The queue cannot be reached.', true, 'failed', 503),

  // What the tiers depend on.
  MODEL_UNAVAILABLE: ours('The model server cannot be reached.', true, 'handed_over', 503),
  MODEL_OVERLOADED: ours('The model server is busy.', true, 'handed_over', 503),
  MODEL_OUTPUT_INVALID: ours('The model answered in a form that cannot be used.', true, 'handed_over', 502),
  MODEL_REJECTED: ours('The model server refused the request.', false, 'handed_over', 502),
  MODEL_MISSING: ours('The model is not installed on the model server.', false, 'handed_over', 503),
  MODEL_MISMATCH: ours('The collection holds vectors of another embedding model.', false, 'failed', 409),
  TOOL_UNAVAILABLE: ours('A tool cannot be reached or answered with an error.', true, 'handed_over', 502),
  TOOL_REJECTED: ours('A tool refused the call.', false, 'handed_over', 502),
  TOOL_ARGUMENTS_INVALID: ours('The arguments do not fit the schema of the tool.', false, 'handed_over', 500),
  EGRESS_BLOCKED: ours('The site does not allow anything to leave.', false, 'handed_over', 503),
  PERSONAL_DATA_REFUSED: ours('The message holds personal data that the site does not send to a cloud.', false, 'handed_over', 403),
  BUDGET_EXHAUSTED: ours('The budget is spent.', false, 'handed_over', 402),
  PRICE_UNKNOWN: ours('The price of the model is not known, so no budget can be reserved.', false, 'handed_over', 500),
  DELIVERY_FAILED: ours('What people are to be told could not be delivered; it is tried again.', true, 'failed', 502),
  DELIVERY_REFUSED: ours('What people are to be told cannot be delivered where the site says.', false, 'failed', 502),
  DATABASE_UNAVAILABLE: ours('The database cannot be reached.', true, 'failed', 503),
  REBUILD_RUNNING: ours('The knowledge base is being rebuilt by another run.', false, 'failed', 409),
  STORE_REJECTED: ours('The vector store refused the request.', false),
  STORE_ANSWER_INVALID: ours('The vector store answered with what was not asked for, or in a form that cannot be used.', false, 'failed', 502),
  CONFIG_INVALID: ours('A setting of the environment is missing or wrong.', false),
  INTERNAL: ours('An error that has no name yet: a bug.', true),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** The entry of a code, typed as the interface, so that callers need not narrow the literal. */
export function errorEntry(code: ErrorCode): ErrorEntry {
  return errorCatalogue[code];
}

export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(errorCatalogue, value);
}
