import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AVAILABILITY, type Availability } from '@switchyard/queue';
import type { Logger } from '@switchyard/telemetry';
import type { ExpertTier } from './consult-cloud.js';

export const LOGGER = Symbol('logger');
/** `ModelChain`, or why there is none */
export const MODELS = Symbol('models');

/** How often it is looked whether the breakers have opened or closed. */
const LOOK_MS = 500;

/**
 * Tells the mesh, for as long as this expert runs, whether a cloud model may be asked: one is there, and not all of them
 * were in trouble a moment ago. So rules send elsewhere what would come back. It asks none itself.
 */
@Injectable()
export class AnnounceExpert implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private isAnnounced = false;

  constructor(
    @Inject(MODELS) private readonly models: ExpertTier['models'],
    @Inject(AVAILABILITY) private readonly availability: Availability,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const { models } = this;
    if ('code' in models) {
      this.availability.announce('expert', false);
      this.logger.info({ code: models.code, reason: models.reason }, 'no cloud model: every consultation goes without');
      return;
    }
    this.logger.info({ models: models.links.map(({ usable: { provider, chat } }) => ({ provider, model: chat.model, host: chat.host })) }, 'cloud models, in the order in which they are asked');
    this.tell(models.isOpenForCalls);
    this.timer = setInterval(() => {
      if (models.isOpenForCalls === this.isAnnounced) return;
      this.tell(models.isOpenForCalls);
      this.logger.warn({ available: this.isAnnounced }, this.isAnnounced ? 'a cloud model may be asked again' : 'no cloud model answers');
    }, LOOK_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.availability.announce('expert', false);
  }

  private tell(isAvailable: boolean): void {
    this.isAnnounced = isAvailable;
    this.availability.announce('expert', isAvailable);
  }
}
