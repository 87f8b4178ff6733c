import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'

/** What one file of the product says to the database: the texts of its `sql` templates, and those it hands to the driver as they are. */
export type FileStatements = { readonly path: string; readonly tagged: readonly string[]; readonly raw: readonly string[] }

const NO_PRODUCT = /\.test\.ts$|\/(?:testing|test-world)\.ts$|testing-database\.ts$/

/** Every file of src that speaks SQL, by path. */
export const readStatements = (): readonly FileStatements[] =>
  globSync('src/**/*.ts')
    .filter((path) => !NO_PRODUCT.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
    .filter(({ text }) => /\bsql\b|\.query\b/.test(text))
    .map(({ path, text }) => statementsIn(path, text))
    .filter(({ tagged, raw }) => tagged.length + raw.length > 0)

/** The statements in the text of a file; what stands in a placeholder of a template is left out, and found as a template of its own. */
export function statementsIn(path: string, text: string): FileStatements {
  const [tagged, raw]: [string[], string[]] = [[], []]
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && /^sql\b/.test(node.tag.getText())) tagged.push(textOf(node.template))
    const handed = handedToDriver(node)
    if (handed !== undefined) raw.push(textOf(handed))
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS))
  return { path, tagged, raw }
}

/** The words of `client.query('…')`; a request over HTTP has a query as well. */
function handedToDriver(node: ts.Node): ts.StringLiteralLike | ts.TemplateExpression | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression) || node.expression.name.text !== 'query')
    return undefined
  const [first] = node.arguments
  if (first === undefined || /\breq$/.test(node.expression.expression.getText())) return undefined
  return ts.isStringLiteralLike(first) || ts.isTemplateExpression(first) ? first : undefined
}

function textOf(template: ts.TemplateLiteral | ts.StringLiteralLike): string {
  if (!ts.isTemplateExpression(template)) return template.text
  return [template.head.text, ...template.templateSpans.map((span) => span.literal.text)].join(' ? ')
}

/** The functions of the database by name, with what each of them does; a later migration overrules an earlier one. */
export function readFunctions(): ReadonlyMap<string, string> {
  const functions = new Map<string, string>()
  for (const path of globSync('src/db/migrations/*.sql').sort())
    for (const [, name = '', body = ''] of readFileSync(path, 'utf8').matchAll(
      /create (?:or replace )?function (\w+)\([\s\S]*?\$\$([\s\S]*?)\$\$/g,
    ))
      functions.set(name, body)
  return functions
}

/** A text with the bodies of all functions that it calls, and of those that they call. */
export function withBodies(text: string, functions: ReadonlyMap<string, string>): string {
  const called = new Set<string>()
  let whole = text
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (const [name, body] of functions)
      if (!called.has(name) && new RegExp(`\\b${name}\\s*\\(`).test(whole)) {
        called.add(name)
        whole += `\n${body}`
        isGrowing = true
      }
  }
  return whole
}
