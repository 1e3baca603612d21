import type { TestProject } from 'vitest/node';
import { prepareJava } from './prepare-java.js';
import { preparePython } from './prepare-python.js';
import type { Tool } from './tool.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** JDK and Maven; its path is the class path of interop/java. */
    java: Tool;
    /** Python; its path is an interpreter that has boto3. */
    python: Tool;
  }
}

/** Before any test file: downloads, on the first run, and compiles what the tests run. */
export function setup(project: TestProject): void {
  project.provide('java', orBroken(prepareJava));
  project.provide('python', orBroken(preparePython));
}

/** What fails here fails the tests that need it, and no others. */
function orBroken(prepare: () => Tool): Tool {
  try {
    return prepare();
  } catch (error) {
    return { broken: error instanceof Error ? error.message : String(error), path: '' };
  }
}
