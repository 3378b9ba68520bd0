import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { MeshError } from '@switchyard/errors';
import type { ToolDefinition } from './tool-definition.js';

/** The schemas of a tool, compiled. Each gives where a value does not fit, or undefined where it does. */
export interface ToolSchemas {
  /** May turn "3" into 3 in place, where the schema asks for a number: templates make text. */
  readonly problemOfArguments: (given: Record<string, unknown>) => string | undefined;
  readonly problemOfResult: (value: unknown) => string | undefined;
}

/** Path and rule, never the value: it is the customer's, or the backend's. */
function describe(errors: ErrorObject[] | null | undefined): string {
  const [first] = errors ?? [];
  return first ? `${first.instancePath || '/'} ${first.keyword}` : 'does not fit';
}

function problemWith(validate: ValidateFunction): (value: unknown) => string | undefined {
  return (value) => (validate(value) ? undefined : describe(validate.errors));
}

// One of each for all tools: each compiles the schema of schemas, which takes as long as all else that a worker does at its start.
// `addUsedSchema`: what a tool's schema calls itself is its own affair.
const lenient = formats.default(new Ajv({ strict: false, coerceTypes: true, addUsedSchema: false }));
const exact = formats.default(new Ajv({ strict: false, addUsedSchema: false }));

const compiled = new WeakMap<ToolDefinition, ToolSchemas>();

/** Compiles a tool's schemas, once. @throws MeshError SITE_INVALID where one is not a JSON Schema */
export function compileToolSchemas(tool: ToolDefinition): ToolSchemas {
  const known = compiled.get(tool);
  if (known) return known;
  try {
    const schemas: ToolSchemas = {
      problemOfArguments: problemWith(lenient.compile(tool.arguments)),
      problemOfResult: tool.result === undefined ? () => undefined : problemWith(exact.compile(tool.result)),
    };
    compiled.set(tool, schemas);
    return schemas;
  } catch (error) {
    throw new MeshError('SITE_INVALID', `the tool ${tool.name} has a schema that is no JSON Schema`, { cause: error, field: `tools/${tool.name}` });
  }
}
