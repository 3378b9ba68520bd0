import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { AuditEvent } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import { AUDIT_LOG, DEAD_LETTERS, MESH_CLIENT, type AuditLog, type DeadLetters, type MeshClient } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { Logger } from '@switchyard/telemetry';
import { z } from 'zod';
import { GATEWAY_MESH, type Mesh } from '../ask/mesh.js';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { GATEWAY_CONFIG, LOGGER, SITE, type GatewayConfig } from '../gateway.config.js';
import { explainRequest } from '../reply/explain-request.js';
import { BODY_LIMIT_BYTES, named, Route } from '../route.js';
import { DeadLetterDocument, deadLetterDocument, OpenedDeadLetterDocument, openedDocument } from './dead-letter-document.js';
import { MOST_LETTERS, readLetterId, readListQuery, readRedriveRequest, readReveal, RedriveRequest } from './read-dead-letter-input.js';
import { redriveLetters, RedriveResult } from './redrive-letters.js';

const ID = { name: 'id', in: 'path', description: 'The dead letter\'s id.' } as const;
const UNREADABLE = ['JOB_INVALID', 'JOB_VERSION_UNKNOWN', 'SEAL_BROKEN'] as const;
const AGAIN = 'The client of the failed request was told its outcome, which stands; so the job goes on as a new request, with a new deadline of the same length, behind what is open in its conversation.';

