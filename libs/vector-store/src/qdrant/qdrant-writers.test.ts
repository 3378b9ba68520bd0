import { describe, expect, it } from 'vitest';
import type { StoredPassage, VectorStore } from '@switchyard/contracts';
import { passage } from '../vector-store-conformance.js';
import { HASTY, put, scope, texts, useStandIn } from './__fixtures__/bench.js';

const bench = useStandIn();

describe('writers', () => {
  const version = (name: string, count: number): StoredPassage[] => Array.from({ length: count }, (_, at) => passage('doc', at, { 1: 1 }, { text: name }));

  it('that are broken off anywhere leave all of the old or all of the new, and stand in nobody’s way', async () => {
    const reader = await bench.open();
    const shown = async (): Promise<string> => {
      const seen = await texts(reader, 1);
      expect(seen).toHaveLength(5);
      expect(new Set(seen).size).toBe(1);
      return seen[0] ?? '';
    };
    await put(reader, 'doc', version('first', 5));
    let step = 0;
    for (let done = false; !done; step++) {
      const writer = await bench.open({ patience: HASTY });
      const before = await shown();
      let requests = 0;
      bench.server.fault = () => (requests++ >= step ? 'cut' : undefined);
      done = await put(writer, 'doc', version(`step ${step}`, 5)).then(() => true, () => false);
      bench.server.fault = () => undefined;
      expect([before, `step ${step}`]).toContain(await shown());
      // Whoever asks for the record gets that of what is seen, and the next writer is not held up.
      const record = await reader.document(scope, 'doc');
      expect(record?.contentHash).toBe(await shown());
      await put(reader, 'doc', version(`after ${step}`, 5));
      expect(await shown()).toBe(`after ${step}`);
    }
    expect(step).toBeGreaterThan(8);
  }, 60_000);

  it('that write one document at once from several processes leave that of one of them, whole', async () => {
    const reader = await bench.open();
    const writers = await Promise.all(Array.from({ length: 4 }, () => bench.open()));
    for (let round = 0; round < 3; round++) {
      await Promise.all(writers.map((store, at) => put(store, 'doc', version(`${round}-${at}`, 3 + at))));
      const seen = await texts(reader, 1);
      const winner = Number(seen[0]?.split('-')[1]);
      expect(seen).toEqual(Array.from({ length: 3 + winner }, () => `${round}-${winner}`));
      expect(await reader.statistics(scope, [1])).toEqual({ passages: 3 + winner, frequencies: [3 + winner] });
      expect(await reader.document(scope, 'doc')).toMatchObject({ passages: 3 + winner });
    }
  });

  it('that write many documents at once lose none of them', async () => {
    const reader = await bench.open();
    const writers = await Promise.all(Array.from({ length: 3 }, () => bench.open()));
    await Promise.all(writers.flatMap((store, at) => Array.from({ length: 6 }, (_, number) => put(store, `d${at}-${number}`, [passage(`d${at}-${number}`, 0, { 1: 1 })]))));
    expect(await reader.statistics(scope, [1])).toEqual({ passages: 18, frequencies: [18] });
    expect((await reader.documents(scope, 100)).documents).toHaveLength(18);
  });

  const replace = (store: VectorStore, text: string, order: number): Promise<boolean> => store.replaceDocument(scope, { documentId: 'doc', title: 'doc', contentHash: text }, [passage('doc', 0, { 1: 1 }, { text })], order);
  it.each<[string, (store: VectorStore) => Promise<unknown>, string | undefined]>([
    ['a put', (store) => replace(store, 'later', 3), 'later'],
    ['a deletion', (store) => store.deleteDocument(scope, 'doc', 3), undefined],
    ['leaving it as it is', (store) => store.keepDocument(scope, 'doc', 3, 'first'), 'first'],
  ])('whose order is earlier come to nothing beside %s that is later, wherever the two interleave', async (_what, later, stands) => {
    const [slow, quick, reader] = await Promise.all([bench.open(), bench.open(), bench.open()]);
    const told: boolean[] = [];
    for (let step = 0, held = true; held; step += 1) {
      // No order of the round before counts.
      bench.server.collections.get('switchyard_kb_v1_records')?.clear();
      bench.server.collections.get('switchyard_kb_v1')?.clear();
      await replace(reader, 'first', 1);
      held = false;
      let requests = 0;
      let isBusy = false;
      bench.server.fault = async () => {
        if (isBusy || requests++ !== step) return undefined;
        held = isBusy = true;
        await later(quick);
        return undefined;
      };
      const isDone = await replace(slow, 'earlier', 2);
      bench.server.fault = () => undefined;
      if (!held) break;
      told.push(isDone);
      expect(await texts(reader, 1), `held at request ${step}`).toEqual(isDone && stands === 'first' ? ['earlier'] : stands === undefined ? [] : [stands]);
      expect((await reader.document(scope, 'doc'))?.contentHash).toBe(isDone && stands === 'first' ? 'earlier' : stands);
      expect(await replace(reader, 'late', 2)).toBe(isDone && stands === 'first');
    }
    expect(told.length).toBeGreaterThan(8);
    // Before its turn it is told that it came too late; after that it was there first, and gave way.
    expect(told).toContain(false);
    expect(told).toContain(true);
  }, 60_000);

  it('store large documents in requests of at most 256 points, and waits for each', async () => {
    const store = await bench.open();
    await put(store, 'doc', version('large', 600));
    const uploads = bench.server.requests.filter(({ id, body }) => id === 'upsert_points' && body.points.length > 1);
    expect(uploads.map(({ body }) => body.points.length as number)).toEqual([256, 256, 88]);
    expect(uploads.every(({ query }) => query['wait'] === 'true' && query['ordering'] === 'medium')).toBe(true);
  });
});
