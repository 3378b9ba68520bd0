import { setImmediate } from 'node:timers/promises';
import type { CollectionSettings, Condition, FieldIndex, Filter, Point, Prefetch, Query, SparseValues } from '../wire.js';

/** A refusal with a status, as the server would give it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Held {
  readonly id: string;
  readonly sparse: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly dense: ReadonlyMap<string, readonly number[]>;
  readonly payload: Record<string, unknown>;
  readonly version: number;
}
interface Scored {
  readonly point: Held;
  readonly score: number;
}
/** Points that are changed between two moments at which readers look. */
const SLICE = 7;

const isSparse = (vector: SparseValues | readonly number[]): vector is SparseValues => !Array.isArray(vector);

/** The points of one collection and what is asked of them, as Qdrant 1.19 does it: exact, in memory, strict mode kept. */
export class StandInCollection {
  readonly indexes = new Map<string, FieldIndex>();
  private readonly points = new Map<string, Held>();
  private writing: Promise<unknown> = Promise.resolve();
  private operations = 0;

  /** Length of each dense vector, by its name. */
  readonly dimensions = new Map<string, number>();
  metadata: Readonly<Record<string, unknown>>;

  constructor(readonly settings: CollectionSettings) {
    this.metadata = settings.metadata;
  }

  get size(): number {
    return this.points.size;
  }

  /** As a collection is that was made a moment ago. */
  clear(): void {
    this.points.clear();
  }

