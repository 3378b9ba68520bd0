/** Contender: the same hops over Nest's own Redis transport, which is publish/subscribe: nothing is stored, so nothing survives a crash. */
import 'reflect-metadata';
import { Controller, Inject, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { redisUrl, role, serve } from './role.ts';

const { hostname: host, port } = new URL(redisUrl);
const options = { host, port: Number(port) };
const CLIENT = 'client';

// Decorators are called as what they are, functions: Node runs this file as it is.
class DispatchController {
  readonly client: ClientProxy;
  constructor(client: ClientProxy) {
    this.client = client;
  }
  dispatch(message: { text: string }): Promise<string> {
    return firstValueFrom(this.client.send<string>('work', message));
  }
}
class WorkController {
  work(message: { text: string }): string {
    return message.text;
  }
}
function handles(target: object, method: string, pattern: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(target, method);
  if (!descriptor) throw new Error(method);
  Payload()(target, method, 0);
  MessagePattern(pattern)(target, method, descriptor);
  Object.defineProperty(target, method, descriptor);
}
Inject(CLIENT)(DispatchController, undefined, 0);
Controller()(DispatchController);
Controller()(WorkController);
handles(DispatchController.prototype, 'dispatch', 'dispatch');
handles(WorkController.prototype, 'work', 'work');

// oxlint-disable-next-line typescript/no-extraneous-class -- Nest wants a class to hang a module on
class Root {}
Module({})(Root);
const controllers = role === 'dispatcher' ? [DispatchController] : role === 'worker' ? [WorkController] : [];
const root: DynamicModule = { module: Root, imports: [ClientsModule.register([{ name: CLIENT, transport: Transport.REDIS, options }])], controllers };
if (role === 'front') {
  const app = await NestFactory.createApplicationContext(root, { logger: false });
  const client = app.get<ClientProxy>(CLIENT);
  await client.connect();
  serve({ call: (text) => firstValueFrom(client.send<string>('dispatch', { text })) });
} else {
  const app = await NestFactory.createMicroservice(root, { transport: Transport.REDIS, options, logger: false });
  await app.listen();
  serve();
}
