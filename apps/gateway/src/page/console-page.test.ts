import { Script } from 'node:vm';
import { AnswerTier, IntentFinding, Language, ModelUse, Outcome } from '@switchyard/contracts';
import { errorCatalogue } from '@switchyard/errors';
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { testSite } from '../__fixtures__/test-site.js';
import { consolePage, PAGE_HEADERS } from './console-page.js';
import { consoleScript } from './console-script.js';
import { consoleStyle } from './console-style.js';
import { consoleWords } from './console-words.js';
import { pageIcon } from './page-icon.js';

const html = consolePage(testSite(), `k"<script>alert(1)</script>'`);
const page = parse(html);

describe('the console page', () => {
  it('is one that its own policy lets run: nothing inline, nothing from elsewhere', () => {
    expect(PAGE_HEADERS['content-security-policy']).not.toContain('unsafe');
    for (const script of page.querySelectorAll('script')) expect([script.getAttribute('src'), script.textContent]).toEqual(['/page.js', '']);
    expect(page.querySelectorAll('style, [style], [onclick], [onload]')).toEqual([]);
    for (const asset of [html, consoleScript, consoleStyle, pageIcon.replace('http://www.w3.org/2000/svg', '')]) expect(asset).not.toMatch(/https?:|\/\/[a-z]+\.|@import|url\(/);
  });

  it('holds the key and the site\'s texts as data, never as markup', () => {
    expect(page.querySelectorAll('script')).toHaveLength(1);
    const facts: unknown = JSON.parse(page.querySelector('body')?.getAttribute('data-facts') ?? '');
    expect(facts).toEqual({ titles: { zh: '测试站点', en: 'Test site <&>' }, examples: { zh: ['您好'], en: ['hello <b>there</b>'] }, key: `k"<script>alert(1)</script>'` });
    expect(JSON.parse(parse(consolePage(testSite(), undefined)).querySelector('body')?.getAttribute('data-facts') ?? '')).toMatchObject({ key: '' });
  });

  it('has every word that the markup names, in both languages', () => {
    const named = page.querySelectorAll('[data-word]').map((node) => node.getAttribute('data-word') ?? '');
    expect(named.length).toBeGreaterThan(5);
    for (const word of named) expect(Object.keys(consoleWords.zh)).toContain(word);
    for (const words of Object.values(consoleWords)) expect(Object.values(words).every((word) => word.length > 0)).toBe(true);
  });

  it('has a script that compiles, names only what the page has, and writes text as text', () => {
    expect(() => new Script(consoleScript)).not.toThrow();
    for (const [, id] of consoleScript.matchAll(/byId\('(\w+)'\)/g)) expect(page.querySelector(`#${id}`), id).not.toBeNull();
    const named = [/word\('(\w+)'\)/g, /labelled\('\w+', '[^']*', '([\w.]+)'\)/g, /row\(list, '(\w+)'/g, /label\(\w+, '(\w+)'\)/g].flatMap((form) => [...consoleScript.matchAll(form)].map((match) => match[1]));
    expect(named.length).toBeGreaterThan(20);
    for (const word of named) expect(Object.keys(consoleWords.en)).toContain(word);
    expect(consoleScript).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/);
  });

  it('has words for every value of the interface that a receipt may hold, and for no error that does not exist', () => {
    const values: Record<string, readonly string[]> = {
      outcome: Outcome.options, tier: AnswerTier.options, language: Language.options, source: IntentFinding.shape.source.options, where: ModelUse.shape.where.options,
    };
    for (const [group, options] of Object.entries(values)) for (const value of options) expect(Object.keys(consoleWords.zh)).toContain(`${group}.${value}`);
    const errors = Object.keys(consoleWords.en).filter((word) => word.startsWith('error.') && word !== 'error.NETWORK');
    for (const word of errors) expect(Object.keys(errorCatalogue)).toContain(word.slice('error.'.length));
  });
});
