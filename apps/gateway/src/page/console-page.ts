import type { Site } from '@switchyard/site';
import { escapeHtml } from './escape-html.js';

/** Set on every page. Nothing may be loaded from elsewhere, no inline script or style runs, and no one may frame it. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** What the page's script reads from the page. */
interface ConsoleFacts {
  readonly titles: { readonly zh: string; readonly en: string };
  /** Questions to start with, of the site's own utterances. */
  readonly examples: { readonly zh: readonly string[]; readonly en: readonly string[] };
  /** Only where the server was told one for demonstration; else the reader brings a key. */
  readonly key: string;
}

const EXAMPLES = 4;

/** One utterance each of intents spread over the site. */
function examplesOf(site: Pick<Site, 'intents'>, language: 'zh' | 'en'): string[] {
  const first = site.intents.flatMap((intent) => intent.utterances[language].slice(0, 1));
  const stride = Math.max(1, Math.floor(first.length / EXAMPLES));
  return first.filter((_text, index) => index % stride === 0).slice(0, EXAMPLES);
}

/** The console: markup only; words are filled in by its script in the reader's language. */
export function consolePage(site: Pick<Site, 'settings' | 'intents' | 'version'>, consoleKey: string | undefined): string {
  const facts: ConsoleFacts = { titles: site.settings.title, examples: { zh: examplesOf(site, 'zh'), en: examplesOf(site, 'en') }, key: consoleKey ?? '' };
  return `<!doctype html>
<html lang="${site.settings.defaultLanguage}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(site.settings.title[site.settings.defaultLanguage])}</title>
<link rel="icon" href="/page.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body class="console" data-facts="${escapeHtml(JSON.stringify(facts))}">
<header><div class="column">
<img src="/page.svg" alt="" width="26" height="26">
<h1 id="title">${escapeHtml(site.settings.title[site.settings.defaultLanguage])}</h1>
<label class="key"><span data-word="key"></span><input id="key" form="form" type="password" autocomplete="off" spellcheck="false"></label>
<button id="fresh" type="button" data-word="fresh"></button>
<div class="languages" role="group" aria-label="Language / 语言"><button id="zh" type="button" lang="zh">中文</button><button id="en" type="button" lang="en">English</button></div>
</div></header>
<main id="log" role="log" aria-live="polite" tabindex="0" data-label="conversation"></main>
<form id="form" novalidate><div class="column">
<label class="hidden" for="text" data-word="message"></label>
<textarea id="text" rows="1" enterkeyhint="send"></textarea>
<button id="send" type="submit" class="primary" data-word="send"></button>
<button id="stop" type="button" hidden data-word="stop"></button>
<output id="count" for="text" hidden></output>
</div></form>
<footer><span data-word="version"></span> <code>${escapeHtml(site.version)}</code><a href="/docs" data-word="docs"></a></footer>
<noscript>This page needs JavaScript. The API does not: <a href="/docs">/docs</a>.</noscript>
</body>
</html>
`;
}
