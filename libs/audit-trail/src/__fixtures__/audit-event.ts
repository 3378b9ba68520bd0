import type { AuditEvent } from '@switchyard/contracts';

export function auditEvent(changes: Partial<AuditEvent> = {}): AuditEvent {
  const { requestId = 'r1', tier = 'dispatcher', attempt = 1 } = changes;
  return { id: `${requestId}.${tier}.0.${attempt}.1`, requestId, tenant: 'demo', conversationId: 'c1', tier, instance: 'i1', step: 'routed', at: 1_000, attempt, siteVersion: 'v1', facts: {}, ...changes };
}
