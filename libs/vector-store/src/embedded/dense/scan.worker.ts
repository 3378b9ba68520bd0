import { parentPort, workerData } from 'node:worker_threads';
// Types only: the thread starts with this file alone, also where it is TypeScript as in tests.
import type { WasmApi, WasmMemory, WasmModule } from './web-assembly.js';

export const wasm = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;

/** Slots of one block; a block holds their vectors, scales, results and mask, one after the other, so that more slots move nothing. */
export const BLOCK = 1_024;
/** The query stands in the first page of the memory; blocks follow. */
export const FIRST_BLOCK = 65_536;

export interface ScanRequest {
  /** Bytes of a vector, a multiple of 16. */
  readonly bytes: number;
  readonly slots: number;
  /** How many of the best are wanted. */
  readonly best: number;
}

/** Slots with the highest results, best first; of equals the lower slot. */
export interface ScanResult {
  readonly slots: Uint32Array;
  readonly scores: Float32Array;
}

export type Kernel = (query: number, vectors: number, scales: number, mask: number, out: number, count: number, bytes: number) => void;

/** Bytes of a block, and where its parts begin. */
export function layoutOf(bytes: number): { scales: number; out: number; mask: number; size: number } {
  const scales = BLOCK * bytes;
  return { scales, out: scales + BLOCK * 4, mask: scales + BLOCK * 8, size: scales + BLOCK * 9 };
}

/** Scans all blocks and keeps the best in a heap whose root is the worst of them. */
export function scanBlocks(kernel: Kernel, buffer: ArrayBufferLike, { bytes, slots, best }: ScanRequest): ScanResult {
  const layout = layoutOf(bytes);
  const heapSlots = new Uint32Array(best);
  const heapScores = new Float32Array(best);
  let size = 0;
  const isWorse = (score: number, slot: number, at: number): boolean => score < heapScores[at]! || (score === heapScores[at]! && slot > heapSlots[at]!);
  const set = (at: number, score: number, slot: number): void => {
    heapScores[at] = score;
    heapSlots[at] = slot;
  };
  const sink = (score: number, slot: number): void => {
    let at = 0;
    for (let child = 1; child < size; child = at * 2 + 1) {
      if (child + 1 < size && isWorse(heapScores[child + 1]!, heapSlots[child + 1]!, child)) child += 1;
      if (isWorse(score, slot, child)) break;
      set(at, heapScores[child]!, heapSlots[child]!);
      at = child;
    }
    set(at, score, slot);
  };
  const rise = (score: number, slot: number): void => {
    let at = size++;
    for (let parent = (at - 1) >> 1; at > 0 && isWorse(score, slot, parent); parent = (at - 1) >> 1) {
      set(at, heapScores[parent]!, heapSlots[parent]!);
      at = parent;
    }
    set(at, score, slot);
  };
  for (let first = 0, block = FIRST_BLOCK; first < slots; first += BLOCK, block += layout.size) {
    const count = Math.min(BLOCK, slots - first);
    kernel(0, block, block + layout.scales, block + layout.mask, block + layout.out, count, bytes);
    const scores = new Float32Array(buffer, block + layout.out, count);
    for (let at = 0; at < count; at++) {
      const score = scores[at]!;
      if (score === -Infinity) continue;
      if (size < best) rise(score, first + at);
      else if (score > heapScores[0]!) sink(score, first + at);
    }
  }
  const order = Array.from({ length: size }, (_, at) => at).toSorted((left, right) => heapScores[right]! - heapScores[left]! || heapSlots[left]! - heapSlots[right]!);
  return { slots: Uint32Array.from(order, (at) => heapSlots[at]!), scores: Float32Array.from(order, (at) => heapScores[at]!) };
}

/** The kernel over a memory. */
export function instantiate(module: WasmModule, memory: WasmMemory): Kernel {
  return new wasm.Instance(module, { env: { memory } }).exports['scan'] as Kernel;
}

/** What the thread is started with, and by which it knows itself: this file is imported by the main thread too. */
export interface ScanThreadData {
  readonly scanModule: WasmModule;
}
/** What it is asked; answered with a `ScanResult` and the number. `memory` comes when the thread has not seen it, or it grew. */
export interface ScanThreadRequest extends ScanRequest {
  readonly number: number;
  readonly key: number;
  readonly memory?: WasmMemory;
}

const given = workerData as Partial<ScanThreadData> | null;
if (given?.scanModule && parentPort) {
  const port = parentPort;
  const { scanModule } = given;
  const known = new Map<number, { readonly kernel: Kernel; readonly memory: WasmMemory }>();
  port.on('message', (message: ScanThreadRequest | { readonly forget: number }) => {
    if ('forget' in message) {
      known.delete(message.forget);
      return;
    }
    const { number, key, memory, ...request } = message;
    if (memory) known.set(key, { kernel: instantiate(scanModule, memory), memory });
    const scope = known.get(key);
    if (!scope) return;
    // The buffer of now: of a memory that grew, the one of before is shorter.
    const result = scanBlocks(scope.kernel, scope.memory.buffer, request);
    port.postMessage({ number, ...result }, [result.slots.buffer as ArrayBuffer, result.scores.buffer as ArrayBuffer]);
  });
}
