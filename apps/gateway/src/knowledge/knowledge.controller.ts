import { Body, Controller, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DocumentState, DocumentStatus, IngestJob, IngestResult, ListDocumentsJob, ListDocumentsResult, SearchJob, SearchResult, type JobContract } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { CLOCK, MESH_CLIENT, type DocumentLedger, type FileSpool, type MeshClient, type RedisClock } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { z } from 'zod';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { GATEWAY_CONFIG, SITE, type GatewayConfig } from '../gateway.config.js';
import { listLimit } from '../problem/list-limit.js';
import { parseInput } from '../problem/parse-input.js';
import { BODY_LIMIT_BYTES, DOCUMENT_LIMIT_BYTES, FILE_LIMIT_BYTES, FORM_OVERHEAD_BYTES, named, Route } from '../route.js';
import type { RedisMemory } from '../admit/read-memory.js';
import { DocumentRequest, readCollection, readDocument, readForm, type Upload } from './document-upload.js';

const COLLECTION = { name: 'collection', in: 'path', description: 'Letters, digits, `_`, `-` and `.`, at most 64.' } as const;

const FilterValue = z.union([z.string(), z.number(), z.boolean()]);
/** Values that one key of a filter may name. */
const MOST_VALUES = 100;

const SearchRequest = z.object({
  query: z.string().min(1).max(2_000),
  limit: z.int().min(1).max(100).default(10),
  filter: z
    .record(z.string(), z.union([FilterValue, z.array(FilterValue).min(1).max(MOST_VALUES)]))
    .optional()
    .describe('By `language`, `documentId` or a key of the metadata: a value, or several of which any will do. All keys must hold.'),
  validAt: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional().describe('Passages must hold at this instant, by `validFrom` and `validTo` of their metadata; now where it is absent.'),
});

const ListLimit = listLimit(1_000);
const Cursor = z.string().regex(/^[\w-]{1,2000}$/, 'must be the `next` of the page before');

/** An order that was accepted is carried out within this time, or fails. */
const LIFETIME_MS = 24 * 3_600_000;
/** Documents are bulk: they leave the last part of Redis' memory to questions. */
const MOST_MEMORY = 0.7;
const FULL_RETRY_MS = 5_000;

/** `KnowledgeQueue` */
export const KNOWLEDGE_QUEUE = Symbol('gateway.knowledge-queue');

/** Where documents wait on their way into the knowledge base. */
export interface KnowledgeQueue {
  readonly ledger: DocumentLedger;
  readonly spool: FileSpool;
  readonly memory: Pick<RedisMemory, 'share'>;
}

const Accepted = z.looseObject({ documentId: z.string(), state: z.literal('waiting') });

