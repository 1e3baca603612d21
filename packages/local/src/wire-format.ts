/** How requests and answers are written: JSON 1.1 or CBOR 1.1. An answer comes in the format of its request. */
export interface WireFormat {
  readonly contentType: string;
  /** The form in which `parse` gives its values. */
  readonly form: 'native' | 'json';
  /** Reads a request's body; in CBOR an empty one is an empty structure. @throws KinesisServiceError when it is malformed. */
  readonly parse: (body: Buffer) => unknown;
  /** An answer's body. Answers are plain objects made by the operations, never deeper than a few levels. */
  readonly encode: (answer: object) => string | Uint8Array;
  /** The body of an answer of an operation that has no output. */
  readonly noOutput: string | Uint8Array;
}
