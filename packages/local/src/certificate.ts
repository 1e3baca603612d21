import { isIP } from 'node:net';

/** A private key and the certificate that goes with it. */
export interface TlsKeyPair {
  /** The private key in PEM. */
  readonly key: string;
  /** Its certificate in PEM, followed by those of the authorities between it and a root, if any. */
  readonly certificate: string;
}

/** Makes a certificate that stands for itself: for this machine by its usual names, and for `host`. */
export async function selfSignedCertificate(host: string): Promise<TlsKeyPair> {
  // Loaded only here: who needs no TLS should not wait for it.
  const { generate } = await import('selfsigned');
  const others = ['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'].includes(host) ? [] : [host];
  const names = ['localhost', '127.0.0.1', '::1', ...others];
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
