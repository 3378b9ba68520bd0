import type { ReplyLanguage } from '@switchyard/contracts';
import type { ToolDefinition } from '@switchyard/site';
import { GROUNDED_ANSWER_SCHEMA } from './grounded-answer.js';
import { MODEL_ANSWER_SCHEMA } from './model-answer.js';
import { toolsForPrompt, withTools } from './tool-choice/tool-wish.js';

/** The object that the model is asked for. */
export interface AnswerForm {
  /** There is something to answer from: every sentence names what it rests on. */
  readonly isGrounded: boolean;
  /** Tools that it may ask for instead of answering. */
  readonly tools: readonly ToolDefinition[];
}

const NEEDS = `"needs" is "knowledge" when facts are missing that the shop's documents would hold, "expert" when the task is beyond you, "human" when a person must decide or act, else "nothing".
`;

/** The form in words, for the prompt. What decides stands first: whether an answer is one is known before its words come. */
export function describeForm({ isGrounded, tools }: AnswerForm, language: ReplyLanguage): string {
  const hasTools = tools.length > 0;
  const needs = hasTools ? '"needs": "nothing" | "knowledge" | "expert" | "human" | "tool", "tool": null | {"name": string, "arguments": object}' : '"needs": "nothing" | "knowledge" | "expert" | "human"';
  const form = isGrounded
    ? `
Answer from the passages and results only. Reply with one JSON object and nothing else: {${needs}, "confidence": number from 0 to 1, "sentences": [{"passage": number, "quote": string, "text": string}]}, in this order.
"sentences" is the answer, one to four sentences; of each, "passage" is the number of the passage or result that says it and "quote" are the words of it, copied exactly. A sentence that none of them says is left out; greetings are none.
`
    : `
Reply with one JSON object and nothing else: {${needs}, "confidence": number from 0 to 1, "answer": string}, in this order.
`;
  return `${form}${NEEDS}${toolsForPrompt(tools, language)}`;
}

/** The form as a JSON Schema, for servers that can hold a model to it. */
export const schemaOfForm = ({ isGrounded, tools }: AnswerForm): Record<string, unknown> => withTools(isGrounded ? GROUNDED_ANSWER_SCHEMA : MODEL_ANSWER_SCHEMA, tools);
