import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AVAILABILITY, type Availability } from '@switchyard/queue';
import type { Logger } from '@switchyard/telemetry';
import type { ModelChoice } from './choose-expert-model.js';

export const LOGGER = Symbol('logger');
export const MODEL_CHOICE = Symbol('model choice');

/** Tells the mesh, for as long as this expert runs, whether a cloud model may be asked. It asks none itself. */
@Injectable()
export class AnnounceExpert implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(MODEL_CHOICE) private readonly choice: ModelChoice,
    @Inject(AVAILABILITY) private readonly availability: Availability,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const { usable } = this.choice;
    this.availability.announce('expert', usable !== undefined);
    if (usable) this.logger.info({ provider: usable.provider, model: usable.chat.model, host: usable.chat.host }, 'cloud model');
    else this.logger.info({ code: this.choice.code, reason: this.choice.reason }, 'no cloud model: every consultation is handed over');
  }

  onApplicationShutdown(): void {
    this.availability.announce('expert', false);
  }
}
