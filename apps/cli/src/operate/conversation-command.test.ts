import { afterEach, describe, expect, it } from 'vitest';
import { runCommand, startToldGateway, type ToldGateway } from '../__fixtures__/run-command.js';
import { conversationCommand } from './conversation-command.js';

describe('yard conversation', () => {
  let gateway: ToldGateway | undefined;
  afterEach(() => gateway?.stop());

  it.each([
    ['take', { conversationId: 'a/b', human: true, openRequests: 2 }, 'PUT /v1/conversations/a%2Fb/human', 'a person has a/b; 2 open, which end in silence\n'],
    ['take', { conversationId: 'a/b', human: true, openRequests: 0 }, 'PUT /v1/conversations/a%2Fb/human', 'a person has a/b; nothing was open\n'],
    ['take', { conversationId: 'a/b', human: true, openRequests: 0, handOver: { intents: ['refund'], keywords: ['kettle'], rule: 'angry', reason: 'tries', flow: 'refund', slots: { order_id: 'HG1' } } }, 'PUT /v1/conversations/a%2Fb/human', 'a person has a/b; nothing was open\nwanted: refund, kettle\nhanded over by angry (tries)\ntold so far in refund: order_id HG1\n'],
    ['give-back', { conversationId: 'a/b', human: false }, 'DELETE /v1/conversations/a%2Fb/human', 'the mesh has a/b again\n'],
  ])('%s says who speaks now: %o', async (name, answer, asked, out) => {
    gateway = await startToldGateway(() => [200, answer]);
    expect(await runCommand(conversationCommand(), [name, 'a/b', '--url', gateway.url])).toEqual({ out, error: '', exitCode: 0 });
    expect(JSON.parse((await runCommand(conversationCommand(), [name, 'a/b', '--url', gateway.url, '--json'])).out)).toEqual(answer);
    expect(gateway.asked).toEqual([asked, asked]);
  });
});
