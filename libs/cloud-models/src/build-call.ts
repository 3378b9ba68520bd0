import { jsonSchema, Output, tool, type LanguageModel, type ModelMessage, type ToolSet } from 'ai';
import type { ChatMessage, ChatRequest, ChatTool } from '@switchyard/contracts';
import type { CloudModelSettings } from './providers.js';

/** A model as an object. A string would be sent to the SDK's own gateway, so the type leaves strings out. */
export type ModelObject = Exclude<LanguageModel, string>;

/** What a JSON Schema is to the SDK. */
type Schema = Parameters<typeof jsonSchema>[0];

/** OpenAI's reasoning models take no temperature. */
const takesTemperature = ({ provider, model }: CloudModelSettings): boolean => !(provider === 'openai' && /^(?:o\d|gpt-5)/.test(model));

/** DeepSeek and Qwen take no schema on all models; they are asked for plain JSON, and told the schema in words. */
export const takesSchema = ({ provider }: Pick<CloudModelSettings, 'provider'>): boolean => provider !== 'deepseek' && provider !== 'qwen';

/** Both refuse to be asked for JSON where the word is not in the prompt. */
const schemaInWords = (schema: Record<string, unknown>): string => `Answer with one JSON object and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema)}`;

/** Without `execute`: the SDK calls nothing, and gives back what the model asks for. */
function toolSet(tools: readonly ChatTool[]): ToolSet {
  return Object.fromEntries(tools.map(({ name, description, parameters }) => [name, tool({ description, inputSchema: jsonSchema(parameters as Schema) })]));
}

/** DeepSeek refuses calls without the thoughts that led to them; OpenAI refuses the field, and Anthropic thoughts that it has not signed. */
const takesThoughts = ({ provider }: CloudModelSettings): boolean => provider !== 'openai' && provider !== 'anthropic';

function messageOf(message: ChatMessage, settings: CloudModelSettings): ModelMessage[] {
  const { content } = message;
  if (message.role === 'tool') return [{ role: 'tool', content: [{ type: 'tool-result', toolCallId: message.toolCallId, toolName: message.toolName, output: { type: 'text', value: content } }] }];
  if (message.role !== 'assistant') return message.role === 'user' ? [{ role: 'user', content }] : [];
  const { toolCalls = [], thoughts = '' } = message;
  if (toolCalls.length === 0) return [{ role: 'assistant', content }];
  const said = content === '' ? [] : [{ type: 'text' as const, text: content }];
  const thought = thoughts === '' || !takesThoughts(settings) ? [] : [{ type: 'reasoning' as const, text: thoughts }];
  return [{ role: 'assistant', content: [...thought, ...said, ...toolCalls.map(({ id, name, arguments: input }) => ({ type: 'tool-call' as const, toolCallId: id, toolName: name, input }))] }];
}

/** What the SDK asks for JSON with; it hands the text over as it came, whole or cut, and we look at it. */
function jsonOutput(schema: Record<string, unknown>): Output.Output<string, string, never> {
  const { name, responseFormat } = Output.object({ schema: jsonSchema(schema as Schema) });
  return { ...Output.text(), name, responseFormat };
}

/** A request as the SDK takes it, bounded as the site bounds it. */
export function buildCall(model: ModelObject, settings: CloudModelSettings, { messages, schema, tools = [], toolChoice, maxTokens, temperature }: ChatRequest, signal: AbortSignal) {
  const rules = messages.flatMap((message) => (message.role === 'system' ? [message.content] : []));
  const instructions = [...rules, ...(schema === undefined || takesSchema(settings) ? [] : [schemaInWords(schema)])].join('\n\n');
  return {
    model,
    // The queue owns retries: a second try here would be paid for, and unseen.
    maxRetries: 0,
    maxOutputTokens: Math.min(maxTokens, settings.maxOutputTokens),
    abortSignal: signal,
    ...(takesTemperature(settings) ? { temperature: temperature ?? 0 } : {}),
    ...(instructions === '' ? {} : { instructions }),
    messages: messages.flatMap((message) => messageOf(message, settings)),
    ...(tools.length === 0 ? {} : { tools: toolSet(tools), ...(toolChoice === undefined ? {} : { toolChoice }) }),
    ...(schema === undefined ? {} : { output: jsonOutput(schema) }),
  };
}
