import { consoleWords } from './console-words.js';

/**
 * The console's script, served as it stands. All text goes in by `textContent`, so that nothing that a customer, a document
 * or a model wrote can become markup.
 */
export const consoleScript = `'use strict';
const WORDS = ${JSON.stringify(consoleWords)};
${String.raw`
const facts = JSON.parse(document.body.dataset.facts);
const byId = (id) => document.getElementById(id);
const log = byId('log'), form = byId('form'), text = byId('text'), send = byId('send'), stop = byId('stop'), key = byId('key');
const stored = (area, name) => { try { return area.getItem(name); } catch { return null; } };
const store = (area, name, value) => { try { area.setItem(name, value); } catch { /* private mode: kept for this page only */ } };

let language = stored(localStorage, 'language') || (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
// Not randomUUID, which a page over plain HTTP does not have.
const newConversation = () => 'console-' + Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
let conversation = newConversation();
let running = null;
const word = (name) => WORDS[language][name];

function element(tag, className, content) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (content !== undefined) node.textContent = content;
  return node;
}

function speak(next) {
  language = next;
  store(localStorage, 'language', next);
  document.documentElement.lang = next === 'zh' ? 'zh-Hans' : 'en';
  document.title = byId('title').textContent = facts.titles[next];
  for (const node of document.querySelectorAll('[data-word]')) node.textContent = word(node.dataset.word);
  text.placeholder = word('placeholder');
  for (const id of ['zh', 'en']) byId(id).setAttribute('aria-pressed', String(id === next));
  if (!log.querySelector('.turn')) welcome();
}

function welcome() {
  const box = element('div', 'welcome');
  box.append(element('p', '', word('welcome')));
  const examples = element('div', 'examples');
  for (const example of facts.examples[language]) {
    const button = element('button', '', example);
    button.type = 'button';
    button.addEventListener('click', () => { text.value = example; form.requestSubmit(); });
    examples.append(button);
  }
  box.append(examples);
  log.replaceChildren(box);
}

function addTurn(kind, content) {
  const welcomed = log.querySelector('.welcome');
  if (welcomed) welcomed.remove();
  const turn = element('article', 'turn ' + kind);
  turn.append(element('div', 'words', content));
  log.append(turn);
  turn.scrollIntoView({ block: 'end' });
  return turn;
}

const milliseconds = (value) => (value < 10 ? value.toFixed(1) : Math.round(value)) + ' ms';

function row(list, name, value) {
  const detail = element('dd');
  if (value instanceof Node) detail.append(value); else detail.textContent = value;
  list.append(element('dt', '', name), detail);
}

function addReceipt(turn, receipt, tookMs) {
  const box = element('details', 'receipt');
  const summary = element('summary');
  const tone = receipt.outcome === 'answered' ? 'good' : receipt.outcome === 'failed' || receipt.outcome === 'expired' ? 'bad' : 'warm';
  summary.append(element('span', 'chip ' + tone, receipt.outcome), element('span', 'chip', receipt.tier), element('span', 'chip', receipt.intent.label + ' ' + Math.round(receipt.intent.confidence * 100) + ' %'),
    element('span', 'chip ' + (receipt.leftSite ? 'warm' : ''), word(receipt.leftSite ? 'left' : 'stayed')), element('span', 'chip', milliseconds(tookMs)));
  box.append(summary);
  const list = element('dl');
  row(list, word('outcome'), receipt.outcome);
  row(list, word('tier'), receipt.tier);
  row(list, word('intent'), receipt.intent.label + ' · ' + (receipt.intent.confidence * 100).toFixed(1) + ' % · ' + receipt.intent.source);
  row(list, word('rule'), element('code', '', receipt.rule));
  row(list, word('language'), receipt.language);
  row(list, word('models'), receipt.models.map((model) => model.model + ' (' + model.where + ', ' + model.host + '): ' + model.tokensIn + ' + ' + model.tokensOut + ', $' + model.costUsd.toFixed(6)).join('; ') || word('noModel'));
  row(list, word('leftSite'), word(receipt.leftSite ? 'yes' : 'no'));
  const found = Object.entries(receipt.redactions).filter((entry) => entry[1] > 0);
  if (found.length) row(list, word('redactions'), found.map((entry) => entry[0] + ' × ' + entry[1]).join(', '));
  if (receipt.citations.length) {
    const sources = element('div');
    for (const citation of receipt.citations) sources.append(element('div', '', citation.title + ' · ' + citation.documentId), element('blockquote', '', citation.quote));
    row(list, word('citations'), sources);
  }
  row(list, word('time'), Object.entries(receipt.timings).map((entry) => entry[0] + ' ' + milliseconds(entry[1])).join(', '));
  row(list, word('request'), element('code', '', receipt.requestId));
  row(list, word('version'), element('code', '', receipt.siteVersion));
  box.append(list);
  const more = element('button', '', word('steps'));
  more.type = 'button';
  more.addEventListener('click', () => showSteps(receipt.requestId, more));
  box.append(more);
  turn.append(box);
}

