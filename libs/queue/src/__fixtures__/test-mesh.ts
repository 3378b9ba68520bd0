import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { AnswerJob, type DispatchJob, type JobContext, type JobInput, type Reply, type ReplyDraft } from '@switchyard/contracts';
import { startRedis, writeSealKeyFile, type TestRedis } from '@switchyard/testing';
import { Mesh, type MeshConfig } from '../boot/mesh.js';
import type { MeshSite } from '../boot/mesh-site.js';
import { startTier, type RunningTier, type TierOptions } from '../boot/start-tier.js';
import type { OpenedFrame } from '../reply/opened-frame.js';
import { newRequestId } from '../redis-keys.js';
import type { Submission, Submitted } from '../request/mesh-client.js';
import { scriptedModule, type Script } from './scripted-tiers.js';
import { testSite } from './site.js';

export type TestConfig = MeshConfig & TierOptions['config'];

/** A Redis of its own, gateways and tiers on it, and all of it closed again. */
export class TestMesh {
  private readonly opened: (() => Promise<void>)[] = [];

  private constructor(
    readonly server: TestRedis,
    private readonly keyFile: { readonly path: string; remove(): Promise<void> },
    /** For looking at keys. */
    readonly redis: Redis,
  ) {}

  static async start(options: { readonly durable?: boolean } = {}): Promise<TestMesh> {
    const [server, keyFile] = await Promise.all([startRedis(options), writeSealKeyFile()]);
    const redis = new Redis(server.url, { maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    return new TestMesh(server, keyFile, redis);
  }

  config(name: string): TestConfig {
    return { REDIS_URL: this.server.url, SEAL_KEY_FILE: this.keyFile.path, INSTANCE: `${name}-${randomBytes(4).toString('hex')}`, LOG_LEVEL: 'silent', HOST: '127.0.0.1', PORT: 0, CONCURRENCY: 8 };
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
    await this.redis.flushall();
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
