import ts from 'typescript';

/**
 * `declarations`, as they were bundled from `door`, with `type` where the door has it: the bundler drops that of a class, and a
 * class that the declarations alone export compiles and is not there when the program starts.
 */
export function withTypeOnlyExports(door: string, declarations: string): string {
  const types = new Set(
    exportsOf(door)
      .filter(({ isType }) => isType)
      .map(({ name }) => name),
  );
  let text = declarations;
  // From the end, so that what is put in moves nothing that comes after it.
  for (const { name, isType, start } of exportsOf(declarations).reverse()) {
    if (types.has(name) && !isType) text = `${text.slice(0, start)}type ${text.slice(start)}`;
  }
  return text;
}

/** What stands between the braces of a file's export declarations. */
function exportsOf(
  text: string,
): { readonly name: string; readonly isType: boolean; readonly start: number }[] {
  const tree = ts.createSourceFile('door.ts', text, ts.ScriptTarget.ES2022, true);
  return tree.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return [];
    const { exportClause, isTypeOnly } = statement;
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) return [];
    return exportClause.elements.map((element) => ({
      name: element.name.text,
      isType: isTypeOnly || element.isTypeOnly,
      start: element.getStart(),
    }));
  });
}
