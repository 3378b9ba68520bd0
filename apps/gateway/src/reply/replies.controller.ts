import { Controller, Headers, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Explanation } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { MESH_CLIENT, type MeshClient } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { GATEWAY_MESH, type Mesh } from '../ask/mesh.js';
import { unknownRequest } from '../ask/requests.controller.js';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { GATEWAY_CONFIG, SITE, type GatewayConfig } from '../gateway.config.js';
import { named, Route } from '../route.js';
import { explainRequest } from './explain-request.js';
import { isEventId, LAST_ID, requestEvents } from './request-events.js';
import { clientGone, sendStream } from './send-stream.js';
import { STREAM_HEADERS } from './server-sent-events.js';

/** What became of a request: as it happens, and step by step afterwards. */
@Controller()
export class RepliesController {
  constructor(
    @Inject(GATEWAY_MESH) private readonly mesh: Mesh,
    @Inject(MESH_CLIENT) private readonly calls: Pick<MeshClient, 'call'>,
    @Inject(SITE) private readonly site: Site,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/requests/:id/events',
    scope: 'ask',
    summary: 'The request\'s life as server-sent events: `accepted`, `decided`, `delta`, and `reply`, which is the last.',
    description:
      '`accepted`: `{requestId, conversationId, acceptedAt, deadlineAt}`. `decided`: `{rule, to, intent, confidence}`, each time a rule decides. `delta`: `{epoch, text}`; a higher `epoch` starts the answer anew. `reply`: the document of `GET /v1/requests/:id`; its text is what counts, and takes the place of the deltas where it is another one. Any gateway serves any request, also after it ended; then `decided` and `delta` may be gone, `reply` never is. A reader that has seen `reply` is answered with 204.',
    parameters: [
      { name: 'id', in: 'path', description: 'The request\'s id.' },
      { name: 'Last-Event-ID', in: 'header', description: 'Goes on behind this event.' },
    ],
    answers: [
      { status: 200, description: 'The events.', type: 'text/event-stream' },
      { status: 204, description: 'The reply was read: there is nothing behind it.' },
    ],
    errors: ['REQUEST_INVALID', 'REQUEST_UNKNOWN', 'QUEUE_UNAVAILABLE'],
  })
  async events(@From() caller: Caller, @Param('id') id: string, @Headers('last-event-id') header: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const lastEventId = header === undefined || header === '' ? undefined : header;
    if (lastEventId !== undefined && !isEventId(lastEventId)) throw new MeshError('REQUEST_INVALID', 'Last-Event-ID: is not the id of an event', { field: 'Last-Event-ID' });
    const view = await this.mesh.find(caller.tenant.id, id);
    if (!view) throw unknownRequest();
    if (lastEventId === LAST_ID) return void (await reply.code(204).send());
    // Fastify routes HEAD here as well; a stream would be made and thrown away.
    if (reply.request.method === 'HEAD') return void (await reply.headers(STREAM_HEADERS).send());
    const signal = clientGone(reply);
    const afterId = lastEventId === undefined || lastEventId === 'accepted' ? {} : { afterId: lastEventId };
    await sendStream(reply, requestEvents(view, this.mesh.follow(view, caller.tenant.id, { ...afterId, signal }), lastEventId), this.config.HEARTBEAT_MS);
  }

  @Route({
    method: 'GET',
    path: '/v1/requests/:id/explain',
    scope: 'ask',
    summary: 'Every recorded step of a request: what screened it, the intent, the rules, the models, the documents, the cost, the times.',
    description: '`complete` tells whether the last step is recorded; steps arrive a moment after they happen.',
    parameters: [{ name: 'id', in: 'path', description: 'The request\'s id.' }],
    answers: [{ status: 200, description: 'The steps, in order.', schema: named('Explanation', Explanation) }],
    errors: ['REQUEST_UNKNOWN', 'DEADLINE_PASSED', 'DATABASE_UNAVAILABLE', 'QUEUE_UNAVAILABLE'],
  })
  async explain(@From() caller: Caller, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const explanation = await explainRequest(this.calls, caller.tenant.id, id, { timeoutMs: this.config.CALL_TIMEOUT_MS, siteVersion: this.site.version });
    // The record outlives the request, so it alone says whether there was one; and it must be this tenant's.
    if (!explanation || (explanation.steps.length === 0 && !(await this.mesh.find(caller.tenant.id, id)))) throw unknownRequest();
    await reply.header('cache-control', 'no-store').send(explanation);
  }
}
