import { Worker } from 'node:worker_threads';
import { MeshError } from '@switchyard/errors';
import { scanModule } from './scan-kernel.js';
import type { ScanRequest, ScanResult, ScanThreadRequest } from './scan.worker.js';
import type { WasmMemory } from './web-assembly.js';

/** Beside this file: as JavaScript where it was compiled, as TypeScript, which Node reads, where it was not. */
const program = new URL(import.meta.url.endsWith('.ts') ? './scan.worker.ts' : './scan.worker.js', import.meta.url);

interface Waiting {
  readonly resolve: (result: ScanResult) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that scans vectors in memory that it shares with this one. Started by the first scan. */
export class ScanThread {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private number = 0;
  private keys = 0;
  /** How each memory is called in the thread, and how large it was when it was sent. */
  private sent = new WeakMap<WasmMemory, { readonly key: number; readonly bytes: number }>();

  scan(memory: WasmMemory, request: ScanRequest): Promise<ScanResult> {
    const worker = (this.worker ??= this.start());
    const { promise, resolve, reject } = Promise.withResolvers<ScanResult>();
    const number = this.number++;
    this.waiting.set(number, { resolve, reject });
    worker.ref();
    const bytes = memory.buffer.byteLength;
    const known = this.sent.get(memory);
    const key = known?.key ?? this.keys++;
    // Sent again when it has grown: nothing promises that the thread sees it at once.
    const isNew = known?.bytes !== bytes;
    if (isNew) this.sent.set(memory, { key, bytes });
    worker.postMessage({ ...request, number, key, ...(isNew ? { memory } : {}) } satisfies ScanThreadRequest, []);
    return promise;
  }

  /** Forgets a memory that is not scanned any more, so that the thread lets go of it. */
  forget(memory: WasmMemory): void {
    const known = this.sent.get(memory);
    if (known) this.worker?.postMessage({ forget: known.key }, []);
    this.sent.delete(memory);
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(program, { workerData: { scanModule: scanModule() } });
    worker.on('message', ({ number, ...result }: ScanResult & { number: number }) => {
      this.waiting.get(number)?.resolve(result);
      this.waiting.delete(number);
      // Only a scan that somebody waits for keeps the process alive.
      if (this.waiting.size === 0) worker.unref();
    });
    worker.on('error', (cause) => this.fail(worker, cause));
    worker.on('exit', () => this.fail(worker));
    return worker;
  }

  /** The thread is gone: what waits hears it, and the next scan starts another. */
  private fail(worker: Worker, cause?: unknown): void {
    if (this.worker === worker) this.worker = undefined;
    if (this.worker) return;
    this.sent = new WeakMap();
    for (const { reject } of this.waiting.values()) reject(new MeshError('INTERNAL', 'the thread that scans vectors ended', { cause }));
    this.waiting.clear();
  }
}
