import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { MeshError } from '@switchyard/errors';
import { AUDIT_LOG, REVIEWS, ReviewState, type AuditLog, type Review, type Reviews } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { z } from 'zod';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { SITE } from '../gateway.config.js';
import { BODY_LIMIT_BYTES, named, Route } from '../route.js';
import { Approval, MOST_REVIEWS, readApproval, readListQuery, readReviewId } from './read-review-input.js';
import { ReviewDocument, reviewDocument } from './review-document.js';

const ID = { name: 'id', in: 'path', description: 'The review\'s id.' } as const;
const ONE = { status: 200, description: 'The answer, and what was decided.', schema: ReviewDocument } as const;

/** Answers of the expert that people decide on; approved ones are given by the mesh itself from then on. */
@Controller()
export class ReviewsController {
  constructor(
    @Inject(REVIEWS) private readonly reviews: Pick<Reviews, 'list' | 'get' | 'approve' | 'reject'>,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'record'>,
    @Inject(SITE) private readonly site: Site,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/reviews',
    scope: 'operate',
    summary: 'Answers of the expert for review, those first whose question is asked most often.',
    description: 'Empty where `reviews` of the tenant in site.yaml is absent.',
    parameters: [
      { name: 'state', in: 'query', description: '`pending` where it is absent.', schema: ReviewState },
      { name: 'limit', in: 'query', description: '1 to 1000; 100 where it is absent.', schema: z.int().min(1).max(MOST_REVIEWS) },
    ],
    answers: [{ status: 200, description: 'The answers.', schema: named('ReviewList', z.object({ reviews: z.array(ReviewDocument) })) }],
    errors: ['REQUEST_INVALID', 'QUEUE_UNAVAILABLE'],
  })
  async list(@From() caller: Caller, @Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { limit, state } = readListQuery(query);
    const reviews = await this.reviews.list(caller.tenant.id, limit, state);
    await reply.header('cache-control', 'no-store').send({ reviews: reviews.map(reviewDocument) });
  }

  @Route({ method: 'GET', path: '/v1/reviews/:id', scope: 'operate', summary: 'One answer for review.', parameters: [ID], answers: [ONE], errors: ['REQUEST_INVALID', 'REVIEW_UNKNOWN', 'QUEUE_UNAVAILABLE'] })
  async show(@From() caller: Caller, @Param('id') given: string, @Res() reply: FastifyReply): Promise<void> {
    await send(reply, await this.reviews.get(caller.tenant.id, readReviewId(given)));
  }

  @Route({
    method: 'POST',
    path: '/v1/reviews/:id/approve',
    scope: 'operate',
    summary: 'Approves an answer, as it is or with other words.',
    description: 'From now on the dispatcher gives it to whoever asks the same of this tenant, in the same language: receipt `tier: curated`, no model, nothing leaves the site. One that was rejected may be approved, and one that was approved changed. It expires; export approved ones to the site for keeps.',
    parameters: [ID],
    body: { types: ['application/json'], schema: named('Approval', Approval), limitBytes: BODY_LIMIT_BYTES },
    answers: [ONE],
    errors: ['REVIEW_UNKNOWN', 'REVIEWS_FULL', 'QUEUE_UNAVAILABLE'],
  })
  async approve(@From() caller: Caller, @Param('id') given: string, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const [id, { answer }] = [readReviewId(given), readApproval(body)];
    const review = await this.reviews.approve(caller.tenant.id, id, caller.keyId, answer);
    this.#record(caller, 'review_approved', review);
    await send(reply, review);
  }

  @Route({
    method: 'POST',
    path: '/v1/reviews/:id/reject',
    scope: 'operate',
    summary: 'Rejects an answer, or takes an approval back.',
    description: 'It is not given, or not any more, and answers to the same question are not offered again before it expires.',
    parameters: [ID],
    answers: [ONE],
    errors: ['REQUEST_INVALID', 'REVIEW_UNKNOWN', 'QUEUE_UNAVAILABLE'],
  })
  async reject(@From() caller: Caller, @Param('id') given: string, @Res() reply: FastifyReply): Promise<void> {
    const review = await this.reviews.reject(caller.tenant.id, readReviewId(given), caller.keyId);
    this.#record(caller, 'review_rejected', review);
    await send(reply, review);
  }

  /** With the request that the answer was written for. */
  #record({ tenant, keyId }: Caller, step: string, review: Review | undefined): void {
    if (!review) return;
    const { id, requestId, conversationId, edited = false } = review;
    this.audit.record('gateway', { requestId, tenant: tenant.id, conversationId, siteVersion: this.site.version }, step, { review: id, key: keyId, edited });
  }
}

/** @throws MeshError REVIEW_UNKNOWN where there is none */
async function send(reply: FastifyReply, review: Review | undefined): Promise<void> {
  if (!review) throw new MeshError('REVIEW_UNKNOWN', 'this tenant has no such answer for review, or not any more', { field: 'id' });
  await reply.header('cache-control', 'no-store').send(reviewDocument(review));
}
