import { MAX_TEXT } from '@switchyard/contracts';
import { receiptScript } from './console-receipt.js';
import { consoleWords } from './console-words.js';

/**
 * The console's script, served as it stands. All text goes in by `textContent`, so that nothing that a customer, a document
 * or a model wrote can become markup.
 */
export const consoleScript = `'use strict';
const WORDS = ${JSON.stringify(consoleWords)};
const MAX_TEXT = ${MAX_TEXT};
${String.raw`
const facts = JSON.parse(document.body.dataset.facts);
const byId = (id) => document.getElementById(id);
const log = byId('log'), form = byId('form'), text = byId('text'), send = byId('send'), stop = byId('stop'), key = byId('key'), count = byId('count');
const stored = (area, name) => { try { return window[area].getItem(name); } catch { return null; } };
const store = (area, name, value) => { try { window[area].setItem(name, value); } catch { /* private mode: kept for this page only */ } };

let language = stored('localStorage', 'language');
if (!Object.hasOwn(WORDS, language)) language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
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

/** Words stay tied to their name, so that the other language can take their place. What the console has no word for is shown as it is. */
function label(node, name) {
  if (Object.hasOwn(WORDS.en, name)) { node.dataset.word = name; node.textContent = word(name); } else node.textContent = name.slice(name.indexOf('.') + 1);
  return node;
}
const labelled = (tag, className, name) => label(element(tag, className), name);

function speak(next) {
  language = next;
  document.documentElement.lang = next === 'zh' ? 'zh-Hans' : 'en';
  document.title = byId('title').textContent = facts.titles[next];
  for (const node of document.querySelectorAll('[data-word]')) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', word(node.dataset.label));
  text.placeholder = word('placeholder');
  key.setCustomValidity('');
  for (const id of ['zh', 'en']) byId(id).setAttribute('aria-pressed', String(id === next));
  if (!log.querySelector('.turn')) welcome();
}

function welcome() {
  const box = element('div', 'welcome');
  box.append(labelled('h2', '', 'greeting'), labelled('p', '', 'welcome'));
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

// A reader who scrolled up is left there.
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const toEnd = () => { log.scrollTop = log.scrollHeight; };

function addTurn(kind, who, content) {
  const welcomed = log.querySelector('.welcome');
  if (welcomed) welcomed.remove();
  const turn = element('article', 'turn ' + kind);
  turn.dataset.label = who;
  turn.setAttribute('aria-label', WORDS[language][who]);
  turn.append(element('div', 'words', content));
  log.append(turn);
  toEnd();
  return turn;
}

/** An error by its code, in the reader's language where the console has words for it. */
const refusal = (code, message) => Object.assign(new Error(message), { code });
function faultText(error) {
  const line = element('p', 'fault');
  const name = 'error.' + (error instanceof TypeError ? 'NETWORK' : error.code);
  line.append(labelled('span', '', 'failed'), Object.hasOwn(WORDS.en, name) ? labelled('span', '', name) : element('span', '', error.message));
  return line;
}
${receiptScript}
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
  const asked = addTurn('asked', 'you', question);
  const turn = addTurn('answer open', 'assistant', '');
  const words = turn.querySelector('.words');
  const started = performance.now();
  const control = running = new AbortController();
  send.hidden = true; stop.hidden = false;
  let ended = false;
  const grow = (change) => { const low = atEnd(); change(); if (low) toEnd(); };
  const fault = (line) => grow(() => {
    const again = labelled('button', '', 'again');
    again.type = 'button';
    again.addEventListener('click', () => { if (!running && ready()) { asked.remove(); turn.remove(); void ask(question); text.focus(); } });
    const box = element('div', 'faults');
    box.append(line, again);
    turn.append(box);
  });
  try {
    const answer = await fetch('/v1/chat/completions', {
      method: 'POST', signal: control.signal,
      headers: { 'content-type': 'application/json', authorization: 'Bearer ' + key.value, 'x-conversation-id': conversation },
      body: JSON.stringify({ model: 'switchyard', stream: true, messages: [{ role: 'user', content: question }] }),
    });
    if (!answer.ok) {
      if (answer.status === 401) key.setAttribute('aria-invalid', 'true');
      const problem = await answer.json().catch(() => ({ error: { code: '', message: String(answer.status) } }));
      throw refusal(problem.error.code, problem.error.message);
    }
    await readEvents(answer.body, (data) => {
      if (data === '[DONE]') { ended = true; return; }
      const chunk = JSON.parse(data);
      if (chunk.error) { ended = true; fault(faultText(refusal(chunk.error.code, chunk.error.message))); return; }
      const choice = chunk.choices[0];
      if (choice && choice.delta.content) grow(() => words.append(choice.delta.content));
      if (chunk.switchyard) grow(() => addReceipt(turn, chunk.switchyard, performance.now() - started));
    });
    if (!ended) fault(labelled('p', 'fault', 'broken'));
  } catch (error) {
    fault(error.name === 'AbortError' ? labelled('p', 'fault calm', 'stopped') : faultText(error));
  } finally {
    turn.classList.remove('open');
    if (!words.textContent) words.remove();
    if (running === control) { running = null; settle(); }
  }
}

function settle() {
  // The button that had the focus is about to go.
  if (document.activeElement === stop) text.focus();
  send.hidden = false; stop.hidden = true;
}

/** Fits the field to its text, and says how long the text is where that matters. */
function fit() {
  const low = atEnd();
  text.style.height = 'auto';
  text.style.height = text.scrollHeight + 2 + 'px';
  const length = text.value.trim().length;
  send.disabled = length === 0 || length > MAX_TEXT;
  count.hidden = length < MAX_TEXT * 0.9;
  count.textContent = count.hidden ? '' : length.toLocaleString('en') + ' / ' + MAX_TEXT.toLocaleString('en');
  count.classList.toggle('over', length > MAX_TEXT);
  if (low) toEnd();
}

/** Whether there is a key to ask with; else it is asked for. */
function ready() {
  if (key.value) { key.removeAttribute('aria-invalid'); return true; }
  key.setCustomValidity(word('noKey'));
  key.setAttribute('aria-invalid', 'true');
  key.focus();
  key.reportValidity();
  return false;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const question = text.value.trim();
  if (!question || question.length > MAX_TEXT || running || !ready()) return;
  text.value = ''; fit();
  void ask(question);
});
text.addEventListener('input', fit);
addEventListener('resize', fit);
// While an input method composes, Enter picks a candidate. Safari ends the composition first, and tells by the code 229.
const composes = (event) => event.isComposing || event.keyCode === 229;
text.addEventListener('keydown', (event) => { if (event.key === 'Enter' && !event.shiftKey && !composes(event)) { event.preventDefault(); form.requestSubmit(); } });
key.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); text.focus(); } });
stop.addEventListener('click', () => { if (running) running.abort(); });
byId('fresh').addEventListener('click', () => { if (running) running.abort(); running = null; settle(); conversation = newConversation(); welcome(); text.focus(); });
for (const id of ['zh', 'en']) byId(id).addEventListener('click', () => { store('localStorage', 'language', id); speak(id); });
key.value = stored('sessionStorage', 'key') || facts.key;
key.addEventListener('input', () => { key.setCustomValidity(''); key.removeAttribute('aria-invalid'); store('sessionStorage', 'key', key.value); });
speak(language);
fit();
// On a phone the focus would bring up the keyboard.
if (matchMedia('(pointer: fine)').matches) text.focus();
`}`;
