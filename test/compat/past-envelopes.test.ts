import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Envelope } from '@switchyard/contracts';
import { allJobs } from '@switchyard/queue';

/**
 * Jobs as past releases wrote them. During a rolling deploy they are still queued, so this release must read them, and
 * must keep what it does not know. A file is added with each release that changes a contract and never edited.
 */
const directory = join(import.meta.dirname, 'payloads');
const byKind = new Map(allJobs.map((contract) => [contract.kind, contract]));

describe.each(readdirSync(directory))('%s', (file) => {
  const { envelope, private: opened } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as { envelope: unknown; private: unknown };
  const parsed = Envelope.parse(envelope);
  const contract = byKind.get(parsed.kind);

  it('is of a kind that still exists', () => {
    expect(contract?.kind).toBe(parsed.kind);
  });

  it('is read by its contract without loss', () => {
    expect(contract?.body.parse(parsed.body)).toEqual(parsed.body);
    expect(contract?.private.parse(opened)).toEqual(opened);
    expect(parsed).toEqual(envelope);
  });
});

it('has a past payload of every kind', () => {
  const covered = new Set(readdirSync(directory).map((file) => (JSON.parse(readFileSync(join(directory, file), 'utf8')) as { envelope: { kind: string } }).envelope.kind));
  expect([...byKind.keys()].filter((kind) => !covered.has(kind))).toEqual([]);
});
