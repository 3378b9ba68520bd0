import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import type { JobContract } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import { allJobs } from '../job-catalogue.js';
import type { CallRequest, MeshClient } from './mesh-client.js';

/** The data of `send` and `emit`; without a time, a call may take half a minute. */
export type QueueMessage = Omit<CallRequest<JobContract>, 'timeoutMs' | 'signal'> & { readonly timeoutMs?: number };

const TIMEOUT_MS = 30_000;

/**
 * Nest's client interface over `MeshClient`, for `call` jobs: the pattern is the job's kind.
 * `send` emits the handler's result, or errors with its MeshError; unsubscribing aborts the handler.
 */
export class QueueClient extends ClientProxy {
  private readonly contracts: ReadonlyMap<string, JobContract>;

  constructor(
    private readonly mesh: MeshClient,
    jobs: readonly JobContract[] = allJobs,
  ) {
    super();
    this.contracts = new Map(jobs.filter((job) => job.style === 'call').map((job) => [job.kind, job]));
  }

  /** The mesh's connections are opened and closed by `MeshModule`. */
  async connect(): Promise<void> {}

  close(): void {}

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the signature is Nest's
  unwrap<T = MeshClient>(): T {
    return this.mesh as T;
  }

  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const cancelling = new AbortController();
    void this.callFor(packet, cancelling.signal, callback);
    // rxjs tears down on a normal end, too; a call that has ended does not hear it any more.
    return () => cancelling.abort();
  }

  private async callFor(packet: ReadPacket, signal: AbortSignal, callback: (packet: WritePacket) => void): Promise<void> {
    let written: WritePacket;
    try {
      written = { response: await this.mesh.call(this.contractOf(packet.pattern), { ...this.requestOf(packet), signal }), isDisposed: true };
    } catch (error) {
      written = { err: toMeshError(error) };
    }
    callback(written);
  }

  protected async dispatchEvent<T>(packet: ReadPacket): Promise<T> {
    await this.mesh.emit(this.contractOf(packet.pattern), this.requestOf(packet));
    return undefined as T;
  }

  private contractOf(pattern: unknown): JobContract {
    const contract = typeof pattern === 'string' ? this.contracts.get(pattern) : undefined;
    if (!contract) throw new MeshError('JOB_INVALID', 'no call job is of this kind', { field: 'pattern' });
    return contract;
  }

  private requestOf(packet: ReadPacket): CallRequest<JobContract> {
    return { timeoutMs: TIMEOUT_MS, ...(packet.data as QueueMessage) };
  }
}
