import type { Lane } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { MeshLoad } from '@switchyard/queue';
import type { Tenant } from '@switchyard/site';
import { refused } from '../measure/gateway-metrics.js';
import { judgeLoad } from './judge-load.js';

export interface AdmissionParts {
  readonly backlog: { read(): Promise<MeshLoad> };
  readonly memory: { share(): Promise<number> };
  /** Bytes of the open requests, by tenant. */
  readonly usage: () => Promise<ReadonlyMap<string, number>>;
  readonly tenants: readonly Tenant[];
  /** 0 to 1. */
  readonly chance?: () => number;
}

/** What a tenant may have open where the site says nothing: about 20,000 messages. */
const OPEN_BYTES = 32 * 1024 * 1024;
/** From how full a Redis on a lane is closed: the least urgent first, and all of them before Redis refuses to write. */
const FULL: Readonly<Record<Lane, number>> = { bulk: 0.7, normal: 0.8, interactive: 0.9 };
const USAGE_CACHE_MS = 500;
const FULL_RETRY_MS = 5_000;

/** The door of the mesh: work is taken that can be done in time, and for which there is room. */
export class Admission {
  private load: MeshLoad | undefined;
  /** Let in since the load was measured, by tenant. */
  private readonly since = new Map<string, number>();
  private bytes: { readonly at: number; readonly value: Promise<ReadonlyMap<string, number>>; readonly since: Map<string, number> } | undefined;
  private readonly weights: ReadonlyMap<string, number>;

  constructor(private readonly parts: AdmissionParts) {
    this.weights = new Map(parts.tenants.map(({ id, weight }) => [id, weight ?? 1]));
  }

  /**
   * Lets a request in, or refuses it before anything of it is stored.
   * @param bytes of the message, about as many as will be stored
   * @throws MeshError OVERLOADED, TENANT_BACKLOG_FULL with the time after which it may fit, or QUEUE_UNAVAILABLE
   */
  async enter(tenant: Tenant, request: { readonly lane: Lane; readonly deadlineMs: number; readonly bytes: number }): Promise<void> {
    const open = this.readUsage();
    const [load, memory] = await Promise.all([this.parts.backlog.read(), this.parts.memory.share(), open.value]);
    const { lane, deadlineMs, bytes } = request;
    if (memory >= FULL[lane]) throw this.refuse('memory', tenant, lane, new MeshError('OVERLOADED', `Redis is ${Math.round(memory * 100)} % full; the lane "${lane}" is closed from ${FULL[lane] * 100} % on`, { retryAfterMs: FULL_RETRY_MS }));
    this.checkBytes(tenant, lane, bytes, open.since, await open.value);
    if (load !== this.load) {
      this.load = load;
      this.since.clear();
    }
    const sinceMeasured = this.since.get(tenant.id) ?? 0;
    const refusal = judgeLoad(load, { tenant: tenant.id, lane, deadlineMs, sinceMeasured, chance: (this.parts.chance ?? Math.random)() }, (one) => this.weights.get(one) ?? 1);
    if (refusal) {
      const { queue, waitMs, retryAfterMs } = refusal;
      throw this.refuse('load', tenant, lane, new MeshError('OVERLOADED', `it would wait about ${Math.round(waitMs)} ms in the queue "${queue}", the deadline is ${deadlineMs} ms`, { retryAfterMs }));
    }
    this.since.set(tenant.id, sinceMeasured + 1);
  }

  /** What tenants have open, half a second old at most, and what was let in since. */
  private readUsage(): NonNullable<Admission['bytes']> {
    const now = performance.now();
    if (!this.bytes || now - this.bytes.at > USAGE_CACHE_MS) {
      const value = this.parts.usage();
      value.catch(() => (this.bytes = undefined));
      this.bytes = { at: now, value, since: new Map() };
    }
    return this.bytes;
  }

  private checkBytes(tenant: Tenant, lane: Lane, bytes: number, since: Map<string, number>, usage: ReadonlyMap<string, number>): void {
    const open = (usage.get(tenant.id) ?? 0) + (since.get(tenant.id) ?? 0);
    const limit = tenant.maxOpenBytes ?? OPEN_BYTES;
    if (open + bytes > limit) throw this.refuse('bytes', tenant, lane, new MeshError('TENANT_BACKLOG_FULL', `the tenant ${tenant.id} has ${open} bytes open, of ${limit} that it may have`, { retryAfterMs: FULL_RETRY_MS }));
    since.set(tenant.id, (since.get(tenant.id) ?? 0) + bytes);
  }

  private refuse(reason: 'memory' | 'bytes' | 'load', tenant: Tenant, lane: Lane, error: MeshError): MeshError {
    refused.inc({ reason, tenant: tenant.id, lane });
    return error;
  }
}
