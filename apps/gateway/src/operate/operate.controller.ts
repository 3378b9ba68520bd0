import { Controller, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BACKLOG, REDIS, REPLY_READER, SILENT_MS, type Backlog, type RedisConnection, type ReplyReader } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { registry } from '@switchyard/telemetry';
import { z } from 'zod';
import type { Door } from '../edge/create-edge.js';
import { DOOR, GATEWAY_CONFIG, SITE, type GatewayConfig } from '../gateway.config.js';
import { named, Route } from '../route.js';

const Queues = named('Queues', z.object({ queues: z.record(z.string(), z.object({
  waiting: z.int(),
  active: z.int(),
  oldestMs: z.number().describe('How long the oldest waiting job has waited, in ms.'),
  perSecond: z.number().describe('Jobs done a second, over the last seconds in which this gateway looked.'),
})) }));
const SiteDocument = named('Site', z.object({ version: z.string(), name: z.string(), title: z.object({ zh: z.string(), en: z.string() }), languages: z.array(z.string()), egress: z.enum(['allowed', 'blocked']), intents: z.int(), flows: z.int(), rules: z.int(), answers: z.int() }));
const Health = named('Health', z.object({ status: z.enum(['up', 'down']), checks: z.record(z.string(), z.enum(['up', 'silent', 'down'])).optional() }));

/** What those who run the mesh look at. */
@Controller()
export class OperateController {
  constructor(
    @Inject(SITE) private readonly site: Site,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'EGRESS'>,
    @Inject(BACKLOG) private readonly backlog: Pick<Backlog, 'read'>,
    @Inject(REDIS) private readonly redis: Pick<RedisConnection, 'ping'>,
    @Inject(DOOR) private readonly door: Pick<Door, 'closing'>,
    @Inject(REPLY_READER) private readonly replies: Pick<ReplyReader, 'silentMs'>,
  ) {}

  @Route({ method: 'GET', path: '/v1/queues', scope: 'operate', summary: 'Backlog and oldest age of every queue.', answers: [{ status: 200, description: 'By queue.', schema: Queues }], errors: ['QUEUE_UNAVAILABLE'] })
  async queues(): Promise<z.infer<typeof Queues>> {
    const load = await this.backlog.read();
    return { queues: Object.fromEntries(Object.entries(load).map(([queue, { waiting, active, oldestMs, perSecond }]) => [queue, { waiting, active, oldestMs, perSecond: Math.round(perSecond * 10) / 10 }])) };
  }

  @Route({ method: 'GET', path: '/v1/site', scope: 'operate', summary: 'The site in force.', answers: [{ status: 200, description: 'Its version and what it holds.', schema: SiteDocument }] })
  describe(): z.infer<typeof SiteDocument> {
    const { version, settings, intents, flows, rules, answers } = this.site;
    return { version, name: settings.name, title: settings.title, languages: settings.languages, egress: this.config.EGRESS ?? settings.egress, intents: intents.length, flows: flows.size, rules: rules.length, answers: answers.length };
  }

  @Route({ method: 'GET', path: '/health/live', summary: 'Whether the process lives: it answers, and reads what the tiers reply.', answers: [{ status: 200, description: 'It does.', schema: Health }, { status: 503, description: 'It has stopped reading though Redis is there: restart it.', schema: Health }] })
  async live(@Res() reply: FastifyReply): Promise<void> {
    // With Redis away nobody can read, which no restart mends.
    const isSilent = this.replies.silentMs > SILENT_MS && (await this.redis.ping().then(() => true, () => false));
    await health(reply, { replies: isSilent ? 'silent' : 'up' });
  }

  @Route({ method: 'GET', path: '/health/ready', summary: 'Whether this instance can take requests.', answers: [{ status: 200, description: 'It can.', schema: Health }, { status: 503, description: 'It cannot: a check is down, or it is stopping.', schema: Health }] })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const redis = await this.redis.ping().then(() => 'up' as const, () => 'down' as const);
    await health(reply, { redis, running: this.door.closing ? 'down' : 'up' });
  }

  @Route({ method: 'GET', path: '/metrics', summary: 'Figures of this instance, for Prometheus.', answers: [{ status: 200, description: 'In Prometheus\' text format.', type: 'text/plain; version=0.0.4' }] })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return registry.metrics();
  }
}

async function health(reply: FastifyReply, checks: NonNullable<z.infer<typeof Health>['checks']>): Promise<void> {
  const isWell = Object.values(checks).every((state) => state === 'up');
  await reply.code(isWell ? 200 : 503).header('cache-control', 'no-store').send({ status: isWell ? 'up' : 'down', checks } satisfies z.infer<typeof Health>);
}
