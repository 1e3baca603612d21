import type { Justification } from '../justify.js';

/** Requests that are no calls in order. */
export const protocolDifferences: readonly Justification[] = [
  {
    because:
      'An operation that does not exist is unknown; AccessDeniedException is for callers without the permission.',
    source: 'API reference, Common Error Types: UnknownOperationException, AccessDeniedException',
    differences: {
      '400 UnknownOperationException | 400 AccessDeniedException': [
        'the request itself / an unknown operation',
        'the request itself / no target',
        'the request itself / a target of another service',
        'the request itself / an operation in lower case',
      ],
    },
  },
  {
    because: 'The name of an error stands in its body, whatever the type of the request.',
    source: 'Smithy, AWS JSON 1.1 protocol, Operation error serialization',
    differences: {
      '404 UnknownOperationException | 404 (no __type)': [
        'the request itself / no content type',
        'the request itself / the content type of text',
      ],
    },
  },
];
