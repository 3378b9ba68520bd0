import { Body, Controller, Headers, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Reply } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { DURABILITY_PROFILE, type DurabilityProfile } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { Logger } from '@switchyard/telemetry';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { GATEWAY_MESH, type Mesh, type MeshEvent } from '../ask/mesh.js';
import { singleHeader } from '../ask/read-conversation-id.js';
import { DURABILITY } from '../ask/requests.controller.js';
import { countReply, Submission } from '../ask/submission.js';
import { traceOf } from '../ask/trace-of.js';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { GATEWAY_CONFIG, LOGGER, SITE, type GatewayConfig } from '../gateway.config.js';
import { clientGone, sendStream } from '../reply/send-stream.js';
import { BODY_LIMIT_BYTES, named, Route } from '../route.js';
import { ChatChunk, ChatCompletion, chatCompletion, type ChatHead } from './chat-answer.js';
import { ChatRequest, MODEL_IDS, readChatRequest } from './chat-request.js';
import { chatStream } from './chat-stream.js';
import { failureOf } from './failure-of.js';

/** The deadline is enforced in the mesh; the client gets its word a moment later than that. */
const GRACE_MS = 5_000;

const Models = named('Models', z.object({ object: z.literal('list'), data: z.array(z.object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string() })) }));
named('ChatChunk', ChatChunk);

/** The OpenAI-compatible routes. */
@Controller()
export class ChatController {
  readonly #startedAt = Math.floor(Date.now() / 1_000);

  constructor(
    @Inject(Submission) private readonly submission: Submission,
    @Inject(GATEWAY_MESH) private readonly mesh: Mesh,
    @Inject(SITE) private readonly site: Site,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(DURABILITY_PROFILE) private readonly durability: DurabilityProfile,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/chat/completions',
    scope: 'ask',
    summary: 'OpenAI\'s chat completion, answered by the mesh.',
    description:
      'With `stream: true` the answer is a stream of `ChatChunk`s, ended by `[DONE]`; the last chunk with a choice carries `switchyard`, the receipt. A refusal ends with `finish_reason: "content_filter"`; where a person has the conversation the answer is empty, with `finish_reason: "stop"` and the receipt\'s rule `builtin.human`. A message whose place a later one of the conversation takes ends with 409. Closing the connection cancels the request.',
    parameters: [{ name: 'X-Conversation-Id', in: 'header', description: 'Names the conversation; else `user` does, else it is a new one.' }],
    body: { types: ['application/json'], schema: named('ChatRequest', ChatRequest), limitBytes: BODY_LIMIT_BYTES },
    answers: [{ status: 200, description: 'The answer.', schema: named('ChatCompletion', ChatCompletion), headers: { 'Switchyard-Durability': DURABILITY, 'X-Request-Id': 'The request\'s id, for `/v1/requests`.', 'X-Conversation-Id': 'The conversation\'s id.' } }],
    errors: ['TEXT_TOO_LONG', 'MODEL_UNKNOWN', 'RATE_LIMITED', 'TENANT_BACKLOG_FULL', 'OVERLOADED', 'QUEUE_UNAVAILABLE', 'DEADLINE_PASSED', 'REQUEST_CANCELLED', 'REQUEST_SUPERSEDED', 'REQUEST_MERGED'],
    errorStyle: 'openai',
  })
  async complete(@From() caller: Caller, @Body() body: unknown, @Headers('x-conversation-id') conversation: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const chat = readChatRequest(body, singleHeader(conversation), this.site.settings.deadline, uuid);
    const gone = clientGone(reply);
    const patience = AbortSignal.timeout(chat.ask.deadlineMs + GRACE_MS);
    const { view, events } = await this.submission.converse(caller, { ...chat.ask, ...traceOf(reply.request) }, AbortSignal.any([gone, patience]));
    const cancel = (): void => this.#cancel(caller.tenant.id, view.requestId);
    if (gone.aborted) cancel();
    else gone.addEventListener('abort', cancel, { once: true });

    const head: ChatHead = { requestId: view.requestId, model: chat.model, createdAt: view.acceptedAt, includeUsage: chat.includeUsage };
    const startedAt = performance.now();
    const count = (done: Reply): void => countReply(done, performance.now() - startedAt);
    reply.headers({ 'x-request-id': view.requestId, 'x-conversation-id': view.conversationId, 'switchyard-durability': this.durability.name, 'cache-control': 'no-store' });
    if (chat.stream) {
      await sendStream(reply, chatStream(head, events, count), this.config.HEARTBEAT_MS);
      return;
    }
    const done = await lastReply(events);
    if (gone.aborted) return;
    if (!done) throw new MeshError('DEADLINE_PASSED', 'no reply came in time');
    count(done);
    const failure = failureOf(done);
    if (failure) throw failure;
    await reply.send(chatCompletion(head, done));
  }

  @Route({
    method: 'GET',
    path: '/v1/models',
    scope: 'ask',
    summary: 'The models that a client may name.',
    answers: [{ status: 200, description: 'The list.', schema: Models }],
  })
  models(): z.infer<typeof Models> {
    return { object: 'list', data: MODEL_IDS.map((id) => ({ id, object: 'model', created: this.#startedAt, owned_by: 'switchyard' })) };
  }

  /** The client is gone, so nobody can be told what comes of it. */
  #cancel(tenant: string, requestId: string): void {
    this.mesh.cancel(tenant, requestId).catch((error: unknown) => this.logger.warn({ err: error, requestId }, 'an abandoned request was not cancelled; its deadline ends it'));
  }
}

async function lastReply(events: AsyncIterable<MeshEvent>): Promise<Reply | undefined> {
  for await (const event of events) if (event.kind === 'reply') return event.reply;
  return undefined;
}
