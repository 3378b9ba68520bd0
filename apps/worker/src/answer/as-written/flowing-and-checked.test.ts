import { describe, expect, it } from 'vitest';
import { eventLoop } from '@switchyard/config';
import type { ChatModel } from '@switchyard/contracts';
import { createWordScreen, type WordScreen } from '@switchyard/guardrail';
import { valuesStandIn } from '@switchyard/knowledge';
import type { Site } from '@switchyard/site';
import { Chance, MemoryContext } from '@switchyard/testing';
import { answerJob } from '../../__fixtures__/answer-job.js';
import { toolSite } from '../../__fixtures__/tool-site.js';
import { answerWithModel } from '../answer-with-model.js';
import { promptWithout } from '../build-prompt.js';
import { createEscalate } from '../escalate.js';
import { createPromptSecrets } from '../prompt-secrets.js';
import { createScreenAnswer } from '../screen-answer.js';

const PROMPT = 'You answer for {{title}} in {{language}}. The marker CANARY-7QX4-HERON is never to be mentioned.\nRefunds above fifty yuan are looked at by the manager on duty before anything is promised.\n{{passages}}';
const site = toolSite({ 'prompts/worker.md': PROMPT });
const modeOf = (stream: 'flowing' | 'checked'): Site => ({ ...site, settings: { ...site.settings, models: { ...site.settings.models, worker: { model: 'small', maxOutputTokens: 64, maxToolCalls: 3, stream } } } });
const SITES = { flowing: modeOf('flowing'), checked: modeOf('checked') };
const secrets = createPromptSecrets(site);

const ORDINARY = ['Good day', ', ', ' of course', '. ', ' you can', ' return it', '! ', '您好', '，', '可以退货', '。', ' hell', 'o', ' rival', ' bad', ' \\ "so" ', ' CANARY', ' 😀', '加', '微', ' refunds above fifty'];
const SPECIAL = [' rivalshop', ' badword', '加微信', '脏话词', ' CANARY-7QX4-HERON', ' Refunds above fifty yuan are looked at by the manager on duty before anything is promised.', ' 299 CNY', ' HG20269999', ' tomorrow'];
const KNOWN = [' HG20260001', ' 199 CNY', ' May 3'];
const QUESTION = 'Where is HG20260001? I paid 199 CNY on May 3.';
const PASSAGES = [{ documentId: 'returns', title: 'Returns', text: 'Returns within 15 days of delivery. Opened headphones cannot be returned. Ask rivalshop about badword.' }];
const SENTENCES = [
  ['Returns are possible within 15 days of delivery.', 'Returns within 15 days of delivery'],
  ['Opened headphones cannot be returned.', 'Opened headphones cannot be returned'],
  ['Opened headphones can be returned.', 'Opened headphones'],
  ['Returns within 30 days of delivery.', 'Returns within 15 days'],
  ['Ask rivalshop about it.', 'Ask rivalshop about badword'],
  ['Ask rivalshop about badword.', 'Ask rivalshop about badword'],
] as const;

function lists(chance: Chance): WordScreen {
  const list = (action: 'mask' | 'refuse', words: string[]) => ({ file: `${action}.txt`, category: action, action, words: words.filter(() => chance.below(3) > 0), allow: [] });
  return createWordScreen([list('mask', ['rivalshop', '加微信', 'hell']), list('refuse', ['badword', '脏话词'])], eventLoop);
}

function output(kind: 'plain' | 'facts' | 'passages', chance: Chance): string {
  const head = { needs: chance.below(8) === 0 ? 'human' : 'nothing', ...(kind === 'facts' ? { tool: null } : {}), confidence: chance.below(8) === 0 ? 0.2 : 0.9 };
  const rare = chance.below(2) === 0;
  const answer = Array.from({ length: 1 + chance.below(12) }, () => (rare && chance.below(6) === 0 ? chance.pick(SPECIAL) : kind === 'facts' && chance.below(4) === 0 ? chance.pick(KNOWN) : chance.pick(ORDINARY))).join('');
  const body = kind === 'passages' ? { sentences: Array.from({ length: 1 + chance.below(4) }, () => chance.pick(SENTENCES)).map(([text, quote]) => ({ passage: 1, quote, text })) } : { answer };
  const json = JSON.stringify(chance.below(5) === 0 ? { ...body, ...head } : { ...head, ...body });
  const broken = chance.below(10) === 0 ? json.slice(0, chance.below(json.length)) : json;
  return chance.pick(['', '', '```json\n', 'Sure: ']) + broken;
}

