import { HttpCode, RequestMapping, RequestMethod, applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';
import type { ErrorCode } from '@switchyard/errors';
import type { Scope } from '@switchyard/site';
import { z } from 'zod';

/** Schemas that the OpenAPI document names; the others stand where they are used. */
export const namedSchemas = z.registry<{ id: string }>();

/** Gives a schema a name in the OpenAPI document. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  if (!namedSchemas.has(schema)) namedSchemas.add(schema, { id });
  return schema;
}

export interface RouteParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly required?: boolean;
  readonly schema?: z.ZodType;
}

export interface RouteAnswer {
  readonly status: number;
  readonly description: string;
  /** Media type; `application/json` where a schema is given and this is not. */
  readonly type?: string;
  readonly schema?: z.ZodType;
  readonly headers?: Readonly<Record<string, string>>;
}

export type BodyType = 'application/json' | 'multipart/form-data';

/**
 * All that there is to know about a route, in one place: the edge enforces it (scope, content type, size), and the OpenAPI
 * document and `/docs` print it. A route without one does not register.
 */
export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Absent: the route is open to all, or to whoever knows its secret. */
  readonly scope?: Scope;
  /** The path holds a tenant's name, and the secret that stands in for a key: checked where a key would be. */
  readonly isSecret?: true;
  readonly parameters?: readonly RouteParameter[];
  readonly body?: { readonly types: readonly BodyType[]; readonly schema: z.ZodType; readonly limitBytes: number; /** Of a form with its file; as `limitBytes` where absent. */ readonly formLimitBytes?: number };
  readonly answers: readonly RouteAnswer[];
  /** Beyond those that follow from `scope` and `body`. */
  readonly errors?: readonly ErrorCode[];
  /** How errors are written; problem documents where absent. */
  readonly errorStyle?: 'openai';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Where Fastify's route options carry the specification. */
    spec?: RouteSpec;
  }
}

const METHODS = { GET: RequestMethod.GET, POST: RequestMethod.POST, PUT: RequestMethod.PUT, DELETE: RequestMethod.DELETE } as const;

/** Registers a controller method as this route. */
export function Route(spec: RouteSpec): MethodDecorator {
  return applyDecorators(
    RequestMapping({ path: spec.path, method: METHODS[spec.method] }),
    // Nest would answer a POST with 201.
    HttpCode(spec.answers[0]?.status ?? 200),
    RouteConfig({ spec } satisfies FastifyContextConfig),
  );
}

const OF_SCOPE: readonly ErrorCode[] = ['KEY_MISSING', 'KEY_UNKNOWN', 'SCOPE_MISSING'];
const OF_SECRET: readonly ErrorCode[] = ['KEY_UNKNOWN'];
const OF_BODY: readonly ErrorCode[] = ['CONTENT_TYPE_UNSUPPORTED', 'BODY_TOO_LARGE', 'JSON_INVALID', 'REQUEST_INVALID'];

/** Every code that the route may answer with, each once. */
export function errorsOf(spec: RouteSpec): ErrorCode[] {
  return [...new Set<ErrorCode>([...(spec.scope ? OF_SCOPE : []), ...(spec.isSecret ? OF_SECRET : []), ...(spec.body ? OF_BODY : []), ...(spec.errors ?? []), 'INTERNAL'])];
}

/** The largest JSON body that is read. */
export const BODY_LIMIT_BYTES = 1024 * 1024;
/** The largest document as JSON: in base64, sealed and in base64 again it still fits into a job of the ingest queue. */
export const DOCUMENT_LIMIT_BYTES = 8 * 1024 * 1024;
/** The largest file of a form; it goes on in pieces. */
export const FILE_LIMIT_BYTES = 32 * 1024 * 1024;
/** Boundaries, headers and fields of a form, beside its file. */
export const FORM_OVERHEAD_BYTES = 1024 * 1024;
