import { Controller, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ListStepsJob, MOST_STEPS, StepList } from '@switchyard/contracts';
import { MESH_CLIENT, type MeshClient } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { z } from 'zod';
import type { Caller } from '../auth/authenticate.js';
import { From } from '../auth/caller.decorator.js';
import { GATEWAY_CONFIG, SITE, type GatewayConfig } from '../gateway.config.js';
import { readStepsQuery } from './read-steps-query.js';
import { named, Route } from '../route.js';

/** What the record holds, over all requests of a tenant. */
@Controller()
export class RecordController {
  constructor(
    @Inject(MESH_CLIENT) private readonly calls: Pick<MeshClient, 'call'>,
    @Inject(SITE) private readonly site: Site,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/steps',
    scope: 'operate',
    summary: 'Recorded steps of some kinds over all requests, the latest first.',
    description: 'Steps hold ids, names and numbers, never words of a customer. `next` is the `before` of the next call; it is absent where there is no more. What happened in the last second may not be there yet.',
    parameters: [
      { name: 'step', in: 'query', description: 'Names of steps, with commas between them: `routed`, `model_called`, `outcome`, …', required: true },
      { name: 'since', in: 'query', description: 'Milliseconds since 1970; all that is recorded where it is absent.', schema: z.int().min(0) },
      { name: 'before', in: 'query', description: '`next` of the call before.', schema: z.int().min(1) },
      { name: 'limit', in: 'query', description: `1 to ${MOST_STEPS}; 100 where it is absent.`, schema: z.int().min(1).max(MOST_STEPS) },
    ],
    answers: [{ status: 200, description: 'The steps.', schema: named('StepList', StepList) }],
    errors: ['REQUEST_INVALID', 'DEADLINE_PASSED', 'DATABASE_UNAVAILABLE', 'QUEUE_UNAVAILABLE'],
  })
  async list(@From() caller: Caller, @Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const body = readStepsQuery(query);
    const list = StepList.parse(await this.calls.call(ListStepsJob, { tenant: caller.tenant.id, body, private: {}, timeoutMs: this.config.CALL_TIMEOUT_MS, siteVersion: this.site.version }));
    await reply.header('cache-control', 'no-store').send(list);
  }
}
