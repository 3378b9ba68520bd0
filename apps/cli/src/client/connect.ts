import type { Command } from 'commander';
import { MeshError } from '@switchyard/errors';
import { SAMPLE_KEY } from '../up/start-mesh.js';
import { readRunState } from '../up/run-state.js';
import { GatewayClient } from './gateway-client.js';

export interface ConnectOptions {
  readonly url?: string;
  readonly key?: string;
  readonly data: string;
  readonly json?: true;
}

/** The options of every command that talks to a running mesh. */
export function withConnection(command: Command): Command {
  return command
    .option('--url <url>', 'base URL of the gateway (default: of the mesh that "yard up" started)', process.env['SWITCHYARD_URL'])
    .option('--key <key>', 'API key (default: $SWITCHYARD_KEY, else the key of the sample site)', process.env['SWITCHYARD_KEY'])
    .option('--data <dir>', 'data folder of the local mesh', process.env['DATA_DIR'] ?? '.switchyard')
    .option('--json', 'print JSON');
}

/**
 * Base URL of the mesh that is meant, without a slash at its end.
 * @throws MeshError QUEUE_UNAVAILABLE where no URL is given and no mesh runs here
 */
export function urlOf(options: ConnectOptions): string {
  const url = options.url ?? readRunState(options.data)?.url;
  if (url === undefined) throw new MeshError('QUEUE_UNAVAILABLE', `no mesh runs with the data folder ${options.data}; "npm start" starts one, --url names another`);
  return url.replace(/\/+$/, '');
}

/** @throws MeshError QUEUE_UNAVAILABLE where no URL is given and no mesh runs here */
export const connect = (options: ConnectOptions): GatewayClient => new GatewayClient(urlOf(options), options.key ?? SAMPLE_KEY);
