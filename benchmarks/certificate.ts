import { generate } from 'selfsigned';

export interface ServerCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate for loopback that no other run ever sees. */
export async function loopbackCertificate(): Promise<ServerCertificate> {
  const { cert, private: privateKey } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { certificate: cert, privateKey };
}
