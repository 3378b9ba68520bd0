import { z } from 'zod';
import { MeshError } from '@switchyard/errors';

export interface AppName {
  readonly name: string;
  readonly summary: string;
}

/** One line a variable: its name, its default, and what its `describe()` says. */
export function describeVariables(app: AppName, schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape).map(([name, type]) => {
    const field = type as z.ZodType;
    const absent = field.safeParse(undefined);
    const preset = absent.success ? (absent.data === undefined ? 'optional' : `default ${JSON.stringify(absent.data)}`) : 'required';
    return [name, preset, z.globalRegistry.get(field)?.description ?? ''] as const;
  });
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, preset, text]) => `  ${name.padEnd(width)}  ${text}${text ? ' ' : ''}(${preset})`);
  return [`${app.name}: ${app.summary}`, '', 'Environment:', ...lines, ''].join('\n');
}

/**
 * Checks the environment against the schema. An empty variable counts as unset, as shells and manifests leave them.
 * @throws MeshError CONFIG_INVALID, naming every wrong variable and never a value.
 */
export function parseEnvironment<Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv): z.infer<Schema> {
  const named = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] === '' ? undefined : env[name]]));
  const result = schema.safeParse(named, { reportInput: false });
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'the environment');
    return named[name] === undefined ? `${name}: is required` : `${name}: ${issue.message}`;
  });
  throw new MeshError('CONFIG_INVALID', wrong.join('; '), { field: String(result.error.issues[0]?.path[0] ?? '') });
}

/**
 * The start of every app: answers `--help` with the variables it knows, and stops with exit code 1 where one is
 * wrong, so that a bad setting fails the start and not the traffic.
 */
export function loadConfig<Schema extends z.ZodObject>(app: AppName, schema: Schema, env: NodeJS.ProcessEnv = process.env, argv: readonly string[] = process.argv): z.infer<Schema> {
  if (argv.includes('--help')) {
    process.stdout.write(describeVariables(app, schema));
    process.exit(0);
  }
  try {
    return parseEnvironment(schema, env);
  } catch (error) {
    if (!MeshError.is(error)) throw error;
    process.stderr.write(`${app.name}: ${error.message}\nRun with --help for the variables it takes.\n`);
    return process.exit(1);
  }
}
