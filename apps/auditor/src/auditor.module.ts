import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Database } from '@switchyard/contracts';
import { openDatabase } from '@switchyard/database';
import { createRedis, MeshModule, REDIS, type MeshSite, type RedisConnection } from '@switchyard/queue';
import { createLogger, type Logger } from '@switchyard/telemetry';
import type { AuditorConfig } from './auditor.config.js';
import { ExplainProcessor } from './explain/explain.processor.js';
import { AuditRecord } from './record/audit-record.js';
import { exportStreamLag } from './record/audit-metrics.js';
import { RecordEvents, RECORDER } from './record/record-events.js';
import { StreamRecorder } from './record/stream-recorder.js';

export const RECORD = Symbol('audit record');
const LOGGER = Symbol('logger');
const DATABASE = Symbol('database');

@Module({ controllers: [ExplainProcessor], providers: [RecordEvents] })
class AuditorModule {}

/** The auditor as a Nest module, and whether its database answers. */
export function wireAuditor(config: AuditorConfig, site: MeshSite): { readonly module: DynamicModule; readonly ready: () => Promise<Record<string, 'up' | 'down'>> } {
  let opened: Database | undefined;
  const module: DynamicModule = {
    module: AuditorModule,
    imports: [MeshModule.register(config, site)],
    providers: [
      { provide: LOGGER, useFactory: () => createLogger('auditor', config.LOG_LEVEL) },
      {
        provide: DATABASE,
        inject: [LOGGER],
        useFactory: async (logger: Logger) => (opened = await openDatabase({ url: config.DATABASE_URL, directory: join(config.DATA_DIR, 'audit'), logger })),
      },
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
  const ready = async (): Promise<Record<string, 'up' | 'down'>> => ({ database: await (opened?.query('SELECT 1') ?? Promise.reject(new Error('not open'))).then(() => 'up' as const, () => 'down' as const) });
  return { module, ready };
}
