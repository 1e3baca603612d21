import type { LeaseStore } from './lease-store.js';

/** Being built. */
export declare class InMemoryLeaseStore implements LeaseStore {
  open: LeaseStore['open'];
  list: LeaseStore['list'];
  get: LeaseStore['get'];
  create: LeaseStore['create'];
  take: LeaseStore['take'];
  renew: LeaseStore['renew'];
  checkpoint: LeaseStore['checkpoint'];
  prepareCheckpoint: LeaseStore['prepareCheckpoint'];
  startHandoff: LeaseStore['startHandoff'];
  assign: LeaseStore['assign'];
  release: LeaseStore['release'];
  updateMetadata: LeaseStore['updateMetadata'];
  delete: LeaseStore['delete'];
  close: LeaseStore['close'];
}
