import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { ChatModel } from '@switchyard/contracts';
import { AVAILABILITY, type Availability } from '@switchyard/queue';
import type { Logger } from '@switchyard/telemetry';
import { watchLocalModel } from './watch-local-model.js';

export const LOCAL_MODEL = Symbol('local model');
export const LOGGER = Symbol('logger');

/** Tells the mesh, for as long as this worker runs, whether its local model can be used. */
@Injectable()
export class LocalModelWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private stop: () => void = () => undefined;

  constructor(
    @Inject(LOCAL_MODEL) private readonly model: ChatModel | undefined,
    @Inject(AVAILABILITY) private readonly availability: Availability,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.stop = await watchLocalModel(this.model, {
      announce: (available) => this.availability.announce('localModel', available),
      onChange: (available, detail) => this.logger.info({ available, detail, model: this.model?.model }, 'local model'),
    });
  }

  onApplicationShutdown(): void {
    this.stop();
    this.availability.announce('localModel', false);
  }
}
