import type { Chance } from '../seeded-chance.js';
import type { FaultScript, Step, StreamForm } from './fault-script.js';

interface FaultInput {
  readonly chance: Chance;
  readonly form: StreamForm;
  readonly secret: string;
  /** The pieces of the answer. */
  readonly texts: readonly string[];
}

type Made = Pick<FaultScript, 'steps'> & Partial<FaultScript>;
type Fault = (input: FaultInput) => Made;

/** More than any answer has, and more than is worth keeping of a server that sends no end of line. */
const HUGE = 3 * 1_024 * 1_024;

const whole = ({ form, texts }: FaultInput): string => form.begin + texts.map((text) => form.piece(text)).join('') + form.last;
/** The beginning of an answer: some of its pieces. */
const some = ({ chance, form, texts }: FaultInput): string => form.begin + texts.slice(0, chance.below(texts.length)).map((text) => form.piece(text)).join('');
const bytes = (text: string): Buffer => Buffer.from(text);

/** In chunks of any size, with waits between them: characters and lines break anywhere. */
function inChunks(all: Buffer, chance: Chance, longestMs: number): Step[] {
  const steps: Step[] = [];
  const size = Math.ceil(all.length / (2 + chance.below(5)));
  for (let at = 0; at < all.length; at += size) steps.push(all.subarray(at, at + size), chance.below(longestMs + 1));
  return steps;
}

const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html' };
const refusal = (status: number, headers: Readonly<Record<string, string>> = {}): Fault => ({ secret }) => ({ status, headers: { ...json, ...headers }, steps: [bytes(JSON.stringify({ error: { message: `cannot serve: ${secret}` } }))], wanted: 'error' });
/** An HTTP answer that is none of what was asked for. */
const instead = (headers: Readonly<Record<string, string>>, body: (secret: string) => string): Fault => ({ secret }) => ({ headers, steps: [bytes(body(secret))], wanted: 'error' });
/** After some of the answer, this. */
const then = (next: (input: FaultInput) => string): Fault => (input) => ({ steps: [bytes(some(input)), bytes(next(input))], wanted: 'error' });

/** What servers of models do wrong, by name. */
export const FAULTS = {
  slow: (input) => ({ steps: inChunks(bytes(whole(input)), input.chance, 6) }),
  split_anywhere: (input) => ({ steps: [...bytes(whole(input))].map((byte) => Buffer.of(byte)) }),
  carriage_returns: (input) => ({ steps: inChunks(bytes(whole(input).replaceAll('\n', '\r\n')), input.chance, 1) }),
  blank_lines: (input) => ({ steps: [bytes(`\n\n${whole(input)}\n\n`)] }),
  duplicated_final_message: (input) => ({ steps: [bytes(whole(input) + input.form.last)] }),
  trailing_garbage: (input) => ({ steps: [bytes(`${whole(input)}{"not json: ${input.secret}`)], wanted: 'either' }),
  wrong_content_type: (input) => ({ headers: html, steps: [bytes(whole(input))], wanted: 'either' }),
  cut_at_any_byte: (input) => {
    const all = bytes(input.form.begin + input.texts.map((text) => input.form.piece(text)).join(''));
    return { steps: [all.subarray(0, input.chance.below(all.length))], end: 'cut', wanted: 'error' };
  },
  ended_early: (input) => ({ steps: [bytes(some(input))], wanted: 'error' }),
  half_a_character: (input) => {
    const all = bytes(some(input) + input.form.piece('退'));
    return { steps: [all.subarray(0, all.lastIndexOf(bytes('退')) + 1 + input.chance.below(2))], wanted: 'error' };
  },
  bad_json: then(({ form, secret }) => form.piece(secret).replace('}', `},,${secret}`)),
  not_the_form: then(({ form, secret }) => form.piece('@').replace('"@"', `{"unexpected":"${secret}"}`)),
  error_in_stream: then(({ form, secret }) => form.error(`broke at ${secret}`)),
  huge_line: (input) => ({ steps: [bytes(some(input)), bytes(input.form.piece('@').split('@')[0] ?? ''), ...Array.from({ length: 64 }, () => Buffer.alloc(HUGE / 64, 'x'))], wanted: 'error' }),
  empty_body: () => ({ steps: [], wanted: 'error' }),
  no_content: () => ({ status: 204, headers: {}, steps: [], wanted: 'error' }),
  page_instead: instead(html, (secret) => `<html><body>Sign in to go on: ${secret}</body></html>`),
  ok_with_error_body: instead(json, (secret) => JSON.stringify({ error: `cannot serve: ${secret}` })),
  ok_with_error_object: instead(json, (secret) => JSON.stringify({ error: { message: secret, code: 500 } })),
  another_object: instead(json, (secret) => JSON.stringify({ detail: secret })),
  length_that_never_comes: (input) => ({ headers: { 'content-type': input.form.contentType, 'content-length': '100000' }, steps: [bytes(some(input)), 1], end: 'cut', wanted: 'error' }),
  not_compressed: ({ form, secret }) => ({ headers: { 'content-type': form.contentType, 'content-encoding': 'gzip' }, steps: [bytes(secret)], wanted: 'error' }),
  closed_before_headers: () => ({ raw: true, steps: [], end: 'cut', wanted: 'error' }),
  not_http: ({ secret }) => ({ raw: true, steps: [bytes(`220 mail.example ready for ${secret}\r\n`)], end: 'cut', wanted: 'error' }),
  half_the_headers: ({ secret }) => ({ raw: true, steps: [bytes(`HTTP/1.1 200 OK\r\nx-said: ${secret}`)], end: 'cut', wanted: 'error' }),
  bad_chunk: ({ form, secret }) => ({ raw: true, steps: [bytes(`HTTP/1.1 200 OK\r\ncontent-type: ${form.contentType}\r\ntransfer-encoding: chunked\r\n\r\nzz ${secret}\r\n`)], end: 'cut', wanted: 'error' }),
  overloaded: refusal(503),
  overloaded_with_time: refusal(503, { 'retry-after': '7' }),
  overloaded_with_nonsense: refusal(503, { 'retry-after': 'soon' }),
  too_many_requests: refusal(429, { 'retry-after': '2' }),
  server_error: refusal(500),
  bad_gateway: (input) => ({ status: 502, headers: html, steps: inChunks(bytes(`<html>${input.secret}</html>`), input.chance, 3), wanted: 'error' }),
  bad_request: refusal(400),
  error_without_end: ({ secret }) => ({ status: 500, headers: json, steps: [bytes(`{"error": "${secret}`)], end: 'hang', wanted: 'error' }),
  moved: () => ({ status: 307, headers: { location: '/elsewhere' }, steps: [], wanted: 'error' }),
  moved_to_itself: () => ({ status: 302, headers: { location: '' }, steps: [], wanted: 'error' }),
  hang_before_headers: () => ({ raw: true, steps: [], end: 'hang', wanted: 'error' }),
  hang_after_headers: () => ({ steps: [], end: 'hang', wanted: 'error' }),
  hang_within: (input) => ({ steps: inChunks(bytes(some(input)), input.chance, 2), end: 'hang', wanted: 'error' }),
  hang_before_final_message: (input) => ({ steps: [bytes(whole(input).slice(0, -input.form.last.length))], end: 'hang', wanted: 'error' }),
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