async function showSteps(requestId, button) {
  button.disabled = true;
  button.textContent = word('loading');
  let shown;
  try {
    const answer = await fetch('/v1/requests/' + encodeURIComponent(requestId) + '/explain', { headers: { authorization: 'Bearer ' + key.value } });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.code + ': ' + body.detail);
    shown = element('ol', 'steps');
    const start = body.steps.length ? Math.min(...body.steps.map((step) => step.at)) : 0;
    for (const step of body.steps) {
      const item = element('li');
      item.append(element('strong', '', step.tier + ' · ' + step.step));
      item.append(element('span', 'when', '+' + milliseconds(step.at - start) + (step.tookMs === undefined ? '' : ' (' + milliseconds(step.tookMs) + ')') + (step.attempt > 1 ? ' · ' + word('attempt') + ' ' + step.attempt : '')));
      for (const [name, value] of Object.entries(step.facts)) item.append(element('code', '', name + ': ' + (typeof value === 'object' ? JSON.stringify(value) : String(value))));
      shown.append(item);
    }
    if (!body.steps.length) shown = element('p', '', word('noSteps'));
    button.replaceWith(shown);
  } catch (error) {
    button.disabled = false;
    button.textContent = word('steps');
    const fault = button.parentElement.querySelector('.fault') || element('p', 'fault');
    fault.textContent = error.message;
    button.after(fault);
  }
}

/** Calls back with the data of every event of the stream. */
async function readEvents(body, onData) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const data = block.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart()).join('\n');
      if (data) onData(data);
    }
  }
}

async function ask(question) {
  addTurn('asked', question);
  const turn = addTurn('answer open', '');
  const words = turn.querySelector('.words');
  const started = performance.now();
  running = new AbortController();
  send.hidden = true; stop.hidden = false;
  let ended = false;
  const fault = (message) => turn.append(element('p', 'fault', message));
  try {
    const answer = await fetch('/v1/chat/completions', {
      method: 'POST', signal: running.signal,
      headers: { 'content-type': 'application/json', authorization: 'Bearer ' + key.value, 'x-conversation-id': conversation },
      body: JSON.stringify({ model: 'switchyard', stream: true, messages: [{ role: 'user', content: question }] }),
    });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({ error: { message: String(answer.status) } }));
      throw new Error(problem.error.message);
    }
    await readEvents(answer.body, (data) => {
      if (data === '[DONE]') { ended = true; return; }
      const chunk = JSON.parse(data);
      if (chunk.error) { ended = true; fault(word('failed') + chunk.error.message); return; }
      const choice = chunk.choices[0];
      if (choice && choice.delta.content) {
        const low = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
        words.append(choice.delta.content);
        if (low) log.scrollTop = log.scrollHeight;
      }
      if (chunk.switchyard) addReceipt(turn, chunk.switchyard, performance.now() - started);
    });
    if (!ended) fault(word('broken'));
  } catch (error) {
    fault(error.name === 'AbortError' ? word('stopped') : word('failed') + error.message);
  } finally {
    turn.classList.remove('open');
    running = null;
    send.hidden = false; stop.hidden = true;
    log.scrollTop = log.scrollHeight;
  }
}

const fit = () => { text.style.height = 'auto'; text.style.height = text.scrollHeight + 2 + 'px'; };
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const question = text.value.trim();
  if (!question || running) return;
  if (!key.value) { key.focus(); key.setCustomValidity(word('noKey')); key.reportValidity(); return; }
  text.value = ''; fit();
  void ask(question);
});
text.addEventListener('input', fit);
// While an input method composes, Enter picks a candidate.
text.addEventListener('keydown', (event) => { if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); } });
stop.addEventListener('click', () => { if (running) running.abort(); });
byId('fresh').addEventListener('click', () => { if (running) running.abort(); conversation = newConversation(); welcome(); text.focus(); });
for (const id of ['zh', 'en']) byId(id).addEventListener('click', () => speak(id));
key.value = stored(sessionStorage, 'key') || facts.key;
key.addEventListener('input', () => { key.setCustomValidity(''); store(sessionStorage, 'key', key.value); });
speak(language);
text.focus();
`}`;
