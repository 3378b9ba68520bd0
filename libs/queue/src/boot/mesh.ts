import type { OnApplicationShutdown } from '@nestjs/common';
import { readSealKeys, type TierEnv } from '@switchyard/config';
import type { Tier } from '@switchyard/contracts';
import { createLogger, type Logger } from '@switchyard/telemetry';
import { armFailpoints } from '../failpoint.js';
import { createRedis, openRedis, type Patience, type RedisConnection } from '../connect/open-redis.js';
import { RedisClock } from '../connect/redis-clock.js';
import { ConversationStore } from '../conversation/conversation-store.js';
import { HumanTakeover } from '../conversation/human-takeover.js';
import { Deliveries } from '../people/deliveries.js';
import { Availability } from '../measure/availability.js';
import { Backlog } from '../measure/backlog.js';
import { MeshState } from '../measure/mesh-state.js';
import { AnswerCache } from '../cache/answer-cache.js';
import { Reviews } from '../reviews/reviews.js';
import { AuditLog } from '../reply/audit-log.js';
import { Outbox } from '../reply/outbox.js';
import { ReplyReader } from '../reply/reply-reader.js';
import { CloudCalls } from '../request/cloud-calls.js';
import { DeadLetters } from '../request/dead-letters.js';
import { Endings, mergeWindowOf, weightIn } from '../request/endings.js';
import { IdempotencyKeys } from '../request/idempotency.js';
import { MeshClient } from '../request/mesh-client.js';
import { RequestStore } from '../request/request-store.js';
import { Sealer } from '../seal/sealer.js';
import { MeshStore } from '../store/mesh-store.js';
import { JobQueues } from '../transport/job-queues.js';
import type { JobSurroundings } from '../transport/running-job.js';
import { checkDurability, type DurabilityProfile } from './durability.js';
import { capsIn, conversationTtlIn, type MeshSite } from './mesh-site.js';

/** What `MeshModule` needs of an app's configuration. */
export type MeshConfig = Pick<TierEnv, 'REDIS_URL' | 'SEAL_KEY_FILE' | 'INSTANCE' | 'LOG_LEVEL'> & Partial<Pick<TierEnv, 'EGRESS' | 'STREAMS_REDIS_URL' | 'DURABILITY' | 'DURABLE_REPLICAS' | 'FAILPOINTS'>>;

const CLOSE_MS = 1_000;
const HOUR_MS = 3_600_000;

/** The parts of the transport that one process has, built once and closed together. */
export class Mesh implements OnApplicationShutdown {
  readonly clock: RedisClock;
  readonly availability: Availability;
  readonly backlog: Backlog;
  readonly state: MeshState;
  readonly replies: ReplyReader;
  readonly requests: RequestStore;
  readonly answers: AnswerCache;
  readonly reviews: Reviews;
  readonly audit: AuditLog;
  readonly client: MeshClient;
  readonly deadLetters: DeadLetters;
  readonly idempotency: IdempotencyKeys;
  readonly human: HumanTakeover;
  readonly store: MeshStore;
  readonly endings: Endings;
  readonly cloudCalls: CloudCalls;
  private readonly outbox: Outbox;
  private readonly opened: RedisConnection[];
  private patient: RedisConnection | undefined;

  private constructor(
    readonly config: MeshConfig,
    readonly site: MeshSite,
    readonly redis: RedisConnection,
    /** Where reply streams and notes to those in work are; often the same. */
    readonly streams: RedisConnection,
    /** How what is accepted survives a power cut, as the Redis is set up. */
    readonly durability: DurabilityProfile,
    readonly sealer: Sealer,
    private readonly logger: Logger,
  ) {
    const { INSTANCE: instance } = config;
    const { retention, egress: siteEgress } = site.settings;
    this.clock = new RedisClock(redis);
    this.answers = new AnswerCache(redis, sealer, this.clock, site.settings.tenants);
    this.reviews = new Reviews(redis, sealer, this.clock, site.settings.tenants);
    this.availability = new Availability(redis, this.clock, instance);
    this.backlog = new Backlog(redis, this.clock);
    // Either may block: the environment cannot lift what the site forbids.
    const egress = config.EGRESS === 'blocked' || siteEgress !== 'allowed' ? 'blocked' : 'allowed';
    this.state = new MeshState(redis, this.clock, this.backlog, this.availability, site, egress);
    const url = config.STREAMS_REDIS_URL ?? config.REDIS_URL;
    const reading = this.connect('blocking', 'replies', url);
    this.replies = new ReplyReader({ instance, commands: streams, blocking: reading, url, sealer, retentionMs: retention.requestHours * HOUR_MS, logger });
    this.outbox = new Outbox(logger);
    this.store = this.storeOver(redis, this.outbox);
    this.audit = new AuditLog(this.outbox, this.clock, instance);
    const conversations = new ConversationStore(redis, sealer, (tenant) => conversationTtlIn(site, tenant));
    const { store, clock, audit, replies } = this;
    const deliveries = new Deliveries(site, sealer);
    this.cloudCalls = new CloudCalls(redis, retention.requestHours * HOUR_MS);
    const { cloudCalls } = this;
    this.endings = new Endings({ redis, cloudCalls, store, sealer, clock, audit, conversations, deliveries, site, tier: 'gateway', logger });
    this.requests = new RequestStore(redis, streams, sealer, this.endings);
    this.client = new MeshClient({ redis, streams, store, replies, sealer, clock, audit, site, requests: this.requests, endings: this.endings });
    this.idempotency = new IdempotencyKeys(store, this.requests, sealer, clock, retention.requestHours * HOUR_MS);
    this.human = new HumanTakeover(store, this.requests, conversations, (tenant) => conversationTtlIn(site, tenant));
    this.deadLetters = new DeadLetters(redis, new JobQueues(redis), store, sealer, clock, site, replies.stream, this.endings);
    this.opened = [redis, reading, ...(streams === redis ? [] : [streams])];
  }

