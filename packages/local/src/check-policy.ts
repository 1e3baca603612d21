import { KinesisServiceError } from './service-error.js';

const versions: readonly unknown[] = ['2012-10-17', '2008-10-17', undefined];

/**
 * Throws unless `policy` is the JSON of a resource policy: statements that allow or deny principals actions. Whether the
 * principals exist and what the policy permits is not looked at: the local Kinesis checks no permissions.
 */
export function checkPolicy(policy: string): void {
  const document = parsed(policy);
  if (!isObject(document)) throw invalid('it is not a JSON object');
  const { Version, Statement } = document;
  if (!versions.includes(Version)) throw invalid(`its Version ${JSON.stringify(Version)} is not known`);
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0) throw invalid('it has no Statement');
  for (const statement of statements) checkStatement(statement);
}

function checkStatement(statement: unknown): void {
  if (!isObject(statement)) throw invalid('its Statement is not an object or a list of objects');
  const { Effect, Action, NotAction, Principal, NotPrincipal } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw invalid('a statement has no Effect of Allow or Deny');
  if (!isTexts(Action) && !isTexts(NotAction)) throw invalid('a statement has no Action');
  const principal = Principal ?? NotPrincipal;
  const named = isObject(principal) && Object.values(principal).length > 0;
  if (principal !== '*' && !(named && Object.values(principal).every(isTexts))) {
    throw invalid('a statement has no Principal');
  }
}

/** Whether it is a text that is not empty, or a list of such texts that is not empty. */
function isTexts(value: unknown): boolean {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return texts.length > 0 && texts.every((text) => typeof text === 'string' && text !== '');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch (error) {
    throw invalid(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function invalid(reason: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', `The resource policy is not valid: ${reason}.`);
}
