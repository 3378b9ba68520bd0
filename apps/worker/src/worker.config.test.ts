import { describe, expect, it } from 'vitest';
import { shopSite } from './__fixtures__/shop-site.js';
import { requirePrompt } from './answer/build-prompt.js';
import { requireSoundFlows } from './flow/require-sound-flows.js';
import { readToolEnvironment } from './worker.config.js';

describe('before it starts, the worker', () => {
  it('takes from the environment what the tools name, and nothing else', () => {
    expect(readToolEnvironment(shopSite(), { SHOP_URL: 'http://shop', OTHER_SECRET: 'x' })).toEqual({ SHOP_URL: 'http://shop' });
  });

  it('names a variable that is missing or empty, and the tool that needs it', () => {
    expect(() => readToolEnvironment(shopSite(), { SHOP_URL: '' })).toThrow('the tool get_order needs SHOP_URL; the tool create_refund needs SHOP_URL');
  });

  it('finds the flows of a sound site sound', () => {
    expect(() => requireSoundFlows(shopSite())).not.toThrow();
  });

  it('names the flow and the step that could act without a yes', () => {
    const site = shopSite({
      'flows/refund.yaml': `
name: refund
description: { zh: 退款, en: Refund }
steps:
  - ask: order_id
    question: { zh: 订单号？, en: Order number? }
  - call: create_refund
    with: { orderId: '{{slots.order_id}}' }
`,
    });
    expect(() => requireSoundFlows(site)).toThrow(expect.objectContaining({ code: 'SITE_INVALID', detail: 'flows: refund: steps[1]: create_refund has an effect and can be reached without a "confirm" before it' }));
  });

  it('names a variable of the prompt that it cannot fill in', () => {
    expect(() => requirePrompt(shopSite({ 'prompts/worker.md': '{{title}} {{weather}}' }))).toThrow('names weather');
    expect(() => requirePrompt(shopSite({ 'prompts/worker.md': '{{title}} {{passages}}' }))).not.toThrow();
    expect(() => requirePrompt(shopSite())).not.toThrow();
  });
});
