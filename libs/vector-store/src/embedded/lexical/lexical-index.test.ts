import { describe, expect, it } from 'vitest';
import { Chance } from '@switchyard/testing';
import type { Liveness } from '../slots/liveness.js';
import { LexicalIndex } from './lexical-index.js';
import { rankLexically } from './rank-lexically.js';

interface Plain {
  readonly id: number;
  readonly slot: number;
  readonly weight: number;
}

/** All slots alive but those that are named. */
function living(count: number, dead: readonly number[] = []): Liveness {
  const marks = new Uint8Array(count).fill(1);
  for (const slot of dead) marks[slot] = 0;
  return { marks, count, living: count - dead.length, version: dead.length };
}

const scoresOf = (index: LexicalIndex, ids: number[], slots: Liveness): Map<number, number> =>
  index.withScores({ indices: ids, values: ids.map(() => 1) }, slots, (scores, touched) => new Map([...touched].map((slot) => [slot, scores[slot] ?? 0])));

function fill(index: LexicalIndex, postings: readonly Plain[]): void {
  const ofSlot = Map.groupBy(postings, ({ slot }) => slot);
  for (const [slot, list] of [...ofSlot].toSorted(([left], [right]) => left - right)) {
    index.add(slot, { ids: Uint32Array.from(list, ({ id }) => id), weights: Float32Array.from(list, ({ weight }) => weight) });
  }
}

describe('the lexical index', () => {
  it('scores as the formula says, for terms of one passage and of thousands', () => {
    const chance = new Chance('postings');
    const count = 20_000;
    const ids = [1, 2, 77, 4_294_967_295, 2_147_483_648];
    const shares = [1, 0.5, 0.01, 0.0001, 0.2];
    const postings = ids.flatMap((id, at) => Array.from({ length: count }, (_, slot) => slot).filter(() => chance.next() < (shares[at] ?? 0)).map((slot) => ({ id, slot, weight: Math.fround(0.25 + Math.floor(chance.next() * 500) / 7) })));
    const index = new LexicalIndex();
    fill(index, postings);
    const dead = Array.from({ length: 3_000 }, (_, at) => at * 5);
    for (const slots of [living(count), living(count, dead), living(count)]) {
      const frequencies = new Map(ids.map((id) => [id, postings.filter((posting) => posting.id === id && slots.marks[posting.slot] === 1).length]));
      expect(ids.map((id) => index.frequency(id, slots))).toEqual([...frequencies.values()]);
      const wanted = new Map<number, number>();
      for (const { id, slot, weight } of postings) {
        const frequency = frequencies.get(id) ?? 0;
        if (frequency > 0) wanted.set(slot, (wanted.get(slot) ?? 0) + weight * Math.log(1 + (slots.living - frequency + 0.5) / (frequency + 0.5)));
      }
      const scores = scoresOf(index, ids, slots);
      expect(scores.size).toBe(wanted.size);
      for (const [slot, score] of wanted) expect(scores.get(slot)).toBeCloseTo(score, 9);
    }
    expect(index.frequency(5, living(count))).toBe(0);
  });

  it('leaves no score behind for the next query, also where the work with it fails', () => {
    const index = new LexicalIndex();
    fill(index, [{ id: 1, slot: 0, weight: 1 }, { id: 2, slot: 1, weight: 1 }]);
    expect(() => index.withScores({ indices: [1], values: [1] }, living(2), () => { throw new Error('no'); })).toThrow('no');
    expect([...scoresOf(index, [2], living(2)).keys()]).toEqual([1]);
  });

  it('holds slots that lie further apart than 16 bits', () => {
    const index = new LexicalIndex();
    const slots = [3, 65_538, 65_539, 400_000, 900_000];
    fill(index, slots.map((slot) => ({ id: 9, slot, weight: 2 })));
    expect([...scoresOf(index, [9], living(900_001)).keys()]).toEqual(slots);
    expect(index.frequency(9, living(900_001, [400_000]))).toBe(4);
  });

  it('goes on from its state as if it had never been put away, and the state does not change with what comes later', () => {
    const chance = new Chance('state');
    const postings = Array.from({ length: 3_000 }, (_, slot) => Array.from({ length: 12 }, (_unused, term) => ({ id: term * (1 + Math.floor(chance.next() * 40)), slot, weight: 1 + term }))).flat();
    const distinct = [...new Map(postings.map((posting) => [`${posting.id} ${posting.slot}`, posting])).values()];
    const [early, late] = [distinct.filter(({ slot }) => slot < 1_700), distinct.filter(({ slot }) => slot >= 1_700)];
    const first = new LexicalIndex();
    fill(first, early);
    const state = first.state();
    fill(first, late);
    // Pages are shared with the state, as a snapshot is written while the index goes on.
    const second = new LexicalIndex({ ...state, postings: { ...state.postings, pages: state.postings.pages.map((page) => page.slice()) } });
    const ids = [...new Set(distinct.map(({ id }) => id))];
    const fresh = new LexicalIndex();
    fill(fresh, early);
    expect(scoresOf(second, ids, living(1_700))).toEqual(scoresOf(fresh, ids, living(1_700)));
    fill(second, late);
    expect(scoresOf(second, ids, living(3_000))).toEqual(scoresOf(first, ids, living(3_000)));
  });
});

describe('the best of the scores', () => {
  it('are those that sorting gives, equals in the order of their slots', () => {
    const chance = new Chance('best');
    const scores = Float64Array.from({ length: 2_000 }, () => Math.ceil(chance.next() * 300));
    const touched = Uint32Array.from(Array.from({ length: 2_000 }, (_, slot) => slot).toSorted(() => chance.next() - 0.5));
    const accepts = (slot: number): boolean => slot % 3 !== 0;
    const wanted = [...touched].filter((slot) => accepts(slot)).toSorted((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || left - right);
    for (const depth of [0, 1, 10, 500, 5_000]) expect(rankLexically(scores, touched, depth, accepts)).toEqual(wanted.slice(0, depth));
  });
});
