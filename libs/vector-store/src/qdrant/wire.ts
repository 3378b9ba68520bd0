/**
 * What is sent to Qdrant, as closed types: the client's own types take any object wherever a field may be null, and
 * the server ignores what it does not know, so that a misspelt `filter` would run unfiltered.
 */
export type Match = { readonly value: string | number | boolean } | { readonly any: readonly string[] } | { readonly any: readonly number[] };

export type Condition =
  | { readonly key: string; readonly match: Match; readonly range?: never; readonly must?: never }
  | { readonly key: string; readonly range: { readonly lt?: number; readonly lte?: number; readonly gt?: number; readonly gte?: number }; readonly match?: never; readonly must?: never }
  | { readonly must: readonly Condition[]; readonly key?: never };

export interface Filter {
  readonly must?: readonly Condition[];
  readonly must_not?: readonly Condition[];
  readonly should?: readonly Condition[];
}

export interface SparseValues {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

export interface SearchParams {
  readonly idf?: { readonly corpus: Filter };
  readonly quantization?: { readonly rescore: boolean; readonly oversampling: number };
}

export interface Prefetch {
  readonly query: SparseValues | readonly number[];
  readonly using: string;
  readonly filter: Filter;
  readonly params?: SearchParams;
  readonly limit: number;
}

interface Answered {
  readonly filter: Filter;
  readonly limit: number;
  readonly with_payload: readonly string[] | false;
  readonly with_vector: readonly string[] | false;
}
/** By one vector, or by several rankings fused; there is no query without a filter. */
export type Query =
  | (Answered & { readonly query: SparseValues | readonly number[]; readonly using: string; readonly params?: SearchParams })
  | (Answered & { readonly query: { readonly rrf: { readonly k: number; readonly weights: readonly number[] } }; readonly prefetch: readonly Prefetch[] });

export interface Point {
  readonly id: string;
  readonly vector: Readonly<Record<string, SparseValues | readonly number[]>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface StoredPoint {
  readonly id: string;
  readonly payload: unknown;
  readonly vector: unknown;
}

export type ScoredPoint = StoredPoint & { readonly score: number };

export interface CollectionSettings {
  readonly vectors: Readonly<Record<string, never>>;
  readonly sparse_vectors?: Readonly<Record<string, { readonly modifier: 'idf' }>>;
  readonly hnsw_config?: { readonly m: number; readonly payload_m: number };
  readonly quantization_config?: { readonly scalar: { readonly type: 'int8'; readonly quantile: number; readonly memory: 'pinned' } };
  readonly replication_factor: number;
  readonly write_consistency_factor: number;
  readonly strict_mode_config: {
    readonly enabled: true;
    readonly max_query_limit: number;
    readonly unindexed_filtering_retrieve: false;
    readonly unindexed_filtering_update: false;
    readonly upsert_max_batchsize: number;
    readonly search_max_batchsize: number;
    readonly search_max_oversampling: number;
    readonly condition_max_size: number;
    readonly filter_max_conditions: number;
  };
  readonly metadata: Readonly<Record<string, unknown>>;
}

export type FieldIndex =
  | { readonly type: 'keyword'; readonly is_tenant?: boolean; readonly enable_hnsw: boolean }
  | { readonly type: 'integer'; readonly lookup: boolean; readonly range: boolean; readonly enable_hnsw: boolean };
