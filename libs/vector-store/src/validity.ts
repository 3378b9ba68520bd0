import { MeshError } from '@switchyard/errors';
import type { KnowledgeQuery, StoredPassage } from '@switchyard/contracts';

/** When a passage holds, in milliseconds since 1970, both ends included; infinite where it has no end. */
export interface Validity {
  readonly fromMs: number;
  readonly untilMs: number;
}

export const ALWAYS: Validity = { fromMs: -Infinity, untilMs: Infinity };

const DAY_MS = 86_400_000;
const DATE = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** First and last millisecond that an ISO 8601 date or instant means, dates in UTC; nothing where it is neither. An instant without an offset is refused: whose hour it is cannot be known. */
function spanOf(text: unknown): { firstMs: number; lastMs: number } | undefined {
  const [, day, time] = typeof text === 'string' ? (DATE.exec(text) ?? []) : [];
  if (day === undefined) return undefined;
  const midnight = Date.parse(day);
  // `Date.parse` takes 30 February for 2 March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, day.length) !== day) return undefined;
  if (time === undefined) return { firstMs: midnight, lastMs: midnight + DAY_MS - 1 };
  const instant = Date.parse(`${day}${time}`);
  return Number.isNaN(instant) ? undefined : { firstMs: instant, lastMs: instant };
}

/** What `validFrom` and `validTo` of the metadata say; what is no date says nothing, since a stored passage must not vanish for it. */
export function validityOf({ validFrom, validTo }: StoredPassage['metadata']): Validity {
  if (validFrom === undefined && validTo === undefined) return ALWAYS;
  return { fromMs: spanOf(validFrom)?.firstMs ?? -Infinity, untilMs: spanOf(validTo)?.lastMs ?? Infinity };
}

/** @throws MeshError DOCUMENT_INVALID for a `validFrom` or `validTo` that is no ISO 8601 date or instant, or the wrong way round */
export function requireValidity(passages: readonly Pick<StoredPassage, 'documentId' | 'metadata'>[]): void {
  for (const { documentId, metadata } of passages) {
    for (const key of ['validFrom', 'validTo']) {
      const value = metadata[key];
      if (value === undefined || spanOf(value)) continue;
      throw new MeshError('DOCUMENT_INVALID', `${documentId}: metadata.${key} is ${JSON.stringify(value)}, which is neither a date (2026-11-10) nor an instant with its offset (2026-11-10T08:00:00Z)`, { field: `metadata.${key}` });
    }
    const { fromMs, untilMs } = validityOf(metadata);
    if (fromMs > untilMs) throw new MeshError('DOCUMENT_INVALID', `${documentId}: metadata.validTo lies before metadata.validFrom`, { field: 'metadata.validTo' });
  }
}

/**
 * The instant that a query asks for, in milliseconds since 1970.
 * @throws MeshError REQUEST_INVALID where it is no ISO 8601 instant or date, or the filter holds an empty list
 */
export function requireQuery({ validAt, filter }: Pick<KnowledgeQuery, 'validAt' | 'filter'>): number | undefined {
  for (const [key, value] of Object.entries(filter ?? {})) {
    if (Array.isArray(value) && value.length === 0) throw new MeshError('REQUEST_INVALID', `the filter ${key} has no value`, { field: `filter.${key}` });
  }
  if (validAt === undefined) return undefined;
  const span = spanOf(validAt);
  if (!span) throw new MeshError('REQUEST_INVALID', 'validAt is no ISO 8601 instant', { field: 'validAt' });
  return span.firstMs;
}
