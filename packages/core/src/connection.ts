/** The door for sibling packages that talk to the service: the only one that loads the AWS SDK. Released together with them. */
export { type ConnectionPolicy, connectKinesis } from './kinesis-connection.js';
export {
  ConnectionInUseError,
  type ConnectionStats,
  type ConnectionUse,
  KinesisConnection,
  type KinesisConnectionOptions,
} from './shared-connection.js';
