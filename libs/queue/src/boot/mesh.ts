import type { OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { readSealKeys, type TierEnv } from '@switchyard/config';
import type { Tier } from '@switchyard/contracts';
import { createLogger, type Logger } from '@switchyard/telemetry';
import { createRedis, openRedis } from '../connect/open-redis.js';
import { RedisClock } from '../connect/redis-clock.js';
import { ConversationStore } from '../conversation/conversation-store.js';
import { Availability } from '../measure/availability.js';
import { Backlog } from '../measure/backlog.js';
import { MeshState } from '../measure/mesh-state.js';
import { AuditLog } from '../reply/audit-log.js';
import { Outbox } from '../reply/outbox.js';
import { ReplyReader } from '../reply/reply-reader.js';
import { DeadLetters } from '../request/dead-letters.js';
import { MeshClient } from '../request/mesh-client.js';
import { RequestStore } from '../request/request-store.js';
import { Sealer } from '../seal/sealer.js';
import { JobQueues } from '../transport/job-queues.js';
import type { JobSurroundings } from '../transport/running-job.js';
import type { MeshSite } from './mesh-site.js';

/** What `MeshModule` needs of an app's configuration. */
export type MeshConfig = Pick<TierEnv, 'REDIS_URL' | 'SEAL_KEY_FILE' | 'INSTANCE' | 'LOG_LEVEL'> & Partial<Pick<TierEnv, 'EGRESS'>>;

const CLOSE_MS = 1_000;

/** The parts of the transport that one process has, built once and closed together. */
export class Mesh implements OnApplicationShutdown {
  readonly clock: RedisClock;
  readonly availability: Availability;
  readonly backlog: Backlog;
  readonly state: MeshState;
  readonly replies: ReplyReader;
  readonly requests: RequestStore;
  readonly audit: AuditLog;
  readonly client: MeshClient;
  readonly deadLetters: DeadLetters;
  private readonly queues: JobQueues;
  private readonly outbox: Outbox;
  private readonly blocking: Redis;
  private patient: { readonly redis: Redis; readonly queues: JobQueues } | undefined;

  private constructor(
    readonly config: MeshConfig,
    readonly site: MeshSite,
    readonly redis: Redis,
    readonly sealer: Sealer,
    private readonly logger: Logger,
  ) {
    const { INSTANCE: instance } = config;
    this.clock = new RedisClock(redis);
    this.availability = new Availability(redis, this.clock, instance);
    this.backlog = new Backlog(redis, this.clock);
    // Either may block: the environment cannot lift what the site forbids.
    const egress = config.EGRESS === 'blocked' || site.settings.egress !== 'allowed' ? 'blocked' : 'allowed';
    this.state = new MeshState(redis, this.clock, this.backlog, this.availability, site, egress);
    this.blocking = createRedis(config.REDIS_URL, 'blocking', `switchyard:${instance}:replies`, logger);
    this.replies = new ReplyReader(instance, redis, this.blocking, sealer, logger);
    this.outbox = new Outbox(redis, logger);
    this.audit = new AuditLog(this.outbox, this.clock, instance);
    this.requests = new RequestStore(redis, sealer, this.clock, site, this.audit);
    this.queues = new JobQueues(redis, this.clock);
    this.client = new MeshClient(redis, this.queues, this.replies, sealer, this.clock, this.audit, site);
    this.deadLetters = new DeadLetters(redis, this.queues, sealer, this.clock, site, this.replies.stream);
  }

  /** @throws MeshError QUEUE_UNAVAILABLE when Redis is not reached, CONFIG_INVALID for the key file. */
  static async open(config: MeshConfig, site: MeshSite): Promise<Mesh> {
    const logger = createLogger(config.INSTANCE, config.LOG_LEVEL);
    const sealer = new Sealer(readSealKeys(config.SEAL_KEY_FILE));
    const redis = createRedis(config.REDIS_URL, 'impatient', `switchyard:${config.INSTANCE}`, logger);
    await openRedis([redis]);
    const mesh = new Mesh(config, site, redis, sealer, logger);
    await mesh.clock.start();
    return mesh;
  }

  /** What jobs in work need; over a connection of their own that waits where the others fail. */
  async surroundings(tier: Tier): Promise<JobSurroundings> {
    if (!this.patient) {
      const redis = createRedis(this.config.REDIS_URL, 'patient', `switchyard:${this.config.INSTANCE}:jobs`, this.logger);
      await openRedis([redis]);
      this.patient = { redis, queues: new JobQueues(redis, this.clock) };
    }
    const { redis, queues } = this.patient;
    const { sealer, clock, site, config } = this;
    const conversations = new ConversationStore(redis, sealer, site.settings.retention.conversationHours * 3_600_000);
    const outbox = new Outbox(redis, this.logger);
    const audit = new AuditLog(outbox, clock, config.INSTANCE);
    return { tier, instance: config.INSTANCE, redis, clock, sealer, queues, outbox, conversations, audit };
  }

  /** A connection for subscriptions, not opened yet. */
  subscriber(): Redis {
    return createRedis(this.config.REDIS_URL, 'patient', `switchyard:${this.config.INSTANCE}:cancel`, this.logger);
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
    for (const connection of [this.redis, this.blocking, this.patient?.redis]) connection?.disconnect();
  }
}
