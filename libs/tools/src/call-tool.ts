import type { CallTool, ToolUse } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { createCircuitBreaker, RetryBudget, type CircuitBreaker } from '@switchyard/resilience';
import { buildToolRequest, requireSoundAddress, type ToolEnvironment } from './build-tool-request.js';
import { callHttpTool } from './call-http-tool.js';
import type { McpServers } from './call-mcp-tool.js';
import { compileToolSchemas, type ToolSchemas } from './check-against-schema.js';
import { createGuardedFetch, type GuardedFetch } from './guarded-fetch.js';
import type { ToolDefinition } from './tool-definition.js';
import { toolCalls, toolTime } from './tool-metrics.js';
import { failed, type Sent } from './tool-result.js';

/** A tool, made ready to be called. */
interface ReadyTool {
  readonly tool: ToolDefinition;
  readonly schemas: ToolSchemas;
  readonly breaker: CircuitBreaker<Sent>;
  readonly budget: RetryBudget;
}

/**
 * The tools of a site, their schemas compiled. A call resolves with the tool's result or the name of its error:
 * the one that the site gives the HTTP status, `rejected` for any other 4xx, for redirects and for an address that the
 * tool may not reach, `unavailable` for 5xx, 408, 429, a timeout, a broken connection, a result that does not fit its
 * schema, and while the breaker is open. A tool that only reads is called once
 * more where the connection broke or the server failed.
 * It rejects with TOOL_ARGUMENTS_INVALID or CONFIG_INVALID, or with the signal's reason.
 * @throws MeshError CONFIG_INVALID where a tool leads to an address that it may not reach
 */
export function createToolCaller(tools: ReadonlyMap<string, ToolDefinition>, environment: ToolEnvironment): CallTool {
  const fetches: Readonly<Record<ToolDefinition['network'], GuardedFetch>> = { public: createGuardedFetch('public'), private: createGuardedFetch('private') };
  let servers: Promise<McpServers> | undefined;
  // Read when it is needed: most sites have no MCP server, and a worker would start a sixth of a second later.
  const mcpServers = (): Promise<McpServers> => (servers ??= import('./call-mcp-tool.js').then((module) => new module.McpServers(fetches, environment)));
  const ready = new Map([...tools].map(([name, tool]): [string, ReadyTool] => [name, { tool, schemas: compileToolSchemas(tool), breaker: createCircuitBreaker<Sent>((sent) => sent.isTrouble === true), budget: new RetryBudget() }]));
  for (const tool of tools.values()) requireSoundAddress(tool, environment);

  const send = async ({ tool, schemas }: ReadyTool, given: Record<string, unknown>, { idempotencyKey, signal }: ToolUse): Promise<Sent> =>
    tool.kind === 'mcp'
      ? (await mcpServers()).call(tool, schemas, given, tool.effect === 'write' ? idempotencyKey : undefined, signal)
      : callHttpTool(tool, schemas, fetches[tool.network], buildToolRequest(tool, given, environment, idempotencyKey), signal);

  return async (use) => {
    const one = ready.get(use.tool);
    if (!one) throw new MeshError('SITE_INVALID', `there is no tool ${use.tool}`);
    const { tool, schemas, breaker, budget } = one;
    const given = { ...use.arguments };
    const problem = schemas.problemOfArguments(given);
    if (problem !== undefined) throw new MeshError('TOOL_ARGUMENTS_INVALID', `${use.tool}: ${problem}`);
    use.signal.throwIfAborted();
    const stopTimer = toolTime.startTimer({ tool: use.tool });
    const attempt = async (): Promise<Sent> => (await breaker.run(() => send(one, given, use))) ?? failed('unavailable', 'breaker open');
    budget.deposit();
    let sent = await attempt();
    // What may have had an effect is repeated by its job only, with the same key.
    const again = tool.effect === 'read' && isWorthARepeat(sent) && budget.withdraw();
    if (again) sent = await attempt();
    stopTimer();
    toolCalls.inc({ tool: use.tool, result: sent.outcome.ok ? 'ok' : sent.outcome.error });
    return { outcome: sent.outcome, facts: { ...factsOf(tool, sent), ...(again ? { attempts: 2 } : {}), ...(tool.effect === 'write' ? { idempotencyKey: use.idempotencyKey } : {}) } };
  };
}

/** A repeat at once helps where a connection broke or a server failed; not where it asks for less, or where the time is up. */
function isWorthARepeat({ isTrouble, status, detail }: Sent): boolean {
  return isTrouble === true && detail !== 'timeout' && (status === undefined || status >= 500);
}

function factsOf({ name, effect }: ToolDefinition, { outcome, status, detail }: Sent): Record<string, unknown> {
  return {
    tool: name,
    effect,
    ...(status === undefined ? {} : { status }),
    ...(outcome.ok ? {} : { error: outcome.error }),
    ...(detail === undefined ? {} : { detail }),
  };
}
