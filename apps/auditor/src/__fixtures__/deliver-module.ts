import { Module, type DynamicModule } from '@nestjs/common';
import { MeshModule, type MeshSite } from '@switchyard/queue';
import type { AuditorConfig } from '../auditor.config.js';
import { DeliverProcessor } from '../deliver/deliver.processor.js';
import { Deliverer } from '../deliver/deliverer.js';

/** The part of the tier that delivers, without its record. */
@Module({})
export class DeliverModule {
  static register(config: AuditorConfig, site: MeshSite, deliverer: Deliverer): DynamicModule {
    return { module: DeliverModule, imports: [MeshModule.register(config, site)], controllers: [DeliverProcessor], providers: [{ provide: Deliverer, useValue: deliverer }] };
  }
}
