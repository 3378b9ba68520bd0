import { QdrantClient } from '@qdrant/js-client-rest';
import { MeshError } from '@switchyard/errors';
import { connectKeepingRetryAfter } from './keep-retry-after.js';
import { nameFailure, statusOf } from './name-failure.js';
import { tryAgain, type Patience } from './try-again.js';
import type { CollectionSettings, FieldIndex, Filter, Point, Query, ScoredPoint, StoredPoint } from './wire.js';

export interface QdrantConnection {
  /** `http://host:6333` or `https://…`. */
  readonly url: string;
  readonly apiKey?: string;
  /** Copies of each shard; from 2 on, reads and writes ask for a majority of them. */
  readonly replication?: number;
  readonly patience?: Partial<Record<keyof typeof PATIENCE, Patience>>;
}

/** How long is waited for what: a question cannot wait, a write can, and what makes or changes collections takes its time. */
const PATIENCE = {
  read: { tryMs: 1_000, repeatMs: 2_000 },
  write: { tryMs: 30_000, repeatMs: 90_000 },
  admin: { tryMs: 60_000, repeatMs: 60_000 },
} as const satisfies Record<string, Patience>;
const CONNECTIONS = 32;

type Api = ReturnType<QdrantClient['api']>;
type Connections = ReturnType<typeof connectKeepingRetryAfter>;
/** Node's fetch takes connections as well; its types do not say so. */
type Init = RequestInit;
interface Call {
  readonly operation: string;
  readonly patience: keyof typeof PATIENCE;
  readonly signal?: AbortSignal | undefined;
}

/** Qdrant's types have mutable arrays and take any object for what may be null; those of wire.ts are narrower. */
const typed = (request: object): never => request as never;

/**
 * The operations of Qdrant that are used, by its official client. Each may be repeated without harm, and is, while the
 * server is away or asks to wait. Errors are MeshErrors: DATABASE_UNAVAILABLE or STORE_REJECTED; an aborted call throws
 * the reason of its signal.
 */
export class QdrantCalls {
  readonly host: string;
  private readonly api: Api;
  private readonly dispatcher: Connections;
  private readonly patience: Record<keyof typeof PATIENCE, Patience>;
  private readonly consistency: { consistency: 'majority' } | undefined;

  constructor({ url, apiKey, replication = 1, patience }: QdrantConnection) {
    this.host = new URL(url).host;
    this.patience = { ...PATIENCE, ...patience };
    this.consistency = replication > 1 ? { consistency: 'majority' } : undefined;
    // No timeout of the client's own: it would replace the signal of the call. No look at the version in the
    // background: `version` has it. The key goes as a header, since the client prints a line about keys without TLS.
    const client = new QdrantClient({ url, timeout: Infinity, checkCompatibility: false, ...(apiKey === undefined ? {} : { headers: { 'api-key': apiKey } }) });
    this.api = client.api();
    this.dispatcher = connectKeepingRetryAfter(CONNECTIONS);
  }

  async close(): Promise<void> {
    await this.dispatcher.close();
  }

  async version(signal?: AbortSignal): Promise<string> {
    const call = { operation: 'say its version', patience: 'read', signal } as const;
    return (await this.run(call, (init) => this.api.root({}, init))).version;
  }

  /** Collection by alias. */
  async aliases(signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { aliases } = await this.result({ operation: 'list aliases', patience: 'read', signal }, (init) => this.api.getCollectionsAliases({}, init));
    return new Map(aliases.map(({ alias_name: alias, collection_name: collection }) => [alias, collection]));
  }

  /** What was said of the collection when it was made, and the names of its dense vectors. */
  async describe(collection: string, signal?: AbortSignal): Promise<{ readonly metadata: Readonly<Record<string, unknown>>; readonly vectors: readonly string[] }> {
    const { config } = await this.result({ operation: 'describe a collection', patience: 'read', signal }, (init) => this.api.getCollection({ collection_name: collection }, init));
    return { metadata: config.metadata ?? {}, vectors: Object.keys(config.params.vectors ?? {}) };
  }

