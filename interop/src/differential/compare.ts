import type { PlainAnswer } from './normalise.js';

/** How two answers to one request differ: a line for each place, `place: ours | theirs`. Empty when they are the same. */
export function compareAnswers(ours: PlainAnswer, theirs: PlainAnswer): readonly string[] {
  if ('error' in ours || 'error' in theirs) {
    const [left, right] = [outcome(ours), outcome(theirs)];
    return left === right ? [] : [`${left} | ${right}`];
  }
  const status = ours.status === theirs.status ? [] : [`${ours.status} | ${theirs.status}`];
  return [...status, ...compareValues('', ours.body, theirs.body)];
}

function outcome(answer: PlainAnswer): string {
  return 'error' in answer ? `${answer.status} ${answer.error}` : String(answer.status);
}

function compareValues(place: string, ours: unknown, theirs: unknown): readonly string[] {
  if (Object.is(ours, theirs)) return [];
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    if (ours.length !== theirs.length) return [`${place}.length: ${ours.length} | ${theirs.length}`];
    return ours.flatMap((entry, index) => compareValues(`${place}[${index}]`, entry, theirs[index]));
  }
  if (isObject(ours) && isObject(theirs)) {
    const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
    return names.flatMap((name) =>
      compareValues(place === '' ? name : `${place}.${name}`, ours[name], theirs[name]),
    );
  }
  return [`${place}: ${shown(ours, theirs)} | ${shown(theirs, ours)}`];
}

/** Of a value that only one side has, it is enough to say so. */
function shown(value: unknown, other: unknown): string {
  if (value === undefined) return '(absent)';
  return other === undefined && typeof value === 'object' ? '(present)' : JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
