import type { Chance } from '@switchyard/testing';
import type { Answer, Call, Door } from '../client/door.ts';
import { pause } from '../client/pause.ts';
import { SHOPS } from '../rigs/copy-site.ts';
import { FaultLog } from '../faults/fault.ts';
import { planKills } from '../faults/plan-faults.ts';
import type { WholeMesh } from '../rigs/whole-mesh.ts';
import { strikeAll } from './run-under-faults.ts';
import { atLeast, atMost, none, told, type Scenario } from './scenario.ts';

const EVERY_MS = 3_000;
/** Clients that upload at the same time, each one document after the other. */
const CLIENTS = 4;
/** Documents that each client uploads again and again: of several orders the last that was accepted counts. */
const DOCUMENTS = 6;
const PARTS = 40;
/** After the last kill, for what was accepted to be found. */
const INDEXED_WITHIN_MS = 60_000;
const TENANT = SHOPS[0];
const COLLECTION = 'chaos-uploads';
const PATH = `/v1/knowledge/${COLLECTION}/documents`;

/** What a client knows of a document. */
interface Uploaded {
  readonly documentId: string;
  /** Of the last version that was accepted. */
  version: number;
  /** Those that were sent later, and of which no answer came: any of them may have been accepted. */
  perhaps: number[];
}

/** A word that stands in one version of one document only. */
const wordOf = (documentId: string, version: number): string => `zq${documentId.replaceAll('-', 'q')}v${version}x`;

function textOf(documentId: string, version: number): string {
  const paragraphs = Array.from({ length: PARTS }, (_, at) => `## Part ${at} of ${documentId}\n\nThis part tells of ${wordOf(documentId, version)} and of shelf ${at}.`);
  return `# ${documentId}\n\n${paragraphs.join('\n\n')}\n`;
}

/** As a form with a file, which goes to Redis in pieces, or as JSON. */
function upload(documentId: string, version: number, asForm: boolean): Call {
  const to = { tenant: TENANT, method: 'POST', path: PATH };
  const text = textOf(documentId, version);
  if (!asForm) return { ...to, body: { id: documentId, title: documentId, text } };
  const border = 'a-border-of-parts';
  const bytes = Buffer.from(`--${border}\r\nContent-Disposition: form-data; name="id"\r\n\r\n${documentId}\r\n--${border}\r\nContent-Disposition: form-data; name="file"; filename="${documentId}.md"\r\nContent-Type: text/markdown\r\n\r\n${text}\r\n--${border}--\r\n`);
  return { ...to, content: { type: `multipart/form-data; boundary=${border}`, bytes } };
}

async function uploadAll(door: Door, client: number, chance: Chance, until: number): Promise<Uploaded[]> {
  const documents = Array.from({ length: DOCUMENTS }, (_, at): Uploaded => ({ documentId: `up-${client}-${at}`, version: 0, perhaps: [] }));
  for (let version = 1; Date.now() < until; version++) {
    const document = chance.pick(documents);
    const isPatient = chance.below(2) === 0;
    const call = upload(document.documentId, version, chance.below(2) === 0);
    const answer = await door.call({ ...call, headers: isPatient ? {} : { prefer: 'respond-async' } }).catch(() => undefined);
    if (answer && [200, 201, 202].includes(answer.status)) {
      document.version = version;
      document.perhaps = [];
    } else {
      // No answer, or one that it could not be taken: it may have been accepted all the same.
      document.perhaps.push(version);
      await pause(200);
    }
  }
  return documents.filter(({ version }) => version > 0);
}

/** Asked until somebody answers: a gateway may be starting. */
async function ask(door: Door, call: Call, until: number): Promise<Answer | undefined> {
  for (;;) {
    const answer = await door.call(call).catch(() => undefined);
    if (answer?.status === 200 || Date.now() > until) return answer;
    await pause(250);
  }
}

/** The versions of a document of which passages are found. */
async function versionsFound(door: Door, documentId: string, until: number): Promise<Set<number>> {
  const answer = await ask(door, { tenant: TENANT, method: 'POST', path: `/v1/knowledge/${COLLECTION}/search`, body: { query: `${documentId} tells of shelf`, limit: 100, filter: { documentId } } }, until);
  const { passages = [] } = (answer?.body ?? {}) as { passages?: { text: string }[] };
  return new Set(passages.flatMap(({ text }) => [...text.matchAll(/\bzq\w+v(\d+)x\b/g)].map(([, version]) => Number(version))));
}

interface Status {
  readonly state: string;
  readonly passages?: number;
}

/** What becomes of a document, when that is settled. */
async function settled(door: Door, documentId: string, until: number): Promise<Status> {
  for (;;) {
    const answer = await ask(door, { tenant: TENANT, path: `${PATH}/${documentId}` }, until);
    const status = answer?.status === 200 ? (answer.body as Status) : { state: `status ${answer?.status ?? 'none'}` };
    if (status.state === 'ready' || status.state === 'failed' || Date.now() > until) return status;
    await pause(250);
  }
}

export const killUploads: Scenario<WholeMesh> = {
  name: 'kill-uploads',
  title: 'gateways and retrieval are killed every 3 s while documents are uploaded',
  run: async ({ mesh, door }, { chance, seconds, say, slack }) => {
    const names = mesh.processes().filter(({ tier }) => tier === 'gateway' || tier === 'retrieval').map(({ name }) => name).toSorted();
    const log = new FaultLog(say);
    const striking = strikeAll(planKills(mesh, names, chance.fork('victims-uploads'), { everyMs: EVERY_MS, seconds }), log);
    const until = Date.now() + seconds * 1_000;
    const documents = (await Promise.all(Array.from({ length: CLIENTS }, (_, client) => uploadAll(door, client, chance.fork(`client-${client}`), until)))).flat();
    await striking;

    const giveUpAt = Date.now() + INDEXED_WITHIN_MS * slack;
    const lost: string[] = [];
    const torn: string[] = [];
    const sizes = new Set<number | undefined>();
    for (const { documentId, version, perhaps } of documents) {
      const { state, passages } = await settled(door, documentId, giveUpAt);
      sizes.add(passages);
      const versions = await versionsFound(door, documentId, giveUpAt);
      const wanted = new Set([version, ...perhaps]);
      if (state !== 'ready' || versions.size === 0 || ![...versions].every((one) => wanted.has(one))) lost.push(`${documentId}: ${[...wanted].join(' or ')} wanted, ${[...versions].join(' and ')} found; ${state}`);
      else if (versions.size > 1) torn.push(`${documentId}: versions ${[...versions].join(' and ')}`);
    }
    // All versions have as many parts.
    if (sizes.size > 1) torn.push(`documents of ${[...sizes].join(' and ')} passages`);
    const findings = (of: readonly string[]) => of.map((why) => ({ key: why, requestId: 'none', why }));
    return {
      figures: [
        none('accepted and not found', findings(lost)),
        none('found in part, or in two versions', findings(torn)),
        atLeast('documents with an accepted version', documents.length, CLIENTS),
        atLeast('processes killed', log.struck.length, 1),
        atMost('waited for the last, s', Math.max(0, (Date.now() - until) / 1_000), (INDEXED_WITHIN_MS / 1_000) * slack),
        told('versions accepted at most', Math.max(0, ...documents.map(({ version }) => version))),
      ],
      details: { documents },
    };
  },
};
