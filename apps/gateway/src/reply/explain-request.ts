import { ExplainJob, Explanation } from '@switchyard/contracts';
import type { MeshClient } from '@switchyard/queue';

export interface ExplainOptions {
  readonly timeoutMs: number;
  readonly siteVersion: string;
}

/**
 * Every recorded step of a request, as the auditor tells it; `undefined` where they are another tenant's.
 * @throws MeshError DEADLINE_PASSED, DATABASE_UNAVAILABLE or QUEUE_UNAVAILABLE
 */
export async function explainRequest(calls: Pick<MeshClient, 'call'>, tenant: string, requestId: string, { timeoutMs, siteVersion }: ExplainOptions): Promise<Explanation | undefined> {
  const explanation = Explanation.parse(await calls.call(ExplainJob, { tenant, body: { subject: requestId }, private: {}, timeoutMs, siteVersion }));
  return explanation.tenant === tenant ? explanation : undefined;
}
