import { describe, expect, it } from 'vitest';
import { codeOfStatus, retryAfterMs } from './as-model-error.js';
import { createCloudModel } from './create-cloud-model.js';
import { baseUrlOf, USUAL_KEY_VARIABLES } from './providers.js';
import { readUsage } from './read-usage.js';

const settings = { model: 'm', maxOutputTokens: 10 };

describe('the host that a model is asked at', () => {
  it.each([
    ['openai', 'api.openai.com'],
    ['deepseek', 'api.deepseek.com'],
    ['qwen', 'dashscope.aliyuncs.com'],
    ['anthropic', 'api.anthropic.com'],
  ] as const)('is the usual one of %s', (provider, host) => {
    expect(createCloudModel({ ...settings, provider }, 'k')).toMatchObject({ model: 'm', where: 'cloud', host });
    expect(USUAL_KEY_VARIABLES[provider]).toMatch(/_API_KEY$/);
  });

  it('is the site’s where it names one, and the caller’s before that', () => {
    expect(baseUrlOf({ ...settings, provider: 'qwen', baseUrl: 'https://intl.example/v1/' })).toBe('https://intl.example/v1');
    expect(baseUrlOf({ ...settings, provider: 'qwen', baseUrl: 'https://intl.example/v1/' }, 'http://127.0.0.1:1')).toBe('http://127.0.0.1:1');
  });

  it('must be named for a provider that has none of its own', () => {
    expect(() => createCloudModel({ ...settings, provider: 'openai-compatible' }, 'k')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('a wait', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, 5_000],
    [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('is read from %j as %s ms', (headers, ms) => expect(retryAfterMs(headers, now)).toBe(ms));
});

describe('a status', () => {
  it.each([
    [402, 'MODEL_REJECTED'],
    [413, 'MODEL_REJECTED'],
    [408, 'MODEL_UNAVAILABLE'],
    [502, 'MODEL_UNAVAILABLE'],
    [529, 'MODEL_OVERLOADED'],
  ])('%i is %s', (status, code) => expect(codeOfStatus(status)).toBe(code));
});

describe('usage', () => {
  const details = { inputTokenDetails: { noCacheTokens: 1, cacheReadTokens: 0, cacheWriteTokens: undefined }, outputTokenDetails: { textTokens: 1, reasoningTokens: 0 }, totalTokens: 2 };
  it('knows DeepSeek’s own field for what was cached', () => {
    const raw = { prompt_tokens: 10, prompt_cache_hit_tokens: 7 };
    expect(readUsage({ ...details, inputTokens: 10, outputTokens: 2, raw })).toEqual({ tokensIn: 10, tokensOut: 2, tokensCached: 7, rawUsage: raw });
  });
  it('is zero where the provider told nothing', () => {
    expect(readUsage({ ...details, inputTokens: undefined, outputTokens: undefined })).toEqual({ tokensIn: 0, tokensOut: 0, tokensCached: 0, rawUsage: null });
  });
});
