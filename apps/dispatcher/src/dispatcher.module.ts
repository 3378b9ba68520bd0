import { Module, type DynamicModule } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { IntentModel } from '@switchyard/intent';
import { AVAILABILITY, BACKLOG, MeshModule, REDIS, type Availability, type Backlog } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { DispatchProcessor } from './dispatch.processor.js';
import { DISPATCH_TIER, DispatchTier } from './dispatch-tier.js';
import type { DispatcherConfig } from './dispatcher.config.js';

@Module({ controllers: [DispatchProcessor] })
export class DispatcherModule {
  static register(config: DispatcherConfig, site: Site, model: IntentModel): DynamicModule {
    const egress = config.EGRESS === 'blocked' ? 'blocked' : site.settings.egress;
    return {
      module: DispatcherModule,
      imports: [MeshModule.register(config, site)],
      providers: [
        {
          provide: DISPATCH_TIER,
          inject: [REDIS, AVAILABILITY, BACKLOG],
          useFactory: (redis: Redis, availability: Availability, backlog: Backlog) => new DispatchTier(site, model, egress, { redis, availability, backlog }),
        },
      ],
    };
  }
}
