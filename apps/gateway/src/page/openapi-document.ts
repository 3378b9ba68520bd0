import { errorEntry, type ErrorCode } from '@switchyard/errors';
import { z } from 'zod';
import { OpenAiError, Problem } from '../problem/problem.js';
import { errorsOf, named, namedSchemas, type RouteAnswer, type RouteSpec } from '../route.js';

type Json = Record<string, unknown>;

named('Problem', Problem);
named('OpenAiError', OpenAiError);

const reference = (id: string): string => `#/components/schemas/${id}`;

/** A schema where it is used: a reference where it has a name. */
function schemaOf(schema: z.ZodType): Json {
  const name = namedSchemas.get(schema)?.id;
  if (name !== undefined) return { $ref: reference(name) };
  return withoutDialect(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

function withoutDialect(schema: object): Json {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !['$schema', '$id', '~standard'].includes(name)));
}

function answerOf(answer: RouteAnswer): Json {
  const type = answer.type ?? (answer.schema ? 'application/json' : undefined);
  const headers = Object.entries(answer.headers ?? {}).map(([name, description]) => [name, { description, schema: { type: 'string' } }]);
  return {
    description: answer.description,
    ...(headers.length > 0 ? { headers: Object.fromEntries(headers) } : {}),
    ...(type === undefined ? {} : { content: { [type]: { schema: answer.schema ? schemaOf(answer.schema) : { type: 'string' } } } }),
  };
}

/** Error answers by status; several codes may share one, so the description lists them. */
function errorAnswers(spec: RouteSpec): [string, Json][] {
  const byStatus = Map.groupBy(errorsOf(spec), (code: ErrorCode) => errorEntry(code).status);
  const [type, schema] = spec.errorStyle === 'openai' ? ['application/json', 'OpenAiError'] : ['application/problem+json', 'Problem'];
  return [...byStatus].map(([status, codes]) => [
    String(status),
    {
      description: codes.map((code) => `\`${code}\`: ${errorEntry(code).title}`).join('\n\n'),
      ...(status === 429 || status === 503 ? { headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } } } : {}),
      content: { [type]: { schema: { $ref: reference(schema) } } },
    },
  ]);
}

function operationOf(spec: RouteSpec): Json {
  const inPath = [...spec.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const described = new Map((spec.parameters ?? []).map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
  const parameters = [
    ...inPath.map((name) => ({ name, in: 'path', required: true, description: described.get(`path ${name}`)?.description ?? '', schema: { type: 'string' } })),
    ...(spec.parameters ?? [])
      .filter((parameter) => parameter.in !== 'path')
      .map((parameter) => ({ name: parameter.name, in: parameter.in, required: parameter.required ?? false, description: parameter.description, schema: parameter.schema ? schemaOf(parameter.schema) : { type: 'string' } })),
  ];
  return {
    operationId: operationId(spec),
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    security: spec.scope ? [{ key: [spec.scope] }] : [],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(spec.body ? { requestBody: { required: true, content: Object.fromEntries(spec.body.types.map((type) => [type, { schema: bodySchema(spec, type) }])) } } : {}),
    responses: Object.fromEntries([...spec.answers.map((answer): [string, Json] => [String(answer.status), answerOf(answer)]), ...errorAnswers(spec)]),
  };
}

/** A form carries the file besides the same fields as text. */
function bodySchema(spec: RouteSpec, type: string): Json {
  if (!spec.body) return {};
  if (type !== 'multipart/form-data') return schemaOf(spec.body.schema);
  return {
    type: 'object',
    required: ['file'],
    properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' }, id: { type: 'string' }, title: { type: 'string' }, url: { type: 'string' }, metadata: { type: 'string', description: 'A JSON object.' } },
  };
}

const operationId = (spec: RouteSpec): string =>
  [spec.method.toLowerCase(), ...spec.path.split(/[/.]/).filter((part) => part !== '')]
    .map((part) => part.replace(/^:/, 'by-'))
    .join('-')
    .replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** `/v1/requests/:id` as OpenAPI writes it. */
export const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

/** The OpenAPI 3.1 document of these routes; schemas come from the zod schemas that the routes parse with. */
export function openApiDocument(routes: readonly RouteSpec[], info: { title: string; version: string }): Json {
  const paths: Record<string, Json> = {};
  for (const spec of routes) (paths[openApiPath(spec.path)] ??= {})[spec.method.toLowerCase()] = operationOf(spec);
  const { schemas } = z.toJSONSchema(namedSchemas, { io: 'input', unrepresentable: 'any', uri: reference });
  return {
    openapi: '3.1.1',
    info: { title: info.title, version: info.version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key of the site. Its scopes are `ask`, `knowledge` and `operate`.' } },
      schemas: Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutDialect(schema)])),
    },
  };
}
