import { Command } from 'commander';
import { withConnection, type ConnectOptions } from '../client/connect.js';
import { runCall } from './run-call.js';

interface Takeover {
  readonly conversationId: string;
  readonly openRequests?: number;
  readonly handOver?: { readonly intents: readonly string[]; readonly keywords: readonly string[] };
}

const path = (id: string): string => `/v1/conversations/${encodeURIComponent(id)}/human`;

function takeCommand(): Command {
  return withConnection(new Command('take').description('a person takes the conversation over: the mesh says nothing in it until it is given back').argument('<id>', 'conversation id')).action(
    async (id: string, options: ConnectOptions) => {
      await runCall(options, (client) => client.call<Takeover>('PUT', path(id)), ({ conversationId, openRequests = 0, handOver }) => `a person has ${conversationId}; ${openRequests === 0 ? 'nothing was open' : `${openRequests} open, which end in silence`}${handOver ? `\nwanted: ${[...handOver.intents, ...handOver.keywords].join(', ')}` : ''}`);
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
