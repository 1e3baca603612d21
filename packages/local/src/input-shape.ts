/** What an operation accepts: a description that {@link readInput} checks an input against. */
export type InputShape =
  | { readonly type: 'string'; readonly min?: number; readonly max?: number; readonly pattern?: RegExp }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'timestamp' }
  | { readonly type: 'blob'; readonly max: number }
  | { readonly type: 'list'; readonly of: InputShape; readonly min: number; readonly max?: number }
  | {
      readonly type: 'map';
      readonly maxKeyLength: number;
      readonly of: InputShape;
      readonly min?: number;
      readonly max: number;
    }
  | StructureShape;

/** The members of a structure; members that are not named are ignored, as the service does. */
export interface StructureShape {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, InputShape>>;
  readonly required: readonly string[];
}

/** A structure with these members. */
export function structure(
  members: Readonly<Record<string, InputShape>>,
  required: readonly string[] = [],
): StructureShape {
  return { type: 'structure', members, required };
}
