/** The part of the console's script that writes receipts and their steps. It uses what `console-script.ts` defines before it. */
export const receiptScript = String.raw`
const milliseconds = (value) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')) + ' ms';
const percent = (value) => (value * 100).toFixed(1) + ' %';

function row(list, name, ...parts) {
  const detail = element('dd');
  for (const part of parts) detail.append(part instanceof Node ? part : element('span', '', part));
  list.append(labelled('dt', '', name), detail);
}

const modelText = (model) => model.model + ' · ' + model.host + ' · ' + model.tokensIn + ' + ' + model.tokensOut + ' ';

function citationsOf(receipt) {
  return receipt.citations.map((citation) => {
    const source = element('div', 'source');
    source.append(element('strong', '', citation.title), element('code', '', citation.documentId), element('blockquote', '', citation.quote));
    return source;
  });
}

function addReceipt(turn, receipt, tookMs) {
  const box = element('details', 'receipt');
  const summary = element('summary');
  const tone = receipt.outcome === 'answered' ? 'good' : receipt.outcome === 'failed' || receipt.outcome === 'expired' ? 'bad' : 'warm';
  const intent = element('span', 'chip wide', receipt.intent.label + ' ' + Math.round(receipt.intent.confidence * 100) + ' %');
  // Where a request ended without an answer, no rule gave one.
  const tier = receipt.tier === 'none' && ['failed', 'expired', 'cancelled'].includes(receipt.outcome) ? 'none' : 'tier.' + receipt.tier;
  const site = labelled('span', 'chip' + (receipt.leftSite ? ' warm' : ''), receipt.leftSite ? 'left' : 'stayed');
  summary.append(labelled('span', 'chip ' + tone, 'outcome.' + receipt.outcome), labelled('span', 'chip', tier), intent, site, element('span', 'chip', milliseconds(tookMs)), labelled('span', 'open-mark', 'receipt'));
  const card = element('div', 'card');
  const list = element('dl');
  row(list, 'outcome', labelled('span', '', 'outcome.' + receipt.outcome));
  row(list, 'tier', labelled('span', '', tier));
  row(list, 'intent', element('code', '', receipt.intent.label), percent(receipt.intent.confidence), labelled('span', '', 'source.' + receipt.intent.source));
  row(list, 'rule', element('code', '', receipt.rule));
  row(list, 'language', labelled('span', '', 'language.' + receipt.language));
  if (!receipt.models.length) row(list, 'models', labelled('span', '', 'none'));
  for (const model of receipt.models) row(list, 'models', labelled('span', '', 'where.' + model.where), modelText(model), labelled('span', '', 'tokens'), '$' + model.costUsd.toFixed(6));
  row(list, 'leftSite', labelled('span', '', receipt.leftSite ? 'yes' : 'no'));
  const found = Object.entries(receipt.redactions).filter((entry) => entry[1] > 0);
  if (found.length) row(list, 'redactions', ...found.flatMap((entry) => [labelled('span', '', 'data.' + entry[0]), '× ' + entry[1]]));
  if (receipt.citations.length) row(list, 'citations', ...citationsOf(receipt));
  row(list, 'time', ...Object.entries(receipt.timings).map((entry) => element('code', 'fact', entry[0] + ' ' + milliseconds(entry[1]))));
  row(list, 'request', element('code', '', receipt.requestId));
  row(list, 'version', element('code', '', receipt.siteVersion));
  const more = labelled('button', '', 'steps');
  more.type = 'button';
  more.addEventListener('click', () => void showSteps(receipt.requestId, more));
  card.append(list, more);
  box.append(summary, card);
  turn.append(box);
}

/** Facts are codes and counts. Nested ones are written by their path; floating-point noise is cut, and what holds nothing is left out. */
function factTexts(facts, path) {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (value === null || value === '' || (Array.isArray(value) && !value.length)) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return factTexts(value, name === 'facts' ? path : path + name + '.');
    const shown = typeof value === 'number' ? Math.round(value * 10000) / 10000 : Array.isArray(value) ? value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : one)).join(', ') : value;
    return [path + name + ': ' + shown];
  });
}

function stepItem(step, start) {
  const item = element('li');
  const head = element('div', 'step');
  head.append(labelled('strong', '', 'step.' + step.step), labelled('span', 'when', 'tier.' + step.tier), element('span', 'when', '+' + milliseconds(step.at - start) + (step.tookMs === undefined ? '' : ' (' + milliseconds(step.tookMs) + ')')));
  if (step.attempt > 1) head.append(labelled('span', 'when', 'attempt'), element('span', 'when', String(step.attempt)));
  const all = element('div', 'parts');
  for (const fact of factTexts(step.facts, '')) all.append(element('code', 'fact', fact));
  item.append(head, all);
  return item;
}

async function showSteps(requestId, button) {
  button.disabled = true;
  label(button, 'loading');
  const old = button.parentElement.querySelector('.fault');
  if (old) old.remove();
  const fail = (node) => { button.disabled = false; label(button, 'steps'); button.after(node); button.focus(); };
  try {
    const answer = await fetch('/v1/requests/' + encodeURIComponent(requestId) + '/explain', { headers: { authorization: 'Bearer ' + key.value } });
    const body = await answer.json();
    if (!answer.ok) throw refusal(body.code, body.title + ' ' + body.detail);
    // The audit is written behind the answer, so there may be something the next time.
    if (!body.steps.length) { fail(labelled('p', 'fault calm', 'noSteps')); return; }
    const shown = element('ol', 'steps');
    const start = Math.min(...body.steps.map((step) => step.at));
    for (const step of body.steps) shown.append(stepItem(step, start));
    shown.tabIndex = -1;
    button.replaceWith(shown);
    shown.focus({ preventScroll: true });
  } catch (error) {
    fail(faultText(error));
  }
}
`;
