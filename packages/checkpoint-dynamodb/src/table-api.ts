import type {
  AttributeValue,
  CreateTableCommandInput,
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  ScanCommandInput,
  TableDescription,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';

/** An item as DynamoDB gives it. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** One answer of a Scan. */
export interface ScanPage {
  readonly items: readonly Item[];
  /** Where the next page starts; undefined: this was the last. */
  readonly next: Item | undefined;
}

/** The calls to DynamoDB, and nothing else: rejects with whatever the client throws. */
export interface TableApi {
  describeTable(tableName: string, signal: AbortSignal): Promise<TableDescription>;
  createTable(input: CreateTableCommandInput, signal: AbortSignal): Promise<void>;
  scan(input: ScanCommandInput, signal: AbortSignal): Promise<ScanPage>;
  getItem(input: GetItemCommandInput, signal: AbortSignal): Promise<Item | undefined>;
  putItem(input: PutItemCommandInput, signal: AbortSignal): Promise<void>;
  /** The item after the update. */
  updateItem(input: UpdateItemCommandInput, signal: AbortSignal): Promise<Item>;
  deleteItem(input: DeleteItemCommandInput, signal: AbortSignal): Promise<void>;
  /** Lets go of the connections, where they are ours. */
  close(): void;
}
