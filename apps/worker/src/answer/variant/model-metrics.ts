import { Counter, Histogram } from 'prom-client';
import type { AnsweredBy, ChatCompletion } from '@switchyard/contracts';
import { registry } from '@switchyard/telemetry';

const registers = [registry];
/** The model that answered; `adapter` and `variant` are empty where there is none. */
const OF = ['model', 'adapter', 'variant'] as const;
const labelsOf = ({ model, adapter, variant }: AnsweredBy): Record<(typeof OF)[number], string> => ({ model, adapter: adapter ?? '', variant: variant ?? '' });

const calls = new Counter({ name: 'switchyard_local_model_calls_total', help: 'Calls that the local model answered: "first", or "repair" where the output before could not be read.', labelNames: [...OF, 'attempt'], registers });
const tokens = new Counter({ name: 'switchyard_local_model_tokens_total', help: 'Tokens of the local model, "in" and "out".', labelNames: [...OF, 'direction'], registers });
const seconds = new Histogram({ name: 'switchyard_local_model_seconds', help: 'Time that a call of the local model took.', labelNames: OF, buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60], registers });
const messages = new Counter({ name: 'switchyard_local_model_messages_total', help: 'Messages to the local model by how they ended: "answered", or the reason why they were passed on.', labelNames: [...OF, 'end'], registers });

export function observeCall(by: AnsweredBy, attempt: 'first' | 'repair', completion: Pick<ChatCompletion, 'tokensIn' | 'tokensOut'>, tookMs: number): void {
  const labels = labelsOf(by);
  calls.inc({ ...labels, attempt });
  tokens.inc({ ...labels, direction: 'in' }, completion.tokensIn);
  tokens.inc({ ...labels, direction: 'out' }, completion.tokensOut);
  seconds.observe(labels, tookMs / 1_000);
}

/** @param end `answered`, or the reason of the escalation: both are names that the record has too */
export const observeEnd = (by: AnsweredBy, end: string): void => messages.inc({ ...labelsOf(by), end });
