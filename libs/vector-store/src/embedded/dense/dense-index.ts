import { GrowingArray } from '../growing-array.js';
import { MOST_PAGES, scanModule } from './scan-kernel.js';
import { BLOCK, FIRST_BLOCK, instantiate, layoutOf, scanBlocks, wasm, type Kernel, type ScanRequest, type ScanResult } from './scan.worker.js';
import type { WasmMemory } from './web-assembly.js';

const PAGE_BYTES = 65_536;
/** Largest absolute value of a quantised number: -128 is not used, so that both sides reach equally far. */
const MOST = 127;

/** Runs a scan somewhere else, such as in a thread. */
export type ScanElsewhere = (memory: WasmMemory, request: ScanRequest) => Promise<ScanResult>;

export interface DenseState {
  readonly dimension: number;
  readonly present: Uint8Array;
  /** By block: vectors and scales. */
  readonly blocks: readonly Uint8Array[];
}

/**
 * Unit vectors of one scope, 8 bits a number, each with a scale of its own (symmetric linear quantisation), scanned
 * whole. What a scan finds is near the truth, not the truth: the caller compares the best again with full vectors.
 */
export class DenseIndex {
  private memory: WasmMemory | undefined;
  private kernel: Kernel | undefined;
  private readonly present = new GrowingArray<Uint8Array>(new Uint8Array(0));
  private dimension = 0;
  /** Bytes of a vector: its dimension, filled up with zeros to a multiple of 16. */
  private bytes = 0;
  private blocks = 0;
  private count = 0;

  constructor(state?: DenseState) {
    if (!state || state.dimension === 0) return;
    this.begin(state.dimension);
    for (const [block, stored] of state.blocks.entries()) new Uint8Array(this.reach(block * BLOCK).buffer, this.blockAt(block), stored.length).set(stored);
    for (const mark of state.present) this.count += mark;
    this.present.array = state.present;
    this.present.length = state.present.length;
  }

  /** Where the vectors lie, for whoever scans elsewhere; nothing before the first. */
  get place(): WasmMemory | undefined {
    return this.memory;
  }

  /** Vectors that are there, of dead slots too. */
  get vectors(): number {
    return this.count;
  }

  /** Vectors of another length than the first are of another model and are left out; a store refuses them when they are written. */
  set(slot: number, vector: Float32Array): void {
    if (this.dimension === 0) this.begin(vector.length);
    if (vector.length !== this.dimension || vector.length === 0) return;
    const { buffer } = this.reach(slot);
    const layout = layoutOf(this.bytes);
    const block = this.blockAt(Math.floor(slot / BLOCK));
    const within = slot % BLOCK;
    const target = new Int8Array(buffer, block + within * this.bytes, this.dimension);
    let largest = 0;
    for (const value of vector) largest = Math.max(largest, Math.abs(value));
    const scale = largest / MOST;
    if (scale > 0) for (let at = 0; at < vector.length; at++) target[at] = Math.round(vector[at]! / scale);
    new Float32Array(buffer, block + layout.scales, BLOCK)[within] = scale;
    this.present.reach(slot + 1);
    this.present.length = Math.max(this.present.length, slot + 1);
    this.count += 1 - this.present.array[slot]!;
    this.present.array[slot] = 1;
  }

  /** About the cosine of the `best` nearest of the slots that are accepted, nearest first. */
  async nearest(query: Float32Array, best: number, accepts: (slot: number) => boolean, elsewhere?: ScanElsewhere): Promise<ScanResult> {
    const { memory, kernel } = this;
    if (!memory || !kernel || query.length !== this.dimension || best < 1) return { slots: new Uint32Array(0), scores: new Float32Array(0) };
    const factor = this.writeQuery(query);
    this.writeMask(accepts);
    const request = { bytes: this.bytes, slots: this.present.length, best: Math.min(best, this.present.length) };
    const found = elsewhere ? await elsewhere(memory, request) : scanBlocks(kernel, memory.buffer, request);
    return { slots: found.slots, scores: found.scores.map((score) => score * factor) };
  }

  /** Copies of the vectors and scales of the first `blocks` blocks, one by one: what is there does not change, but more may come meanwhile. */
  *copyBlocks(blocks: number): Generator<Uint8Array, void> {
    const { out } = layoutOf(this.bytes);
    for (let block = 0; block < blocks; block++) yield Uint8Array.from(new Uint8Array(this.memory!.buffer, this.blockAt(block), out));
  }

  get shape(): { dimension: number; present: Uint8Array; blocks: number } {
    return { dimension: this.dimension, present: this.present.used().slice(), blocks: this.blocks };
  }

  private begin(dimension: number): void {
    this.dimension = dimension;
    this.bytes = Math.ceil(dimension / 16) * 16;
    this.memory = new wasm.Memory({ initial: FIRST_BLOCK / PAGE_BYTES, maximum: MOST_PAGES, shared: true });
    this.kernel = instantiate(scanModule(), this.memory);
  }

  private blockAt(block: number): number {
    return FIRST_BLOCK + block * layoutOf(this.bytes).size;
  }

  /** The memory, with room for the slot. */
  private reach(slot: number): WasmMemory {
    const memory = this.memory!;
    const blocks = Math.max(this.blocks, Math.floor(slot / BLOCK) + 1);
    const missing = this.blockAt(blocks) - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.blocks = blocks;
    return memory;
  }

  /** Writes the query with 16 bits a number and returns by what its products must be multiplied. */
  private writeQuery(query: Float32Array): number {
    let largest = 0;
    let squares = 0;
    for (const value of query) {
      largest = Math.max(largest, Math.abs(value));
      squares += value * value;
    }
    const scale = largest / MOST || 1;
    const target = new Int16Array(this.memory!.buffer, 0, this.bytes).fill(0);
    for (let at = 0; at < query.length; at++) target[at] = Math.round(query[at]! / scale);
    return scale / (Math.sqrt(squares) || 1);
  }

  private writeMask(accepts: (slot: number) => boolean): void {
    const layout = layoutOf(this.bytes);
    const present = this.present.array;
    for (let first = 0, block = 0; first < this.present.length; first += BLOCK, block++) {
      const mask = new Uint8Array(this.memory!.buffer, this.blockAt(block) + layout.mask, BLOCK);
      const count = Math.min(BLOCK, this.present.length - first);
      for (let at = 0; at < count; at++) mask[at] = present[first + at] === 1 && accepts(first + at) ? 1 : 0;
    }
  }
}
