import { DispatchJob, ENVELOPE_VERSION, emptyTrail, type Envelope } from '@switchyard/contracts';

/** The envelope of a request that was just accepted, but for the given changes. */
export function envelopeOf(changes: Partial<Envelope> = {}): Envelope {
  return {
    v: ENVELOPE_VERSION,
    kind: DispatchJob.kind,
    requestId: 'req1',
    tenant: 'demo',
    conversationId: 'c1',
    lane: 'interactive',
    acceptedAt: 0,
    deadlineAt: 20_000,
    replyTo: 'gateway-1',
    siteVersion: 'v1',
    hop: 0,
    trail: emptyTrail(),
    body: {},
    sealed: { key: 'k', nonce: 'n', box: '' },
    ...changes,
  };
}
