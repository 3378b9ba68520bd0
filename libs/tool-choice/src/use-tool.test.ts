import { describe, expect, it } from 'vitest';
import type { ToolDefinition } from '@switchyard/site';
import { hasToolsToOffer, offerTools } from './offer-tools.js';
import { useTool, type ToolRefusal, type ToolUseInput } from './use-tool.js';

const tool = (change: Partial<ToolDefinition> = {}): ToolDefinition => ({
  name: 'get_order', description: { zh: '订单', en: 'order' }, kind: 'http', effect: 'read', network: 'public', headers: {}, method: 'GET', url: 'https://shop.example/', errors: {}, timeoutMs: 1_000,
  arguments: { type: 'object', properties: { orderId: { type: 'string' } } }, intents: ['order_status'], ...change,
}) as ToolDefinition;
const READ = tool();
const WRITE = tool({ name: 'refund', effect: 'write' });

async function use(change: Partial<ToolUseInput> = {}) {
  const refused: ToolRefusal[] = [];
  const called: unknown[] = [];
  const recorded: unknown[] = [];
  const turn = await useTool({
    wish: { name: 'get_order', arguments: { orderId: 'HG1' } },
    offered: [READ], allowed: [READ], siteTools: new Map([READ, WRITE].map((one) => [one.name, one])),
    grounds: { conversation: 'where is HG1?', results: [], nowMs: 0 },
    problemOf: () => undefined, leaks: () => false, onRefused: (reason) => void refused.push(reason), idempotencyKey: 'r.model.0',
    callTool: async (one) => {
      called.push(one.arguments);
      return { outcome: { ok: true, value: { status: 'shipped' } }, facts: { tool: one.tool } };
    },
    context: { now: () => 0, signal: new AbortController().signal, record: (step, facts) => void recorded.push([step, facts]) },
    ...change,
  });
  return { turn, refused, called, recorded };
}

describe('a wish for a tool', () => {
  it('is fulfilled with what was put back, and its result is what the tool returned', async () => {
    const { turn, called, recorded } = await use({ wish: { name: 'get_order', arguments: { orderId: '<ORDER>' } }, restore: () => ({ orderId: 'HG1' }) });
    expect([called, turn]).toEqual([[{ orderId: 'HG1' }], { kind: 'read', source: { tool: 'get_order', fields: [{ path: 'status', text: 'shipped' }], others: [] } }]);
    expect(recorded).toEqual([['tool_called', { tool: 'get_order', by: 'model' }]]);
  });

  it('is not where nothing can be put back, before anything else is looked at', async () => {
    const { turn, called, refused } = await use({ restore: () => undefined, problemOf: () => '/orderId type' });
    expect([called, refused, turn]).toMatchObject([[], ['placeholder'], { kind: 'read', source: { fields: [{ path: 'error' }] } }]);
  });

  it.each<[ToolRefusal, Partial<ToolUseInput>]>([
    ['unknown', { wish: { name: 'rm', arguments: {} } }],
    ['not_offered', { wish: { name: 'refund', arguments: {} } }],
    ['budget', { offered: [] }],
    ['prompt_leaked', { leaks: (text) => text.includes('HG1') }],
  ])('ends all where it is for what may not be had: %s', async (reason, change) => {
    const { turn, called, refused } = await use(change);
    expect([called, refused, turn]).toEqual([[], [reason], { kind: 'refused' }]);
  });

  it.each<[ToolRefusal, Partial<ToolUseInput>]>([
    ['arguments', { problemOf: () => '/orderId type' }],
    ['unfounded', { grounds: { conversation: 'where is HG2?', results: [], nowMs: 0 } }],
  ])('is told what is wrong with it: %s', async (reason, change) => {
    const { turn, called, refused } = await use(change);
    expect([called, refused, turn]).toMatchObject([[], [reason], { kind: 'read', source: { fields: [{ path: 'error' }] } }]);
  });

  it('waits for the customer where the tool changes something', async () => {
    const { turn, called } = await use({ wish: { name: 'refund', arguments: { orderId: 'HG1' } }, offered: [WRITE], allowed: [WRITE] });
    expect([called, turn]).toEqual([[], { kind: 'confirm', tool: WRITE, arguments: { orderId: 'HG1' } }]);
  });
});

it('tools are offered by the labels of a message and its tenant alone', () => {
  const site = { tools: new Map([READ, WRITE, tool({ name: 'of_office', tenants: ['office'] }), tool({ name: 'of_flows', intents: [] })].map((one) => [one.name, one])) };
  const names = (tenant: string, label: string) => offerTools(site, { tenant, trail: { intent: { label, confidence: 1, source: 'model' } } }).map(({ name }) => name);
  expect([names('demo', 'Order_Status'), names('office', 'order_status'), names('demo', 'greeting')]).toEqual([['get_order'], ['get_order', 'of_office'], []]);
  expect([hasToolsToOffer(site), hasToolsToOffer({ tools: new Map([['of_flows', tool({ intents: [] })]]) })]).toEqual([true, false]);
});
