import { MeshError } from '@switchyard/errors';
import type { QdrantCalls } from './qdrant-calls.js';
import type { CollectionSettings, FieldIndex } from './wire.js';

/** The alias of the knowledge base, unless another is named; the collection behind it changes when the base is indexed anew. */
export const ALIAS = 'switchyard_kb';
/** Raised when the layout of the points changes: an older or newer collection is refused rather than misread. */
const LAYOUT = 1;

export const SPARSE = 'bm25';
/** Points in one request. */
export const BATCH = 256;
/** Queries in one request. */
export const QUERIES = 64;
/** Hits or points that one request may ask for. */
export const MAX_LIMIT = 1_000;

/** One version of the knowledge base: its passages, and beside them the records of documents. */
export interface Home {
  readonly version: number;
  readonly passages: string;
  readonly records: string;
  /** Its gate was seen closed, and the alias still led to it after that: it is read on. */
  readonly isClosed?: boolean;
}

const exact = { type: 'keyword', enable_hnsw: false } as const;
const ordered = { type: 'integer', lookup: false, range: true, enable_hnsw: false } as const;
const both = { ...ordered, lookup: true } as const;

const PASSAGE_INDEXES: Readonly<Record<string, FieldIndex>> = {
  // Points of one tenant lie together, and the graph of dense vectors is built for each tenant.
  tenant: { type: 'keyword', is_tenant: true, enable_hnsw: true },
  collection: exact,
  document_id: exact,
  language: exact,
  facets: exact,
  valid_from: ordered,
  valid_to: ordered,
  token: exact,
  since: both,
  until: both,
  staged_at: ordered,
  until_at: ordered,
};
const RECORD_INDEXES: Readonly<Record<string, FieldIndex>> = { tenant: { type: 'keyword', is_tenant: true, enable_hnsw: false }, collection: exact, kind: exact, revision: both, version: both };

const majority = (copies: number): number => Math.floor(copies / 2) + 1;

function settingsOf(replication: number): { readonly passages: CollectionSettings; readonly records: CollectionSettings } {
  const shared = {
    replication_factor: replication,
    write_consistency_factor: majority(replication),
    strict_mode_config: {
      enabled: true,
      max_query_limit: MAX_LIMIT,
      unindexed_filtering_retrieve: false,
      unindexed_filtering_update: false,
      upsert_max_batchsize: BATCH,
      search_max_batchsize: QUERIES,
      search_max_oversampling: 4,
      condition_max_size: 256,
      filter_max_conditions: 64,
    },
    metadata: { switchyard: { layout: LAYOUT } },
  } as const;
  return {
    passages: {
      ...shared,
      // One is added for each embedding model whose vectors come.
      vectors: {},
      sparse_vectors: { [SPARSE]: { modifier: 'idf' } },
      hnsw_config: { m: 0, payload_m: 16 },
      quantization_config: { scalar: { type: 'int8', quantile: 0.99, memory: 'pinned' } },
    },
    records: { ...shared, vectors: {} },
  };
}

export const homeOf = (alias: string, version: number): Home => ({ version, passages: `${alias}_v${version}`, records: `${alias}_v${version}_records` });

/** Makes the collections of a version with their indexes, or what is missing of them. */
export async function createHome(calls: QdrantCalls, alias: string, version: number, replication: number): Promise<Home> {
  const home = homeOf(alias, version);
  const settings = settingsOf(replication);
  await calls.createCollection(home.passages, settings.passages);
  await calls.createCollection(home.records, settings.records);
  for (const [field, index] of Object.entries(PASSAGE_INDEXES)) await calls.createIndex(home.passages, field, index);
  for (const [field, index] of Object.entries(RECORD_INDEXES)) await calls.createIndex(home.records, field, index);
  return home;
}

/** The version behind the alias; undefined where there is none yet. @throws MeshError CONFIG_INVALID for a layout of another release */
export async function findHome(calls: QdrantCalls, alias: string, signal?: AbortSignal): Promise<Home | undefined> {
  const collection = (await calls.aliases(signal)).get(alias);
  return collection === undefined ? undefined : readHome(calls, alias, collection, signal);
}

/** As above, of a collection of which the name is known. */
export async function readHome(calls: QdrantCalls, alias: string, collection: string, signal?: AbortSignal): Promise<Home> {
  const version = Number(/_v(\d+)$/.exec(collection)?.[1]);
  const facts = (await calls.describe(collection, signal)).metadata['switchyard'] as { layout?: unknown } | undefined;
  if (!Number.isInteger(version) || facts?.layout !== LAYOUT) {
    throw new MeshError('CONFIG_INVALID', `the collection ${collection} behind the alias ${alias} is not of this release (layout ${String(facts?.layout)}, this release reads ${LAYOUT})`, { field: 'QDRANT_URL' });
  }
  return homeOf(alias, version);
}
