import { createHash } from 'node:crypto';
import type { ConversationPlan } from '../client/write-like-a-customer.ts';

/** By which a message's call is found at the model server. A name could sound like something that a flow is for. */
export const markOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 12);

/** Conversations of one message that goes to the model whatever it says, the tenants in turn. Each is marked, so that its call is found. */
export function askModel({ name, tenants, deadlineMs }: { readonly name: string; readonly tenants: readonly string[]; readonly deadlineMs: number }): (index: number) => ConversationPlan {
  return (index) => ({
    tenant: tenants[index % tenants.length] ?? '',
    conversationId: `${name}-${index}`,
    lines: [{ text: `tell me something nice #${markOf(`${name}-${index}`)}`, kind: 'model', deadlineMs, followBy: index % 2 === 0 ? 'sse' : 'get', priority: 'interactive' }],
  });
}
