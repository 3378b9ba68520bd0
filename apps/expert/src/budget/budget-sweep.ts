import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Budget, type RedisClock } from '@switchyard/queue';
import type { Site } from '@switchyard/site';

export const BUDGET = Symbol('budget');
export const SITE = Symbol('site');

const EVERY_MS = 30_000;

/**
 * Gives back the holds of runs that died, and takes over what experts of a former release have counted today. Holding does
 * give back, too, but where holds fill a tenant's budget rules send nothing here any more, so nobody would hold.
 */
@Injectable()
export class BudgetSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(BUDGET) private readonly budget: Budget,
    @Inject(CLOCK) private readonly clock: RedisClock,
    @Inject(SITE) private readonly site: Site,
  ) {}

  /** Before the first job is taken, so that the day of an upgrade has its budget once. */
  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
    this.timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    const tenants = this.site.settings.tenants.filter((tenant) => tenant.budget);
    // With Redis away there is nothing to give back; the next turn comes.
    await Promise.allSettled(tenants.flatMap(({ id }) => [this.budget.adopt(id, this.clock.now()), this.budget.sweep(id, this.clock.now())]));
  }
}
