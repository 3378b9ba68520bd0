import { MeshError } from '@switchyard/errors';
import { CHATWOOT_PREFIX } from '@switchyard/queue';
import { z } from 'zod';

/** The name of a conversation: it stands in keys, logs and receipts, so it is kept to printable ASCII without spaces. */
export const ConversationId = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable ASCII characters without spaces');

/** The name that a client gives a conversation: what is said in one that is held in Chatwoot goes out to its customer. */
export const ClientConversationId = ConversationId.refine((id) => !id.startsWith(CHATWOOT_PREFIX), `must not begin with "${CHATWOOT_PREFIX}", which names conversations of Chatwoot`);

/** @throws MeshError REQUEST_INVALID naming where the id was taken from, where no client may name it */
export function readClientConversationId(id: string, field: string): string {
  const result = ClientConversationId.safeParse(readConversationId(id, field));
  if (!result.success) throw new MeshError('REQUEST_INVALID', `${field}: ${result.error.issues[0]?.message ?? 'is not valid'}`, { field });
  return result.data;
}

/** @throws MeshError REQUEST_INVALID naming where the id was taken from */
export function readConversationId(id: string, field: string): string {
  if (!ConversationId.safeParse(id).success) throw new MeshError('REQUEST_INVALID', `${field}: must be 1 to 128 printable ASCII characters without spaces`, { field });
  return id;
}

/** A header that may be sent once; a repeated one is joined by Node with a comma and so is told apart by its form. */
export function singleHeader(value: string | string[] | undefined): string | undefined {
  const one = Array.isArray(value) ? value.join(',') : value;
  return one === undefined || one === '' ? undefined : one;
}