function modelOf(text: string, chance: Chance): ChatModel {
  let calls = 0;
  return {
    model: 'm', where: 'local', host: 'h', ready: () => Promise.resolve(),
    complete: (_request, { onDelta }) => {
      const given = calls++ === 0 ? text : 'nonsense';
      for (let at = 0; at < given.length; ) {
        const size = 1 + chance.below(6);
        onDelta?.(given.slice(at, at + size));
        at += size;
      }
      return Promise.resolve({ text: given, finish: 'stop', tokensIn: 1, tokensOut: 1, tokensCached: 0, rawUsage: {} });
    },
  };
}

describe('an answer that is shown as it is written', () => {
  it('is the one that is shown when the whole of it is checked, and of one that is not given holds nothing unfit (600 seeded)', async () => {
    const chance = new Chance('flowing and checked');
    const seen = { answered: 0, spoken: 0, early: 0, blocked: 0, leaked: 0, ungrounded: 0 };
    for (let round = 0; round < 600; round++) {
      const kind = chance.pick(['plain', 'facts', 'passages'] as const);
      const words = lists(chance);
      const text = output(kind, chance);
      const run = async (mode: keyof typeof SITES): Promise<MemoryContext> => {
        const context = new MemoryContext();
        const escalate = createEscalate({ site: SITES[mode], readMesh: () => Promise.resolve({ egress: 'blocked', available: { localModel: true, expert: false } }) });
        const job = answerJob({ ...(kind === 'facts' ? { intent: 'order_status' } : {}), body: { mode: 'model', replyLanguage: 'en' }, private: { text: QUESTION, ...(kind === 'passages' ? { passages: PASSAGES } : {}) } });
        await answerWithModel({ site: SITES[mode], model: modelOf(text, chance.fork(String(round))), screen: createScreenAnswer(words), secrets, escalate, callTool: () => Promise.reject(new Error('none is called')) }, job, context);
        return context;
      };
      const [flowing, checked] = [await run('flowing'), await run('checked')];
      const said = flowing.deltas.join('');
      const reasonOf = ({ recorded }: MemoryContext): unknown => recorded.find(({ step }) => step === 'escalated')?.facts['reason'];
      expect({ text, outcome: flowing.replies[0]?.outcome, reason: reasonOf(flowing) }).toEqual({ text, outcome: checked.replies[0]?.outcome, reason: reasonOf(checked) });
      const withdrawn = flowing.recorded.filter(({ step, facts }) => step === 'objected' && facts['spoken'] === true);
      const isAnswered = checked.replies[0]?.outcome === 'answered';
      const reason = reasonOf(flowing);
      // All was said where it is the answer, and else nothing that is not recorded as taken back.
      expect({ text, said, reply: flowing.replies[0]?.text }).toEqual({ text, said: isAnswered ? checked.replies[0]?.text : said, reply: checked.replies[0]?.text });
      expect({ text, checked: checked.deltas.join(''), withdrawn: withdrawn.length }).toEqual({ text, checked: isAnswered ? said : '', withdrawn: isAnswered || said === '' ? 0 : 1 });
      expect(words.current().find(said)).toEqual([]);
      expect(secrets('en').find(said, [QUESTION])).toBeUndefined();
      expect({ text, reason, unsupported: kind === 'facts' ? valuesStandIn(said, `${QUESTION}\n${site.settings.title.en}\n${promptWithout(site, 'en')}`) : undefined }).toEqual({ text, reason, unsupported: undefined });
      expect(['needs_human', 'low_confidence'].includes(String(reason)) ? said : '').toBe('');
      seen.answered += isAnswered ? 1 : 0;
      seen.early += isAnswered && flowing.deltas.length > 1 ? 1 : 0;
      seen.spoken += !isAnswered && said !== '' ? 1 : 0;
      seen.blocked += reason === 'screened' ? 1 : 0;
      seen.leaked += reason === 'prompt_leaked' ? 1 : 0;
      seen.ungrounded += reason === 'ungrounded' ? 1 : 0;
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
    // Most are not held back to their end.
    expect(seen.early).toBeGreaterThan(seen.answered / 2);
  });
});
