import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { smallSite } from './__fixtures__/small-site.js';
import { buildPrompt, requirePrompt } from './build-prompt.js';

const passages = [{ documentId: 'd', title: 'A "quoted" title', text: 'Fifteen days, {{question}}.' }];
const withPrompt = (text: string) => smallSite((files) => ({ ...files, 'prompts/expert.md': text }));
const system = (site = smallSite(), language: 'zh' | 'en' = 'en') => buildPrompt(site, language, { text: 'q?', turns: [], passages })[0]?.content ?? '';

describe('the prompt', () => {
  it('is the built-in one where the site has none, in the language of the reply', () => {
    expect(system()).toMatch(/Harbour Goods[\s\S]+Answer in English[\s\S]+Passages:\n<passage number="1" title="A 'quoted' title">/);
    expect(system(smallSite(), 'zh')).toMatch(/港湾优品[\s\S]+Answer in 简体中文/);
  });

  it('is the site’s own, filled in once: what others wrote is no variable', () => {
    expect(system(withPrompt('{{ title }} {{language}}\n{{passages}}\nAsked: {{question}}'))).toBe('Harbour Goods English\n<passage number="1" title="A \'quoted\' title">\nFifteen days, {{question}}.\n</passage>\nAsked: q?');
  });

  it('may name what this tier has, and nothing else', () => {
    expect(() => requirePrompt(withPrompt('{{title}} {{weather}}'))).toThrow(expect.objectContaining({ code: 'SITE_INVALID', detail: expect.stringContaining('names weather') }));
    expect(() => requirePrompt(smallSite())).not.toThrow();
  });

  it('of the sample site is one that this tier can fill in', async () => {
    const text = await readFile(new URL('../../../deploy/sites/shop/prompts/expert.md', import.meta.url), 'utf8');
    expect(() => requirePrompt(withPrompt(text))).not.toThrow();
    expect(system(withPrompt(text))).not.toMatch(/\{\{(?!question\}\})/);
  });

  it('sends the last turns only, beginning with the customer', () => {
    const turns = Array.from({ length: 11 }, (_, index) => ({ role: index % 2 === 0 ? ('customer' as const) : ('mesh' as const), text: `turn ${index}` }));
    const messages = buildPrompt(smallSite(), 'en', { text: 'now', turns, passages: [] }).slice(1);
    expect(messages.map((message) => `${message.role} ${message.content}`)).toEqual(['user turn 6', 'assistant turn 7', 'user turn 8', 'assistant turn 9', 'user turn 10', 'user now']);
    expect(buildPrompt(smallSite(), 'en', { text: 'now', turns: [{ role: 'mesh', text: 'hello' }], passages: [] })).toHaveLength(2);
  });

  it('names all that the customer asks for where that is several things', () => {
    const parts = { text: 'q?', turns: [], passages: [] };
    expect(buildPrompt(smallSite(), 'en', parts, ['refund', 'invoice'])[0]?.content).toContain('asks for several things (refund; invoice)');
    expect(buildPrompt(smallSite(), 'en', parts, ['refund'])[0]?.content).not.toContain('several things');
  });
});
