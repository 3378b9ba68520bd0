import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@switchyard/telemetry';
import { pathOf, specOf } from '../edge/check-request.js';
import { errorHeaders, openAiErrorOf, problemOf } from './problem.js';
import { translateError } from './translate-error.js';

/** The route whose errors are OpenAI's, also where the method is wrong and no route was found. */
const OPENAI_PATH = '/v1/chat/completions';
/** Bytes of a refused body that are read for the sake of an orderly answer; the knowledge route takes files of 8 MiB. */
const MOST_READ_IN_VAIN = 32 << 20;
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
    // A client that is still sending when the connection closes gets a broken one for an answer: of a body that is not huge, the
    // rest is read and thrown away.
    const { 'content-length': length = Infinity } = request.headers;
    if (status === 413 && Number(length) > MOST_READ_IN_VAIN) reply.header('connection', 'close');
    reply.code(status).headers(errorHeaders(error)).header('cache-control', 'no-store');
    if (specOf(request)?.errorStyle === 'openai' || pathOf(request) === OPENAI_PATH) void reply.type('application/json; charset=utf-8').send(JSON.stringify(openAiErrorOf(error)));
    else void reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(problemOf(error, requestId)));
  }
}
