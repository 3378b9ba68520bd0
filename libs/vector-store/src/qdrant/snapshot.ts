import type { KnowledgeQuery, KnowledgeScope, KnowledgeSpace } from '@switchyard/contracts';
import { requireQuery } from '../validity.js';
import type { Condition, Filter } from './wire.js';

/** Stands for "not yet" in numbers of changes: no filter has to ask for what is not there. */
export const NEVER = Number.MAX_SAFE_INTEGER;
/** As above for times, in milliseconds: the last that a date can have. */
export const END_OF_TIME = 8_640_000_000_000_000;

/** What a reader of a scope sees: changes up to `last`, but for those that are under way. */
export interface Snapshot {
  readonly last: number;
  readonly open: readonly number[];
  /** Of which the dense vectors are. */
  readonly space: KnowledgeSpace | null;
}

export const sameSnapshot = (one: Snapshot, other: Snapshot): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The conditions on tenant and collection, which no filter goes without. */
export const ofScope = ({ tenant, collection }: KnowledgeScope): readonly Condition[] => [
  { key: 'tenant', match: { value: tenant } },
  { key: 'collection', match: { value: collection } },
];

/** One of several, one of which must hold. */
const anyOf = (key: string, values: readonly string[]): Condition => ({ key, match: values.length === 1 ? { value: values[0]! } : { any: values } });

/** A value of the metadata as it is filtered by: key, type and value in one string, so that one index serves every key. */
export const facetOf = (key: string, value: string | number | boolean): string => JSON.stringify([key, value]);

/** The points of a scope that a reader sees: come with a change that is done, and not gone with one. */
export function visible(scope: KnowledgeScope, { last, open }: Snapshot, more: readonly Condition[] = []): Filter {
  return {
    must: [...ofScope(scope), { key: 'since', range: { lte: last } }, ...more],
    should: [{ key: 'until', range: { gt: last } }, ...(open.length > 0 ? [{ key: 'until', match: { any: open } }] : [])],
    ...(open.length > 0 ? { must_not: [{ key: 'since', match: { any: open } }] } : {}),
  };
}

/** What a query asks for beside its words. */
export function conditionsOf({ filter, validAt }: Pick<KnowledgeQuery, 'filter' | 'validAt'>): Condition[] {
  const at = requireQuery({ filter, validAt });
  const conditions = Object.entries(filter ?? {}).map(([key, asked]) => {
    const values = typeof asked === 'object' ? asked : [asked];
    if (key === 'language') return anyOf('language', values.map(String));
    if (key === 'documentId') return anyOf('document_id', values.map(String));
    return anyOf('facets', values.map((value) => facetOf(key, value)));
  });
  return at === undefined ? conditions : [...conditions, { key: 'valid_from', range: { lte: at } }, { key: 'valid_to', range: { gte: at } }];
}
