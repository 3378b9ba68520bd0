import { styleText } from 'node:util';
import type { Answer } from '../client/gateway-client.js';

/** The receipt in one or two lines below an answer. */
export function printReceipt(answer: Answer): string {
  const { receipt } = answer;
  if (!receipt) return styleText('gray', `  ${answer.outcome}`);
  const total = receipt.timings['total'];
  const parts = [
    answer.outcome,
    `tier ${receipt.tier}`,
    `intent ${receipt.intent.label} ${receipt.intent.confidence.toFixed(2)}`,
    `rule ${receipt.rule}`,
    ...(total === undefined ? [] : [`${Math.round(total)} ms`]),
    receipt.leftSite ? 'left the site' : 'nothing left the site',
  ];
  const lines = [styleText('gray', `  ${parts.join(' · ')}`)];
  for (const citation of receipt.citations) lines.push(styleText('gray', `  source: ${citation.documentId} (${citation.title})`));
  lines.push(styleText('gray', `  why: npx yard explain ${answer.requestId}`));
  return lines.join('\n');
}
