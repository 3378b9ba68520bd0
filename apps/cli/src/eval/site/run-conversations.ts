import { randomUUID } from 'node:crypto';
import { MeshError } from '@switchyard/errors';
import type { Site, TestConversation, TestSetUp } from '@switchyard/site';
import type { Answer, GatewayClient } from '../../client/gateway-client.js';
import { unmet } from '../check-expectation.js';

/** Conversations at once; the turns of one are asked one after the other. */
const AT_ONCE = 4;

export interface Result {
  readonly name: string;
  readonly tags: readonly string[];
  readonly passed: boolean;
  /** The first turn that did not come out as expected. */
  readonly turn?: number;
  readonly faults?: readonly string[];
  readonly requestId?: string;
  /** What came back for each turn, up to the first that did not come out as expected. */
  readonly answers: readonly Answer[];
}

async function runConversation(client: GatewayClient, conversation: TestConversation): Promise<Result> {
  const conversationId = `eval-${randomUUID()}`;
  const answers: Answer[] = [];
  const base = { name: conversation.name, tags: conversation.tags, answers };
  for (const [index, turn] of conversation.turns.entries()) {
    const answer = await client.ask({ text: turn.ask, conversationId });
    answers.push(answer);
    const faults = unmet(turn.expect, answer);
    if (faults.length > 0) return { ...base, passed: false, turn: index + 1, faults, requestId: answer.requestId };
  }
  return { ...base, passed: true };
}

/** Puts the backend into its known state: the calls that the tests name, `${NAME}` filled in. */
async function prepare(calls: readonly TestSetUp[], environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const call of calls) {
    const url = call.url.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => {
      const value = environment[name];
      if (value === undefined) throw new MeshError('CONFIG_INVALID', `the tests need ${name}, which is not set`, { field: name });
      return value;
    });
    const response = await fetch(url, { method: call.method });
    if (!response.ok) throw new MeshError('TOOL_UNAVAILABLE', `${call.method} ${new URL(url).pathname} answered ${response.status}`);
  }
}

/** The site's test conversations, asked of a mesh; several at once, the turns of each one after the other. @returns in the order of the site */
export async function evaluateSite(client: GatewayClient, site: Site, environment: Readonly<Record<string, string | undefined>>, onResult: (result: Result) => void): Promise<Result[]> {
  await prepare(site.tests.before, environment);
  const queue = [...site.tests.conversations.entries()];
  const results: Result[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, conversation] = next;
      const result = await runConversation(client, conversation);
      results[index] = result;
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
