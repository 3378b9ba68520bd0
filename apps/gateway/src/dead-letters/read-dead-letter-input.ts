import { QueueName } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { z } from 'zod';
import { listLimit } from '../problem/list-limit.js';
import { parseInput } from '../problem/parse-input.js';
import { Code } from './dead-letter-document.js';

/** As many as one call lists or tries again. */
export const MOST_LETTERS = 1_000;

/** The id of a job: its request, its queue, and how often the request had been passed on. */
const LetterId = z.string().regex(new RegExp(`^[\\w-]{1,64}\\.(?:${QueueName.options.join('|')})\\.\\d{1,3}$`), 'is not the id of a dead letter');

const ListQuery = z.object({ limit: listLimit(MOST_LETTERS), queue: QueueName.optional(), code: Code.optional() });
export type ListQuery = z.infer<typeof ListQuery>;

const Reveal = z.enum(['true', 'false'], { error: 'must be "true" or "false"' }).default('false');

/**
 * The body of `POST /v1/dead-letters/redrive`. Strict, unlike elsewhere: what is not understood would be a filter that
 * is not there, and so far more would be tried again than was meant.
 */
export const RedriveRequest = z.strictObject({
  ids: z.array(LetterId).min(1).max(MOST_LETTERS).optional().describe('These dead letters, and then no filter.'),
  queue: QueueName.optional().describe('Those of this queue.'),
  code: Code.optional().describe('Those that failed with this code.'),
  limit: z.int().min(1).max(MOST_LETTERS).optional().describe('At most so many of those that fit, the latest; 1 to 1000, 100 where it is absent.'),
});
export type RedriveRequest = z.infer<typeof RedriveRequest>;

/** @throws MeshError REQUEST_INVALID */
export const readListQuery = (query: unknown): ListQuery => parseInput(ListQuery, query);

/** @throws MeshError REQUEST_INVALID */
export const readLetterId = (id: string): string => parseInput(LetterId, id, ['id']);

/** Whether the customer's words are to be shown. @throws MeshError REQUEST_INVALID */
export const readReveal = (reveal: unknown): boolean => parseInput(Reveal, reveal, ['reveal']) === 'true';

/** @throws MeshError REQUEST_INVALID */
export function readRedriveRequest(body: unknown): RedriveRequest {
  const request = parseInput(RedriveRequest, body);
  const { ids, ...filter } = request;
  const [first] = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (ids && first !== undefined) throw new MeshError('REQUEST_INVALID', `${first}: does not go together with ids`, { field: first });
  return request;
}
