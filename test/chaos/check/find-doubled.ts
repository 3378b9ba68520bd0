import { requestIdOf, type Message } from '../client/ledger.ts';
import { finding, type Finding } from './finding.ts';
import { stepsOf, storedOf, type RunRecord } from './run-record.ts';

function doublesOf(run: RunRecord, message: Message): string[] {
  const stored = storedOf(run, message);
  const requests = new Set(message.attempts.flatMap(({ requestId }) => requestId ?? []));
  const ends = new Set([
    ...message.sightings.map(({ outcome, text }) => `${outcome}: ${text}`),
    ...(stored === undefined || stored === 'unknown' || stored.outcome === undefined ? [] : [`${stored.outcome}: ${stored.reply ?? ''}`]),
  ]);
  const written = stepsOf(run, message).filter(({ step }) => step === 'outcome');
  const effects = run.effects.filter(({ key, isRepeat }) => !isRepeat && key.startsWith(`${requestIdOf(message)}.`));
  return [
    ...(requests.size > 1 ? [`one key, ${requests.size} requests: ${[...requests].join(', ')}`] : []),
    ...(ends.size > 1 ? [`${ends.size} different ends: ${[...ends].map((end) => JSON.stringify(end.slice(0, 60))).join(', ')}`] : []),
    ...(written.length > 1 ? [`${written.length} outcomes recorded, by ${written.map(({ instance, attempt }) => `${instance} (run ${attempt})`).join(', ')}`] : []),
    ...(effects.length > 1 ? [`${effects.length} effects: ${effects.map(({ key }) => key).join(', ')}`] : []),
  ];
}

/** Messages that had two requests, two ends or two effects. */
export function findDoubled(run: RunRecord): Finding[] {
  const perOrder = Map.groupBy(run.effects.filter(({ isRepeat }) => !isRepeat), ({ order, kind }) => `${order} ${kind}`);
  return run.messages.flatMap((message) => {
    const onOrder = message.order === undefined ? [] : [...perOrder].filter(([name, effects]) => name.startsWith(`${message.order} `) && effects.length > 1);
    return [...doublesOf(run, message), ...onOrder.map(([name, effects]) => `${effects.length} effects on order ${name}`)].map((why) => finding(message, why));
  });
}
