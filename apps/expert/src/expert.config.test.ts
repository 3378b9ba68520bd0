import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import { expertSite } from './__fixtures__/expert-site.js';
import { lookUpSite } from './__fixtures__/look-up-site.js';
import { chooseExpertModels } from './consult/choose-expert-models.js';
import { effectiveEgress, ExpertEnv, readExpertKeys, readLookUpEnvironment, type ExpertConfig } from './expert.config.js';
import { ExpertModule } from './expert.module.js';

const config = (env: Record<string, string> = {}): ExpertConfig => parseEnvironment(ExpertEnv, { REDIS_URL: 'redis://127.0.0.1:1', SITE_DIR: 's', SEAL_KEY_FILE: 'k', ...env });
const replaced = (from: string, to: string) => expertSite(undefined, (files) => ({ ...files, 'site.yaml': (files['site.yaml'] ?? '').replace(from, to) }));
const withOwnKey = () => replaced('{ provider: deepseek,', '{ provider: deepseek, apiKeyEnv: SHOP_CLOUD_KEY,');

describe('with EGRESS=blocked, the expert', () => {
  it.each(['OPENAI_API_KEY', 'DEEPSEEK_API_KEY', 'DASHSCOPE_API_KEY', 'ANTHROPIC_API_KEY'])('does not start while %s is set, and says so without its value', (name) => {
    const start = () => config({ EGRESS: 'blocked', [name]: 'sk-very-secret' });
    expect(start).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field: name, detail: `${name}: must be unset where EGRESS is "blocked"` }));
    expect(start).not.toThrow('sk-very-secret');
  });

  it('does not start while a key is set that only the site names', () => {
    expect(() => ExpertModule.register(config({ EGRESS: 'blocked' }), withOwnKey(), readExpertKeys(config({}), withOwnKey(), {}))).not.toThrow();
    expect(() => readExpertKeys(config({ EGRESS: 'blocked' }), withOwnKey(), { SHOP_CLOUD_KEY: 'sk' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field: 'SHOP_CLOUD_KEY' }));
  });

  it('starts where no key is set; an empty variable counts as unset', () => {
    expect(readExpertKeys(config({ EGRESS: 'blocked', OPENAI_API_KEY: '' }), expertSite(), { OPENAI_API_KEY: '' })).toEqual({});
  });
});

describe('the keys', () => {
  it('are the usual ones and those that the site names', () => {
    expect(readExpertKeys(config({ DEEPSEEK_API_KEY: 'd' }), withOwnKey(), { SHOP_CLOUD_KEY: 's', OTHER_SECRET: 'x' })).toEqual({ DEEPSEEK_API_KEY: 'd', SHOP_CLOUD_KEY: 's' });
  });
});

describe('what the tools of cloud models name', () => {
  const register = (site = lookUpSite('http://127.0.0.1:9'), env: Record<string, string> = { DEEPSEEK_API_KEY: 'd' }, own: NodeJS.ProcessEnv = {}) => ExpertModule.register(config(env), site, undefined, undefined, (tools) => readLookUpEnvironment(tools, own));

  it('must be there, or the expert does not start', () => {
    expect(() => register()).toThrow('the tool shop.get_order needs SHOP_URL; the tool find_orders needs SHOP_URL; the tool list_customers needs SHOP_URL; the expert looks things up with it, unless maxToolCalls of its models is 0');
    expect(() => register(undefined, undefined, { SHOP_URL: 'http://127.0.0.1:1' })).not.toThrow();
  });

  it('need not where no model may have a tool called', () => {
    expect(() => register(lookUpSite('http://127.0.0.1:9', (text) => text.replaceAll('price:', 'maxToolCalls: 0, price:')))).not.toThrow();
    expect(() => register(undefined, {})).not.toThrow();
    expect(() => register(undefined, { EGRESS: 'blocked' })).not.toThrow();
    expect(() => register(expertSite())).not.toThrow();
  });
});

describe('egress', () => {
  const blockedSite = replaced('egress: allowed', 'egress: blocked');
  it.each([
    ['allowed', undefined, expertSite()],
    ['blocked', 'blocked', expertSite()],
    ['blocked', undefined, blockedSite],
    // The environment can forbid, not allow.
    ['blocked', 'allowed', blockedSite],
  ] as const)('is %s with EGRESS=%s', (egress, EGRESS, site) => expect(effectiveEgress({ EGRESS }, site)).toBe(egress));
});

describe('the model', () => {
  it('is the first whose key is set', () => {
    expect(chooseExpertModels(expertSite(), 'allowed', { DEEPSEEK_API_KEY: 'd' })).toMatchObject({ usable: [{ provider: 'deepseek', chat: { model: 'deepseek-chat', host: '127.0.0.1:9' } }] });
    expect(chooseExpertModels(expertSite(), 'allowed', { DEEPSEEK_API_KEY: 'd', ANTHROPIC_API_KEY: 'a' })).toMatchObject({ usable: [{ provider: 'anthropic' }, { provider: 'deepseek' }] });
  });

  it.each([
    ['egress is blocked', expertSite(), 'blocked', { DEEPSEEK_API_KEY: 'd' }, 'EGRESS_BLOCKED', 'egress_blocked'],
    ['no key is set', expertSite(), 'allowed', { OPENAI_API_KEY: 'o' }, 'MODEL_UNAVAILABLE', 'no_key'],
    ['the site has none', expertSite(undefined, (files) => ({ ...files, 'site.yaml': (files['site.yaml'] ?? '').replace(/models:[\s\S]*?\ntexts/, 'texts') })), 'allowed', { DEEPSEEK_API_KEY: 'd' }, 'MODEL_UNAVAILABLE', 'no_expert_model'],
  ] as const)('is none where %s', (_title, site, egress, keys, code, reason) => expect(chooseExpertModels(site, egress, keys)).toEqual({ code, reason }));

  it('needs a key variable of its own where the provider has no usual one', () => {
    expect(chooseExpertModels(replaced('provider: deepseek', 'provider: openai-compatible'), 'allowed', { OPENAI_API_KEY: 'o' })).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});
