import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../src/certificate.js';

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

  it('is new each time', async () => {
    const [first, second] = await Promise.all([selfSignedCertificate('::'), selfSignedCertificate('::')]);
    expect(first?.key).not.toBe(second?.key);
  });
});
