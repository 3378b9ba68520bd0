import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { KnowledgeVariant, VariantsJob, VariantsResult, type JobInput } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { AUDIT_LOG, MESH_CLIENT, REVIEWS, type AuditLog, type MeshClient, type Reviews } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { z } from 'zod';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { GATEWAY_CONFIG, SITE, type GatewayConfig } from '../gateway.config.js';
import { readCollection } from '../knowledge/document-upload.js';
import { readReviewId } from '../reviews/read-review-input.js';
import { BODY_LIMIT_BYTES, named, Route } from '../route.js';
import { MOST_VARIANTS, NewVariant, readReviewTarget, readVariant, readVariantId, readVariantList, ReviewTarget } from './read-variant-input.js';

const COLLECTION = { name: 'collection', in: 'path', description: 'Letters, digits, `_`, `-` and `.`, at most 64.' } as const;
const ONE = { status: 201, description: 'The variant; the same one again where it was kept already.', schema: named('Variant', KnowledgeVariant) } as const;
const ERRORS = ['REQUEST_INVALID', 'DOCUMENT_UNKNOWN', 'VARIANTS_FULL', 'DEADLINE_PASSED', 'QUEUE_UNAVAILABLE'] as const;

/** Other wordings of questions that documents answer; the retrieval tier keeps them, this passes on. */
@Controller()
export class VariantsController {
  constructor(
    @Inject(MESH_CLIENT) private readonly calls: Pick<MeshClient, 'call'>,
    @Inject(REVIEWS) private readonly reviews: Pick<Reviews, 'get'>,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'record'>,
    @Inject(SITE) private readonly site: Site,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/knowledge/:collection/variants',
    scope: 'knowledge',
    summary: 'Keeps another wording of a question that a document answers.',
    description: 'From the next question on, whoever asks like that is led to the passages of the document under that title. Personal data that is found in the question is left out. It stays when the document is indexed again. At most 20 lead to one title, and a collection has at most 2,000.',
    parameters: [COLLECTION],
    body: { types: ['application/json'], schema: named('NewVariant', NewVariant), limitBytes: BODY_LIMIT_BYTES },
    answers: [ONE],
    errors: ERRORS,
  })
  async add(@From() caller: Caller, @Param('collection') name: string, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const collection = readCollection(name);
    const { documentId, ...own } = readVariant(body);
    const [variant] = await this.#call(caller, { collection, operation: 'add', documentId }, { ...own, question: own.question.toWellFormed() });
    await reply.code(201).header('cache-control', 'no-store').send(variant);
  }

  @Route({
    method: 'GET',
    path: '/v1/knowledge/:collection/variants',
    scope: 'knowledge',
    summary: 'The variants of questions that the collection has.',
    parameters: [
      COLLECTION,
      { name: 'documentId', in: 'query', description: 'Only those that lead to this document.' },
      { name: 'limit', in: 'query', description: '1 to 1000; 100 where it is absent.', schema: z.int().min(1).max(MOST_VARIANTS) },
    ],
    answers: [{ status: 200, description: 'The variants, by their ids.', schema: named('VariantList', VariantsResult) }],
    errors: ['REQUEST_INVALID', 'DEADLINE_PASSED', 'QUEUE_UNAVAILABLE'],
  })
  async list(@From() caller: Caller, @Param('collection') name: string, @Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const collection = readCollection(name);
    const variants = await this.#call(caller, { collection, operation: 'list', ...readVariantList(query) }, {});
    await reply.header('cache-control', 'no-store').send({ variants });
  }

  @Route({
    method: 'DELETE',
    path: '/v1/knowledge/:collection/variants/:id',
    scope: 'knowledge',
    summary: 'Takes a variant out; it leads nowhere from the next question on.',
    parameters: [COLLECTION, { name: 'id', in: 'path', description: 'The variant\'s id.' }],
    answers: [{ status: 200, description: 'Removed.', schema: named('RemovedVariant', z.object({ id: z.string(), state: z.literal('removed') })) }],
    errors: ['REQUEST_INVALID', 'VARIANT_UNKNOWN', 'DEADLINE_PASSED', 'QUEUE_UNAVAILABLE'],
  })
  async remove(@From() caller: Caller, @Param('collection') name: string, @Param('id') given: string, @Res() reply: FastifyReply): Promise<void> {
    const [collection, id] = [readCollection(name), readVariantId(given)];
    await this.#call(caller, { collection, operation: 'remove', id }, {});
    await reply.send({ id, state: 'removed' });
  }

  @Route({
    method: 'POST',
    path: '/v1/reviews/:id/variant',
    scope: 'operate',
    summary: 'Keeps the question of an answer for review as a variant of a document that answers it.',
    description: 'As `POST /v1/knowledge/:collection/variants` with the customer\'s question. What was decided on the expert\'s answer stays as it is.',
    parameters: [{ name: 'id', in: 'path', description: 'The review\'s id.' }],
    body: { types: ['application/json'], schema: named('ReviewTarget', ReviewTarget), limitBytes: BODY_LIMIT_BYTES },
    answers: [ONE],
    errors: [...ERRORS, 'REVIEW_UNKNOWN'],
  })
  async ofReview(@From() caller: Caller, @Param('id') given: string, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const [id, { documentId, title, collection = caller.tenant.collection }] = [readReviewId(given), readReviewTarget(body)];
    const review = await this.reviews.get(caller.tenant.id, id);
    if (!review) throw new MeshError('REVIEW_UNKNOWN', 'this tenant has no such answer for review, or not any more', { field: 'id' });
    const { requestId, conversationId, question } = review;
    const [variant] = await this.#call(caller, { collection, operation: 'add', documentId }, { question, ...(title === undefined ? {} : { title }) });
    this.audit.record('gateway', { requestId, tenant: caller.tenant.id, conversationId, siteVersion: this.site.version }, 'variant_added', { review: id, key: caller.keyId, variant: variant?.id ?? '', documentId });
    await reply.code(201).header('cache-control', 'no-store').send(variant);
  }

  async #call({ tenant }: Caller, body: JobInput<typeof VariantsJob>['body'], secret: JobInput<typeof VariantsJob>['private']): Promise<VariantsResult['variants']> {
    return VariantsResult.parse(await this.calls.call(VariantsJob, { tenant: tenant.id, body, private: secret, timeoutMs: this.config.CALL_TIMEOUT_MS, siteVersion: this.site.version })).variants;
  }
}
