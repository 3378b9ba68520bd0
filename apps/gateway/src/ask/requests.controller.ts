import { Body, Controller, Headers, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { MeshError } from '@switchyard/errors';
import { DURABILITY_PROFILE, type DurabilityProfile } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { SITE } from '../gateway.config.js';
import { BODY_LIMIT_BYTES, named, Route } from '../route.js';
import { AskRequest, readAskRequest } from './ask-request.js';
import { GATEWAY_MESH, type Mesh } from './mesh.js';
import { RequestDocument, requestDocument } from './request-view.js';
import { Submission } from './submission.js';
import { traceOf } from './trace-of.js';

const Accepted = named('Accepted', z.object({ requestId: z.string(), conversationId: z.string(), state: z.string() }));
/** What the header of every accepted request means. */
export const DURABILITY = '`standard`: what was accepted in the last two seconds before a power cut may be lost. `durable`: not even that.';
const ID = { name: 'id', in: 'path', description: 'The request\'s id.' } as const;

/** Requests as resources: sent, fetched and cancelled. */
@Controller()
export class RequestsController {
  constructor(
    @Inject(Submission) private readonly submission: Submission,
    @Inject(GATEWAY_MESH) private readonly mesh: Mesh,
    @Inject(SITE) private readonly site: Site,
    @Inject(DURABILITY_PROFILE) private readonly durability: DurabilityProfile,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/requests',
    scope: 'ask',
    summary: 'Sends a message into the mesh and answers as soon as it is stored.',
    description: 'Stored means: written to Redis. How that survives a power cut is a setting of the mesh; the header `Switchyard-Durability` names it. Closing the connection does not cancel the request.',
    parameters: [{ name: 'Idempotency-Key', in: 'header', description: 'The same key with the same body gives the same request, and is answered with `Idempotent-Replayed: true`; with another body `IDEMPOTENCY_MISMATCH`.' }],
    body: { types: ['application/json'], schema: named('AskRequest', AskRequest), limitBytes: BODY_LIMIT_BYTES },
    answers: [{ status: 202, description: 'Accepted.', schema: Accepted, headers: { Location: 'Where the request can be fetched.', 'Switchyard-Durability': DURABILITY, 'X-Request-Id': 'The request\'s id.', 'X-Conversation-Id': 'The conversation\'s id.' } }],
    errors: ['TEXT_TOO_LONG', 'IDEMPOTENCY_MISMATCH', 'RATE_LIMITED', 'TENANT_BACKLOG_FULL', 'OVERLOADED', 'QUEUE_UNAVAILABLE'],
  })
  async send(@From() caller: Caller, @Body() body: unknown, @Headers('idempotency-key') idempotencyKey: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const ask = readAskRequest(body, idempotencyKey, this.site.settings.deadline, uuid);
    const { view, created } = await this.submission.submit(caller, { ...ask, ...traceOf(reply.request) });
    reply.code(202).headers({
      location: `/v1/requests/${view.requestId}`,
      'switchyard-durability': this.durability.name,
      'x-request-id': view.requestId,
      'x-conversation-id': view.conversationId,
      'cache-control': 'no-store',
    });
    if (!created) reply.header('idempotent-replayed', 'true');
    await reply.send({ requestId: view.requestId, conversationId: view.conversationId, state: view.state });
  }

  @Route({
    method: 'GET',
    path: '/v1/requests/:id',
    scope: 'ask',
    summary: 'The state of a request, with the reply and the receipt once it is done.',
    description: 'The reply is empty where the mesh has nothing to say: a person has the conversation (outcome `handed_over`, rule `builtin.human`), or a later message of the conversation is answered instead (outcome `cancelled`, error `REQUEST_SUPERSEDED` or `REQUEST_MERGED`, whose `laterRequestId` is the id of that message).',
    parameters: [ID],
    answers: [{ status: 200, description: 'The request.', schema: RequestDocument }],
    errors: ['REQUEST_UNKNOWN', 'QUEUE_UNAVAILABLE'],
  })
  async fetch(@From() caller: Caller, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const view = await this.mesh.find(caller.tenant.id, id);
    if (!view) throw unknownRequest();
    await reply.header('cache-control', 'no-store').send(requestDocument(view));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/requests/:id',
    scope: 'ask',
    summary: 'Cancels a request; a running generation is aborted.',
    description: 'A request that has ended stays as it ended: `outcome` tells.',
    parameters: [ID],
    answers: [{ status: 200, description: 'The request as it is now.', schema: RequestDocument }],
    errors: ['REQUEST_UNKNOWN', 'QUEUE_UNAVAILABLE'],
  })
  async cancel(@From() caller: Caller, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const view = await this.mesh.cancel(caller.tenant.id, id);
    if (!view) throw unknownRequest();
    await reply.header('cache-control', 'no-store').send(requestDocument(view));
  }
}

export const unknownRequest = (): MeshError => new MeshError('REQUEST_UNKNOWN', 'this tenant has no such request, or not any more');
