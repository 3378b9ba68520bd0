import { Controller, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { HandOver } from '@switchyard/contracts';
import { HUMAN_TAKEOVER, type HumanTakeover } from '@switchyard/queue';
import { z } from 'zod';
import { readConversationId } from '../ask/read-conversation-id.js';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { named, Route } from '../route.js';

const Takeover = named(
  'Takeover',
  z.object({
    conversationId: z.string(),
    human: z.boolean().describe('Whether a person has the conversation.'),
    openRequests: z.int().optional().describe('How many of its messages were open as the person took over; each ends in silence.'),
    handOver: z
      .object({
        intents: z.array(z.string()).describe('Labels of what the message asks for.'),
        keywords: z.array(z.string()).describe('Its keywords, the most telling first; no personal data that was found.'),
        rule: z.string().optional().describe('The rule that handed over.'),
        reason: z.string().optional().describe('Why, where more is known than the rule: a name, or the code of an error.'),
        flow: z.string().optional().describe('The flow that was open.'),
        earlier: z.array(z.object({ intents: z.array(z.string()), keywords: z.array(z.string()) })).optional().describe('What was asked before the turns that are kept, oldest first.'),
        slots: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional().describe('What the customer had told it so far.'),
      })
      .optional()
      .describe('What the mesh noted when it handed the conversation over; absent where it has answered since. Words of the customer: not for logs.'),
  }),
);
const ID = { name: 'id', in: 'path', description: 'The conversation\'s id, percent-encoded: 1 to 128 printable ASCII characters without spaces.' } as const;

function documentOf({ intents, keywords, rule, reason, flow, slots, earlier }: HandOver): z.infer<typeof Takeover>['handOver'] {
  return { intents, keywords, rule, reason, flow, earlier, slots: slots && Object.fromEntries(Object.entries(slots).map(([name, { value }]) => [name, value])) };
}

/** Why these routes are not open to the keys that ask. */
const WHOSE = 'The scope is `operate`: the desk of the site\'s own people decides who speaks to a customer, and a key that lies in a web page or an app, and may only ask, must not be able to silence the mesh.';

/** Who speaks in a conversation: the mesh, or a person. */
@Controller()
export class ConversationsController {
  constructor(@Inject(HUMAN_TAKEOVER) private readonly takeover: Pick<HumanTakeover, 'takeOver' | 'noteFor' | 'giveBack'>) {}

  @Route({
    method: 'PUT',
    path: '/v1/conversations/:id/human',
    scope: 'operate',
    summary: 'A person takes the conversation over: the mesh is silent in it until it is given back.',
    description: `What is in work is aborted. It, what waits and what comes ends at once as \`handed_over\`, with an empty text and the rule \`builtin.human\`; what the customer says is kept. A conversation that has no message yet can be taken over as well. Doing it twice is harmless. ${WHOSE}`,
    parameters: [ID],
    answers: [{ status: 200, description: 'A person has it.', schema: Takeover }],
    errors: ['REQUEST_INVALID', 'QUEUE_UNAVAILABLE'],
  })
  async take(@From() caller: Caller, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const conversationId = readConversationId(id, 'id');
    const openRequests = await this.takeover.takeOver(caller.tenant.id, conversationId);
    const handOver = await this.takeover.noteFor(caller.tenant.id, conversationId);
    await reply.header('cache-control', 'no-store').send({ conversationId, human: true, openRequests, ...(handOver === undefined ? {} : { handOver: documentOf(handOver) }) } satisfies z.infer<typeof Takeover>);
  }

  @Route({
    method: 'DELETE',
    path: '/v1/conversations/:id/human',
    scope: 'operate',
    summary: 'Gives the conversation back: the mesh answers again, from the next message on.',
    description: `What the customer said meanwhile is part of the conversation; what the person said to them is not known to the mesh. Doing it twice is harmless. ${WHOSE}`,
    parameters: [ID],
    answers: [{ status: 200, description: 'The mesh has it.', schema: Takeover }],
    errors: ['REQUEST_INVALID', 'QUEUE_UNAVAILABLE'],
  })
  async giveBack(@From() caller: Caller, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const conversationId = readConversationId(id, 'id');
    await this.takeover.giveBack(caller.tenant.id, conversationId);
    await reply.header('cache-control', 'no-store').send({ conversationId, human: false } satisfies z.infer<typeof Takeover>);
  }
}
