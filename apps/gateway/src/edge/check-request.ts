import type { FastifyRequest } from 'fastify';
import { MeshError } from '@switchyard/errors';
import type { Site } from '@switchyard/site';
import { authenticate, readBearer, requireScope, type Caller } from '../auth/authenticate.js';
import { authenticateChatwoot } from '../chatwoot/authenticate-chatwoot.js';
import type { RouteSpec } from '../route.js';
import { matchesPath } from './match-path.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the edge on every route that has a scope. */
    caller: Caller | null;
  }
}

export const pathOf = (request: Pick<FastifyRequest, 'url'>): string => request.url.split('?', 1)[0] ?? '/';
export const specOf = (request: Pick<FastifyRequest, 'routeOptions'>): RouteSpec | undefined => request.routeOptions.config?.spec;

/** The methods that a path takes; empty where there is no such route. */
export function methodsOf(routes: readonly RouteSpec[], path: string): string[] {
  const methods = routes.filter((route) => matchesPath(route.path, path)).map((route) => route.method);
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}

/**
 * What is checked before a body is read, in the order that the interface states: route, method, key, scope, content type,
 * stated size.
 * @returns who asks, null on an open route
 * @throws MeshError with the first check that fails
 */
export function checkRequest(request: FastifyRequest, routes: readonly RouteSpec[], site: Pick<Site, 'settings'>): Caller | null {
  const spec = specOf(request);
  // The router takes for a parameter what can be the name of nothing: an empty segment, control characters.
  if (!spec || !matchesPath(spec.path, pathOf(request))) {
    if (!spec && methodsOf(routes, pathOf(request)).length > 0) throw new MeshError('METHOD_NOT_ALLOWED', 'see the Allow header');
    throw new MeshError('ROUTE_UNKNOWN', 'see /docs for the routes');
  }
  let caller: Caller | null = null;
  if (spec.scope) {
    caller = authenticate(site.settings.tenants, readBearer(request.headers.authorization));
    requireScope(caller, spec.scope);
  }
  if (spec.isSecret) {
    const { tenant = '', secret = '' } = request.params as { tenant?: string; secret?: string };
    authenticateChatwoot(site.settings.tenants, tenant, secret);
  }
  if (spec.body) checkBodyHeaders(request, spec.body);
  return caller;
}

function checkBodyHeaders(request: FastifyRequest, body: NonNullable<RouteSpec['body']>): void {
  const header = request.headers['content-type'] ?? '';
  const type = header.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isComplete = type !== 'multipart/form-data' || /;\s*boundary=/i.test(header);
  if (!isComplete || !(body.types as readonly string[]).includes(type)) throw new MeshError('CONTENT_TYPE_UNSUPPORTED', `send ${body.types.join(' or ')}`, { field: 'content-type' });
  const length = Number(request.headers['content-length'] ?? 0);
  const limitBytes = type === 'multipart/form-data' ? (body.formLimitBytes ?? body.limitBytes) : body.limitBytes;
  if (length > limitBytes) throw new MeshError('BODY_TOO_LARGE', `at most ${limitBytes} bytes are taken`);
}
