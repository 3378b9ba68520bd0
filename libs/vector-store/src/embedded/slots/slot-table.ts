import type { KnowledgeQuery, StoredPassage } from '@switchyard/contracts';
import { requireQuery, validityOf, type Validity } from '../../validity.js';
import { GrowingArray } from '../growing-array.js';
import { Interner } from './interner.js';
import type { Liveness } from './liveness.js';

export interface SlotState {
  readonly rows: Float64Array;
  readonly marks: Uint8Array;
  readonly documentOf: Uint32Array;
  readonly languageOf: Uint32Array;
  readonly metadataOf: Uint32Array;
  readonly documents: readonly string[];
  readonly languages: readonly string[];
  /** JSON. */
  readonly metadata: readonly string[];
  /** Of the living documents: number, first slot, slots. */
  readonly ranges: readonly (readonly [document: number, first: number, count: number])[];
}

export interface SlotFacts {
  readonly row: number;
  readonly documentId: string;
  readonly language: string;
  /** JSON: the passages of a document mostly have the same, which is kept once. */
  readonly metadata: string;
}

interface Metadata {
  readonly values: StoredPassage['metadata'];
  readonly validity: Validity;
}

const readMetadata = (json: string): Metadata => {
  const values = JSON.parse(json) as StoredPassage['metadata'];
  return { values, validity: validityOf(values) };
};

/** What is known of each slot, in columns. A slot is a passage's number in memory; it is never used for another one. */
export class SlotTable implements Liveness {
  private readonly rows;
  private readonly alive;
  private readonly documentOf;
  private readonly languageOf;
  private readonly metadataOf;
  private readonly documents;
  private readonly languages;
  private readonly metadata;
  /** The slots that each living document shows. */
  private readonly ranges = new Map<number, readonly [first: number, count: number]>();
  living = 0;
  version = 0;

  constructor(state?: SlotState) {
    const column = <Kind extends Uint8Array | Uint32Array | Float64Array>(empty: Kind, array = empty): GrowingArray<Kind> => {
      const made = new GrowingArray<Kind>(array);
      made.length = array.length;
      return made;
    };
    this.rows = column(new Float64Array(0), state?.rows);
    this.alive = column(new Uint8Array(0), state?.marks);
    this.documentOf = column(new Uint32Array(0), state?.documentOf);
    this.languageOf = column(new Uint32Array(0), state?.languageOf);
    this.metadataOf = column(new Uint32Array(0), state?.metadataOf);
    this.documents = new Interner((name) => name, state?.documents);
    this.languages = new Interner((name) => name, state?.languages);
    this.metadata = new Interner(readMetadata, state?.metadata);
    for (const [document, first, count] of state?.ranges ?? []) this.ranges.set(document, [first, count]);
    for (const mark of this.alive.used()) this.living += mark;
  }

  get count(): number {
    return this.rows.length;
  }

  get marks(): Uint8Array {
    return this.alive.array;
  }

  row(slot: number): number {
    return this.rows.array[slot]!;
  }

  /** A new slot, which is not alive before `show`. */
  add({ row, documentId, language, metadata }: SlotFacts): number {
    this.version += 1;
    this.alive.push(0);
    this.documentOf.push(this.documents.numberOf(documentId));
    this.languageOf.push(this.languages.numberOf(language));
    this.metadataOf.push(this.metadata.numberOf(metadata));
    return this.rows.push(row);
  }

  /** In one step: the document's passages are the `count` slots from `first` on, and the ones it had before are gone. */
  show(documentId: string, first: number, count: number): void {
    const document = this.documents.numberOf(documentId);
    const [before, length] = this.ranges.get(document) ?? [0, 0];
    this.alive.array.fill(0, before, before + length);
    this.alive.array.fill(1, first, first + count);
    this.living += count - length;
    this.version += 1;
    if (count > 0) this.ranges.set(document, [first, count]);
    else this.ranges.delete(document);
  }

  /** Tells of a slot whether it is alive and fits the query. */
  acceptor({ filter, validAt }: Pick<KnowledgeQuery, 'filter' | 'validAt'>): (slot: number) => boolean {
    const atMs = requireQuery({ ...(filter ? { filter } : {}), ...(validAt === undefined ? {} : { validAt }) });
    const tests: ((slot: number) => boolean)[] = [];
    const ofMetadata: [key: string, values: ReadonlySet<unknown>][] = [];
    for (const [key, value] of Object.entries(filter ?? {})) {
      const values = new Set<unknown>(Array.isArray(value) ? value : [value]);
      if (key === 'language') tests.push(this.names(this.languages, this.languageOf.array, values));
      else if (key === 'documentId') tests.push(this.names(this.documents, this.documentOf.array, values));
      else ofMetadata.push([key, values]);
    }
    if (ofMetadata.length > 0 || atMs !== undefined) {
      // Once for each different metadata, and not before it is met.
      const verdicts = new Uint8Array(this.metadata.size);
      const of = this.metadataOf.array;
      const judge = (number: number): number => {
        const { values, validity } = this.metadata.at(number);
        const isValid = atMs === undefined || (atMs >= validity.fromMs && atMs <= validity.untilMs);
        return isValid && ofMetadata.every(([key, wanted]) => wanted.has(values[key])) ? 1 : 2;
      };
      tests.push((slot) => (verdicts[of[slot]!] ||= judge(of[slot]!)) === 1);
    }
    const marks = this.alive.array;
    const [only] = tests;
    if (!only) return (slot) => marks[slot] === 1;
    if (tests.length === 1) return (slot) => marks[slot] === 1 && only(slot);
    return (slot) => marks[slot] === 1 && tests.every((test) => test(slot));
  }

  /** A copy of what changes, and of the rest as much as there is. */
  state(): SlotState {
    return {
      rows: this.rows.used().slice(),
      marks: this.alive.used().slice(),
      documentOf: this.documentOf.used().slice(),
      languageOf: this.languageOf.used().slice(),
      metadataOf: this.metadataOf.used().slice(),
      documents: this.documents.all(),
      languages: this.languages.all(),
      metadata: this.metadata.all(),
      ranges: [...this.ranges].map(([document, [first, count]]) => [document, first, count]),
    };
  }

  private names(interner: Interner<string>, column: Uint32Array, values: ReadonlySet<unknown>): (slot: number) => boolean {
    const wanted = new Set([...values].flatMap((value) => (typeof value === 'string' ? (interner.find(value) ?? []) : [])));
    return (slot) => wanted.has(column[slot]!);
  }
}
