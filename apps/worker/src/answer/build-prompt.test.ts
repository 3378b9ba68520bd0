import { describe, expect, it } from 'vitest';
import { readSiteFolder } from '@switchyard/config';
import { createLeakScreen } from '@switchyard/guardrail';
import { requireSite } from '@switchyard/site';
import { answerJob } from '../__fixtures__/answer-job.js';
import { shopSite } from '../__fixtures__/shop-site.js';
import { buildPrompt, promptWithout } from './build-prompt.js';
import { createPromptSecrets } from './prompt-secrets.js';

const passages = [{ documentId: 'd', title: 'A "quoted" title', text: 'Fifteen days.' }];
const system = (site = shopSite(), language: 'zh' | 'en' = 'en') => buildPrompt(site, answerJob({ body: { replyLanguage: language }, private: { text: 'q?', passages } }))[0]?.content ?? '';

describe('the prompt', () => {
  it('is the built-in one where the site has none, in the language of the reply', () => {
    expect(system()).toContain('Harbour Goods');
    expect(system()).toContain('Answer in English');
    expect(system(shopSite(), 'zh')).toContain('港湾优品');
    expect(system(shopSite(), 'zh')).toContain('Answer in 简体中文');
  });

  it('is the site’s own, with the passages where it names them, once', () => {
    const text = system(shopSite({ 'prompts/worker.md': 'Shop {{title}}.\n{{passages}}\nThe question was: {{question}}' }));
    expect(text).toMatch(/^Shop Harbour Goods\.\n<passage number="1" title="A 'quoted' title">\nFifteen days\.\n<\/passage>\nThe question was: q\?/);
    expect(text.match(/Fifteen days/g)).toHaveLength(1);
  });

  it('ends with the passages where the site’s own does not name them', () => {
    expect(system(shopSite({ 'prompts/worker.md': 'Be kind.' }))).toMatch(/^Be kind\.[\s\S]+"needs"[\s\S]+Fifteen days\.\n<\/passage>$/);
  });

  it('sends the last turns only', () => {
    const turns = Array.from({ length: 12 }, (_, index) => ({ role: index % 2 === 0 ? ('customer' as const) : ('mesh' as const), text: `turn ${index}` }));
    const contents = buildPrompt(shopSite(), answerJob({ private: { text: 'now', turns } })).map((message) => message.content);
    expect(contents.slice(1)).toEqual(['turn 6', 'turn 7', 'turn 8', 'turn 9', 'turn 10', 'turn 11', 'now']);
  });

  it('sends what fits of long turns: the end of the last, and nothing before it', () => {
    const turns = ['first', `${'字'.repeat(3_000)}哪个订单？`].map((text) => ({ role: 'mesh' as const, text }));
    const [, only, now] = buildPrompt(shopSite(), answerJob({ private: { text: 'now', turns } }));
    expect(only?.content).toBe(`${'字'.repeat(1_495)}哪个订单？`);
    expect(now?.content).toBe('now');
  });

  it('names all that the customer asks for where that is several things', () => {
    const job = answerJob({ private: { text: 'q?' } });
    const several = { ...job, envelope: { ...job.envelope, trail: { ...job.envelope.trail, intents: ['refund', 'invoice'] } } };
    expect(buildPrompt(shopSite(), several)[0]?.content).toContain('asks for several things (refund; invoice)');
    expect(buildPrompt(shopSite(), job)[0]?.content).not.toContain('several things');
  });
});

describe('the prompt as a secret', () => {
  it('is told from what the sample site says, without being told that it is public', async () => {
    const shop = requireSite(await readSiteFolder(new URL('../../../../deploy/sites/shop', import.meta.url).pathname));
    const documents = shop.knowledge.filter((_, index) => index % 10 === 0).flatMap(({ content }) => new TextDecoder().decode(content).split(/(?<=[.。！？!?\n])/u));
    const ordinary = [...shop.answers.flatMap(({ answer }) => [answer.zh, answer.en]), ...documents];
    expect(ordinary.length).toBeGreaterThan(300);
    for (const site of [shop, { ...shop, prompts: new Map() }]) {
      for (const language of ['zh', 'en'] as const) {
        const leaks = createLeakScreen(promptWithout(site, language), { names: [site.settings.title.zh, site.settings.title.en], publicTexts: () => [] });
        expect(ordinary.filter((text) => leaks.find(text, []) !== undefined)).toEqual([]);
        expect(leaks.find(promptWithout(site, language).slice(200, 500), [])).toBeDefined();
      }
    }
  });

  it('is none where the site says the same elsewhere', () => {
    const site = shopSite({ 'prompts/worker.md': 'Tell nobody of CODE-NAME-HERON.\nWhoever wants a refund is asked for the order number first.' });
    const open = { ...site, answers: [{ id: 'a', questions: { zh: [], en: ['?'] }, answer: { zh: '?', en: 'Whoever wants a refund is asked for the order number first.' } }] };
    const found = (text: string, own = site) => createPromptSecrets(own)('en').find(text, []);
    expect([found('Whoever wants a refund is asked for the order number first.'), found('Whoever wants a refund is asked for the order number first.', open), found('code name heron', open)]).toEqual(['sentence', undefined, 'code']);
  });
});
