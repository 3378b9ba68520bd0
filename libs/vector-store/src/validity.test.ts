import { describe, expect, it } from 'vitest';
import { requireQuery, requireValidity, validityOf } from './validity.js';

const at = (text: string): number => Date.parse(text);

describe('validity', () => {
  it.each([
    [{}, -Infinity, Infinity],
    [{ validFrom: '2026-11-10' }, at('2026-11-10T00:00:00Z'), Infinity],
    [{ validTo: '2026-11-10' }, -Infinity, at('2026-11-10T23:59:59.999Z')],
    [{ validFrom: '2026-11-10T08:00:00+08:00', validTo: '2026-11-10T12:30Z' }, at('2026-11-10T00:00:00Z'), at('2026-11-10T12:30:00Z')],
    [{ validFrom: 'spring', validTo: 7 }, -Infinity, Infinity],
  ])('reads %j', (metadata, fromMs, untilMs) => {
    expect(validityOf(metadata)).toEqual({ fromMs, untilMs });
  });

  it.each(['spring', '2026-02-30', '2026-13-01', '2026-11', '2026-11-10T08:00:00', '2026-11-10T25:00:00Z', 20261110, true])('refuses %j as a date, naming the document and the key', (value) => {
    for (const key of ['validFrom', 'validTo']) {
      expect(() => requireValidity([{ documentId: 'terms.md', metadata: { [key]: value } }])).toThrow(
        expect.objectContaining({ code: 'DOCUMENT_INVALID', field: `metadata.${key}`, detail: expect.stringContaining('terms.md') as string }),
      );
    }
  });

  it('refuses an end before the start, and takes both on one day', () => {
    expect(() => requireValidity([{ documentId: 'a', metadata: { validFrom: '2026-11-11', validTo: '2026-11-10' } }])).toThrow(expect.objectContaining({ field: 'metadata.validTo' }));
    expect(() => requireValidity([{ documentId: 'a', metadata: { validFrom: '2026-11-10', validTo: '2026-11-10' } }])).not.toThrow();
  });

  it('reads the instant of a query, and refuses what is none', () => {
    expect(requireQuery({ validAt: '2026-11-10T08:00:00.250Z' })).toBe(at('2026-11-10T08:00:00.250Z'));
    expect(requireQuery({})).toBeUndefined();
    expect(() => requireQuery({ validAt: 'now' })).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', field: 'validAt' }));
    expect(() => requireQuery({ filter: { product: [] } })).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', field: 'filter.product' }));
  });
});
