import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditRecord } from './audit-record.js';
import type { StreamRecorder } from './stream-recorder.js';

export const RECORDER = Symbol('stream recorder');

/** Records for as long as the app runs. */
@Injectable()
export class RecordEvents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(RECORDER) private readonly recorder: StreamRecorder,
    @Inject(AuditRecord) private readonly record: AuditRecord,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.recorder.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.recorder.stop();
    await this.record.close();
  }
}
