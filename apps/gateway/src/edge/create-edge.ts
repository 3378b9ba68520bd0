import multipart from '@fastify/multipart';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { MeshError } from '@switchyard/errors';
import type { Site } from '@switchyard/site';
import { httpDuration } from '../measure/gateway-metrics.js';
import { errorHeaders, problemOf } from '../problem/problem.js';
import { translateError } from '../problem/translate-error.js';
import { BODY_LIMIT_BYTES, type RouteSpec } from '../route.js';
import { checkRequest, methodsOf, pathOf } from './check-request.js';
import { readJson } from './read-json.js';

/** Whether the gateway takes requests, and how many it has open. */
export class Door {
  #open = 0;
  #closing = false;
  #empty: (() => void) | undefined;

  get closing(): boolean {
    return this.#closing;
  }

  get open(): number {
    return this.#open;
  }

  enter(): void {
    this.#open += 1;
  }

  leave(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#empty?.();
  }

  /** Takes no more requests. @returns when the last open one is done, or after `withinMs` */
  async close(withinMs: number): Promise<void> {
    this.#closing = true;
    if (this.#open === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#empty = resolve;
      timer = setTimeout(resolve, withinMs);
    });
    clearTimeout(timer);
  }
}

export interface Edge {
  readonly http: FastifyInstance;
  /** Every route that was registered, in order. */
  readonly routes: readonly RouteSpec[];
  readonly door: Door;
}

const REQUEST_TIMEOUT_MS = 60_000;
/** As the status of a request whose client left; it was never sent. */
const CLIENT_LEFT = 499;

/** Health must be told while the gateway closes: that is when somebody asks. */
const ALWAYS_OPEN = new Set(['/health/live', '/health/ready', '/metrics']);

/**
 * The HTTP server below the controllers: it knows each route's specification, makes every check that needs no body, reads
 * JSON, and measures. What it refuses goes the way of all errors, through the problem filter.
 */
export function createEdge(site: Pick<Site, 'settings'>): Edge {
  const routes: RouteSpec[] = [];
  const door = new Door();
  const http = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    // An answer in another form than ours; the door says the same as a problem.
    return503OnClosing: false,
    forceCloseConnections: true,
    // A client that sends its request drop by drop holds nothing for longer.
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 1_024 },
    // A path that cannot be decoded never reaches a hook or the error handler.
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const problem = translateError(error);
      void reply.code(problem.entry.status).headers(errorHeaders(problem)).type('application/problem+json').send(JSON.stringify(problemOf(problem)));
    },
  });
  http.decorateRequest('caller', null);
  http.addHook('onRoute', (route) => {
    const spec = route.config?.spec;
    if (!spec) throw new TypeError(`the route ${String(route.method)} ${route.url} has no specification`);
    if (spec.body) route.bodyLimit = spec.body.limitBytes;
    // Fastify adds HEAD to every GET.
    if (!routes.includes(spec)) routes.push(spec);
  });
  http.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    door.enter();
    const startedAt = performance.now();
    // Not Fastify's onResponse: that one is silent where the client leaves before its answer is complete.
    reply.raw.once('close', () => {
      door.leave();
      const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
      const status = reply.raw.writableFinished ? reply.raw.statusCode : CLIENT_LEFT;
      httpDuration.observe({ route, method: request.method, status }, (performance.now() - startedAt) / 1_000);
    });
    reply.header('x-content-type-options', 'nosniff');
    if (door.closing && !ALWAYS_OPEN.has(pathOf(request))) {
      reply.header('connection', 'close');
      throw new MeshError('OVERLOADED', 'this instance is stopping', { retryAfterMs: 1_000 });
    }
    const allowed = methodsOf(routes, pathOf(request));
    if (allowed.length > 0 && !allowed.includes(request.method)) reply.header('allow', allowed.join(', '));
    request.caller = checkRequest(request, routes, site);
  });
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, readJson(Buffer.from(body)));
    } catch (error) {
      done(translateError(error));
    }
  });
  void http.register(multipart, { limits: { files: 1, fields: 20, parts: 21, headerPairs: 50 } });
  return { http, routes, door };
}
