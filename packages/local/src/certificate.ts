import { isIP } from 'node:net';

/** A private key and the certificate that goes with it. */
export interface TlsKeyPair {
  /** The private key in PEM. */
  readonly key: string;
  /** Its certificate in PEM, followed by those of the authorities between it and a root, if any. */
  readonly certificate: string;
}

/** Hosts that a certificate made for the occasion is to be good for, beside this machine and where the server listens. */
export interface TlsNames {
  readonly names: readonly string[];
}

/** What a name in a certificate may be. */
export const certificateName = Object.freeze({
  expected: 'a host name or an address',
  accepts: (value: unknown) => typeof value === 'string' && (isIP(value) !== 0 || /^[\w*.-]+$/.test(value)),
});

/** Whether `value` can be told to {@link keyPairFor}. */
export function isTlsChoice(value: unknown): value is boolean | TlsNames | TlsKeyPair {
  if (typeof value === 'boolean') return true;
  if (typeof value !== 'object' || value === null) return false;
  const { key, certificate, names, ...others } = value as Record<string, unknown>;
  if (Object.keys(others).length > 0) return false;
  if (names === undefined) return typeof key === 'string' && typeof certificate === 'string';
  const alone = key === undefined && certificate === undefined;
  return alone && Array.isArray(names) && names.every(certificateName.accepts);
}

/** The key pair of a server that listens on `host`: the given one, or one that is made for it; none without TLS. */
export async function keyPairFor(
  tls: boolean | TlsNames | TlsKeyPair,
  host: string,
): Promise<TlsKeyPair | undefined> {
  if (tls === false) return undefined;
  if (tls === true) return selfSignedCertificate(host);
  return 'names' in tls ? selfSignedCertificate(host, tls.names) : tls;
}

/** Makes a certificate that stands for itself: for this machine by its usual names, for `host`, and for `more`. */
export async function selfSignedCertificate(host: string, more: readonly string[] = []): Promise<TlsKeyPair> {
  // Loaded only here: who needs no TLS should not wait for it.
  const { generate } = await import('selfsigned');
  const others = ['0.0.0.0', '::'].includes(host) ? more : [host, ...more];
  const names = [...new Set(['localhost', '127.0.0.1', '::1', ...others])];
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      // Without it some clients do not take the certificate for one that others could be checked against.
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  });
  return { key, certificate: cert };
}