  async addMetadata(collection: string, metadata: Readonly<Record<string, unknown>>): Promise<void> {
    await this.result({ operation: 'describe a collection', patience: 'admin' }, (init) => this.api.updateCollection(typed({ collection_name: collection, metadata }), init));
  }

  /** Adds a dense vector to the points of a collection, by cosine, unless it has one of that name. */
  async addVector(collection: string, name: string, size: number): Promise<void> {
    const request = { collection_name: collection, vector_name: name, wait: true, dense: { size, distance: 'Cosine' } };
    try {
      await this.completed({ operation: 'add a vector', patience: 'admin' }, (init) => this.api.createVectorName(typed(request), init));
    } catch (error) {
      // Another instance may have added it, or the answer to the first try was lost.
      if (!(await this.describe(collection)).vectors.includes(name)) throw error;
    }
  }

  /** Takes a vector out of all points for which the filter holds. */
  async deleteVectors(collection: string, name: string, filter: Filter): Promise<void> {
    const request = { collection_name: collection, wait: true, ordering: 'medium', vector: [name], filter };
    await this.completed({ operation: 'delete vectors', patience: 'write' }, (init) => this.api.deleteVectors(typed(request), init));
  }

  async collections(): Promise<string[]> {
    const { collections } = await this.result({ operation: 'list collections', patience: 'admin' }, (init) => this.api.getCollections({}, init));
    return collections.map(({ name }) => name);
  }

  /** Makes the collection unless it is there. */
  async createCollection(collection: string, settings: CollectionSettings): Promise<void> {
    try {
      await this.result({ operation: 'create a collection', patience: 'admin' }, (init) => this.api.createCollection(typed({ collection_name: collection, ...settings }), init));
    } catch (error) {
      // 409: another instance has made it, or the answer to the first try was lost.
      if (statusOf(error) !== 409) throw error;
    }
  }

  async createIndex(collection: string, field: string, index: FieldIndex): Promise<void> {
    const request = { collection_name: collection, wait: true, field_name: field, field_schema: index };
    await this.completed({ operation: 'create a payload index', patience: 'admin' }, (init) => this.api.createFieldIndex(typed(request), init));
  }

  /** Points the alias to a collection, in one step. */
  async switchAlias(alias: string, to: string, from?: string, signal?: AbortSignal): Promise<void> {
    const actions = [...(from === undefined ? [] : [{ delete_alias: { alias_name: alias } }]), { create_alias: { alias_name: alias, collection_name: to } }];
    await this.result({ operation: 'switch an alias', patience: 'admin', signal }, (init) => this.api.updateAliases(typed({ actions }), init));
  }

  async deleteCollection(collection: string): Promise<void> {
    await this.result({ operation: 'delete a collection', patience: 'admin' }, (init) => this.api.deleteCollection({ collection_name: collection }, init));
  }

  /** Stores points. With `onlyWhere` a point that is there is left as it is unless the filter holds for it; `insertOnly`: in any case. */
  async upsert(collection: string, points: readonly Point[], options: { readonly onlyWhere?: Filter; readonly insertOnly?: boolean; readonly strong?: boolean } = {}, signal?: AbortSignal): Promise<void> {
    const request = {
      collection_name: collection,
      wait: true,
      ordering: options.strong ? 'strong' : 'medium',
      points,
      ...(options.onlyWhere ? { update_filter: options.onlyWhere } : {}),
      ...(options.insertOnly ? { update_mode: 'insert_only' } : {}),
    };
    await this.completed({ operation: 'store points', patience: 'write', signal }, (init) => this.api.upsertPoints(typed(request), init));
  }

