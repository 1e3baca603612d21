import { join } from 'node:path';
import { runTool } from './run-tool.js';

/** Flags of a JVM that trusts one certificate, which is in a file; the store is made beside it. */
export function trustStoreFlags(certificateFile: string): readonly string[] {
  const store = join(certificateFile, '..', 'trusted.p12');
  const password = 'changeit';
  const into = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', password];
  runTool('keytool', ['-importcert', '-noprompt', '-alias', 'local', '-file', certificateFile, ...into]);
  const settings = { trustStore: store, trustStoreType: 'PKCS12', trustStorePassword: password };
  return Object.entries(settings).map(([name, value]) => `-Djavax.net.ssl.${name}=${value}`);
}
