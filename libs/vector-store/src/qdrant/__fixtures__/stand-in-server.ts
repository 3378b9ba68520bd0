import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { CollectionSettings, FieldIndex, Filter, Point, Query } from '../wire.js';
import { readApiDocument, type FoundOperation } from './api-document.js';
import { Refusal, StandInCollection } from './stand-in-collection.js';

export interface SeenRequest {
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  // Tests look into requests of every kind.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** What is done with a request instead of answering it: refused, cut off before or after it took effect, or never answered. */
export type Fault = { readonly status: number; readonly headers?: Record<string, string> } | 'cut' | 'cut after' | 'silent';

export interface StandIn {
  readonly url: string;
  version: string;
  /** Requests without it are refused. */
  apiKey: string | undefined;
  /** Asked before every request, which waits for it. */
  fault: (request: SeenRequest) => Fault | undefined | Promise<undefined>;
  /** May change an answer before it is sent. */
  twist: (id: string, result: unknown) => unknown;
  readonly requests: SeenRequest[];
  readonly collections: Map<string, StandInCollection>;
  readonly aliases: Map<string, string>;
  /** Exchanges that the API document does not allow; every test must leave it empty. */
  readonly violations: string[];
  close(): Promise<void>;
}

const document = readApiDocument();

/**
 * A server that does what Qdrant 1.19 does with the operations that the adapter uses. Each request and each answer is
 * checked against Qdrant's own API document; what that does not have is answered 400 and kept in `violations`.
 */
export async function startStandIn(): Promise<StandIn> {
  const http = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://stand-in');
      const raw = await readText(request);
      const found = document.find(request.method ?? '', url.pathname);
      const send = (status: number, body: object, headers: Record<string, string> = {}): void => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      const refuse = (status: number, error: string, headers?: Record<string, string>): void => send(status, { time: 0, status: { error }, result: null }, headers);
      if (!found) {
        server.violations.push(`${request.method} ${url.pathname}`);
        return refuse(404, 'no such operation');
      }
      if (server.apiKey !== undefined && request.headers['api-key'] !== server.apiKey) return void response.writeHead(401, { 'content-type': 'text/plain' }).end('Must provide an API key or an Authorization bearer token');
      const body = raw === '' ? undefined : (JSON.parse(raw) as unknown);
      const seen: SeenRequest = { id: found.id, query: Object.fromEntries(url.searchParams), headers: request.headers, body };
      server.requests.push(seen);
      const fault = await server.fault(seen);
      if (fault === 'silent') return;
      if (fault === 'cut') return void response.destroy();
      if (fault !== undefined && fault !== 'cut after') return refuse(fault.status, 'a fault', fault.headers);
      const wrong = document.request(found.id, body) ?? document.query(found.id, url.searchParams);
      if (wrong !== undefined) {
        server.violations.push(wrong);
        return refuse(400, `Format error in JSON body: ${wrong}`);
      }
      try {
        const result = server.twist(found.id, await perform(server, found, body, url.searchParams));
        if (fault === 'cut after') return void response.destroy();
        const answer = found.id === 'root' ? (result as object) : { usage: null, time: 0.001, status: 'ok', result };
        const unfit = document.response(found.id, answer);
        if (unfit !== undefined) server.violations.push(unfit);
        send(200, answer);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refuse(error.status, error.message);
      }
    })().catch((error: unknown) => {
      server.violations.push(String(error instanceof Error ? error.stack : error));
      response.destroy();
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  const server: StandIn = {
    url: `http://127.0.0.1:${address.port}`,
    version: '1.19.0',
    apiKey: undefined,
    fault: () => undefined,
    twist: (_id, result) => result,
    requests: [],
    collections: new Map(),
    aliases: new Map(),
    violations: [],
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

type Wanted = { readonly with_payload?: boolean | readonly string[]; readonly with_vector?: boolean | readonly string[] };
type Held = ReturnType<StandInCollection['retrieve']>[number];

// The body has passed the check against the API document; its parts are read as what that says.
// oxlint-disable-next-line typescript/no-explicit-any
async function perform(server: StandIn, { id, path }: FoundOperation, body: any, query: URLSearchParams): Promise<unknown> {
  const name = path['collection_name'];
  switch (id) {
    case 'root': return { title: 'qdrant - vector search engine', version: server.version };
    case 'get_collections': return { collections: [...server.collections.keys()].map((one) => ({ name: one })) };
    case 'get_collections_aliases': return { aliases: [...server.aliases].map(([alias, collection]) => ({ alias_name: alias, collection_name: collection })) };
    case 'update_aliases': return changeAliases(server, body.actions);
    case 'create_collection': return create(server, name ?? '', body as CollectionSettings);
  }
  const collection = server.collections.get(server.aliases.get(name ?? '') ?? name ?? '');
  if (!collection) throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
  const done = { operation_id: 1, status: 'completed' };
  const write = async (work: () => Promise<void>): Promise<typeof done> => {
    if (query.get('wait') !== 'true') throw new Refusal(400, 'nobody waits for this write');
    await collection.write(work);
    return done;
  };
  switch (id) {
    case 'get_collection': return describe(collection);
    case 'delete_collection': {
      for (const [alias, target] of server.aliases) if (target === name) server.aliases.delete(alias);
      return server.collections.delete(name ?? '');
    }
    case 'create_field_index': {
      collection.indexes.set(body.field_name as string, body.field_schema as FieldIndex);
      return write(async () => undefined);
    }
    case 'update_collection': {
      collection.metadata = { ...collection.metadata, ...body.metadata };
      return true;
    }
    case 'create_vector_name': {
      const vector = path['vector_name'] ?? '';
      if (collection.dimensions.has(vector)) throw new Refusal(400, `Wrong input: vector ${vector} already exists`);
      collection.dimensions.set(vector, body.dense.size as number);
      return write(async () => undefined);
    }
    case 'delete_vectors': return write(() => collection.deleteVectors(body.vector as string[], body.filter as Filter));
    case 'upsert_points': return write(() => collection.upsert(body.points as Point[], body));
    case 'delete_points': return write(() => collection.delete(body.filter as Filter));
    case 'batch_update': return await Promise.all((body.operations as { set_payload: { payload: Record<string, unknown>; filter: Filter } }[]).map(({ set_payload: { payload, filter } }) => write(() => collection.setPayload(payload, filter))));
    case 'get_points': return collection.retrieve(body.ids as string[]).map((point) => shown(point, body));
    case 'scroll_points': {
      const { points, next } = collection.scroll(body.filter as Filter | undefined, body.limit as number, body.offset as string | undefined);
      return { points: points.map((point) => shown(point, body)), next_page_offset: next };
    }
    case 'count_points': return { count: collection.count(body.filter as Filter | undefined) };
    case 'query_batch_points': {
      const queries = body.searches as (Query & Wanted)[];
      if (queries.length > collection.settings.strict_mode_config.search_max_batchsize) throw new Refusal(400, `a batch of ${queries.length} queries`);
      return queries.map((one) => ({ points: collection.query(one).map(({ point, score }) => ({ ...shown(point, one), version: point.version, score })) }));
    }
    default: throw new Refusal(404, `the stand-in has no ${id}`);
  }
}

function shown({ id, payload, sparse, dense }: Held, { with_payload: withPayload, with_vector: withVector }: Wanted): object {
  const named = (name: string): boolean => withVector === true || (Array.isArray(withVector) && withVector.includes(name));
  const vectors = [...[...sparse].map(([name, values]) => [name, { indices: [...values.keys()].toSorted((left, right) => left - right), values: [...values].toSorted(([left], [right]) => left - right).map(([, value]) => value) }] as const), ...dense];
  return { id, ...(withPayload ? { payload: Array.isArray(withPayload) ? Object.fromEntries(Object.entries(payload).filter(([field]) => withPayload.includes(field))) : payload } : {}), ...(withVector ? { vector: Object.fromEntries(vectors.filter(([name]) => named(name))) } : {}) };
}

function changeAliases({ collections, aliases }: StandIn, actions: readonly { delete_alias?: { alias_name: string }; create_alias?: { alias_name: string; collection_name: string } }[]): boolean {
  const next = new Map(aliases);
  for (const { delete_alias: gone, create_alias: made } of actions) {
    if (gone) next.delete(gone.alias_name);
    if (made && !collections.has(made.collection_name)) throw new Refusal(404, `Not found: Collection \`${made.collection_name}\` doesn't exist!`);
    if (made) next.set(made.alias_name, made.collection_name);
  }
  aliases.clear();
  for (const [alias, collection] of next) aliases.set(alias, collection);
  return true;
}

function create({ collections }: StandIn, name: string, settings: CollectionSettings): boolean {
  if (collections.has(name)) throw new Refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
  collections.set(name, new StandInCollection(settings));
  return true;
}

function describe({ settings, size: points, indexes, dimensions, metadata }: StandInCollection): object {
  const { sparse_vectors: sparse = {}, hnsw_config: hnsw = { m: 16, payload_m: 16 }, replication_factor: replicas, write_consistency_factor: consistency } = settings;
  return {
    status: 'green',
    optimizer_status: 'ok',
    points_count: points,
    segments_count: 1,
    payload_schema: Object.fromEntries([...indexes].map(([field, index]) => [field, { data_type: index.type, params: index, points }])),
    config: {
      params: { vectors: Object.fromEntries([...dimensions].map(([name, size]) => [name, { size, distance: 'Cosine' }])), sparse_vectors: sparse, shard_number: 1, replication_factor: replicas, write_consistency_factor: consistency },
      hnsw_config: { ...hnsw, ef_construct: 100, full_scan_threshold: 10_000 },
      optimizer_config: { deleted_threshold: 0.2, vacuum_min_vector_number: 1_000, default_segment_number: 0, flush_interval_sec: 5 },
      metadata,
    },
  };
}
