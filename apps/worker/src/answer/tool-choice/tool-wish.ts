import { z } from 'zod';
import type { ReplyLanguage } from '@switchyard/contracts';
import type { ToolDefinition } from '@switchyard/site';
import { schemaForGrammar } from '@switchyard/tool-choice';
import { readJson } from '../model-answer.js';

/** A tool that the model wants called before it answers. */
export const ToolWish = z.object({
  needs: z.literal('tool'),
  tool: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
});
export type ToolWish = z.infer<typeof ToolWish>['tool'];

/** The wish in a model's text, also for a tool that it was not told of; undefined where it answers instead. */
export const readToolWish = (text: string): ToolWish | undefined => readJson(text, ToolWish)?.tool;

/** The schema of an answer that may be the wish for a tool instead. What is needed stands first: a model decides that before it makes up an answer. */
export function withTools(schema: Record<string, unknown>, tools: readonly ToolDefinition[]): Record<string, unknown> {
  if (tools.length === 0) return schema;
  const { properties, required } = schema as { properties: Record<string, { enum?: string[] }>; required: string[] };
  const wishes = tools.map((tool) => ({
    type: 'object',
    properties: { name: { type: 'string', enum: [tool.name] }, arguments: schemaForGrammar(tool.arguments) },
    required: ['name', 'arguments'],
    additionalProperties: false,
  }));
  const needs = { ...properties['needs'], enum: [...(properties['needs']?.enum ?? []), 'tool'] };
  return { ...schema, properties: { needs, tool: { anyOf: [{ type: 'null' }, ...wishes] }, ...without(properties, 'needs') }, required: ['needs', 'tool', ...required.filter((name) => name !== 'needs')] };
}

const without = (properties: Record<string, unknown>, name: string): Record<string, unknown> => Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));

/** How the model is told of its tools; empty where it has none. */
export function toolsForPrompt(tools: readonly ToolDefinition[], language: ReplyLanguage): string {
  if (tools.length === 0) return '';
  const lines = tools.map(({ name, effect, description, arguments: schema }) => `- ${name} (${effect === 'read' ? 'looks up' : 'changes something; the customer is asked first'}): ${description[language]}. Arguments: ${JSON.stringify(schemaForGrammar(schema))}`);
  return `Where you need one of these tools before you can answer, set "needs" to "tool" and "tool" to {"name": string, "arguments": object}; else "tool" is null. Arguments are copied from the conversation or from a result, never made up.
Tools:
${lines.join('\n')}
`;
}
