import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { AnswerJob, ConsultJob, type DispatchJob, type HoldVerdict, type JobContext, type JobInput, type Reply, type ReplyDraft } from '@switchyard/contracts';
import { startRedis, startRedisCluster, startSentinel, writeSealKeyFile, type TestRedis } from '@switchyard/testing';
import { createRedis, redisServers } from '../connect/open-redis.js';
import { Mesh, type MeshConfig } from '../boot/mesh.js';
import type { MeshSite } from '../boot/mesh-site.js';
import { startTier, type RunningTier, type TierOptions } from '../boot/start-tier.js';
import type { OpenedFrame } from '../reply/opened-frame.js';
import { newRequestId } from '../redis-keys.js';
import type { Submission, Submitted } from '../request/mesh-client.js';
import { scriptedModule, type Script } from './scripted-tiers.js';
import { testSite } from './site.js';

export type TestConfig = MeshConfig & TierOptions['config'];

export interface TestMeshOptions {
  /** The one Redis that is started keeps what it has over a crash. */
  readonly durable?: boolean;
  /** Servers that the test has started itself, in place of that one; stopped with the mesh. */
  readonly servers?: Pick<TestRedis, 'url' | 'stop'>;
  /** What gateways and tiers are configured with besides. */
  readonly env?: Partial<TestConfig>;
}

/** Every way in which a mesh may have its Redis: what `TestMesh.start` is given for it. */
export const topologies: Readonly<Record<string, () => Promise<TestMeshOptions>>> = {
  'one Redis': async () => ({ servers: await startRedis() }),
  'the master of sentinels': async () => ({ servers: await startSentinel() }),
  'a cluster of three masters': async () => ({ servers: await startRedisCluster({ masters: 3 }) }),
  'one Redis for jobs and one for streams': async () => {
    const [jobs, streams] = await Promise.all([startRedis(), startRedis()]);
    return { servers: { url: jobs.url, stop: async () => void (await Promise.all([jobs.stop(), streams.stop()])) }, env: { STREAMS_REDIS_URL: streams.url } };
  },
  'one durable Redis': async () => ({ servers: await startRedis({ appendfsync: 'always' }), env: { DURABILITY: 'durable' } }),
  'a master whose replicas are waited for': async () => ({ servers: await startSentinel(), env: { DURABILITY: 'durable', DURABLE_REPLICAS: 1 } }),
};

/** A Redis of its own, gateways and tiers on it, and all of it closed again. */
export class TestMesh {
  private readonly opened: (() => Promise<void>)[] = [];

  private constructor(
    readonly server: TestRedis,
    private readonly keyFile: { readonly path: string; remove(): Promise<void> },
    /** For looking at keys; with servers of the test it may be a cluster. */
    readonly redis: Redis,
    private readonly env: Partial<TestConfig>,
  ) {}

  static async start({ servers, env = {}, ...options }: TestMeshOptions = {}): Promise<TestMesh> {
    // With servers of its own a test stops and starts them itself, so the rest of `server` is not asked for.
    const [server, keyFile] = await Promise.all([servers ? (servers as TestRedis) : startRedis(options), writeSealKeyFile()]);
    const redis = createRedis(server.url, 'patient', 'looking') as Redis;
    return new TestMesh(server, keyFile, redis, env);
  }

  config(name: string): TestConfig {
    return { REDIS_URL: this.server.url, SEAL_KEY_FILE: this.keyFile.path, INSTANCE: `${name}-${randomBytes(4).toString('hex')}`, LOG_LEVEL: 'silent', HOST: '127.0.0.1', PORT: 0, CONCURRENCY: 8, ...this.env };
  }

  /** A gateway's side of the mesh. */
  async gateway(site: MeshSite = testSite): Promise<Gateway> {
    const mesh = await Mesh.open(this.config('gateway'), site);
    this.opened.push(() => mesh.onApplicationShutdown());
    return new Gateway(mesh);
  }

  /** A process that owns the dispatch, worker and audit queues, and does what the script says. */
  async tier(script: Script, options: Partial<TierOptions> = {}, site: MeshSite = testSite): Promise<RunningTier> {
    const config = options.config ?? this.config('tier');
    const tier = await startTier({ tier: 'worker', queues: ['dispatch', 'worker', 'audit'], module: scriptedModule(config as TestConfig, script, site), siteVersion: testSite.version, drainMs: 2_000, ...options, config });
    this.opened.push(() => tier.close());
    return tier;
  }

  /** Closes gateways and tiers, and empties Redis. */
  async clear(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((close) => close()));
    if (this.redis.status === 'wait') await this.redis.connect();
    await Promise.all(redisServers(this.redis).map((one) => one.flushall()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((close) => close()));
    this.redis.disconnect();
    await this.server.stop();
    await this.keyFile.remove();
  }
}

export interface Conversed {
  readonly submitted: Submitted;
  /** All frames that arrived, as they arrive. */
  readonly frames: OpenedFrame[];
  /** The terminal reply. */
  readonly reply: Promise<Reply>;
}

export class Gateway {
  constructor(readonly mesh: Mesh) {}

  /** Subscribes, then submits. */
  async ask(text: string, request: Partial<Submission> = {}): Promise<Conversed> {
    const { tenant = 'demo', conversationId = newConversation() } = request;
    const requestId = request.requestId ?? newRequestId(tenant, conversationId);
    const frames: OpenedFrame[] = [];
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.mesh.replies.subscribe(requestId, (frame) => {
      frames.push(frame);
      if (frame.kind === 'reply') resolve(frame.reply);
    });
    const submitted = await this.submit(text, { ...request, conversationId, requestId });
    return { submitted, frames, reply: promise };
  }

  /** As a gateway does it for a client that names the request: claims the key, then submits under what was claimed. */
  async submitOnce(text: string, { key, content }: { readonly key: string; readonly content: string }, request: Partial<Submission> = {}): Promise<Submitted> {
    const { tenant = 'demo', conversationId = newConversation() } = request;
    const claimed = await this.mesh.idempotency.claim(tenant, key, content, conversationId);
    return this.submit(text, { ...request, requestId: claimed.requestId, conversationId: claimed.conversationId });
  }

  submit(text: string, request: Partial<Submission> = {}): Promise<Submitted> {
    const { tenant = 'demo', conversationId = newConversation() } = request;
    return this.mesh.client.submit({
      requestId: newRequestId(tenant, conversationId), tenant, conversationId, lane: 'interactive', deadlineMs: 15_000,
      body: { source: 'requests' }, private: { text, turns: [] }, ...request,
    });
  }
}

const newConversation = (): string => `c-${randomBytes(6).toString('hex')}`;

/** A draft that answers with the text. */
export const answer = (text: string, draft: Partial<ReplyDraft> = {}): ReplyDraft => ({ outcome: 'answered', tier: 'worker', text, ...draft });

/** Passes a dispatched message on to the worker. */
export const passOn = (job: JobInput<typeof DispatchJob | typeof AnswerJob>, context: JobContext): Promise<void> =>
  context.forward(AnswerJob, { body: { mode: 'model', replyLanguage: 'en', slotNames: [] }, private: { text: job.private.text, slots: {}, turns: [] } });

/** Passes a message on to the expert, where this much can be held for it. */
export const consult = (job: JobInput<typeof DispatchJob>, context: JobContext, amountUsd: number): Promise<HoldVerdict> =>
  context.forwardHeld(ConsultJob, { body: { replyLanguage: 'en' }, private: { text: job.private.text, turns: [] }, hold: { mostUsd: amountUsd, leastUsd: amountUsd } });