/** The knowledge base of a tenant; the retrieval tier owns it, this passes on. */
@Controller()
export class KnowledgeController {
  constructor(
    @Inject(MESH_CLIENT) private readonly calls: Pick<MeshClient, 'call' | 'deliver'>,
    @Inject(KNOWLEDGE_QUEUE) private readonly queue: KnowledgeQueue,
    @Inject(CLOCK) private readonly clock: Pick<RedisClock, 'now'>,
    @Inject(SITE) private readonly site: Site,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/knowledge/:collection/documents',
    scope: 'knowledge',
    summary: 'Puts a document into the collection, or replaces the one with its id. Answers when it can be found, or when it is safely on its way.',
    description: 'A form has the part `file` (md, html, txt, csv, tsv, pdf, docx, xlsx), whose name is the id where `id` is absent, and the text parts `id`, `title`, `url` and `metadata`. What was answered with 200, 201 or 202 is not lost when processes end. Of several orders for one document the last that was accepted counts.',
    parameters: [COLLECTION, { name: 'prefer', in: 'header', description: '`respond-async`: answers with 202 as soon as the document is safely on its way.' }],
    body: { types: ['application/json', 'multipart/form-data'], schema: named('Document', DocumentRequest), limitBytes: DOCUMENT_LIMIT_BYTES, formLimitBytes: FILE_LIMIT_BYTES + FORM_OVERHEAD_BYTES },
    answers: [
      { status: 201, description: 'Indexed.', schema: named('IngestResult', IngestResult), headers: { Location: 'Where the document can be deleted.' } },
      { status: 200, description: 'Unchanged: the same content is there already. Or superseded: a later order for the document was accepted.', schema: IngestResult },
      { status: 202, description: 'Accepted: it will be indexed. `GET …/documents/:id` tells what becomes of it.', schema: named('IngestAccepted', Accepted), headers: { Location: 'Where the document\'s state can be read.' } },
    ],
    errors: ['DOCUMENT_INVALID', 'DOCUMENT_TYPE_UNSUPPORTED', 'DOCUMENT_TOO_LARGE', 'DOCUMENT_ENCRYPTED', 'DOCUMENT_EMPTY', 'DOCUMENT_ENCODING_UNKNOWN', 'DOCUMENT_TOO_COMPLEX', 'JOB_TOO_LARGE', 'OVERLOADED', 'QUEUE_UNAVAILABLE'],
  })
  async put(@From() caller: Caller, @Param('collection') name: string, @Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const collection = readCollection(name);
    if ((await this.queue.memory.share()) > MOST_MEMORY) throw new MeshError('OVERLOADED', 'there is no room for more documents now', { retryAfterMs: FULL_RETRY_MS });
    const { documentId, ...document } = request.isMultipart() ? await readForm(request, this.queue.spool, FILE_LIMIT_BYTES) : readDocument(body);
    const isPatient = !/\brespond-async\b/i.test(String(request.headers['prefer'] ?? ''));
    const result = await this.#order(caller, { collection, documentId, operation: 'put' }, document, isPatient ? this.config.INGEST_TIMEOUT_MS : 0);
    const ingested = result ?? { documentId, state: 'waiting' as const };
    await reply
      .code(result === undefined ? 202 : result.state === 'indexed' ? 201 : 200)
      .header('location', `/v1/knowledge/${collection}/documents/${encodeURIComponent(documentId)}`)
      .send(ingested);
  }

  @Route({
    method: 'GET',
    path: '/v1/knowledge/:collection/documents',
    scope: 'knowledge',
    summary: 'The documents of the collection, those on their way to it, and those that failed, page by page.',
    description: 'First those on their way and those that failed, then the others. What is there from the first page to the last is listed, whatever comes and goes meanwhile: once, unless its state changes in between.',
    parameters: [
      COLLECTION,
      { name: 'limit', in: 'query', description: '1 to 1000; 100 where it is absent.', schema: z.int().min(1).max(1_000) },
      { name: 'state', in: 'query', description: 'Only documents in this state.', schema: DocumentState },
      { name: 'cursor', in: 'query', description: '`next` of the page before; the first page where it is absent. `limit` may change from page to page, `state` not.' },
    ],
    answers: [{ status: 200, description: 'A page of the documents, and `next` where there is more.', schema: named('DocumentList', ListDocumentsResult) }],
    errors: ['REQUEST_INVALID', 'DEADLINE_PASSED', 'QUEUE_UNAVAILABLE'],
  })
  async list(@From() caller: Caller, @Param('collection') name: string, @Query('limit') given: string | undefined, @Query('state') wanted?: string, @Query('cursor') after?: string): Promise<ListDocumentsResult> {
    const collection = readCollection(name);
    const limit = parseInput(ListLimit, given, ['limit']);
    const state = wanted === undefined ? undefined : parseInput(DocumentState, wanted, ['state']);
    const cursor = after === undefined ? undefined : parseInput(Cursor, after, ['cursor']);
    return ListDocumentsResult.parse(await this.#call(ListDocumentsJob, caller, { collection, limit, ...(state === undefined ? {} : { state }), ...(cursor === undefined ? {} : { cursor }) }, {}, this.config.CALL_TIMEOUT_MS));
  }

  @Route({
    method: 'GET',
    path: '/v1/knowledge/:collection/documents/:id',
    scope: 'knowledge',
    summary: 'What becomes of a document: it waits, is being indexed, can be found, or failed and why.',
    parameters: [COLLECTION, { name: 'id', in: 'path', description: 'The document\'s id, percent-encoded.' }],
    answers: [{ status: 200, description: 'The document.', schema: named('DocumentStatus', DocumentStatus) }],
    errors: ['REQUEST_INVALID', 'DOCUMENT_UNKNOWN', 'DEADLINE_PASSED', 'QUEUE_UNAVAILABLE'],
  })
  async status(@From() caller: Caller, @Param('collection') name: string, @Param('id') documentId: string): Promise<DocumentStatus> {
    const collection = readCollection(name);
    const { documents } = ListDocumentsResult.parse(await this.#call(ListDocumentsJob, caller, { collection, limit: 1, documentId }, {}, this.config.CALL_TIMEOUT_MS));
    const [document] = documents;
    if (!document) throw new MeshError('DOCUMENT_UNKNOWN', `the collection ${collection} has no such document`, { field: 'id' });
    return document;
  }

  @Route({
    method: 'DELETE',
    path: '/v1/knowledge/:collection/documents/:id',
    scope: 'knowledge',
    summary: 'Takes a document out of the collection.',
    parameters: [COLLECTION, { name: 'id', in: 'path', description: 'The document\'s id, percent-encoded.' }],
    answers: [{ status: 200, description: 'Deleted.', schema: IngestResult }],
    errors: ['REQUEST_INVALID', 'DOCUMENT_UNKNOWN', 'DEADLINE_PASSED', 'QUEUE_UNAVAILABLE'],
  })
  async remove(@From() caller: Caller, @Param('collection') name: string, @Param('id') documentId: string): Promise<IngestResult> {
    const collection = readCollection(name);
    const result = await this.#order(caller, { collection, documentId, operation: 'delete' }, {}, this.config.INGEST_TIMEOUT_MS);
    if (!result) throw new MeshError('DEADLINE_PASSED', 'it will be deleted, but is not yet');
    return result;
  }

  @Route({
    method: 'POST',
    path: '/v1/knowledge/:collection/search',
    scope: 'knowledge',
    summary: 'Ranked passages for a query, with the documents that they stand in.',
    parameters: [COLLECTION],
    body: { types: ['application/json'], schema: named('SearchRequest', SearchRequest), limitBytes: BODY_LIMIT_BYTES },
    answers: [{ status: 200, description: 'The passages, best first. Scores compare within one query only.', schema: named('SearchResult', SearchResult) }],
    errors: ['DEADLINE_PASSED', 'QUEUE_UNAVAILABLE'],
  })
  async search(@From() caller: Caller, @Param('collection') name: string, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const collection = readCollection(name);
    const { query, limit, ...narrowed } = parseInput(SearchRequest, body);
    if (query.trim() === '') throw new MeshError('REQUEST_INVALID', 'query: must hold a text', { field: 'query' });
    const result = await this.#call(SearchJob, caller, { collection, limit }, { query: query.toWellFormed(), ...narrowed }, this.config.CALL_TIMEOUT_MS);
    await reply.send(SearchResult.parse(result));
  }

  /** Hands the order over for good. @returns what came of it; undefined where that is not known within `timeoutMs` */
  async #order(caller: Caller, order: { collection: string; documentId: string; operation: 'put' | 'delete' }, secret: Omit<Upload, 'documentId'>, timeoutMs: number): Promise<IngestResult | undefined> {
    const { ledger, spool } = this.queue;
    const tenant = caller.tenant.id;
    const place = { tenant, collection: order.collection, documentId: order.documentId };
    let sequence: number | undefined;
    try {
      const number = (sequence = await ledger.next());
      // The order is in the queue; where the ledger cannot be told that it waits, it hears of it when it is in work.
      const onAdded = (): Promise<unknown> => ledger.wait(place, number, this.clock.now()).catch(() => undefined);
      // Bulk: a tenant that sends a million documents leaves the queue to the others.
      const result = await this.calls.deliver(IngestJob, { tenant, body: { ...order, sequence }, private: secret, timeoutMs, lifetimeMs: LIFETIME_MS, lane: 'bulk', siteVersion: this.site.version, onAdded });
      return result === undefined ? undefined : IngestResult.parse(result);
    } catch (error) {
      // Nothing was handed over.
      if (secret.file !== undefined && MeshError.is(error) && (error.code === 'JOB_TOO_LARGE' || sequence === undefined)) await spool.remove(secret.file).catch(() => undefined);
      throw error;
    }
  }

  #call(contract: JobContract, caller: Caller, body: object, secret: object, timeoutMs: number): Promise<unknown> {
    return this.calls.call(contract, { tenant: caller.tenant.id, body, private: secret, timeoutMs, siteVersion: this.site.version });
  }
}
