import { Body, Controller, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Site } from '@switchyard/site';
import { z } from 'zod';
import { SITE } from '../gateway.config.js';
import { parseInput } from '../problem/parse-input.js';
import { BODY_LIMIT_BYTES, named, Route } from '../route.js';
import { authenticateChatwoot } from './authenticate-chatwoot.js';
import { ChatwootDesk } from './chatwoot-desk.js';
import { ChatwootEvent, readChatwootEvent } from './read-chatwoot-event.js';

const Handled = named('ChatwootHandled', z.object({ handled: z.enum(['asked', 'unreadable', 'taken', 'given_back', 'ignored']), requestId: z.string().optional().describe('The request that a customer\'s message became.') }));

/** The address that an agent bot of Chatwoot has. */
@Controller()
export class ChatwootController {
  constructor(
    @Inject(SITE) private readonly site: Site,
    @Inject(ChatwootDesk) private readonly desk: ChatwootDesk,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/chatwoot/:tenant/:secret',
    isSecret: true,
    summary: 'What an agent bot of Chatwoot is sent: a customer\'s message becomes a request, and an agent silences the mesh.',
    description: 'The secret at the end of the address stands in for a key. A customer\'s message is answered in Chatwoot; an agent\'s message, or the status `open`, takes the conversation over; `pending` and `resolved` give it back; all else is ignored. An event that is sent twice is handled once. Where the message is refused (over the quota, too long, no room), Chatwoot gives the conversation to an agent.',
    parameters: [
      { name: 'tenant', in: 'path', description: 'The tenant of the site whose Chatwoot it is.' },
      { name: 'secret', in: 'path', description: 'The secret whose hash is the tenant\'s `people.chatwoot.hookHash`.' },
    ],
    body: { types: ['application/json'], schema: named('ChatwootEvent', ChatwootEvent), limitBytes: BODY_LIMIT_BYTES },
    answers: [{ status: 200, description: 'What it came to.', schema: Handled }],
    errors: ['TEXT_TOO_LONG', 'RATE_LIMITED', 'TENANT_BACKLOG_FULL', 'OVERLOADED', 'QUEUE_UNAVAILABLE'],
  })
  async hear(@Param('tenant') tenant: string, @Param('secret') secret: string, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const caller = authenticateChatwoot(this.site.settings.tenants, tenant, secret);
    const matter = readChatwootEvent(parseInput(ChatwootEvent, body), caller.chatwoot.account);
    await reply.header('cache-control', 'no-store').send((await this.desk.settle(caller, matter)) satisfies z.infer<typeof Handled>);
  }
}
