import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ServedCall } from '@switchyard/testing';
import { PromptTooLong, QueueFull, type GenerateOptions, type Generated } from '../engine-model.ts';
import type { ServedModel, TinyEngine } from '../tiny-engine.ts';

/** An engine's HTTP interface, as one of the servers that people run has it. */
export interface Front {
  /** Answers what is its own. @returns false where the path is another's */
  answer(path: string, body: unknown, response: ServerResponse): Promise<boolean>;
  /** An error, as a whole answer or as the end of one that has begun. */
  fail(status: number, message: string, response: ServerResponse): void;
}

/** What a front serves. */
export interface Served {
  readonly engine: TinyEngine;
  /** Calls of chats, in their order; the fronts write what the tests read. */
  readonly calls: ServedCall[];
}

export const Message = z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() });

export class NoSuchModel extends Error {}

export const json = (response: ServerResponse, status: number, value: unknown): void => void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));

/** The model of a name, as its server would find it. @throws NoSuchModel */
export function find({ engine }: Served, name: string): ServedModel {
  const found = engine.models.find((one) => one.name === (name.includes(':') ? name : `${name}:latest`));
  if (!found) throw new NoSuchModel(`model '${name}' not found`);
  return found;
}

export function statusOf(error: unknown): [status: number, message: string] {
  if (error instanceof NoSuchModel) return [404, error.message];
  if (error instanceof QueueFull) return [503, 'server busy, please try again.  maximum pending requests exceeded'];
  if (error instanceof PromptTooLong) return [400, 'the input length exceeds the context length'];
  if (error instanceof z.ZodError || error instanceof SyntaxError) return [400, error.message];
  return [500, error instanceof Error ? error.message : String(error)];
}

export interface ChatInput extends Pick<GenerateOptions, 'format' | 'maxTokens' | 'temperature'> {
  readonly messages: readonly z.infer<typeof Message>[];
  readonly seed: number | undefined;
}

/** Has a chat completed for as long as its client is there. Undefined: it was gone before the call was begun. */
export async function complete({ calls }: Served, { name, chat: model }: ServedModel, { messages, seed, ...rest }: ChatInput, response: ServerResponse, onText: (text: string) => void): Promise<Generated | undefined> {
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('the client went away')));
  if (response.destroyed) return undefined;
  const pieces: string[] = [];
  const call: ServedCall = { model: name, pieces, tokensIn: 0, tokensOut: 0 };
  calls.push(call);
  try {
    const generated = await model.generate({
      ...rest,
      // A template as plain as can be; the new line before an answer is where the model begins a sentence.
      prompt: messages.map(({ role, content }) => `${role}: ${content}\n`).join(''),
      // Without a seed another one every time; here the next, so that a test can be repeated.
      seed: seed ?? model.calls.length,
      signal: gone.signal,
      onText: (text) => {
        pieces.push(text);
        onText(text);
      },
    });
    Object.assign(call, { tokensIn: generated.tokensIn, tokensOut: generated.tokensOut, ended: { how: 'complete', at: performance.now() } } satisfies Partial<ServedCall>);
    return generated;
  } catch (error) {
    call.ended = { how: gone.signal.aborted ? 'gone' : 'failed', at: performance.now() };
    throw error;
  }
}

export function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
