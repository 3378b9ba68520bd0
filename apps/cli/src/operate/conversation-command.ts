import { Command } from 'commander';
import { withConnection, type ConnectOptions } from '../client/connect.js';
import { runCall } from './run-call.js';

interface Takeover {
  readonly conversationId: string;
  readonly openRequests?: number;
  readonly handOver?: HandOverNote;
}

interface HandOverNote {
  readonly intents: readonly string[];
  readonly keywords: readonly string[];
  readonly rule?: string;
  readonly reason?: string;
  readonly flow?: string;
  readonly slots?: Readonly<Record<string, string | number | boolean>>;
}

/** What the mesh noted as it handed over, a line each. */
function linesOf({ intents, keywords, rule, reason, flow, slots = {} }: HandOverNote): string[] {
  const told = Object.entries(slots).map(([name, value]) => `${name} ${value}`);
  return [
    `wanted: ${[...intents, ...keywords].join(', ')}`,
    ...(rule === undefined ? [] : [`handed over by ${rule}${reason === undefined ? '' : ` (${reason})`}`]),
    ...(flow === undefined && told.length === 0 ? [] : [`told so far${flow === undefined ? '' : ` in ${flow}`}: ${told.length === 0 ? 'nothing' : told.join(', ')}`]),
  ];
}

function drawTakeover({ conversationId, openRequests = 0, handOver }: Takeover): string {
  const open = openRequests === 0 ? 'nothing was open' : `${openRequests} open, which end in silence`;
  return [`a person has ${conversationId}; ${open}`, ...(handOver ? linesOf(handOver) : [])].join('\n');
}

const path = (id: string): string => `/v1/conversations/${encodeURIComponent(id)}/human`;

function takeCommand(): Command {
  return withConnection(new Command('take').description('a person takes the conversation over: the mesh says nothing in it until it is given back').argument('<id>', 'conversation id')).action(
    async (id: string, options: ConnectOptions) => {
      await runCall(options, (client) => client.call<Takeover>('PUT', path(id)), drawTakeover);
    },
  );
}

function giveBackCommand(): Command {
  return withConnection(new Command('give-back').description('the mesh answers again, from the next message on').argument('<id>', 'conversation id')).action(async (id: string, options: ConnectOptions) => {
    await runCall(options, (client) => client.call<Takeover>('DELETE', path(id)), ({ conversationId }) => `the mesh has ${conversationId} again`);
  });
}

/** Who speaks in a conversation: the mesh, or a person. */
export function conversationCommand(): Command {
  return new Command('conversation').description('who speaks in a conversation, the mesh or a person; the key needs the scope "operate"').addCommand(takeCommand()).addCommand(giveBackCommand());
}