/** What failed for good: looked at, and tried again. */
@Controller()
export class DeadLettersController {
  constructor(
    @Inject(DEAD_LETTERS) private readonly letters: Pick<DeadLetters, 'list' | 'inspect' | 'redrive'>,
    @Inject(MESH_CLIENT) private readonly calls: Pick<MeshClient, 'call'>,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'record'>,
    @Inject(GATEWAY_MESH) private readonly mesh: Pick<Mesh, 'find'>,
    @Inject(SITE) private readonly site: Site,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/dead-letters',
    scope: 'operate',
    summary: 'Jobs that failed for good, the latest first.',
    parameters: [
      { name: 'limit', in: 'query', description: '1 to 1000; 100 where it is absent.', schema: z.int().min(1).max(MOST_LETTERS) },
      { name: 'queue', in: 'query', description: 'Those of this queue.', schema: DeadLetterDocument.shape.queue },
      { name: 'code', in: 'query', description: 'Those that failed with this code.' },
    ],
    answers: [{ status: 200, description: 'The dead letters. They hold ids, names and numbers only.', schema: named('DeadLetterList', z.object({ deadLetters: z.array(DeadLetterDocument) })) }],
    errors: ['REQUEST_INVALID', 'QUEUE_UNAVAILABLE'],
  })
  async list(@From() caller: Caller, @Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { limit, ...filter } = readListQuery(query);
    const letters = await this.letters.list(caller.tenant.id, limit, filter);
    await reply.header('cache-control', 'no-store').send({ deadLetters: letters.map(deadLetterDocument) });
  }

  @Route({
    method: 'GET',
    path: '/v1/dead-letters/:id',
    scope: 'operate',
    summary: 'A dead letter with what the job held, and what was recorded of its request.',
    description: 'Of the customer\'s words only names and sizes are shown. With `reveal=true` they are shown themselves; that they were, and to which key, is recorded as the step `dead_letter_opened` of the request.',
    parameters: [ID, { name: 'reveal', in: 'query', description: '`true` shows what the job held of the customer.', schema: z.boolean() }],
    answers: [{ status: 200, description: 'The dead letter.', schema: OpenedDeadLetterDocument }],
    errors: ['REQUEST_INVALID', 'REQUEST_UNKNOWN', ...UNREADABLE, 'QUEUE_UNAVAILABLE'],
  })
  async open(@From() caller: Caller, @Param('id') given: string, @Query('reveal') reveal: unknown, @Res() reply: FastifyReply): Promise<void> {
    const [id, isRevealed] = [readLetterId(given), readReveal(reveal)];
    const tenant = caller.tenant.id;
    const opened = await this.letters.inspect(tenant, id, isRevealed);
    if (!opened) throw unknownLetter();
    const { letter: { requestId }, conversationId } = opened;
    // Before the words are shown: should the process die now, it is on record that they may have been.
    if (isRevealed) this.audit.record('gateway', { requestId, tenant, conversationId, siteVersion: this.site.version }, 'dead_letter_opened', { deadLetter: id, key: caller.keyId });
    await reply.header('cache-control', 'no-store').send(openedDocument(opened, isRevealed, await this.#history(tenant, requestId)));
  }

  @Route({
    method: 'POST',
    path: '/v1/dead-letters/:id/redrive',
    scope: 'operate',
    summary: 'Tries a dead letter again.',
    description: `${AGAIN} Doing it twice is one request. A call of one tier to another is made again, and has no request that could be fetched.`,
    parameters: [ID],
    answers: [{ status: 202, description: 'It goes on as this request.', schema: named('Redriven', z.object({ requestId: z.string() })) }],
    errors: ['REQUEST_INVALID', 'REQUEST_UNKNOWN', 'BUDGET_EXHAUSTED', ...UNREADABLE, 'QUEUE_UNAVAILABLE'],
  })
  async redrive(@From() caller: Caller, @Param('id') given: string, @Res() reply: FastifyReply): Promise<void> {
    const id = readLetterId(given);
    const requestId = await this.letters.redrive(caller.tenant.id, id);
    if (requestId === undefined) throw unknownLetter();
    await this.#recordRedrive(caller, id, requestId);
    await reply.code(202).header('cache-control', 'no-store').send({ requestId });
  }

  @Route({
    method: 'POST',
    path: '/v1/dead-letters/redrive',
    scope: 'operate',
    summary: 'Tries several dead letters again: those that are named, or all that fit the filter.',
    description: `${AGAIN} An empty object tries all of them, up to the limit; a field that is not named here is refused, since a misspelt filter would mean all. They are tried in the order in which they failed; one that cannot be read does not stop the others.`,
    body: { types: ['application/json'], schema: named('RedriveRequest', RedriveRequest), limitBytes: BODY_LIMIT_BYTES },
    answers: [{ status: 200, description: 'What goes on, and what does not: `REQUEST_UNKNOWN` where there is no such dead letter.', schema: RedriveResult }],
    errors: ['QUEUE_UNAVAILABLE'],
  })
  async redriveMany(@From() caller: Caller, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { ids, limit = 100, ...filter } = readRedriveRequest(body);
    const tenant = caller.tenant.id;
    const wanted = ids ?? (await this.letters.list(tenant, limit, filter)).map((letter) => letter.id).toReversed();
    const result = await redriveLetters(this.letters, tenant, wanted, (id, requestId) => this.#recordRedrive(caller, id, requestId));
    await reply.header('cache-control', 'no-store').send(result);
  }

  /** What was recorded of a request; null where that is not known: the letter itself can be read without it. */
  async #history(tenant: string, requestId: string): Promise<readonly AuditEvent[] | null> {
    try {
      const explanation = await explainRequest(this.calls, tenant, requestId, { timeoutMs: this.config.CALL_TIMEOUT_MS, siteVersion: this.site.version });
      return explanation?.steps ?? null;
    } catch (error) {
      this.logger.warn({ code: toMeshError(error).code, requestId }, 'the history of a dead letter could not be read');
      return null;
    }
  }

  /** Recorded with the new request, whose first step it is. It goes on by now, so a fault here must not read as one of it. */
  async #recordRedrive({ tenant, keyId }: Caller, id: string, requestId: string): Promise<void> {
    const view = await this.mesh.find(tenant.id, requestId).catch(() => undefined);
    if (!view) return;
    const { conversationId, siteVersion, acceptedAt } = view;
    this.audit.record('gateway', { requestId, tenant: tenant.id, conversationId, siteVersion }, 'redriven', { deadLetter: id, key: keyId }, { at: acceptedAt });
  }
}

const unknownLetter = (): MeshError => new MeshError('REQUEST_UNKNOWN', 'this tenant has no such dead letter, or not any more', { field: 'id' });
