import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** What an attribute must be for a write to take effect: this value, or there with any value, or not there. */
export type Expected = AttributeValue | 'present' | 'absent';

/** Conditions by attribute; all must hold. */
export type Conditions = Readonly<Record<string, Expected>>;

/** A conditional change of an item. Attributes that it does not name stay as they are. */
export interface Change {
  readonly when: Conditions;
  readonly set?: Readonly<Record<string, AttributeValue>>;
  /** Numbers to raise, and by how much. */
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
}

/** The members of a request that say a condition. */
export interface ConditionMembers {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  /** Absent where no value is named: DynamoDB refuses an empty map. */
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** A condition in DynamoDB's words. */
export function conditionMembers(when: Conditions): ConditionMembers {
  const words = new Words();
  const ConditionExpression = words.condition(when);
  return { ConditionExpression, ...words.members() };
}

/** A change in DynamoDB's words; one that changes nothing has no UpdateExpression, and still checks its condition. */
export function updateMembers(change: Change): ConditionMembers & { readonly UpdateExpression?: string } {
  const words = new Words();
  const ConditionExpression = words.condition(change.when);
  const UpdateExpression = words.update(change);
  return {
    ConditionExpression,
    ...(UpdateExpression !== '' && { UpdateExpression }),
    ...words.members(),
  };
}

/** Collects the names and values that an expression refers to. Every name goes by reference: some are reserved words. */
class Words {
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, AttributeValue> = {};

  condition(when: Conditions): string {
    const one = ([name, expected]: [string, Expected]) => {
      if (expected === 'present') return `attribute_exists(${this.#name(name)})`;
      if (expected === 'absent') return `attribute_not_exists(${this.#name(name)})`;
      return `${this.#name(name)} = ${this.#value(`was_${name}`, expected)}`;
    };
    return Object.entries(when).map(one).join(' AND ');
  }

  update({ set = {}, add = {}, remove = [] }: Change): string {
    const sets = Object.entries(set).map(
      ([name, value]) => `${this.#name(name)} = ${this.#value(name, value)}`,
    );
    const adds = Object.entries(add).map(
      ([name, by]) => `${this.#name(name)} ${this.#value(`add_${name}`, { N: String(by) })}`,
    );
    const removes = remove.map((name) => this.#name(name));
    return [clause('SET', sets), clause('ADD', adds), clause('REMOVE', removes)].filter(Boolean).join(' ');
  }

  members(): Pick<ConditionMembers, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
    const values = this.#values;
    return {
      ExpressionAttributeNames: this.#names,
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    };
  }

  #name(name: string): string {
    this.#names[`#${name}`] = name;
    return `#${name}`;
  }

  #value(reference: string, value: AttributeValue): string {
    this.#values[`:${reference}`] = value;
    return `:${reference}`;
  }
}

function clause(keyword: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${keyword} ${parts.join(', ')}`;
}
