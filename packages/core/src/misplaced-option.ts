/** What the SDK takes for a client of its own, by where it belongs with us. Nothing of its retries, which have no effect there either. */
const places: ReadonlyMap<string, string> = new Map([
  ...[
    'region',
    'endpoint',
    'credentials',
    'profile',
    'requestHandler',
    'useFipsEndpoint',
    'useDualstackEndpoint',
    'tls',
    'protocol',
    'logger',
  ].map((name) => [name, 'clientConfig'] as const),
  ...['accessKeyId', 'secretAccessKey', 'sessionToken'].map(
    (name) => [name, 'clientConfig.credentials'] as const,
  ),
]);

/** Where `name` belongs among options that have a `clientConfig`: most write what they know from the SDK beside it first. */
export function placeOf(name: string, known: readonly string[]): string | undefined {
  return known.includes('clientConfig') ? places.get(name) : undefined;
}
