import { describe, expect, it } from 'vitest';
import { costOf, mostCostOf, mostTokensIn } from './price-call.js';

describe('the price of a call', () => {
  const price = { inputPerMillionUsd: 10, outputPerMillionUsd: 20 };
  it('is that of its tokens', () => expect(costOf(price, 1_000_000, 500_000)).toBe(20));

  it('is at most that of every byte a token, and of the longest answer', () => {
    // 16 around the whole, 16 around the message, 6 bytes.
    expect(mostCostOf(price, { messages: [{ role: 'user', content: '你好' }] }, 100)).toBeCloseTo((38 * 10 + 100 * 20) / 1e6, 12);
  });

  it('has in it what is said of tools, asked of them and answered by them', () => {
    const messages = [{ role: 'user', content: '你好' }] as const;
    const tools = [{ name: 'get', description: 'Gets.', parameters: { type: 'object' } }];
    const calls = [{ id: 'call_1', name: 'get', arguments: { id: '订单' } }];
    const most = mostTokensIn({ messages: [...messages, { role: 'assistant', content: '', toolCalls: calls }, { role: 'tool', content: 'ok', toolCallId: 'call_1', toolName: 'get' }], tools });
    expect(most - mostTokensIn({ messages })).toBe(16 + Buffer.byteLength(JSON.stringify(calls)) + 64 + 16 + 2 + 6 + 1_000 + Buffer.byteLength(JSON.stringify(tools[0])) + 64);
  });
});
