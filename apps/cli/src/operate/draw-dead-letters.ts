import { styleText } from 'node:util';
import { timeline } from '../ask/explain-command.js';
import { terminalJson, terminalTime } from './terminal-text.js';
import type { DeadLetter, OpenedDeadLetter, RedriveResult } from './dead-letter.js';

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** One line each: when, what and why, and the id that `show` and `redrive` take. */
export function drawLetters(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'no dead letters';
  const width = (of: (letter: DeadLetter) => string): number => Math.max(...letters.map((letter) => of(letter).length));
  const [queue, code] = [width((letter) => letter.queue), width((letter) => letter.code)];
  return letters
    .map((letter) => `${terminalTime(letter.failedAt)}  ${letter.queue.padEnd(queue)}  ${styleText('yellow', letter.code.padEnd(code))}  ${letter.id}  ${styleText('gray', letter.detail)}`.trimEnd())
    .join('\n');
}

/** All that is known of one, and the steps of its request. */
export function drawLetter(letter: OpenedDeadLetter): string {
  const { sizes, fields } = letter.private;
  const held = fields ? Object.entries(fields).map(([name, value]) => `${name} ${terminalJson(value)}`) : Object.entries(sizes).map(([name, size]) => `${name} (${plural(size, 'character', 'characters')})`);
  const lost = letter.lostWorkers > 0 ? `, ${plural(letter.lostWorkers, 'lost worker', 'lost workers')}` : '';
  const rows: [string, string][] = [
    ['failed', `${terminalTime(letter.failedAt)} UTC, ${plural(letter.attempts, 'failed try', 'failed tries')}${lost}`],
    ['why', `${letter.code}${letter.detail === '' ? '' : `: ${letter.detail}`}`],
    ['job', `${letter.kind} in the queue ${letter.queue}, ${letter.bytes} bytes`],
    ['request', letter.requestId],
    ['conversation', letter.conversationId],
    ['clear', terminalJson(letter.body)],
    ['learned', terminalJson(letter.trail)],
    ['private', held.join(' · ')],
  ];
  const lines = [styleText('bold', letter.id), ...rows.map(([name, text]) => `  ${styleText('gray', name.padEnd(13))}${text}`)];
  if (!fields) lines.push(styleText('gray', '  --reveal shows the private part, which is recorded'));
  const history = letter.history === null ? styleText('gray', '  the auditor did not tell in time') : letter.history.length === 0 ? styleText('gray', '  nothing is recorded') : timeline(letter.history);
  return [...lines, 'history', history].join('\n');
}

export function drawRedriven({ redriven, failed }: RedriveResult): string {
  return [
    ...redriven.map(({ id, requestId }) => `${styleText('green', 'goes on')}  ${id} as request ${requestId}`),
    ...failed.map(({ id, code }) => `${styleText('red', 'failed')}   ${id}: ${code}`),
    `${redriven.length} tried again, ${failed.length} failed`,
  ].join('\n');
}