  /** Sets fields of the payload of all points for which the filter holds; one such change after another, in their order. */
  async setPayloads(collection: string, changes: readonly { readonly payload: Readonly<Record<string, unknown>>; readonly filter: Filter }[], signal?: AbortSignal): Promise<void> {
    const request = { collection_name: collection, wait: true, ordering: 'medium', operations: changes.map((change) => ({ set_payload: change })) };
    const results = await this.result({ operation: 'set payloads', patience: 'write', signal }, (init) => this.api.batchUpdate(typed(request), init));
    for (const { status } of results) requireCompleted(status, this.host);
  }

  async deleteWhere(collection: string, filter: Filter, signal?: AbortSignal): Promise<void> {
    const request = { collection_name: collection, wait: true, ordering: 'medium', filter };
    await this.completed({ operation: 'delete points', patience: 'write', signal }, (init) => this.api.deletePoints(typed(request), init));
  }

  async retrieve(collection: string, ids: readonly string[], signal?: AbortSignal): Promise<StoredPoint[]> {
    const request = { collection_name: collection, ...this.consistency, ids, with_payload: true, with_vector: false };
    return (await this.result({ operation: 'fetch points', patience: 'read', signal }, (init) => this.api.getPoints(typed(request), init))) as StoredPoint[];
  }

  /** One page of the points for which the filter holds, in the order of their ids. */
  async scroll(collection: string, page: { readonly filter: Filter; readonly limit: number; readonly offset?: string; readonly withVectors?: readonly string[] }, signal?: AbortSignal): Promise<{ points: StoredPoint[]; next: string | undefined }> {
    const { filter, limit, offset, withVectors = false } = page;
    const request = { collection_name: collection, ...this.consistency, filter, limit, with_payload: true, with_vector: withVectors, ...(offset === undefined ? {} : { offset }) };
    const { points, next_page_offset: next } = await this.result({ operation: 'scroll', patience: 'read', signal }, (init) => this.api.scrollPoints(typed(request), init));
    return { points: points as StoredPoint[], next: typeof next === 'string' ? next : undefined };
  }

  async count(collection: string, filter: Filter, signal?: AbortSignal): Promise<number> {
    const request = { collection_name: collection, ...this.consistency, filter, exact: true };
    return (await this.result({ operation: 'count points', patience: 'read', signal }, (init) => this.api.countPoints(typed(request), init))).count;
  }

  /** The answers to several queries, in their order. */
  async queryBatch(collection: string, queries: readonly Query[], signal?: AbortSignal): Promise<ScoredPoint[][]> {
    const request = { collection_name: collection, ...this.consistency, searches: queries };
    const answers = await this.result({ operation: 'query', patience: 'read', signal }, (init) => this.api.queryBatchPoints(typed(request), init));
    return answers.map(({ points }) => points as ScoredPoint[]);
  }

  private async result<Result>(call: Call, send: (init: Init) => Promise<{ readonly data: { readonly result?: Result } }>): Promise<Result> {
    const { result } = await this.run(call, send);
    if (result === undefined || result === null) throw new MeshError('STORE_ANSWER_INVALID', `no result from Qdrant at ${this.host} to ${call.operation}`);
    return result;
  }

  private async completed(call: Call, send: (init: Init) => Promise<{ readonly data: { readonly result?: { readonly status: string } } }>): Promise<void> {
    await this.run(call, async (init) => {
      const response = await send(init);
      requireCompleted(response.data.result?.status, this.host);
      return response;
    });
  }

  private run<Data>({ operation, patience, signal }: Call, send: (init: Init) => Promise<{ readonly data: Data }>): Promise<Data> {
    return tryAgain(
      async (limit) => {
        try {
          return (await send({ signal: limit, dispatcher: this.dispatcher } as unknown as Init)).data;
        } catch (error) {
          throw nameFailure(error, operation, this.host);
        }
      },
      this.patience[patience],
      signal,
    );
  }
}

/** Anything else than `completed` means that readers may not see it yet. @throws MeshError DATABASE_UNAVAILABLE */
function requireCompleted(status: string | undefined, host: string): void {
  if (status !== 'completed') throw new MeshError('DATABASE_UNAVAILABLE', `Qdrant at ${host} has not completed a write: ${String(status)}`);
}
