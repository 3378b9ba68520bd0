import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { DeadlineSweeper, ReplyReader } from '@switchyard/queue';

/** Runs what a gateway does besides answering HTTP: it reads its reply stream, and ends requests that are overdue. */
export class SweepDeadlines implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly sweeper: Pick<DeadlineSweeper, 'start' | 'stop'>,
    private readonly reader: Pick<ReplyReader, 'start'>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.reader.start();
    this.sweeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
  }
}
