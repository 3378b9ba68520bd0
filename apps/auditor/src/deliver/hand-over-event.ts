import type { DeliverJob, JobInput } from '@switchyard/contracts';
import type { IntentDefinition } from '@switchyard/site';
import { summariseHandOver } from './summarise-hand-over.js';

type Job = JobInput<typeof DeliverJob>;

/** The event of a hand-over is the same however often it is sent, and so is its id. No dot: the signature takes it for a border. */
export const handOverEventId = ({ body }: Pick<Job, 'body'>): string => `ho_${body.subject}`;

/** The body of `conversation.handed_over`, as docs/how-to/people.md has it. */
export function handOverEvent({ envelope, body, private: known }: Job, intents: readonly IntentDefinition[]): object {
  const { handOver = { intents: [], keywords: [] }, turns = [] } = known;
  const { language } = body;
  return {
    type: 'conversation.handed_over',
    timestamp: new Date(body.at).toISOString(),
    data: {
      tenant: envelope.tenant,
      conversationId: body.conversationId,
      requestId: body.subject,
      siteVersion: envelope.siteVersion,
      language,
      summary: summariseHandOver({ handOver, turns, language, intents }),
      intents: handOver.intents,
      keywords: handOver.keywords,
      earlier: (handOver.earlier ?? []).map(({ intents: labels, keywords }) => ({ intents: labels, keywords })),
      rule: handOver.rule ?? null,
      reason: handOver.reason ?? null,
      flow: handOver.flow ?? null,
      slots: Object.fromEntries(Object.entries(handOver.slots ?? {}).map(([name, { value }]) => [name, value])),
      transcript: turns.map(({ role, text }) => ({ role, text })),
    },
  };
}
