import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Database } from '@switchyard/contracts';
import { openDatabase } from '@switchyard/database';
import { createRedis, MeshModule, Readiness, REDIS, type MeshSite, type RedisConnection } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { createLogger, type Logger } from '@switchyard/telemetry';
import type { AuditorConfig } from './auditor.config.js';
import { DeliverProcessor } from './deliver/deliver.processor.js';
import { Deliverer } from './deliver/deliverer.js';
import { readDeliveryTargets, type DeliveryEnvironment, type TargetSite } from './deliver/delivery-targets.js';
import { ExplainProcessor } from './explain/explain.processor.js';
import { ListStepsProcessor } from './explain/list-steps.processor.js';
import { AuditRecord } from './record/audit-record.js';
import { exportStreamLag } from './record/audit-metrics.js';
import { RecordEvents, RECORDER } from './record/record-events.js';
import { StreamRecorder } from './record/stream-recorder.js';

export const RECORD = Symbol('audit record');
const LOGGER = Symbol('logger');
const DATABASE = Symbol('database');

/** What the tier needs of a site; a `Site` of `@switchyard/site` is one. */
export type AuditorSite = MeshSite & TargetSite & { readonly intents?: Site['intents'] };

@Module({ controllers: [ExplainProcessor, ListStepsProcessor, DeliverProcessor], providers: [RecordEvents] })
export class AuditorModule {
  /**
   * Wires the tier; it is ready while its database answers. `environment` holds what the tenants' endpoints name.
   * @throws MeshError CONFIG_INVALID, so that a bad endpoint stops the start and not the first hand-over
   */
  static register(config: AuditorConfig, site: AuditorSite, environment: DeliveryEnvironment = {}): DynamicModule {
    const egress = config.EGRESS === 'blocked' || site.settings.egress !== 'allowed' ? 'blocked' : 'allowed';
    const targets = readDeliveryTargets(site, environment, egress);
    return {
      module: AuditorModule,
      imports: [MeshModule.register(config, site)],
      providers: [
        { provide: LOGGER, useFactory: () => createLogger('auditor', config.LOG_LEVEL) },
        {
          provide: DATABASE,
          inject: [LOGGER, Readiness],
          useFactory: async (logger: Logger, readiness: Readiness) => {
            const database = await openDatabase({ url: config.DATABASE_URL, directory: join(config.DATA_DIR, 'audit'), logger });
            readiness.add(async () => ({ database: await database.query('SELECT 1').then(() => 'up' as const, () => 'down' as const) }));
            return database;
          },
        },
        { provide: Deliverer, useValue: new Deliverer(targets, site.intents ?? []) },
        { provide: AuditRecord, inject: [DATABASE], useFactory: (database: Database) => AuditRecord.open(database) },
        {
          provide: RECORDER,
          inject: [REDIS, AuditRecord, LOGGER],
          useFactory: (redis: RedisConnection, record: AuditRecord, logger: Logger) => {
            exportStreamLag(redis);
            const connections = {
              // Blocked in reads nearly all of the time, so it is nobody else's.
              reader: createRedis(config.REDIS_URL, 'blocking', `switchyard:${config.INSTANCE}:audit`, logger),
              // Waits for Redis to come back, where the shared one fails: what is stored must be taken off the stream.
              writer: createRedis(config.REDIS_URL, 'patient', `switchyard:${config.INSTANCE}:audit-done`, logger),
            };
            return new StreamRecorder({ ...connections, url: config.REDIS_URL, record, consumer: config.INSTANCE, logger });
          },
        },
      ],
    };
  }
}
