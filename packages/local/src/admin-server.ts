import { createServer, type Server } from 'node:http';
import type { Clock } from '@shardline/core';
import { adminHandler } from './admin-handler.js';
import type { LocalKinesis } from './local-kinesis.js';

/** A server for `adminHandler`, apart from the one that speaks Kinesis: nothing that a client of Kinesis sends reaches it. */
export function createAdminServer(kinesis: LocalKinesis, clock: Clock, host: string): Server {
  return createServer(adminHandler(kinesis, clock, host));
}
