import { DenseIndex } from '../dense/dense-index.js';
import { LexicalIndex } from '../lexical/lexical-index.js';
import { PAGE } from '../lexical/posting-lists.js';
import { ScopeIndex } from '../scope-index.js';
import { SlotTable, type SlotState } from '../slots/slot-table.js';
import { SnapshotDamaged, type Section } from './snapshot-file.js';

/** What is no column of numbers. */
interface Names extends Pick<SlotState, 'documents' | 'languages' | 'metadata' | 'ranges'> {
  readonly dimension: number;
  readonly pages: number;
  /** Entries of the last page that are taken. */
  readonly taken: number;
}

const SLOT_COLUMNS = ['documentOf', 'languageOf', 'metadataOf'] as const;
const POSTING_COLUMNS = ['heads', 'tails', 'ends', 'lastSlots', 'entries', 'lengths'] as const;

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/**
 * The sections of an index as it is now. What changes in place is copied here; vectors and postings are only ever
 * added to, and are taken from where they lie while the snapshot is written.
 */
export function sectionsOf(index: ScopeIndex): Section[] {
  const { documents, languages, metadata, ranges, ...slots } = index.slots.state();
  const { terms, weights, postings } = index.lexical.state();
  const { dimension, present, blocks } = index.dense.shape;
  const { pages, taken } = postings;
  const names: Names = { documents, languages, metadata, ranges, dimension, pages: pages.length, taken };
  const whole = (name: string, column: ArrayBufferView): Section => ({ name, pieces: [bytesOf(column)] });
  return [
    whole('names', Buffer.from(JSON.stringify(names))),
    whole('rows', slots.rows),
    whole('marks', slots.marks),
    ...SLOT_COLUMNS.map((name) => whole(name, slots[name])),
    whole('terms', terms),
    whole('weights', weights),
    ...POSTING_COLUMNS.map((name) => whole(name, postings[name])),
    { name: 'pages', pieces: pages.map(bytesOf) },
    whole('present', present),
    { name: 'blocks', pieces: index.dense.copyBlocks(blocks) },
  ];
}

/** The index that the sections were made of. */
export function indexOf(sections: ReadonlyMap<string, readonly Uint8Array[]>): ScopeIndex {
  const bytes = (name: string): Uint8Array => {
    const pieces = sections.get(name);
    if (!pieces) throw new SnapshotDamaged(`the section ${name} is missing`);
    return pieces[0] ?? new Uint8Array(0);
  };
  const numbers = (name: string): Uint32Array => new Uint32Array(bytes(name).buffer);
  const { dimension, pages, taken, ...names } = JSON.parse(Buffer.from(bytes('names')).toString()) as Names;
  const columns = <Name extends string>(list: readonly Name[]): Record<Name, Uint32Array> => Object.fromEntries(list.map((name) => [name, numbers(name)])) as Record<Name, Uint32Array>;
  const slots = new SlotTable({ ...names, rows: new Float64Array(bytes('rows').buffer), marks: bytes('marks'), ...columns(SLOT_COLUMNS) });
  const stored = (sections.get('pages') ?? []).map((page) => new Uint32Array(page.buffer));
  if (stored.length !== pages || stored.some((page) => page.length !== PAGE)) throw new SnapshotDamaged('pages are missing');
  const lexical = new LexicalIndex({ terms: numbers('terms'), weights: new Float32Array(bytes('weights').buffer), postings: { pages: stored, taken, ...columns(POSTING_COLUMNS) } });
  const dense = new DenseIndex({ dimension, present: bytes('present'), blocks: sections.get('blocks') ?? [] });
  return new ScopeIndex(slots, lexical, dense);
}
