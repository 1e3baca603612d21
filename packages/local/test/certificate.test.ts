import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateName, isTlsChoice, keyPairFor, selfSignedCertificate } from '../src/certificate.js';

describe('selfSignedCertificate', () => {
  it('is good for this machine by its usual names, and signed by itself', async () => {
    const { key, certificate } = await selfSignedCertificate('127.0.0.1');
    const parsed = new X509Certificate(certificate);
    expect(parsed.checkHost('localhost')).toBe('localhost');
    expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(parsed.checkIP('::1')).toBeDefined();
    expect(parsed.checkHost('example.com')).toBeUndefined();
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.ca).toBe(true);
  });

  it.each(['kinesis.test', '192.0.2.7'])('is good for %s, where the server listens', async (host) => {
    const parsed = new X509Certificate((await selfSignedCertificate(host)).certificate);
    expect(parsed.checkHost(host) ?? parsed.checkIP(host)).toBe(host);
    expect(parsed.checkHost('localhost')).toBe('localhost');
  });

  it('names no host that means any', async () => {
    const parsed = new X509Certificate((await selfSignedCertificate('0.0.0.0')).certificate);
    expect(parsed.subjectAltName).not.toContain('0.0.0.0');
  });

  it('is good for more names', async () => {
    const { certificate } = await selfSignedCertificate('0.0.0.0', ['kinesis', '192.0.2.7', 'localhost']);
    const parsed = new X509Certificate(certificate);
    expect(parsed.checkHost('kinesis')).toBe('kinesis');
    expect(parsed.checkIP('192.0.2.7')).toBe('192.0.2.7');
    expect(parsed.subjectAltName?.match(/localhost/g)).toHaveLength(1);
  });

  it('is new each time', async () => {
    const [first, second] = await Promise.all([selfSignedCertificate('::'), selfSignedCertificate('::')]);
    expect(first?.key).not.toBe(second?.key);
  });
});

describe('keyPairFor', () => {
  it('takes the pair that is given, makes one, or has none', async () => {
    const pair = { key: 'k', certificate: 'c' };
    expect(await keyPairFor(false, 'a')).toBeUndefined();
    expect(await keyPairFor(pair, 'a')).toBe(pair);
    const names = async (tls: true | { names: string[] }) =>
      new X509Certificate((await keyPairFor(tls, 'a'))?.certificate ?? '').subjectAltName;
    expect(await names(true)).toMatch(/DNS:a$/);
    expect(await names({ names: ['b'] })).toMatch(/DNS:a, DNS:b$/);
  });
});

describe('isTlsChoice', () => {
  const pair = { key: 'k', certificate: 'c' };

  it.each([true, false, pair, { names: [] }, { names: ['kinesis', '*.test', '::1'] }])(
    'takes %j',
    (value) => {
      expect(isTlsChoice(value)).toBe(true);
    },
  );

  it.each([
    undefined,
    null,
    'yes',
    {},
    { key: 'k' },
    { certificate: 'c' },
    { ...pair, ca: 'z' },
    { ...pair, names: [] },
    { names: 'kinesis' },
    { names: ['a b'] },
    { names: [''] },
    { names: [1] },
  ])('refuses %j', (value) => {
    expect(isTlsChoice(value)).toBe(false);
  });

  it('wants names that a certificate can have', () => {
    expect(['kinesis', 'a.b-c', '10.0.0.7', 'fe80::1'].map(certificateName.accepts)).not.toContain(false);
    expect(['', 'a/b', 'a:1', 'é', 7].map(certificateName.accepts)).not.toContain(true);
  });
});
