import { MeshError } from '@switchyard/errors';

/** Cloud providers that a site may name. `qwen` is DashScope in its OpenAI-compatible mode. */
export type CloudProvider = 'openai' | 'deepseek' | 'qwen' | 'openai-compatible' | 'anthropic';

/** What an adapter needs of a site's `ExpertModel`. */
export interface CloudModelSettings {
  readonly provider: CloudProvider;
  readonly model: string;
  /** Needed for `openai-compatible`; the others know their own. */
  readonly baseUrl?: string | undefined;
  /** Upper limit of every call, whatever the caller asks for. */
  readonly maxOutputTokens: number;
}

/** The environment variable that usually holds a provider's key; `openai-compatible` has none. */
export const USUAL_KEY_VARIABLES = {
  openai: 'OPENAI_API_KEY',
  deepseek: 'DEEPSEEK_API_KEY',
  qwen: 'DASHSCOPE_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
} as const satisfies Partial<Record<CloudProvider, string>>;

const BASE_URLS: Partial<Record<CloudProvider, string>> = {
  openai: 'https://api.openai.com/v1',
  deepseek: 'https://api.deepseek.com/v1',
  qwen: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  anthropic: 'https://api.anthropic.com/v1',
};

/** Where the model's calls go, without a slash at the end. @throws MeshError CONFIG_INVALID where nobody says */
export function baseUrlOf({ provider, model, baseUrl }: CloudModelSettings, override?: string): string {
  const url = override ?? baseUrl ?? BASE_URLS[provider];
  if (url === undefined) throw new MeshError('CONFIG_INVALID', `the model ${model} of ${provider} needs a baseUrl`, { field: 'models.expert.baseUrl' });
  return url.replace(/\/+$/, '');
}
