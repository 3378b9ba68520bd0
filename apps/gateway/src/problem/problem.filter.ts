import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@switchyard/telemetry';
import { pathOf, specOf } from '../edge/check-request.js';
import { errorHeaders, openAiErrorOf, problemOf } from './problem.js';
import { translateError } from './translate-error.js';

/** The route whose errors are OpenAI's, also where the method is wrong and no route was found. */
const OPENAI_PATH = '/v1/chat/completions';
/** Ids that we made, and not whatever stands in the path. */
const REQUEST_PATH = /^\/v1\/requests\/([0-9a-f-]{36})(?:\/|$)/;

/** Writes every error of the gateway, in the one form that the route has for them. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = translateError(thrown);
    const { status } = error.entry;
    const route = request.is404 ? 'unknown' : request.routeOptions.url;
    if (status >= 500) this.logger.error({ err: thrown, code: error.code, route, tenant: request.caller?.tenant.id }, 'the request failed');
    else this.logger.debug({ code: error.code, route, tenant: request.caller?.tenant.id }, 'the request was refused');
    if (reply.sent) return;
    const requestId = REQUEST_PATH.exec(pathOf(request))?.[1];
    // What is left of a large body is not read.
    if (status === 413) reply.header('connection', 'close');
    reply.code(status).headers(errorHeaders(error)).header('cache-control', 'no-store');
    if (specOf(request)?.errorStyle === 'openai' || pathOf(request) === OPENAI_PATH) void reply.type('application/json; charset=utf-8').send(JSON.stringify(openAiErrorOf(error)));
    else void reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(problemOf(error, requestId)));
  }
}
