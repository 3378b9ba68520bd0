import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { MeshError } from '@switchyard/errors';
import type { Caller } from './authenticate.js';

/** Who asks. A route that uses it and has no scope is a mistake of ours, so it fails instead of serving nobody. */
export const From = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new MeshError('INTERNAL', 'the route has no scope');
  return caller;
});