  /** @throws MeshError QUEUE_UNAVAILABLE when Redis is not reached, CONFIG_INVALID for the key file or a durability that this Redis has not. */
  static async open(config: MeshConfig, site: MeshSite): Promise<Mesh> {
    const logger = createLogger(config.INSTANCE, config.LOG_LEVEL);
    const sealer = new Sealer(readSealKeys(config.SEAL_KEY_FILE));
    armFailpoints(config.FAILPOINTS);
    const redis = createRedis(config.REDIS_URL, 'impatient', `switchyard:${config.INSTANCE}`, logger);
    await openRedis([redis], config.REDIS_URL);
    const streams = config.STREAMS_REDIS_URL === undefined ? redis : createRedis(config.STREAMS_REDIS_URL, 'impatient', `switchyard:${config.INSTANCE}:streams`, logger);
    try {
      if (config.STREAMS_REDIS_URL !== undefined) await openRedis([streams], config.STREAMS_REDIS_URL, 'STREAMS_REDIS_URL');
      const durability = await checkDurability(redis, config);
      const mesh = new Mesh(config, site, redis, streams, durability, sealer, logger);
      await mesh.clock.start();
      return mesh;
    } catch (error) {
      redis.disconnect();
      streams.disconnect();
      throw error;
    }
  }

  /** A connection that waits for Redis where the others fail; jobs in work and BullMQ go over it. */
  async patientRedis(): Promise<RedisConnection> {
    if (!this.patient) {
      this.patient = this.connect('patient', 'jobs');
      this.opened.push(this.patient);
      await openRedis([this.patient], this.config.REDIS_URL);
    }
    return this.patient;
  }

  /** What jobs in work need. */
  async surroundings(tier: Tier, keywordsOf: JobSurroundings['keywordsOf'] = () => []): Promise<JobSurroundings> {
    const redis = await this.patientRedis();
    const { sealer, clock, site, config, logger } = this;
    const outbox = new Outbox(logger);
    const store = this.storeOver(redis, outbox);
    const conversations = new ConversationStore(redis, sealer, (tenant) => conversationTtlIn(site, tenant));
    const audit = new AuditLog(outbox, clock, config.INSTANCE);
    const deliveries = new Deliveries(site, sealer);
    const cloudCalls = new CloudCalls(redis, site.settings.retention.requestHours * HOUR_MS);
    const endings = new Endings({ redis, cloudCalls, store, sealer, clock, audit, conversations, deliveries, site, tier, logger });
    const maySupersede = site.settings.conversations?.supersede === 'generation';
    const { defaultLanguage } = site.settings;
    return { tier, instance: config.INSTANCE, store, clock, sealer, outbox, conversations, deliveries, endings, cloudCalls, audit, maySupersede, defaultLanguage, keywordsOf, weightOf: (tenant) => weightIn(site, tenant), capsOf: (tenant) => capsIn(site, tenant) };
  }

  /** A connection for subscriptions, not opened yet. */
  subscriber(): RedisConnection {
    return this.connect('patient', 'cancel', this.config.STREAMS_REDIS_URL ?? this.config.REDIS_URL);
  }

  /** A connection that waits for the jobs of a queue, not opened yet. */
  waiting(queue: string): RedisConnection {
    return this.connect('blocking', `wait:${queue}`);
  }

  /** Nest calls it after the transports have closed. Bounded, also when Redis is away. */
  async onApplicationShutdown(): Promise<void> {
    const lastWords = Promise.allSettled([this.outbox.flush(), this.availability.stop()]);
    const { promise: givenUp, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_MS);
    await Promise.race([lastWords, givenUp]);
    clearTimeout(timer);
    this.replies.stop();
    this.clock.stop();
    for (const connection of this.opened) connection.disconnect();
  }

  private storeOver(redis: RedisConnection, outbox: Outbox): MeshStore {
    const { replicas, waitMs } = this.durability;
    return new MeshStore({ redis, outbox, mergeWindowMs: mergeWindowOf(this.site), durability: { replicas, waitMs }, ...(this.streams === this.redis ? {} : { streams: this.streams }) });
  }

  private connect(patience: Patience, name: string, url = this.config.REDIS_URL): RedisConnection {
    return createRedis(url, patience, `switchyard:${this.config.INSTANCE}:${name}`, this.logger);
  }
}
