import { z } from 'zod';
import { USUAL_KEY_VARIABLES } from '@switchyard/cloud-models';
import { TierEnv } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import type { ExpertModel, Site } from '@switchyard/site';
import { environmentOfTools, type ToolDefinition, type ToolEnvironment } from '@switchyard/tools';

const KEY_VARIABLES = Object.values(USUAL_KEY_VARIABLES);
const key = (provider: string) => z.string().min(1).optional().describe(`Key for ${provider}. Must be unset where EGRESS is "blocked".`);

/** With EGRESS=blocked the expert starts only where no cloud key is mounted, so that the mode can be shown and not only promised. */
export const ExpertEnv = TierEnv.extend({
  OPENAI_API_KEY: key('OpenAI'),
  DEEPSEEK_API_KEY: key('DeepSeek'),
  DASHSCOPE_API_KEY: key('Qwen (DashScope)'),
  ANTHROPIC_API_KEY: key('Anthropic'),
}).superRefine((env, context) => {
  if (env.EGRESS !== 'blocked') return;
  for (const name of KEY_VARIABLES) if (env[name] !== undefined) context.addIssue({ code: 'custom', path: [name], message: 'must be unset where EGRESS is "blocked"' });
});
export type ExpertConfig = z.infer<typeof ExpertEnv>;

/** Environment variable -> key. */
export type ExpertKeys = Readonly<Record<string, string>>;

/** The variable that holds the key of a model; undefined where neither the site nor the provider has one. */
export function keyVariableOf({ provider, apiKeyEnv }: Pick<ExpertModel, 'provider' | 'apiKeyEnv'>): string | undefined {
  return apiKeyEnv ?? (provider === 'openai-compatible' ? undefined : USUAL_KEY_VARIABLES[provider]);
}

/** Nothing may leave where the environment or the site says so. */
export function effectiveEgress(config: Pick<ExpertConfig, 'EGRESS'>, site: Pick<Site, 'settings'>): 'allowed' | 'blocked' {
  return config.EGRESS === 'blocked' ? 'blocked' : site.settings.egress;
}

/**
 * The keys of the site's expert models: secrets stand in a site by reference only.
 * @throws MeshError CONFIG_INVALID where EGRESS is blocked in the environment and a key is there all the same; names the variable
 */
export function readExpertKeys(config: ExpertConfig, site: Pick<Site, 'settings'>, env: NodeJS.ProcessEnv = process.env): ExpertKeys {
  const named = site.settings.models.expert.flatMap((model) => keyVariableOf(model) ?? []);
  // The usual ones are in the configuration already; the environment is asked only for what the site names.
  const known: Partial<Record<string, string | undefined>> = Object.fromEntries(KEY_VARIABLES.map((name) => [name, config[name]]));
  const keys = Object.fromEntries([...new Set([...KEY_VARIABLES, ...named])].flatMap((name) => {
    const value = name in known ? known[name] : env[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  }));
  const there = Object.keys(keys)[0];
  if (config.EGRESS === 'blocked' && there !== undefined) throw new MeshError('CONFIG_INVALID', `${there}: must be unset where EGRESS is "blocked"`, { field: there });
  return keys;
}

/** What the tools name that cloud models may have looked up with. @throws MeshError CONFIG_INVALID, naming every tool and variable that is missing */
export function readLookUpEnvironment(tools: ReadonlyMap<string, ToolDefinition>, env: NodeJS.ProcessEnv = process.env): ToolEnvironment {
  return environmentOfTools(tools.values(), env, '; the expert looks things up with it, unless maxToolCalls of its models is 0');
}
