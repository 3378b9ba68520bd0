import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { ChatModel } from '@switchyard/contracts';
import { AVAILABILITY, Readiness, type Availability, type Check } from '@switchyard/queue';
import type { Logger } from '@switchyard/telemetry';
import { watchLocalModel } from './watch-local-model.js';

export const LOCAL_MODEL = Symbol('local model');
export const LOGGER = Symbol('logger');
export const MODEL_NEED = Symbol('what is asked of the local model');

/** What the site and the environment ask of it. */
export interface ModelNeed {
  /** The site names a model. */
  readonly isNamed: boolean;
  /** Without it the worker is of no use. */
  readonly isRequired: boolean;
}

/** What readiness says of the local model. */
export function checkModel({ isNamed, isRequired }: ModelNeed, isThere: boolean): Check {
  if (isThere) return 'up';
  if (isRequired) return 'down';
  return isNamed ? 'away' : 'none';
}

/** Tells the mesh and whoever asks for this worker's health, for as long as it runs, whether its local model can be used. */
@Injectable()
export class LocalModelWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private stop: () => void = () => undefined;
  private isThere = false;

  constructor(
    @Inject(LOCAL_MODEL) private readonly model: ChatModel | undefined,
    @Inject(AVAILABILITY) private readonly availability: Availability,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Readiness) readiness: Readiness,
    @Inject(MODEL_NEED) need: ModelNeed,
  ) {
    readiness.add(async () => ({ model: checkModel(need, this.isThere) }));
  }

  async onApplicationBootstrap(): Promise<void> {
    this.stop = await watchLocalModel(this.model, {
      announce: (available) => {
        this.isThere = available;
        this.availability.announce('localModel', available);
      },
      onChange: (available, detail) => this.logger.info({ available, detail, model: this.model?.model }, 'local model'),
    });
  }

  onApplicationShutdown(): void {
    this.stop();
    this.availability.announce('localModel', false);
  }
}
