import { Controller, Get, Header, HttpException, HttpStatus, Inject } from '@nestjs/common';
import { registry } from '@switchyard/telemetry';
import { Readiness } from './readiness.js';

/** Whether the process lives, whether it may be given work, and its figures. */
@Controller()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('health/live')
  live(): { status: string } {
    return { status: 'up' };
  }

  @Get('health/ready')
  async ready(): Promise<{ status: string; checks: Record<string, string> }> {
    const { ready, checks } = await this.readiness.read();
    const body = { status: ready ? 'up' : 'down', checks };
    if (!ready) throw new HttpException(body, HttpStatus.SERVICE_UNAVAILABLE);
    return body;
  }

  @Get('metrics')
  @Header('Content-Type', registry.contentType)
  metrics(): Promise<string> {
    return registry.metrics();
  }
}
