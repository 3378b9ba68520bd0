import { Counter } from 'prom-client';
import { registry } from '@switchyard/telemetry';

/** An answer that turned out unfit after the customer had read its beginning. */
export const withdrawnAnswers = new Counter({ name: 'switchyard_answers_withdrawn_total', help: 'Answers of the local model that were broken off after their first words had been shown, by reason.', labelNames: ['reason'], registers: [registry] });
