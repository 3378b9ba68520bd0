import { Ajv } from 'ajv';
import formats from 'ajv-formats';

// As the worker compiles them.
const ajv = formats.default(new Ajv({ strict: false, addUsedSchema: false }));

/** Which schema of a tool is no JSON Schema, and why; undefined where both are: the worker does not start with one that is none. */
export function problemOfSchemas(tool: { readonly arguments?: unknown; readonly result?: unknown }): string | undefined {
  for (const name of ['arguments', 'result'] as const) {
    const schema = tool[name];
    if (typeof schema !== 'object' || schema === null) continue;
    try {
      ajv.compile(schema);
    } catch (error) {
      return `has no sound JSON Schema of its ${name}: ${error instanceof Error ? error.message : 'it does not compile'}`;
    }
  }
  return undefined;
}
