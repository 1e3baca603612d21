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
    because: 'A body of another type cannot be read; 415 is the status for that.',
    source:
      'Smithy, AWS JSON 1.1 protocol: Content-Type must be application/x-amz-json-1.1; RFC 9110, 15.5.16',
    differences: {
      '415 SerializationException | 404 (no __type)': [
        'the request itself / no content type',
        'the request itself / the content type of text',
      ],
    },
  },
  {
    because:
      'An operation that needs no member is complete without a body: clients with nothing to say may send none.',
    source: 'API_ListStreams: no required member',
    differences: {
      '200 | 400 SerializationException': ['the request itself / no body'],
    },
  },
];
