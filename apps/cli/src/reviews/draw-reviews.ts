import { styleText } from 'node:util';
import { terminalJson, terminalTime } from '../operate/terminal-text.js';
import type { Review } from './review.js';

/** One line each: how often, the id that the other commands take, and the question. */
export function drawReviews(reviews: readonly Review[]): string {
  if (reviews.length === 0) return 'no answers for review';
  const width = Math.max(...reviews.map(({ times }) => String(times).length));
  return reviews.map(({ id, times, language, question }) => `${String(times).padStart(width)}×  ${id}  ${language}  ${terminalJson(question)}`).join('\n');
}

/** All that is known of one. */
export function drawReview({ id, state, question, answer, language, citations, model, requestId, times, edited, offeredAt, expiresAt, decidedAt, decidedBy }: Review): string {
  const rows: [string, string][] = [
    ['state', `${state}${decidedAt === null ? '' : ` ${terminalTime(decidedAt)} UTC by ${decidedBy ?? '?'}`}${edited ? ', with other words' : ''}`],
    ['question', terminalJson(question)],
    ['answer', terminalJson(answer)],
    ['language', language],
    ['sources', citations.map(({ documentId }) => documentId).join(', ') || 'none'],
    ['written', `${terminalTime(offeredAt)} UTC by ${model}, for request ${requestId}`],
    ['asked', `${times}×`],
    ['expires', `${terminalTime(expiresAt)} UTC`],
  ];
  return [styleText('bold', id), ...rows.map(([name, text]) => `  ${styleText('gray', name.padEnd(10))}${text}`)].join('\n');
}
