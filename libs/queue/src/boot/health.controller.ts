import { Controller, Get, Header, HttpException, HttpStatus, Inject } from '@nestjs/common';
import { registry } from '@switchyard/telemetry';
import { Liveness } from './liveness.js';
import { Readiness } from './readiness.js';

interface Health {
  readonly status: string;
  readonly checks: Readonly<Record<string, string>>;
}

/** Whether the process lives, whether it may be given work, and its figures. */
@Controller()
export class HealthController {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(Liveness) private readonly liveness: Liveness,
  ) {}

  @Get('health/live')
  async live(): Promise<Health> {
    const { alive, checks } = await this.liveness.read();
    return answer(alive, checks);
  }

  @Get('health/ready')
  async ready(): Promise<Health> {
    const { ready, checks } = await this.readiness.read();
    return answer(ready, checks);
  }

  @Get('metrics')
  @Header('Content-Type', registry.contentType)
  metrics(): Promise<string> {
    return registry.metrics();
  }
}

function answer(isWell: boolean, checks: Health['checks']): Health {
  const health = { status: isWell ? 'up' : 'down', checks };
  if (!isWell) throw new HttpException(health, HttpStatus.SERVICE_UNAVAILABLE);
  return health;
}
