// Makes src/qdrant/__fixtures__/openapi.json from Qdrant's published API document: only the operations that the adapter
// uses, as JSON Schema that refuses what is not in it. The document is docs/redoc/v1.19.x/openapi.json of
// https://github.com/qdrant/qdrant (Apache-2.0).
// `node libs/vector-store/tools/reduce-openapi.mjs PATH-OF-OPENAPI.JSON`
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OPERATIONS = [
  'root', 'get_collections', 'get_collection', 'create_collection', 'update_collection', 'delete_collection', 'create_vector_name', 'delete_vectors', 'update_aliases', 'get_collections_aliases', 'create_field_index',
  'get_points', 'upsert_points', 'delete_points', 'batch_update', 'scroll_points', 'count_points', 'query_points', 'query_batch_points',
];
const target = join(dirname(fileURLToPath(import.meta.url)), '../src/qdrant/__fixtures__/openapi.json');
const source = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const NOTES = new Set(['description', 'example', 'examples', 'title', 'deprecated', 'default']);
const reached = new Map();

/** A schema of OpenAPI 3.0 as JSON Schema: null where it may be null, and objects without unknown fields. */
function strict(schema) {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== 'object') return schema;
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    if (!reached.has(name)) {
      reached.set(name, null);
      reached.set(name, strict(source.components.schemas[name]));
    }
    return { $ref: `#/$defs/${name}` };
  }
  if (schema.allOf) throw new Error('a schema of several parts cannot be closed part by part');
  const { nullable, format, ...rest } = schema;
  const plain = {};
  for (const [key, value] of Object.entries(rest)) {
    if (NOTES.has(key)) continue;
    plain[key] = key === 'properties' ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, strict(one)])) : strict(value);
  }
  if (format === 'uuid' || format === 'date-time') plain.format = format;
  if (plain.properties && plain.additionalProperties === undefined) plain.additionalProperties = false;
  if (!nullable) return plain;
  return Object.keys(plain).length === 0 ? { type: 'null' } : { anyOf: [plain, { type: 'null' }] };
}

const operations = {};
for (const [path, methods] of Object.entries(source.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    if (!OPERATIONS.includes(operation.operationId)) continue;
    const query = (operation.parameters ?? []).filter((one) => one.in === 'query').map(({ name, schema }) => [name, strict(schema)]);
    const body = operation.requestBody?.content['application/json'].schema;
    operations[operation.operationId] = {
      method: method.toUpperCase(),
      path,
      query: Object.fromEntries(query),
      ...(body ? { request: strict(body) } : {}),
      response: strict(operation.responses['200'].content['application/json'].schema),
    };
  }
}
for (const name of OPERATIONS) if (!operations[name]) throw new Error(`no operation ${name}`);
const error = strict(source.components.schemas.ErrorResponse);
const comment = `Reduced from the API document of Qdrant ${source.info.version} (docs/redoc/v1.19.x/openapi.json of github.com/qdrant/qdrant), Copyright Qdrant Solutions GmbH, Apache-2.0; made by libs/vector-store/tools/reduce-openapi.mjs.`;
// A line a schema, so that a later version shows what it changes.
const lines = (entries) => `{\n${entries.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n')}\n}`;
const schemas = [...reached].toSorted(([left], [right]) => (left < right ? -1 : 1));
const text = `{\n"$comment": ${JSON.stringify(comment)},\n"operations": ${lines(Object.entries(operations))},\n"error": ${JSON.stringify(error)},\n"$defs": ${lines(schemas)}\n}\n`;
writeFileSync(target, text);
console.log(`${target}: ${text.length} characters, ${schemas.length} schemas`);
