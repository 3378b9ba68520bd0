import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type RedisClock } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { Budget } from './budget.js';

export const BUDGET = Symbol('budget');
export const SITE = Symbol('site');

const EVERY_MS = 30_000;

/**
 * Gives back the holds of runs that died. Reserving does so, too, but where holds fill a tenant's budget the
 * dispatcher sends nothing here any more, so nobody would reserve.
 */
@Injectable()
export class BudgetSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(BUDGET) private readonly budget: Budget,
    @Inject(CLOCK) private readonly clock: RedisClock,
    @Inject(SITE) private readonly site: Site,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    const tenants = this.site.settings.tenants.filter((tenant) => tenant.budget);
    // With Redis away there is nothing to give back; the next turn comes.
    await Promise.allSettled(tenants.map((tenant) => this.budget.sweep(tenant.id, this.clock.now())));
  }
}
