import { Body, Controller, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IngestJob, IngestResult, ListDocumentsJob, ListDocumentsResult, SearchJob, SearchResult, type JobContract } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { MESH_CLIENT, type MeshClient } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { z } from 'zod';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { GATEWAY_CONFIG, SITE, type GatewayConfig } from '../gateway.config.js';
import { listLimit } from '../problem/list-limit.js';
import { parseInput } from '../problem/parse-input.js';
import { BODY_LIMIT_BYTES, DOCUMENT_LIMIT_BYTES, named, Route } from '../route.js';
import { DocumentRequest, readCollection, readDocument, readForm } from './document-upload.js';

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

/** The knowledge base of a tenant; the retrieval tier owns it, this passes on. */
@Controller()
export class KnowledgeController {
  constructor(
    @Inject(MESH_CLIENT) private readonly calls: Pick<MeshClient, 'call'>,
    @Inject(SITE) private readonly site: Site,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/knowledge/:collection/documents',
    scope: 'knowledge',
    summary: 'Puts a document into the collection, or replaces the one with its id. Answers when it can be found.',
    description: 'A form has the part `file` (md, html, txt, pdf, docx, csv), whose name is the id where `id` is absent, and the text parts `id`, `title`, `url` and `metadata`.',
    parameters: [COLLECTION],
    body: { types: ['application/json', 'multipart/form-data'], schema: named('Document', DocumentRequest), limitBytes: DOCUMENT_LIMIT_BYTES },
    answers: [
      { status: 201, description: 'Indexed.', schema: named('IngestResult', IngestResult), headers: { Location: 'Where the document can be deleted.' } },
      { status: 200, description: 'Unchanged: the same content is there already.', schema: IngestResult },
    ],
    errors: ['DOCUMENT_INVALID', 'JOB_TOO_LARGE', 'DEADLINE_PASSED', 'QUEUE_UNAVAILABLE'],
  })
  async put(@From() caller: Caller, @Param('collection') name: string, @Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const collection = readCollection(name);
    const { documentId, ...document } = request.isMultipart() ? await readForm(request, DOCUMENT_LIMIT_BYTES) : readDocument(body);
    const result = await this.#call(IngestJob, caller, { collection, documentId, operation: 'put' as const }, document, this.config.INGEST_TIMEOUT_MS);
    const ingested = IngestResult.parse(result);
    await reply
      .code(ingested.state === 'unchanged' ? 200 : 201)
      .header('location', `/v1/knowledge/${collection}/documents/${encodeURIComponent(documentId)}`)
      .send(ingested);
  }

  @Route({
    method: 'GET',
    path: '/v1/knowledge/:collection/documents',
    scope: 'knowledge',
    summary: 'The documents of the collection.',
    parameters: [COLLECTION, { name: 'limit', in: 'query', description: '1 to 1000; 100 where it is absent.', schema: z.int().min(1).max(1_000) }],
    answers: [{ status: 200, description: 'The documents.', schema: named('DocumentList', ListDocumentsResult) }],
    errors: ['REQUEST_INVALID', 'DEADLINE_PASSED', 'QUEUE_UNAVAILABLE'],
  })
  async list(@From() caller: Caller, @Param('collection') name: string, @Query('limit') given: string | undefined): Promise<ListDocumentsResult> {
    const collection = readCollection(name);
    const limit = parseInput(ListLimit, given, ['limit']);
    return ListDocumentsResult.parse(await this.#call(ListDocumentsJob, caller, { collection, limit }, {}, this.config.CALL_TIMEOUT_MS));
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
    return IngestResult.parse(await this.#call(IngestJob, caller, { collection, documentId, operation: 'delete' as const }, {}, this.config.INGEST_TIMEOUT_MS));
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

  #call(contract: JobContract, caller: Caller, body: object, secret: object, timeoutMs: number): Promise<unknown> {
    return this.calls.call(contract, { tenant: caller.tenant.id, body, private: secret, timeoutMs, siteVersion: this.site.version });
  }
}
