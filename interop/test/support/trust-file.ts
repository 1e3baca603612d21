import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate in a file of its own, for clients that want its path. */
export function trustFile(certificate: string | undefined): { readonly path: string; remove(): void } {
  if (certificate === undefined) throw new Error('The server was started without TLS.');
  const folder = mkdtempSync(join(tmpdir(), 'shardline-interop-'));
  const path = join(folder, 'trusted.pem');
  writeFileSync(path, certificate);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
