import { MeshError } from '@switchyard/errors';
import { variablesOf, type ToolEnvironment } from './build-tool-request.js';
import type { ToolDefinition } from './tool-definition.js';

/**
 * The environment variables that tools name: secrets stand in a site by reference only.
 * @param hint what to do where one is not meant to be there; ends the error's text
 * @throws MeshError CONFIG_INVALID, naming every tool and variable that is missing
 */
export function environmentOfTools(tools: Iterable<ToolDefinition>, env: Readonly<Record<string, string | undefined>>, hint = ''): ToolEnvironment {
  const wanted = [...tools].flatMap((tool) => variablesOf(tool).map((name) => ({ name, tool: tool.name })));
  const missing = wanted.filter(({ name }) => !env[name]);
  if (missing.length > 0) throw new MeshError('CONFIG_INVALID', `${missing.map(({ name, tool }) => `the tool ${tool} needs ${name}`).join('; ')}${hint}`, { field: missing[0]?.name ?? '' });
  return Object.fromEntries(wanted.map(({ name }) => [name, env[name] ?? '']));
}
