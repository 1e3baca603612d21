import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type IConfigFile } from '@microsoft/api-extractor';
import { type PublishedPackage, siblingDoors } from './doors.js';

/**
 * Members that need no words of ours: those that mean the same wherever they stand, discriminators, and the service's
 * own fields, in PascalCase.
 */
const selfExplaining = /for "(code|cause|kind|\[Symbol\.\w+\]|[A-Z]\w*)"\.$/;

/**
 * Compares the API report of a door, in the package's etc/, with its built declarations; `write` replaces it. An
 * export without documentation and a type that is used but not exported are errors.
 */
export function judgeApi(one: PublishedPackage, door: string, write: boolean): readonly string[] {
  const problems: string[] = [];
  const result = Extractor.invoke(configOf(one, door), {
    localBuild: write,
    messageCallback(message) {
      message.handled = true;
      if (message.messageId.startsWith('console-api-report-')) return; // said below, in our own words
      if (message.messageId === 'ae-undocumented' && selfExplaining.test(message.text)) return;
      const bad =
        message.logLevel === ExtractorLogLevel.Error || message.logLevel === ExtractorLogLevel.Warning;
      if (bad) problems.push(message.formatMessageWithLocation(one.folder));
    },
  });
  if (result.apiReportChanged && !write) {
    const { reportFilePath, reportTempFilePath } = result.extractorConfig;
    const changes = lineChanges(textOf(reportFilePath), textOf(reportTempFilePath));
    problems.push(['the API report is stale: run pnpm fix and look at the diff', ...changes].join('\n'));
  }
  return problems;
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Lines that only one of the two has; enough to see what changed. */
function lineChanges(before: string, after: string): readonly string[] {
  const old = new Set(before.split('\n'));
  const now = new Set(after.split('\n'));
  const gone = [...old].filter((line) => !now.has(line)).map((line) => `- ${line}`);
  const come = [...now].filter((line) => !old.has(line)).map((line) => `+ ${line}`);
  return [...gone, ...come].slice(0, 30);
}

function configOf(one: PublishedPackage, door: string): ExtractorConfig {
  const reportFolder = join(one.folder, 'etc');
  mkdirSync(reportFolder, { recursive: true });
  const name = door === 'index' ? one.short : `${one.short}.${door}`;
  const quiet = { logLevel: 'none' as ExtractorLogLevel };
  const configObject: IConfigFile = {
    projectFolder: one.folder,
    mainEntryPointFilePath: join(one.folder, 'dist', `${door}.d.ts`),
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: 'ES2022',
          lib: ['ES2023', 'ESNext.Disposable'],
          module: 'NodeNext',
          moduleResolution: 'NodeNext',
          strict: true,
          skipLibCheck: true,
          types: ['node'],
        },
        include: [`dist/${door}.d.ts`],
      },
    },
    apiReport: {
      enabled: true,
      reportFolder,
      reportTempFolder: join(one.folder, 'temp'),
      reportFileName: name,
      includeForgottenExports: false,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      compilerMessageReporting: { default: { logLevel: 'error' as ExtractorLogLevel } },
      extractorMessageReporting: {
        default: { logLevel: 'error' as ExtractorLogLevel },
        'ae-missing-release-tag': quiet, // everything that a door exports is public
        // Doors for siblings are reported, but users do not read them.
        ...(!siblingDoors.has(door) ? {} : { 'ae-undocumented': quiet, 'ae-forgotten-export': quiet }),
      },
      tsdocMessageReporting: { default: { logLevel: 'error' as ExtractorLogLevel } },
    },
  };
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(one.folder, 'package.json'),
  });
}