  /** Runs changes one after another. Readers see what they have done so far, point by point, as a server's would. */
  write<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = this.writing.then(work);
    this.writing = next.catch(() => undefined);
    return next;
  }

  async upsert(points: readonly Point[], { update_filter: onlyWhere, update_mode: mode }: { readonly update_filter?: Filter; readonly update_mode?: string }): Promise<void> {
    const { strict_mode_config: strict } = this.settings;
    if (points.length > strict.upsert_max_batchsize) throw new Refusal(400, `upsert of ${points.length} points`);
    if (onlyWhere) this.checkFilter(onlyWhere);
    const held = points.map((point) => this.hold(point));
    const version = ++this.operations;
    for (const [at, point] of held.entries()) {
      const before = this.points.get(point.id);
      if (before ? mode !== 'insert_only' && (!onlyWhere || this.holds(onlyWhere, before)) : mode !== 'update_only') this.points.set(point.id, { ...point, version });
      if (at % SLICE === 0) await setImmediate();
    }
  }

  async setPayload(payload: Readonly<Record<string, unknown>>, filter: Filter): Promise<void> {
    this.checkFilter(filter);
    const version = ++this.operations;
    let at = 0;
    for (const point of [...this.points.values()].filter((one) => this.holds(filter, one))) {
      this.points.set(point.id, { ...point, payload: { ...point.payload, ...payload }, version });
      if (at++ % SLICE === 0) await setImmediate();
    }
  }

  async deleteVectors(names: readonly string[], filter: Filter): Promise<void> {
    this.checkFilter(filter);
    const version = ++this.operations;
    let at = 0;
    for (const point of [...this.points.values()].filter((one) => this.holds(filter, one))) {
      this.points.set(point.id, { ...point, dense: new Map([...point.dense].filter(([name]) => !names.includes(name))), version });
      if (at++ % SLICE === 0) await setImmediate();
    }
  }

  async delete(filter: Filter): Promise<void> {
    this.checkFilter(filter);
    this.operations += 1;
    let at = 0;
    for (const point of [...this.points.values()].filter((one) => this.holds(filter, one))) {
      this.points.delete(point.id);
      if (at++ % SLICE === 0) await setImmediate();
    }
  }

  retrieve(ids: readonly string[]): Held[] {
    return ids.flatMap((id) => this.points.get(id) ?? []);
  }

  scroll(filter: Filter | undefined, limit: number, offset: string | undefined): { points: Held[]; next: string | null } {
    this.checkLimit(limit);
    const matching = this.matching(filter).filter(({ id }) => offset === undefined || id >= offset).toSorted((left, right) => (left.id < right.id ? -1 : 1));
    return { points: matching.slice(0, limit), next: matching[limit]?.id ?? null };
  }

  count(filter: Filter | undefined): number {
    return this.matching(filter).length;
  }

  query(query: Query): Scored[] {
    this.checkLimit(query.limit);
    if (!('prefetch' in query)) return this.nearest(query);
    const { rrf } = query.query;
    if (rrf.weights.length !== query.prefetch.length) throw new Refusal(400, 'as many weights as prefetches are needed');
    const scores = new Map<Held, number>();
    for (const [at, prefetch] of query.prefetch.entries()) {
      this.checkLimit(prefetch.limit);
      // Not the filter of the whole: what a prefetch does not filter itself comes in, and the client must notice.
      for (const [rank, { point }] of this.nearest(prefetch).entries()) scores.set(point, Math.fround((scores.get(point) ?? 0) + 1 / ((rank + 1) / rrf.weights[at]! + rrf.k - 1)));
    }
    return best([...scores].map(([point, score]) => ({ point, score })), query.limit);
  }

  private nearest({ query, using, filter, params, limit }: Pick<Prefetch, 'query' | 'using' | 'filter' | 'params' | 'limit'>): Scored[] {
    const matching = this.matching(filter);
    if ((params?.quantization?.oversampling ?? 1) > this.settings.strict_mode_config.search_max_oversampling) throw new Refusal(400, 'oversampling');
    if (isSparse(query)) {
      const setting = this.settings.sparse_vectors?.[using];
      if (!setting) throw new Refusal(400, `Not existing vector name error: ${using}`);
      checkSparse(query);
      const weights = this.weigh(query, using, params?.idf?.corpus);
      const scored = matching.flatMap((point) => {
        const vector = point.sparse.get(using);
        const shared = query.indices.filter((id) => vector?.has(id));
        return shared.length === 0 ? [] : [{ point, score: Math.fround(shared.reduce((sum, id) => sum + weights.get(id)! * vector!.get(id)!, 0)) }];
      });
      return best(scored, limit);
    }
    const dimension = this.dimensions.get(using);
    if (dimension === undefined) throw new Refusal(400, `Not existing vector name error: ${using}`);
    if (query.length !== dimension) throw new Refusal(400, `Vector dimension error: expected dim: ${dimension}, got ${query.length}`);
    const length = Math.hypot(...query) || 1;
    return best(matching.flatMap((point) => {
      const vector = point.dense.get(using);
      return vector ? [{ point, score: Math.fround(vector.reduce((sum, value, at) => sum + (value * query[at]!) / length, 0)) }] : [];
    }), limit);
  }

  /** The query's weights times the inverse document frequency over the corpus. */
  private weigh(query: SparseValues, using: string, corpus: Filter | undefined): Map<number, number> {
    const population = this.matching(corpus).filter(({ sparse }) => sparse.has(using));
    return new Map(query.indices.map((id, at) => {
      const frequency = population.filter(({ sparse }) => sparse.get(using)!.has(id)).length;
      return [id, query.values[at]! * Math.log(1 + (population.length - frequency + 0.5) / (frequency + 0.5))];
    }));
  }

  private matching(filter: Filter | undefined): Held[] {
    if (filter) this.checkFilter(filter);
    return [...this.points.values()].filter((point) => !filter || this.holds(filter, point));
  }

  private holds(filter: Filter, point: Held): boolean {
    const one = (condition: Condition): boolean => {
      if (condition.key === undefined) return this.holds(condition, point);
      const found = point.payload[condition.key];
      const values = Array.isArray(found) ? (found as unknown[]) : [found];
      const { match, range } = condition;
      if (match) return values.some((value) => ('any' in match ? (match.any as readonly unknown[]).includes(value) : value === match.value));
      return values.some((value) => typeof value === 'number' && value < (range?.lt ?? Infinity) && value > (range?.gt ?? -Infinity) && value <= (range?.lte ?? Infinity) && value >= (range?.gte ?? -Infinity));
    };
    return (filter.must ?? []).every(one) && !(filter.must_not ?? []).some(one) && (filter.should === undefined || filter.should.length === 0 || filter.should.some(one));
  }

  /** What strict mode refuses: fields without an index of the kind that the condition needs, and filters that are too large. */
  private checkFilter(filter: Filter): void {
    const { condition_max_size: size, filter_max_conditions: most } = this.settings.strict_mode_config;
    const conditions = [...(filter.must ?? []), ...(filter.must_not ?? []), ...(filter.should ?? [])];
    if (conditions.length > most) throw new Refusal(400, `a filter of ${conditions.length} conditions`);
    for (const condition of conditions) {
      if (condition.key === undefined) {
        this.checkFilter(condition);
        continue;
      }
      const index = this.indexes.get(condition.key);
      const { match } = condition;
      const values: readonly unknown[] = match ? ('any' in match ? match.any : [match.value]) : [];
      if (values.length > size) throw new Refusal(400, `a condition of ${values.length} values`);
      const fits = match ? values.every((value) => (typeof value === 'string' ? index?.type === 'keyword' : typeof value === 'number' && index?.type === 'integer' && index.lookup)) : index?.type === 'integer' && index.range;
      if (!index || !fits) throw new Refusal(400, `Index required but not found for "${condition.key}" of one of the following types: [${match ? 'keyword' : 'integer'}]`);
    }
  }

  private checkLimit(limit: number): void {
    if (limit > this.settings.strict_mode_config.max_query_limit) throw new Refusal(400, `Limit exceeded ${limit} > ${this.settings.strict_mode_config.max_query_limit}`);
  }

  private hold({ id, vector, payload }: Point): Omit<Held, 'version'> {
    const [sparse, dense] = [new Map<string, Map<number, number>>(), new Map<string, number[]>()];
    for (const [name, values] of Object.entries(vector)) {
      if (isSparse(values)) {
        if (!this.settings.sparse_vectors?.[name]) throw new Refusal(400, `Not existing vector name error: ${name}`);
        checkSparse(values);
        sparse.set(name, new Map(values.indices.map((index, at) => [index, Math.fround(values.values[at]!)])));
      } else {
        if (this.dimensions.get(name) !== values.length) throw new Refusal(400, `Vector dimension error: expected dim: ${this.dimensions.get(name)}, got ${values.length}`);
        const length = Math.hypot(...values) || 1;
        dense.set(name, values.map((value) => Math.fround(value / length)));
      }
    }
    return { id, sparse, dense, payload: structuredClone(payload) };
  }
}

function checkSparse({ indices, values }: SparseValues): void {
  if (indices.length !== values.length || new Set(indices).size !== indices.length) throw new Refusal(422, 'Validation error: indices must be unique, and as many as values');
}

const best = (scored: readonly Scored[], limit: number): Scored[] => scored.toSorted((left, right) => right.score - left.score || (left.point.id < right.point.id ? -1 : 1)).slice(0, limit);
