import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '@switchyard/contracts';
import { auditEvent } from './__fixtures__/audit-event.js';
import { CHAIN_START, chainHash, verifyChain, type ChainRow } from './hash-chain.js';

function chainOf(events: readonly AuditEvent[]): ChainRow[] {
  let hash = CHAIN_START;
  return events.map((event, index) => ({ position: index + 1, hash: (hash = chainHash(hash, event)), event }));
}

const events = Array.from({ length: 5 }, (_, index) => auditEvent({ id: `r1.worker.1.1.${index}`, at: 1_000 + index, facts: { n: index, 名: '值' } }));

describe('the hash chain', () => {
  it('hashes equal events alike, whatever the order of their keys', () => {
    const event = auditEvent({ facts: { a: 1, b: { c: [1, { e: 2, d: 3 }] } } });
    const { facts: _facts, ...rest } = event;
    expect(chainHash(CHAIN_START, { facts: { b: { c: [1, { d: 3, e: 2 }] }, a: 1 }, ...rest })).toBe(chainHash(CHAIN_START, event));
  });

  it('hashes an event the same after its way through JSON', () => {
    const event = auditEvent({ tookMs: 0.1 + 0.2, facts: { missing: undefined, tiny: 1e-9, text: '\u0000\ud800"', ['__proto__']: 1, list: [undefined, null] } });
    expect(chainHash(CHAIN_START, JSON.parse(JSON.stringify(event)) as AuditEvent)).toBe(chainHash(CHAIN_START, event));
  });

  it('never changes: what was written with an earlier release still verifies', () => {
    expect(chainHash(CHAIN_START, auditEvent())).toBe('449dacabfb97940f1ded7971f2eae5b0e8db0bd17ed95f75ea7750c336970901');
  });

  it('finds an untouched chain intact and tells where it stands', () => {
    const rows = chainOf(events);
    expect(verifyChain(rows)).toEqual({ intact: true, head: { position: 5, hash: rows[4]?.hash } });
    expect(verifyChain([])).toEqual({ intact: true, head: { position: 0, hash: CHAIN_START } });
  });

  it('goes on from a head, so that a long chain is checked in parts', () => {
    const rows = chainOf(events);
    const first = verifyChain(rows.slice(0, 2));
    expect(first.intact && verifyChain(rows.slice(2), first.head)).toMatchObject({ intact: true, head: { position: 5 } });
  });

  const replaceAt = (rows: ChainRow[], index: number, change: Partial<ChainRow>): ChainRow[] => rows.map((row, at) => (at === index ? { ...row, ...change } : row));
  it.each([
    ['a changed fact', (rows: ChainRow[]) => replaceAt(rows, 2, { event: auditEvent({ ...events[2], facts: { n: 99 } }) }), 3, 'changed'],
    ['a changed hash', (rows: ChainRow[]) => replaceAt(rows, 1, { hash: CHAIN_START }), 2, 'changed'],
    ['a changed event whose hash was made anew', (rows: ChainRow[]) => replaceAt(rows, 1, { event: auditEvent(), hash: chainHash(rows[0]?.hash ?? '', auditEvent()) }), 3, 'changed'],
    ['a removed link', (rows: ChainRow[]) => rows.toSpliced(3, 1), 4, 'missing'],
    ['a removed link with the positions made anew', (rows: ChainRow[]) => rows.toSpliced(0, 1).map((row, index) => ({ ...row, position: index + 1 })), 1, 'changed'],
    ['two links that changed places', (rows: ChainRow[]) => chainSwap(rows), 2, 'changed'],
    ['a link twice', (rows: ChainRow[]) => rows.flatMap((row, index) => (index === 1 ? [row, row] : [row])), 3, 'missing'],
  ] as const)('finds %s at its position', (_title, tamper, position, reason) => {
    expect(verifyChain(tamper(chainOf(events)))).toEqual({ intact: false, position, reason });
  });

  it('shows a cut at the end by its head', () => {
    expect(verifyChain(chainOf(events).slice(0, 3))).toMatchObject({ intact: true, head: { position: 3 } });
  });
});

function chainSwap(rows: ChainRow[]): ChainRow[] {
  const [one, two, three, ...rest] = rows;
  if (!one || !two || !three) throw new Error('the chain is too short');
  return [one, { ...three, position: 2 }, { ...two, position: 3 }, ...rest];
}
