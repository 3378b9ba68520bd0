import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AVAILABILITY, Readiness, type Availability, type Check } from '@switchyard/queue';
import type { LocalModel } from '@switchyard/local-models';
import type { Logger } from '@switchyard/telemetry';
import { watchLocalModel } from './watch-local-model.js';

export const LOCAL_MODEL = Symbol('local model');
export const LOGGER = Symbol('logger');
export const MODEL_NEED = Symbol('what is asked of the local model');

/** What the site and the environment ask of it. */
export interface ModelNeed {
  /** The site names a model. */
  readonly isNamed: boolean;
  /** It names a canary beside it. */
  readonly hasCanary?: boolean;
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
  private stops: (() => void)[] = [];
  private isThere = false;
  private isCanaryThere = false;

  constructor(
    @Inject(LOCAL_MODEL) private readonly model: LocalModel | undefined,
    @Inject(AVAILABILITY) private readonly availability: Availability,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Readiness) readiness: Readiness,
    @Inject(MODEL_NEED) need: ModelNeed,
  ) {
    // A canary that is away makes nothing worse: its conversations are given the model.
    readiness.add(async () => ({ model: checkModel(need, this.isThere), ...(need.hasCanary ? { canary: this.isCanaryThere ? 'up' : 'away' } : {}) }));
  }

  async onApplicationBootstrap(): Promise<void> {
    const { model } = this;
    const canary = model?.canary;
    this.stops = await Promise.all([
      watchLocalModel(model, {
        announce: (available) => {
          this.isThere = available;
          this.availability.announce('localModel', available);
        },
        onChange: (available, detail) => this.logger.info({ available, detail, model: model?.model, adapter: model?.adapter }, 'local model'),
      }),
      watchLocalModel(canary, {
        announce: (available) => void (this.isCanaryThere = available),
        onChange: (available, detail) => this.logger.info({ available, detail, model: canary?.model, adapter: canary?.adapter }, 'canary of the local model'),
      }),
    ]);
  }

  onApplicationShutdown(): void {
    for (const stop of this.stops) stop();
    this.availability.announce('localModel', false);
  }
}
